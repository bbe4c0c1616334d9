"""Dated obligations, units closed from a day on, and a row for each return that is expected."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tracker", "0025_rules_of_plausibility"),
    ]

    operations = [
        migrations.AddField(
            model_name="obligation",
            name="begins",
            field=models.DateField(
                blank=True,
                help_text=(
                    "The first period reported is the one this day falls in. For the whole plan: its first day."
                ),
                null=True,
                verbose_name="begins",
            ),
        ),
        migrations.AddField(
            model_name="obligation",
            name="ends",
            field=models.DateField(
                blank=True,
                help_text="The last period reported is the one this day falls in. Empty: it has no end.",
                null=True,
                verbose_name="ends",
            ),
        ),
        migrations.AddConstraint(
            model_name="obligation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("begins", None), ("ends", None), ("ends__gte", models.F("begins")), _connector="OR"
                ),
                name="obligation_ends_after_start",
                violation_error_message="The obligation must end on or after the day it begins.",
            ),
        ),
        migrations.AddField(
            model_name="reportingunit",
            name="closed_on",
            field=models.DateField(
                blank=True,
                help_text=(
                    "From this day on nothing is expected of the unit: no return for a period that ends on it or later."
                ),
                null=True,
                verbose_name="closed on",
            ),
        ),
        migrations.AddField(
            model_name="obligationcountchange",
            name="period",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="tracker.period",
                verbose_name="period",
            ),
        ),
        *(
            migrations.AddField(
                model_name=name,
                name="expected_count",
                field=models.IntegerField(db_default=0, default=0),
            )
            for name in ("regiontotal", "periodtotal", "plantotal")
        ),
        migrations.CreateModel(
            name="ExpectedReturn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("due_at", models.DateTimeField(verbose_name="due at")),
                ("locks_at", models.DateTimeField(null=True, verbose_name="locked from")),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="expected_returns",
                        to="tracker.reportingunit",
                        verbose_name="reporting unit",
                    ),
                ),
                (
                    "period",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="expected_returns",
                        to="tracker.period",
                        verbose_name="period",
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tracker.region",
                        verbose_name="region",
                    ),
                ),
                (
                    "unit_return",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="expectation",
                        to="tracker.return",
                        verbose_name="return",
                    ),
                ),
            ],
            options={
                "verbose_name": "expected return",
                "verbose_name_plural": "expected returns",
                "ordering": ["due_at", "unit"],
                "indexes": [
                    models.Index(fields=["period", "region"], name="expectedreturn_coverage"),
                    models.Index(fields=["due_at", "unit"], name="expectedreturn_due"),
                ],
                "constraints": [models.UniqueConstraint(fields=("unit", "period"), name="expectedreturn_once")],
            },
        ),
        migrations.CreateModel(
            name="ExpectedCell",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "expected_return",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="cells",
                        to="tracker.expectedreturn",
                    ),
                ),
                (
                    "indicator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tracker.indicator",
                        verbose_name="indicator",
                    ),
                ),
            ],
            options={
                "verbose_name": "expected value",
                "verbose_name_plural": "expected values",
                "constraints": [
                    models.UniqueConstraint(fields=("expected_return", "indicator"), name="expectedcell_once")
                ],
            },
        ),
    ]
