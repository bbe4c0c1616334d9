"""A person's language holds for pages too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tracker", "0045_demonstration_day")]

    operations = [
        migrations.AlterField(
            model_name="user",
            name="language",
            field=models.CharField(
                choices=[("zh-hans", "中文"), ("en", "English")],
                default="zh-hans",
                max_length=10,
                verbose_name="language of pages and mail",
            ),
        ),
    ]
