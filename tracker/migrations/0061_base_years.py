"""Add base years: the months of the year before a plan begins, which its figures are compared with."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tracker", "0060_mail_that_waits"),
    ]

    operations = [
        migrations.AddField(
            model_name="plan",
            name="base_year_of",
            field=models.OneToOneField(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="base_year",
                to="tracker.plan",
                verbose_name="base year of",
            ),
        ),
    ]
