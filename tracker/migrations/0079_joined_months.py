"""January and February as one period of a plan."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Plans keep twelve months until someone joins two of them."""

    dependencies = [("tracker", "0078_plainer_words")]

    operations = [
        migrations.AddField(
            model_name="plan",
            name="joins_january_february",
            field=models.BooleanField(
                default=False,
                help_text=(
                    "Monthly returns are due for 1—2月 together, as national statistics are published; the year has "
                    "11 periods. Fixed once the plan's periods are open."
                ),
                verbose_name="January and February are one period",
            ),
        ),
    ]
