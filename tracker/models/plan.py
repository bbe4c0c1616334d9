"""What was promised: plans, clauses, indicators, targets and their split."""

from datetime import date, datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tracker.calculation.pace import Pace
from tracker.calculation.rollup import Rollup
from tracker.models.naming import Named
from tracker.models.organisation import Region, ReportingUnit
from tracker.models.quantity import QuantityField

# Plain strings: migrations carry them, and never import code of ours.
ROLLUP_CHOICES = [
    (Rollup.SUM.value, _("Sum")),
    (Rollup.LATEST.value, _("Latest")),
    (Rollup.RATIO.value, _("Ratio")),
    (Rollup.NONE.value, _("None")),
]
PACE_CHOICES = [
    (Pace.EVEN_BY_DAY.value, _("Even by day")),
    (Pace.EVEN_BY_MONTH.value, _("Even by month")),
    (Pace.POINTS.value, _("Points set by the ministry")),
]


class MeasureUnit(models.Model):
    """A unit of measure. Units of one dimension convert by `factor`, the size in the dimension's base unit."""

    code = models.CharField(_("code"), max_length=30, unique=True)
    symbol = models.CharField(_("symbol"), max_length=20)
    symbol_en = models.CharField(_("English symbol"), max_length=40)
    dimension = models.CharField(_("dimension"), max_length=30)
    factor = models.DecimalField(_("factor to the base unit"), max_digits=20, decimal_places=6)

    class Meta:
        verbose_name = _("unit of measure")
        verbose_name_plural = _("units of measure")
        ordering = ["dimension", "factor"]
        constraints = [
            models.CheckConstraint(
                condition=Q(factor__gt=0),
                name="measureunit_factor_positive",
                violation_error_message=_("The factor must be above zero."),
            )
        ]

    def __str__(self) -> str:
        """The symbol in the reader's language."""
        return self.symbol_en if get_language() == "en" else self.symbol


class Plan(Named):
    """An action plan as issued, with the ministry's bounds between warning levels."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    issuer = models.CharField(_("issuing body"), max_length=200)
    issuer_en = models.CharField(_("issuing body in English"), max_length=200, blank=True)
    document_number = models.CharField(_("document number"), max_length=100, blank=True)
    issued_on = models.DateField(_("issued on"))
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    region = models.ForeignKey(Region, models.PROTECT, related_name="plans", verbose_name=_("scope"))
    level_two_below = models.DecimalField(
        _("level II below a gap of (points)"),
        max_digits=6,
        decimal_places=2,
        default=0,
        help_text=_("At or above this gap in percentage points a target is on course (level III)."),
    )
    level_one_below = models.DecimalField(
        _("level I below a gap of (points)"),
        max_digits=6,
        decimal_places=2,
        default=-10,
        help_text=_("Below this gap in percentage points the worst level (I) holds."),
    )
    deadline_day = models.PositiveSmallIntegerField(
        _("deadline: day of the next month"), default=5, help_text=_("Returns are due at 23:59:59 of this day.")
    )

    class Meta:
        verbose_name = _("action plan")
        verbose_name_plural = _("action plans")
        ordering = ["-starts_on", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")),
                name="plan_ends_after_start",
                violation_error_message=_("The plan must end after it starts."),
            ),
            models.CheckConstraint(
                condition=Q(level_one_below__lte=F("level_two_below")),
                name="plan_levels_in_order",
                violation_error_message=_("The bound of level I must not lie above the bound of level II."),
            ),
            models.CheckConstraint(
                condition=Q(deadline_day__gte=1, deadline_day__lte=28),
                name="plan_deadline_day",
                violation_error_message=_("The deadline must be a day from 1 to 28."),
            ),
        ]


class Clause(Named):
    """A numbered part of the plan. `name` is a short label of ours, not the plan's own sentence."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="clauses", verbose_name=_("action plan"))
    number = models.CharField(_("clause"), max_length=30)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("clause")
        verbose_name_plural = _("clauses")
        ordering = ["plan", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "number"],
                name="clause_number_once",
                violation_error_message=_("The plan has this clause already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {super().__str__()}"


class Body(Named):
    """A body that a commitment names: an office, a department, a company."""

    class Meta:
        verbose_name = _("body")
        verbose_name_plural = _("bodies")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["name"], name="body_name_once")]


class Commitment(models.Model):
    """A task or measure, or one place's part of it, that is not a number: tracked by status, never by a percentage."""

    class Kind(models.TextChoices):
        TASK = "task", _("Main task")
        MEASURE = "measure", _("Supporting measure")
        PART = "part", _("Part of a task")

    class Status(models.TextChoices):
        NOT_STARTED = "not_started", _("Not started")
        UNDER_WAY = "under_way", _("Under way")
        DONE = "done", _("Done")
        STALLED = "stalled", _("Stalled")

    clause = models.OneToOneField(Clause, models.CASCADE, related_name="commitment", verbose_name=_("clause"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    part_of = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="parts", verbose_name=_("part of")
    )
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.NOT_STARTED)
    status_note = models.TextField(_("note on the status"), blank=True)
    places = models.ManyToManyField(Region, blank=True, related_name="commitments", verbose_name=_("places"))
    bodies = models.ManyToManyField(Body, blank=True, related_name="commitments", verbose_name=_("bodies"))

    class Meta:
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")
        ordering = ["clause__plan", "clause__position"]

    def __str__(self) -> str:
        return str(self.clause)


