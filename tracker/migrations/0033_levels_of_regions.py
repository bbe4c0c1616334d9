"""Keep levels of regions as data; existing regions keep theirs."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tracker", "0032_plan_calendar"),
    ]

    operations = [
        migrations.CreateModel(
            name="RegionLevel",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("name_en", models.CharField(blank=True, max_length=200, verbose_name="English name")),
                ("code", models.SlugField(max_length=10, unique=True, verbose_name="code")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
            ],
            options={
                "verbose_name": "level of regions",
                "verbose_name_plural": "levels of regions",
                "ordering": ["position", "code"],
            },
        ),
        migrations.AlterField(
            model_name="region",
            name="level",
            field=models.CharField(max_length=10, verbose_name="level"),
        ),
    ]
