"""Kept sums become two whole numbers: the whole millions, and the millionths left, from 0 to below 10^12."""

from django.db import migrations, models
from django.db.models import F

WHOLE = 10**12
TABLES = ("tracker_regiontotal", "tracker_periodtotal", "tracker_plantotal")


def divide(_apps, schema_editor):
    """Whole-number division drops the rest towards zero on both databases; below zero one more million is taken."""
    for table in TABLES:
        for word in ("verified", "reported"):
            over = (
                f"{word}_micro / {WHOLE} - CASE WHEN {word}_micro < {word}_micro / {WHOLE} * {WHOLE} THEN 1 ELSE 0 END"
            )
            schema_editor.execute(
                f"UPDATE {table} SET {word}_mega = {over}, {word}_micro = {word}_micro - ({over}) * {WHOLE}"  # noqa: S608
                f" WHERE {word}_micro < 0 OR {word}_micro >= {WHOLE}",
                params=None,
            )


def join(apps, _schema_editor):
    for model in ("RegionTotal", "PeriodTotal", "PlanTotal"):
        apps.get_model("tracker", model).objects.update(
            verified_micro=F("verified_mega") * WHOLE + F("verified_micro"),
            reported_micro=F("reported_mega") * WHOLE + F("reported_micro"),
        )


class Migration(migrations.Migration):
    dependencies = [
        ("tracker", "0035_exact_quantities"),
    ]

    operations = [
        migrations.AddField(
            model_name="periodtotal",
            name="reported_mega",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="periodtotal",
            name="verified_mega",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="plantotal",
            name="reported_mega",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="plantotal",
            name="verified_mega",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="regiontotal",
            name="reported_mega",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="regiontotal",
            name="verified_mega",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.RunPython(divide, join),
    ]
