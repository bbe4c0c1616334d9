"""The forecasts with which targets were issued, kept from changes by the database."""

import django.db.models.deletion
from django.db import migrations, models

import tracker.migrations._quantity
from tracker.migrations import _append_only

TABLES = ["tracker_issuedforecast"]


def install(apps, schema_editor):
    _append_only.install(schema_editor, TABLES)


def remove(apps, schema_editor):
    _append_only.remove(schema_editor, TABLES)


class Migration(migrations.Migration):
    dependencies = [
        ("tracker", "0071_season_table"),
    ]

    operations = [
        migrations.CreateModel(
            name="IssuedForecast",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("indicator", models.CharField(max_length=60, verbose_name="indicator")),
                ("region", models.CharField(max_length=12, verbose_name="region")),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("run_rate", "at the average month so far"),
                            ("last_year", "by last year's seasons"),
                            ("season_table", "by the season table of the target"),
                        ],
                        max_length=12,
                        verbose_name="method",
                    ),
                ),
                ("value", tracker.migrations._quantity.QuantityField(verbose_name="forecast")),
                ("low", tracker.migrations._quantity.QuantityField(null=True, verbose_name="lower end")),
                ("high", tracker.migrations._quantity.QuantityField(null=True, verbose_name="upper end")),
                (
                    "period",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tracker.period",
                        verbose_name="period",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="forecasts",
                        to="tracker.issuedreport",
                        verbose_name="issued report",
                    ),
                ),
            ],
            options={
                "verbose_name": "issued forecast",
                "verbose_name_plural": "issued forecasts",
                "ordering": ["report", "pk"],
                "indexes": [models.Index(fields=["indicator", "region"], name="issuedforecast_of")],
                "constraints": [
                    models.UniqueConstraint(fields=("report", "indicator", "region"), name="issuedforecast_once")
                ],
            },
        ),
        migrations.RunPython(install, remove),
    ]
