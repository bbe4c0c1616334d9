"""Breaks in series, metadata of indicators, the calendar of issues and the revision policy."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tracker", "0072_issued_forecasts"),
    ]

    operations = [
        migrations.AddField(
            model_name="identity",
            name="revision_policy",
            field=models.TextField(blank=True, verbose_name="revision policy"),
        ),
        migrations.AddField(
            model_name="identity",
            name="revision_policy_en",
            field=models.TextField(blank=True, verbose_name="revision policy in English"),
        ),
        migrations.AddField(
            model_name="indicator",
            name="revision_note",
            field=models.TextField(
                blank=True,
                help_text="Only where they differ from the revision policy of the organisation.",
                verbose_name="revisions of this indicator",
            ),
        ),
        migrations.AddField(
            model_name="indicator",
            name="source",
            field=models.CharField(
                blank=True,
                help_text="Where units take the values from, such as 企业生产台账 or 统计局年报.",
                max_length=300,
                verbose_name="source of the data",
            ),
        ),
        migrations.AddField(
            model_name="plan",
            name="issue_after_days",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="The calendar of issues follows from it, such as 5. Leave empty for no calendar.",
                null=True,
                verbose_name="reports planned after the deadline (working days)",
            ),
        ),
        migrations.CreateModel(
            name="SeriesBreak",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "reason",
                    models.CharField(
                        help_text="Such as: from July on, units above 20 million yuan alone report.",
                        max_length=300,
                        verbose_name="reason",
                    ),
                ),
                (
                    "recorded_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="recorded at"),
                ),
                (
                    "indicator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="series_breaks",
                        to="tracker.indicator",
                        verbose_name="indicator",
                    ),
                ),
                (
                    "period",
                    models.ForeignKey(
                        help_text="From this period on values are not comparable with those before.",
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="series_breaks",
                        to="tracker.period",
                        verbose_name="first period of the new series",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="series_breaks",
                        to="tracker.plan",
                        verbose_name="action plan",
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        blank=True,
                        help_text="Only where the break concerns one region. Empty: the whole plan.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="series_breaks",
                        to="tracker.region",
                        verbose_name="region",
                    ),
                ),
            ],
            options={
                "verbose_name": "break in a series",
                "verbose_name_plural": "breaks in series",
                "ordering": ["plan", "indicator", "period__starts_on"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("plan", "indicator", "region", "period"),
                        name="seriesbreak_once",
                        violation_error_message="This break is marked already.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("region", None)),
                        fields=("plan", "indicator", "period"),
                        name="seriesbreak_once_in_plan",
                        violation_error_message="This break is marked already.",
                    ),
                ],
            },
        ),
    ]
