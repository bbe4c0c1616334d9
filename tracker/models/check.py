"""What is checked while a return is entered, with its bounds as data."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tracker.models.indicator import Indicator
from tracker.models.organisation import ReportingUnit
from tracker.models.quantity import QuantityField


class CheckRule(models.Model):
    """One check with its severity and bounds, for one indicator or, without one, for all that have none of their own.

    Of a change, `low` and `high` are the bounds in % within which nothing is said; of a rate, the bounds in %. Of an
    allocated target, `high` is the highest percentage of it; of a usual range, how many spreads it is wide on either
    side; of a jump, the largest usual difference; of repeated values, how many in a row are too many.
    """

    class Kind(models.TextChoices):
        MISSING = "missing", _("Missing cell")
        MONTH_ON_MONTH = "month_on_month", _("Change against the period before")
        YEAR_ON_YEAR = "year_on_year", _("Change against the same period last year")
        PARTS = "parts", _("Parts above the whole")
        BALANCE = "balance", _("Material balance")
        FALLING = "falling", _("Cumulative that falls")
        RATE = "rate", _("Rate outside its bounds")
        CAPACITY = "capacity", _("More than the unit's capacity")
        WHOLE_NUMBER = "whole_number", _("Fraction of a whole thing")
        SHARE = "share", _("Above the unit's allocated target")
        WHOLE = "whole", _("Above the whole")
        UNIT_SLIP = "unit_slip", _("Ten, a hundred … times the usual value")
        RANGE = "range", _("Outside the usual range")
        JUMP = "jump", _("Jump of a small count")
        CUMULATIVE = "cumulative", _("Cumulative value entered for the period")
        REPEATED = "repeated", _("Same value period after period")
        FRACTION = "fraction", _("Percentage as a fraction")
        OTHER_PLAN = "other_plan", _("Another value in another plan")

    class Severity(models.TextChoices):
        ERROR = "error", _("Error: stops submission")
        WARNING = "warning", _("Warning: asks for a comment")
        HINT = "hint", _("Hint: only shown")
        OFF = "off", _("Not checked")

    kind = models.CharField(_("check"), max_length=20, choices=Kind)
    indicator = models.ForeignKey(
        Indicator,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="check_rules",
        verbose_name=_("indicator"),
        help_text=_("Leave empty for every indicator that has no rule of its own."),
    )
    severity = models.CharField(_("severity"), max_length=10, choices=Severity, default=Severity.WARNING)
    low = models.DecimalField(_("lower bound"), max_digits=12, decimal_places=2, null=True, blank=True)
    high = models.DecimalField(_("upper bound"), max_digits=12, decimal_places=2, null=True, blank=True)

    class Meta:
        verbose_name = _("check")
        verbose_name_plural = _("checks")
        ordering = ["kind", "indicator"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "indicator"],
                name="checkrule_once",
                violation_error_message=_("This indicator has this check already."),
            ),
            models.UniqueConstraint(
                fields=["kind"],
                condition=Q(indicator=None),
                name="checkrule_general_once",
                violation_error_message=_("There is a general rule for this check already."),
            ),
            models.CheckConstraint(
                condition=Q(low=None) | Q(high=None) | Q(low__lte=F("high")),
                name="checkrule_bounds_in_order",
                violation_error_message=_("The lower bound must not lie above the upper one."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.indicator or '*'}"


class UnitCapacity(models.Model):
    """The most that a unit can do of an indicator in a month, in the indicator's unit."""

    unit = models.ForeignKey(ReportingUnit, models.CASCADE, related_name="capacities", verbose_name=_("reporting unit"))
    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="capacities", verbose_name=_("indicator"))
    per_month = QuantityField(_("capacity per month"))
    basis = models.CharField(
        _("basis"), max_length=300, blank=True, help_text=_("The document or notice that says so.")
    )

    class Meta:
        verbose_name = _("capacity of a unit")
        verbose_name_plural = _("capacities of units")
        ordering = ["unit", "indicator"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "indicator"],
                name="unitcapacity_once",
                violation_error_message=_("This unit has a capacity for this indicator already."),
            ),
            models.CheckConstraint(
                condition=Q(per_month__gte=0),
                name="unitcapacity_not_negative",
                violation_error_message=_("A capacity is not below zero."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} · {self.indicator}"


class ExpectedRange(models.Model):
    """The values that a unit's periods usually lie between, as a plan manager knows them, in the indicator's unit.

    It takes the place of the range that is learned from the unit's own history.
    """

    unit = models.ForeignKey(
        ReportingUnit, models.CASCADE, related_name="expected_ranges", verbose_name=_("reporting unit")
    )
    indicator = models.ForeignKey(
        Indicator, models.CASCADE, related_name="expected_ranges", verbose_name=_("indicator")
    )
    low = QuantityField(_("usually at least"))
    high = QuantityField(_("usually at most"))
    basis = models.CharField(
        _("basis"), max_length=300, blank=True, help_text=_("The document or notice that says so.")
    )

    class Meta:
        verbose_name = _("usual range of a unit")
        verbose_name_plural = _("usual ranges of units")
        ordering = ["unit", "indicator"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "indicator"],
                name="expectedrange_once",
                violation_error_message=_("This unit has a usual range for this indicator already."),
            ),
            models.CheckConstraint(
                condition=Q(low__lte=F("high")),
                name="expectedrange_in_order",
                violation_error_message=_("The lower bound must not lie above the upper one."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} · {self.indicator}"
