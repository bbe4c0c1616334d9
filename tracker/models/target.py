"""How much, by when: targets with their dated versions, pace curves, programmes and split."""

from datetime import date, datetime
from decimal import Decimal
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tracker.calculation.pace import Pace
from tracker.calculation.seasons import SeasonProblem, read_season
from tracker.calculation.targets import kinds
from tracker.models.indicator import Indicator
from tracker.models.organisation import Region, ReportingUnit
from tracker.models.plan import GRADED_BY_CHOICES, Body, Clause, Plan
from tracker.models.quantity import QuantityField

# Plain strings: migrations carry them, and never import code of ours.
PACE_CHOICES = [
    (Pace.EVEN_BY_DAY.value, _("Even by day")),
    (Pace.EVEN_BY_MONTH.value, _("Even by month")),
    (Pace.POINTS.value, _("Points set by the ministry")),
    (Pace.IN_FULL.value, _("Full value applies at any time")),
]
KIND_CHOICES = [
    (kinds.Kind.AMOUNT.value, _("Amount")),
    (kinds.Kind.LEVEL.value, _("Level by a date")),
    (kinds.Kind.RISE_PERCENT.value, _("Rise against the base, in %")),
    (kinds.Kind.FALL_PERCENT.value, _("Fall against the base, in %")),
    (kinds.Kind.RISE_POINTS.value, _("Rise against the base, in the indicator's unit")),
    (kinds.Kind.FALL_POINTS.value, _("Fall against the base, in the indicator's unit")),
]


SEASON_PROBLEMS = {
    SeasonProblem.NUMBER: _("Write numbers alone, with spaces between them, such as 5 4 7.5 8 9 9 9 9 10 10 9.5 10."),
    SeasonProblem.COUNT: _("Give a share for each of the twelve months, January first."),
    SeasonProblem.NEGATIVE: _("A share of the year is never below zero."),
    SeasonProblem.TOTAL: _("The shares must sum to 100 %."),
}


class TargetQuerySet(models.QuerySet["Target"]):
    """Targets."""

    def with_indicator(self) -> Self:
        """With all that a line about a target prints."""
        return self.select_related("indicator__unit", "plan").prefetch_related("clauses")


