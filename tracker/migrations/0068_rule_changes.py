"""Changes of rules from a day on. The rules that plans hold stay those of their first day."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tracker", "0067_overall_ranking"),
    ]

    operations = [
        migrations.CreateModel(
            name="RuleChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "effective_from",
                    models.DateField(
                        help_text="Periods that end before this day are judged as before.", verbose_name="in force from"
                    ),
                ),
                (
                    "document_number",
                    models.CharField(
                        blank=True,
                        help_text="Of the document that changed the rule.",
                        max_length=100,
                        verbose_name="document number",
                    ),
                ),
                (
                    "no_document_reason",
                    models.CharField(blank=True, max_length=200, verbose_name="why there is no document"),
                ),
                (
                    "graded_by",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("due", "in percent of what is due"),
                            ("points", "in percentage points of the target"),
                        ],
                        max_length=10,
                        verbose_name="gaps measured",
                    ),
                ),
                (
                    "level_two_below",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=6, null=True, verbose_name="level II below a gap of"
                    ),
                ),
                (
                    "level_one_below",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=6, null=True, verbose_name="level I below a gap of"
                    ),
                ),
                (
                    "level_band",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="0: no band.",
                        max_digits=5,
                        null=True,
                        verbose_name="band around the bounds",
                    ),
                ),
                (
                    "pace",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("even_by_day", "Even by day"),
                            ("even_by_month", "Even by month"),
                            ("points", "Points set by the ministry"),
                            ("in_full", "Full value applies at any time"),
                        ],
                        help_text="Replaces the target's curve and its milestones.",
                        max_length=20,
                        verbose_name="pace curve",
                    ),
                ),
                ("points", models.JSONField(blank=True, default=list, verbose_name="points of the pace curve")),
                (
                    "over_periods",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("sum", "Sum"),
                            ("latest", "Latest"),
                            ("sum_in_year", "Sum within a year"),
                            ("mean", "Mean"),
                            ("weighted", "Weighted mean"),
                            ("maximum", "Maximum"),
                            ("minimum", "Minimum"),
                            ("own", "The upper body's own figure"),
                            ("ratio", "Ratio"),
                            ("none", "None"),
                        ],
                        max_length=12,
                        verbose_name="aggregation over time",
                    ),
                ),
                (
                    "over_places",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("sum", "Sum"),
                            ("latest", "Latest"),
                            ("sum_in_year", "Sum within a year"),
                            ("mean", "Mean"),
                            ("weighted", "Weighted mean"),
                            ("maximum", "Maximum"),
                            ("minimum", "Minimum"),
                            ("own", "The upper body's own figure"),
                            ("ratio", "Ratio"),
                            ("none", "None"),
                        ],
                        max_length=12,
                        verbose_name="aggregation over regions",
                    ),
                ),
                (
                    "recorded_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="recorded at"),
                ),
                (
                    "indicator",
                    models.ForeignKey(
                        blank=True,
                        help_text="Whose aggregation changes, in this plan.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rule_changes",
                        to="tracker.indicator",
                        verbose_name="indicator",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rule_changes",
                        to="tracker.plan",
                        verbose_name="action plan",
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        blank=True,
                        help_text="Whose bounds or pace change; empty for the plan's bounds.",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rule_changes",
                        to="tracker.target",
                        verbose_name="target",
                    ),
                ),
                (
                    "weight",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tracker.indicator",
                        verbose_name="weighted by",
                    ),
                ),
            ],
            options={
                "verbose_name": "change of a rule",
                "verbose_name_plural": "changes of rules",
                "ordering": ["plan", "effective_from", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("target", None), ("indicator", None), _connector="OR"),
                        name="rulechange_about_one",
                        violation_error_message="A change is about a target or about an indicator, not both.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("indicator", None), ("target", None)),
                        fields=("plan", "effective_from"),
                        name="rulechange_plan_a_day",
                        violation_error_message="Another change of the plan's rules takes effect on this day.",
                    ),
                    models.UniqueConstraint(
                        fields=("target", "effective_from"),
                        name="rulechange_target_a_day",
                        violation_error_message="Another change of this target's rules takes effect on this day.",
                    ),
                    models.UniqueConstraint(
                        fields=("plan", "indicator", "effective_from"),
                        name="rulechange_indicator_a_day",
                        violation_error_message="Another change of this indicator's rules takes effect on this day.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("level_band", None), ("level_band__gte", 0), _connector="OR"),
                        name="rulechange_band_positive",
                        violation_error_message="The band must not be negative.",
                    ),
                ],
            },
        ),
    ]
