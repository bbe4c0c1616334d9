"""Rules that change while a plan runs: bounds, pace and aggregation from a day on."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tracker.models.indicator import ROLLUP_CHOICES, Indicator
from tracker.models.plan import GRADED_BY_CHOICES, Plan
from tracker.models.target import PACE_CHOICES, Target

#: Fields of a change, by whom they are about.
OF_PLAN = ("graded_by", "level_two_below", "level_one_below", "level_band")
OF_TARGET = ("graded_by", "level_two_below", "level_one_below", "pace", "points")
OF_INDICATOR = ("over_periods", "over_places", "weight")
#: Every field that says what the rule is from the day on.
RULE_FIELDS = tuple(dict.fromkeys((*OF_PLAN, *OF_TARGET, *OF_INDICATOR)))


class RuleChangeQuerySet(models.QuerySet["RuleChange"]):
    """Changes of rules."""

    def in_their_order(self) -> Self:
        """Return them in the order in which they take effect; of one day the plan's before those of its targets."""
        return self.order_by("effective_from", F("target").asc(nulls_first=True), "pk")


class RuleChange(models.Model):
    """A rule of a plan, one of its targets or an indicator in it from a day on, with the document that set it.

    What the plan, the target and the indicator hold themselves is the rule from the plan's first day. What is empty
    here stays as it was.
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="rule_changes", verbose_name=_("action plan"))
    target = models.ForeignKey(
        Target,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="rule_changes",
        verbose_name=_("target"),
        help_text=_("Whose bounds or pace change; empty for the plan's bounds."),
    )
    indicator = models.ForeignKey(
        Indicator,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="rule_changes",
        verbose_name=_("indicator"),
        help_text=_("Whose aggregation changes, in this plan."),
    )
    effective_from = models.DateField(
        _("in force from"), help_text=_("Periods that end before this day are judged as before.")
    )
    document_number = models.CharField(
        _("document number"), max_length=100, blank=True, help_text=_("Of the document that changed the rule.")
    )
    no_document_reason = models.CharField(_("why there is no document"), max_length=200, blank=True)
    graded_by = models.CharField(_("gaps measured"), max_length=10, choices=GRADED_BY_CHOICES, blank=True)
    level_two_below = models.DecimalField(
        _("level II below a gap of"), max_digits=6, decimal_places=2, null=True, blank=True
    )
    level_one_below = models.DecimalField(
        _("level I below a gap of"), max_digits=6, decimal_places=2, null=True, blank=True
    )
    level_band = models.DecimalField(
        _("band around the bounds"), max_digits=5, decimal_places=2, null=True, blank=True, help_text=_("0: no band.")
    )
    pace = models.CharField(
        _("pace curve"),
        max_length=20,
        choices=PACE_CHOICES,
        blank=True,
        help_text=_("Replaces the target's curve and its milestones."),
    )
    points = models.JSONField(_("points of the pace curve"), default=list, blank=True)
    over_periods = models.CharField(_("aggregation over time"), max_length=12, choices=ROLLUP_CHOICES, blank=True)
    over_places = models.CharField(_("aggregation over regions"), max_length=12, choices=ROLLUP_CHOICES, blank=True)
    weight = models.ForeignKey(
        Indicator, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("weighted by")
    )
    recorded_at = models.DateTimeField(_("recorded at"), default=timezone.now, editable=False)

    objects = RuleChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of a rule")
        verbose_name_plural = _("changes of rules")
        ordering = ["plan", "effective_from", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(target=None) | Q(indicator=None),
                name="rulechange_about_one",
                violation_error_message=_("A change is about a target or about an indicator, not both."),
            ),
            models.UniqueConstraint(
                fields=["plan", "effective_from"],
                condition=Q(target=None, indicator=None),
                name="rulechange_plan_a_day",
                violation_error_message=_("Another change of the plan's rules takes effect on this day."),
            ),
            models.UniqueConstraint(
                fields=["target", "effective_from"],
                name="rulechange_target_a_day",
                violation_error_message=_("Another change of this target's rules takes effect on this day."),
            ),
            models.UniqueConstraint(
                fields=["plan", "indicator", "effective_from"],
                name="rulechange_indicator_a_day",
                violation_error_message=_("Another change of this indicator's rules takes effect on this day."),
            ),
            models.CheckConstraint(
                condition=Q(level_band=None) | Q(level_band__gte=0),
                name="rulechange_band_positive",
                violation_error_message=_("The band must not be negative."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.target or self.indicator or self.plan} {self.effective_from}"

    @property
    def lacks_document(self) -> bool:
        """Return True if it names neither its document nor a reason why there is none."""
        return not (self.document_number.strip() or self.no_document_reason.strip())

    @property
    def own_fields(self) -> tuple[str, ...]:
        """Return the fields that a change of this kind may set."""
        return OF_TARGET if self.target_id else OF_INDICATOR if self.indicator_id else OF_PLAN

    @property
    def stated(self) -> dict[str, Any]:
        """Return what it sets, by field."""
        return {name: value for name in RULE_FIELDS if (value := getattr(self, name)) not in ("", None, [])}

    @property
    def curve(self) -> list[tuple[date, str]]:
        """Return the points of its curve: days with the share due, in %."""
        return [(date.fromisoformat(day), share) for day, share in self.points]

    @property
    def curve_text(self) -> str:
        """Return the points of its curve as they are typed: "2020-03-31 20; 2020-06-30 45"."""
        return "; ".join(f"{day} {share}" for day, share in self.points)