class Target(models.Model):
    """The plan's commitment on one indicator. Its figure stands in dated versions; a derived one has none."""

    class Bound(models.TextChoices):
        AT_LEAST = "at_least", _("at least")
        MORE_THAN = "more_than", _("more than")
        AT_MOST = "at_most", _("at most")
        LESS_THAN = "less_than", _("less than")
        EXACTLY = "exactly", _("equal to")
        BETWEEN = "between", _("between")
        ALL_OF = "all_of", _("all of")
        REFERENCE = "reference", _("reference level")

    class Nature(models.TextChoices):
        BINDING = "binding", _("Binding")
        EXPECTED = "expected", _("Expected")

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="targets", verbose_name=_("action plan"))
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="targets", verbose_name=_("indicator"))
    kind = models.CharField(_("kind"), max_length=12, choices=KIND_CHOICES, default=kinds.Kind.AMOUNT.value)
    clauses = models.ManyToManyField(Clause, related_name="targets", verbose_name=_("clauses"))
    bound = models.CharField(
        _("requirement"),
        max_length=10,
        choices=Bound,
        help_text=_("What the plan asks for: “at least 6500”, “more than 5000”, “at most 800”, “all of 27”."),
    )
    is_approximate = models.BooleanField(_("the plan says “about”"), default=False)
    is_key = models.BooleanField(_("key target"), default=False)
    pace = models.CharField(_("pace curve"), max_length=20, choices=PACE_CHOICES, default=Pace.EVEN_BY_MONTH.value)
    base_value = QuantityField(
        _("base value"), null=True, blank=True, help_text=_("The indicator's value that the target starts from.")
    )
    base_year = models.PositiveSmallIntegerField(_("base year"), null=True, blank=True)
    base_source = models.CharField(_("source of the base value"), max_length=200, blank=True)
    base_taken_from = models.ForeignKey(
        Plan, models.SET_NULL, null=True, editable=False, related_name="+", verbose_name=_("base value from a plan")
    )
    graded_by = models.CharField(
        _("gaps measured"), max_length=10, choices=GRADED_BY_CHOICES, blank=True, help_text=_("Empty: as in the plan.")
    )
    level_two_below = models.DecimalField(
        _("level II below a gap of"), max_digits=6, decimal_places=2, null=True, blank=True
    )
    level_one_below = models.DecimalField(
        _("level I below a gap of"), max_digits=6, decimal_places=2, null=True, blank=True
    )
    season = models.CharField(
        _("season table (percent of the year, January to December)"),
        max_length=200,
        blank=True,
        help_text=_(
            "Twelve shares that sum to 100, such as 5 4 7 8 9 9 9 9 10 10 10 10. The forecast uses them where the "
            "year before is not known."
        ),
    )
    nature = models.CharField(_("binding or expected"), max_length=10, choices=Nature, blank=True)
    responsible = models.ForeignKey(
        Body,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="targets",
        verbose_name=_("responsible body"),
    )
    supporting = models.ManyToManyField(
        Body, blank=True, related_name="supported_targets", verbose_name=_("supporting bodies")
    )
    places = models.ManyToManyField(Region, blank=True, related_name="targets", verbose_name=_("limited to regions"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = TargetQuerySet.as_manager()

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ["plan", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "indicator"],
                name="target_indicator_once",
                violation_error_message=_("The plan has a target on this indicator already."),
            ),
            models.CheckConstraint(
                condition=Q(base_value=None, base_year=None) | Q(base_value__isnull=False, base_year__isnull=False),
                name="target_base_has_year",
                violation_error_message=_("A base value has a year, and a base year a value."),
            ),
            models.CheckConstraint(
                condition=(
                    Q(graded_by="", level_two_below=None, level_one_below=None)
                    | (
                        ~Q(graded_by="")
                        & Q(level_two_below__isnull=False, level_one_below__isnull=False)
                        & Q(level_one_below__lte=F("level_two_below"))
                    )
                ),
                name="target_own_levels",
                violation_error_message=_(
                    "Bounds of a target's own need a measure and both gaps, level I not above level II."
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(self.indicator)

    def clean(self) -> None:
        """Refuse a season table that is none."""
        super().clean()
        if isinstance(found := read_season(self.season) if self.season.strip() else (), SeasonProblem):
            raise ValidationError({"season": SEASON_PROBLEMS[found]})

    @property
    def season_shares(self) -> tuple[Decimal, ...]:
        """Return the season table: a share of the year in % for each calendar month; empty without one."""
        found = read_season(self.season) if self.season.strip() else ()
        return () if isinstance(found, SeasonProblem) else found

    @property
    def clause_numbers(self) -> str:
        """Return where the plan sets this target: "二, 三-3"."""
        return ", ".join(clause.number for clause in self.clauses.all())

    @property
    def is_graded(self) -> bool:
        """Return True if a warning level applies: not to a reference level, which the plan states but does not set."""
        return self.bound != self.Bound.REFERENCE


class TargetVersionQuerySet(models.QuerySet["TargetVersion"]):
    """Versions of targets."""

    def in_force_on(self, day: date) -> Self:
        """Return those effective by this day, the newest of each target last."""
        return self.filter(effective_from__lte=day).order_by("target_id", "effective_from", "number")

    def known_at(self, moment: datetime) -> Self:
        """Return those that had been recorded by then."""
        return self.filter(recorded_at__lte=moment)


class TargetVersion(models.Model):
    """The figure of a target from a date on, with the document (调整文号) that set it."""

    target = models.ForeignKey(Target, models.CASCADE, related_name="versions", verbose_name=_("target"))
    number = models.PositiveSmallIntegerField(_("version"), default=1)
    value = QuantityField(_("target value"))
    upper_value = QuantityField(
        _("upper end"), null=True, blank=True, help_text=_("Of “between”: the target value is the lower end.")
    )
    effective_from = models.DateField(_("in force from"))
    document_number = models.CharField(
        _("document number"), max_length=100, blank=True, help_text=_("Of the document that adjusted the target.")
    )
    no_document_reason = models.CharField(
        _("why there is no document"),
        max_length=200,
        blank=True,
        help_text=_("Asked of an adjustment without a document number."),
    )
    stretch_note = models.CharField(
        _("reason for allocating more than the target"),
        max_length=300,
        blank=True,
        help_text=_("Allocations may exceed the target only if the reason is given here."),
    )
    recorded_at = models.DateTimeField(_("recorded at"), default=timezone.now, editable=False)

    objects = TargetVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a target")
        verbose_name_plural = _("versions of targets")
        ordering = ["target", "number"]
        constraints = [
            models.UniqueConstraint(fields=["target", "number"], name="targetversion_once"),
            models.UniqueConstraint(
                fields=["target", "effective_from"],
                name="targetversion_one_a_day",
                violation_error_message=_("Another version takes effect on this day already."),
            ),
            models.CheckConstraint(
                condition=Q(value__gte=0),
                name="targetversion_not_negative",
                violation_error_message=_("A target cannot be negative."),
            ),
            models.CheckConstraint(
                condition=Q(upper_value=None) | Q(upper_value__gt=F("value")),
                name="targetversion_upper_above",
                violation_error_message=_("The upper end must lie above the target value."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.target} v{self.number}"

    @property
    def lacks_document(self) -> bool:
        """Return True if an adjustment names neither its document nor a reason why there is none."""
        return not (self.document_number.strip() or self.no_document_reason.strip())


class TargetMilestone(models.Model):
    """A dated value on the way from the base to the goal: an annual goal of a five-year plan, say."""

    target = models.ForeignKey(Target, models.CASCADE, related_name="milestones", verbose_name=_("target"))
    day = models.DateField(_("end of day"))
    value = QuantityField(_("value due"))

    class Meta:
        verbose_name = _("milestone of a target")
        verbose_name_plural = _("milestones of targets")
        ordering = ["target", "day"]
        constraints = [
            models.UniqueConstraint(
                fields=["target", "day"],
                name="targetmilestone_one_a_day",
                violation_error_message=_("The target has a milestone on this day already."),
            ),
            models.CheckConstraint(
                condition=Q(value__gte=0),
                name="targetmilestone_not_negative",
                violation_error_message=_("A milestone cannot be negative."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.value}"


class PacePoint(models.Model):
    """A point of the pace curve that the ministry set for a target: the share due at the end of a day."""

    target = models.ForeignKey(Target, models.CASCADE, related_name="pace_points", verbose_name=_("target"))
    day = models.DateField(_("end of day"))
    share = models.DecimalField(_("share due (%)"), max_digits=7, decimal_places=4)

    class Meta:
        verbose_name = _("point of a pace curve")
        verbose_name_plural = _("points of a pace curve")
        ordering = ["target", "day"]
        constraints = [
            models.UniqueConstraint(
                fields=["target", "day"],
                name="pacepoint_one_a_day",
                violation_error_message=_("The curve has a point on this day already."),
            ),
            models.CheckConstraint(
                condition=Q(share__gte=0, share__lte=100),
                name="pacepoint_share",
                violation_error_message=_("A share lies between 0 and 100 %."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.share} %"


class ProgrammeTarget(models.Model):
    """The longer programme a target is a part of (a five-year plan, say): the second yardstick."""

    target = models.OneToOneField(Target, models.CASCADE, related_name="programme", verbose_name=_("target"))
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    value = QuantityField(_("target value"))
    done_before = QuantityField(
        _("done before this plan"), help_text=_("The verified amount from the programme's start to the plan's.")
    )

    class Meta:
        verbose_name = _("longer programme of a target")
        verbose_name_plural = _("longer programmes of targets")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")),
                name="programme_ends_after_start",
                violation_error_message=_("The programme must end after it starts."),
            ),
            models.CheckConstraint(
                condition=Q(value__gt=0),
                name="programme_value_positive",
                violation_error_message=_("The programme's target must be above zero."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.target} {self.starts_on.year}–{self.ends_on.year}"


class Allocation(models.Model):
    """The share of a target's version that a region, or a unit in it, is to deliver; of a rate, its own goal."""

    version = models.ForeignKey(
        TargetVersion, models.CASCADE, related_name="allocations", verbose_name=_("version of the target")
    )
    region = models.ForeignKey(Region, models.PROTECT, related_name="allocations", verbose_name=_("region"))
    unit = models.ForeignKey(
        ReportingUnit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="allocations",
        verbose_name=_("reporting unit"),
    )
    value = QuantityField(_("allocated"))
    upper_value = QuantityField(_("upper end"), null=True, blank=True)
    base_value = QuantityField(
        _("base value"), null=True, blank=True, help_text=_("Of this place, in the base year of the target.")
    )
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)

    class Meta:
        verbose_name = _("allocated target")
        verbose_name_plural = _("allocations")
        ordering = ["version", "region__path"]
        # Every page asks whether its plan holds any; almost none does.
        indexes = [
            models.Index(fields=["version"], condition=Q(is_demonstration=True), name="allocation_demonstration")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "region"],
                condition=Q(unit=None),
                name="allocation_region_once",
                violation_error_message=_("This region has an allocation already."),
            ),
            models.UniqueConstraint(
                fields=["version", "unit"],
                name="allocation_unit_once",
                violation_error_message=_("This unit has an allocation already."),
            ),
            models.CheckConstraint(
                condition=Q(value__gte=0),
                name="allocation_not_negative",
                violation_error_message=_("An allocation cannot be negative."),
            ),
            models.CheckConstraint(
                condition=Q(upper_value=None) | Q(upper_value__gt=F("value")),
                name="allocation_upper_above",
                violation_error_message=_("The upper end must lie above the allocated value."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} · {self.unit or self.region}"
