"""Remove the counts of undated obligations, and the mark of inactive units: both follow from rows with dates now."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("tracker", "0027_fill_expected_returns"),
    ]

    operations = [
        migrations.RemoveField(model_name="reportingunit", name="is_active"),
        migrations.DeleteModel(name="ObligationCount"),
    ]
