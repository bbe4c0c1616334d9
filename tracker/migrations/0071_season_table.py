"""A season table of a target: its share of the year in each month."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tracker", "0070_kept_names"),
    ]

    operations = [
        migrations.AddField(
            model_name="target",
            name="season",
            field=models.CharField(
                blank=True,
                help_text="Twelve shares that sum to 100, such as 5 4 7 8 9 9 9 9 10 10 10 10. The forecast uses them where the year before is not known.",
                max_length=200,
                verbose_name="season table (percent of the year, January to December)",
            ),
        ),
    ]