class Indicator(Named):
    """What is counted, in which unit, and how it rolls up.

    An entered indicator is typed in returns. A derived one is the sum of its parts, a ratio is numerator
    over denominator; neither is ever typed.
    """

    class Kind(models.TextChoices):
        ENTERED = "entered", _("Entered")
        DERIVED = "derived", _("Sum of its parts")
        RATIO = "ratio", _("Ratio")

    class Direction(models.TextChoices):
        MORE = "more", _("More is better")
        LESS = "less", _("Less is better")

    code = models.SlugField(_("code"), max_length=60, unique=True)
    unit = models.ForeignKey(MeasureUnit, models.PROTECT, related_name="indicators", verbose_name=_("unit"))
    decimals = models.PositiveSmallIntegerField(_("decimals shown"), default=2)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.ENTERED)
    direction = models.CharField(_("direction"), max_length=10, choices=Direction, default=Direction.MORE)
    over_periods = models.CharField(_("roll-up over periods"), max_length=10, choices=ROLLUP_CHOICES)
    over_places = models.CharField(_("roll-up over places"), max_length=10, choices=ROLLUP_CHOICES)
    numerator = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("numerator")
    )
    denominator = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("denominator")
    )
    parts: "models.ManyToManyField[Indicator, IndicatorPart]" = models.ManyToManyField(
        "self", through="IndicatorPart", symmetrical=False, related_name="wholes", verbose_name=_("parts")
    )
    definition = models.TextField(_("definition"), blank=True)

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(kind="ratio", numerator__isnull=False, denominator__isnull=False)
                    | (~Q(kind="ratio") & Q(numerator=None, denominator=None))
                ),
                name="indicator_ratio_has_terms",
                violation_error_message=_("A ratio needs a numerator and a denominator; nothing else has them."),
            )
        ]


class IndicatorPart(models.Model):
    """One summand of a derived indicator."""

    whole = models.ForeignKey(Indicator, models.CASCADE, related_name="part_links", verbose_name=_("whole"))
    part = models.ForeignKey(Indicator, models.PROTECT, related_name="whole_links", verbose_name=_("part"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("part of an indicator")
        verbose_name_plural = _("parts of indicators")
        ordering = ["whole", "position"]
        constraints = [
            models.UniqueConstraint(fields=["whole", "part"], name="indicatorpart_once"),
            models.CheckConstraint(
                condition=~Q(whole=F("part")),
                name="indicatorpart_not_itself",
                violation_error_message=_("An indicator cannot be a part of itself."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.whole} ← {self.part}"


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
        EXACTLY = "exactly", _("exactly")
        ALL_OF = "all_of", _("all of")
        REFERENCE = "reference", _("reference level")

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="targets", verbose_name=_("action plan"))
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="targets", verbose_name=_("indicator"))
    clauses = models.ManyToManyField(Clause, related_name="targets", verbose_name=_("clauses"))
    bound = models.CharField(_("bound"), max_length=10, choices=Bound)
    is_approximate = models.BooleanField(_("the plan says “about”"), default=False)
    is_key = models.BooleanField(_("key target"), default=False)
    pace = models.CharField(_("pace curve"), max_length=20, choices=PACE_CHOICES, default=Pace.EVEN_BY_DAY.value)
    places = models.ManyToManyField(Region, blank=True, related_name="targets", verbose_name=_("these places"))
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
            )
        ]

    def __str__(self) -> str:
        return str(self.indicator)

    @property
    def clause_numbers(self) -> str:
        """Where the plan sets this target: "二, 三-3"."""
        return ", ".join(clause.number for clause in self.clauses.all())

    @property
    def is_graded(self) -> bool:
        """Whether a warning level applies: not to a reference level, which the plan states but does not set."""
        return self.bound != self.Bound.REFERENCE


class TargetVersionQuerySet(models.QuerySet["TargetVersion"]):
    """Versions of targets."""

    def in_force_on(self, day: date) -> Self:
        """Those effective by this day, the newest of each target last."""
        return self.filter(effective_from__lte=day).order_by("target_id", "effective_from", "number")

    def known_at(self, moment: datetime) -> Self:
        """Those that had been recorded by then."""
        return self.filter(recorded_at__lte=moment)


class TargetVersion(models.Model):
    """The figure of a target from a date on, with the document (调整文号) that set it."""

    target = models.ForeignKey(Target, models.CASCADE, related_name="versions", verbose_name=_("target"))
    number = models.PositiveSmallIntegerField(_("version"), default=1)
    value = QuantityField(_("target value"))
    effective_from = models.DateField(_("in force from"))
    document_number = models.CharField(_("document number"), max_length=100, blank=True)
    stretch_note = models.CharField(
        _("why more than the target is allocated"),
        max_length=300,
        blank=True,
        help_text=_("Only with a note here may the allocations add up to more than the target (a stretch)."),
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
        ]

    def __str__(self) -> str:
        return f"{self.target} v{self.number}"


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
    """The share of a target's version that a region, or a unit in it, is to deliver."""

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
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)

    class Meta:
        verbose_name = _("allocation")
        verbose_name_plural = _("allocations")
        ordering = ["version", "region__path"]
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
        ]

    def __str__(self) -> str:
        return f"{self.version} · {self.unit or self.region}"
