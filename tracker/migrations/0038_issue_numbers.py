"""Columns of issue numbers and editions; the next migrations fill and constrain them."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tracker", "0037_sealed_values")]

    operations = [
        migrations.RemoveConstraint(model_name="issuedreport", name="issuedreport_number_once"),
        migrations.AddField(
            model_name="issuedreport",
            name="issue_year",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="year of the issue"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="issuedreport",
            name="edition",
            field=models.PositiveIntegerField(default=1, verbose_name="edition"),
        ),
        migrations.AddField(
            model_name="issuedreport",
            name="opens_edition",
            field=models.BooleanField(default=True, editable=False),
        ),
        migrations.AddField(
            model_name="issuedreport",
            name="is_correction",
            field=models.BooleanField(default=False, verbose_name="correction"),
        ),
        migrations.AddField(
            model_name="issuedreport",
            name="inputs_sha256",
            field=models.CharField(blank=True, default="", max_length=64, verbose_name="SHA-256 of the inputs"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="issuedreport",
            name="previous_edition",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="tracker.issuedreport",
                verbose_name="edition before",
            ),
        ),
        migrations.AddField(
            model_name="issuedreport",
            name="previous_issue",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="tracker.issuedreport",
                verbose_name="previous issue",
            ),
        ),
    ]
