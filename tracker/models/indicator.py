"""What is counted: units of measure, indicators and how they roll up."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tracker.calculation.ratio_units import is_percent
from tracker.calculation.rollup import Rollup
from tracker.models.naming import Named

# Plain strings: migrations carry them, and never import code of ours.
ROLLUP_CHOICES = [
    (Rollup.SUM.value, _("Sum")),
    (Rollup.LATEST.value, _("Latest")),
    (Rollup.SUM_IN_YEAR.value, _("Sum within a year")),
    (Rollup.MEAN.value, _("Mean")),
    (Rollup.WEIGHTED.value, _("Weighted mean")),
    (Rollup.MAXIMUM.value, _("Maximum")),
    (Rollup.MINIMUM.value, _("Minimum")),
    (Rollup.OWN.value, _("The upper body's own figure")),
    (Rollup.RATIO.value, _("Ratio")),
    (Rollup.NONE.value, pgettext_lazy("roll-up", "None")),
]


class MeasureUnit(models.Model):
    """A unit of measure. Units of one dimension convert by `factor`, the size in the dimension's base unit."""

    code = models.CharField(_("code"), max_length=30, unique=True)
    symbol = models.CharField(_("symbol"), max_length=20)
    symbol_en = models.CharField(_("English symbol"), max_length=40)
    dimension = models.CharField(
        _("dimension"),
        max_length=30,
        help_text=_("What it measures; units of one dimension convert into each other: mass for 吨 and 万吨."),
    )
    factor = models.DecimalField(
        _("factor to base unit"),
        max_digits=20,
        decimal_places=6,
        help_text=_("How many base units it is: of 万吨, with the base unit 吨, 10000."),
    )
    is_countable = models.BooleanField(
        _("counts whole things"),
        default=False,
        help_text=_("Values are whole numbers, and targets are due in whole things."),
    )

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
        """Return the symbol in the reader's language."""
        return self.symbol_en if get_language() == "en" else self.symbol


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

    code = models.SlugField(
        _("code"),
        max_length=60,
        unique=True,
        help_text=_("Names the indicator in templates and exports; letters, digits and _, such as coal_gangue."),
    )
    unit = models.ForeignKey(MeasureUnit, models.PROTECT, related_name="indicators", verbose_name=_("unit"))
    decimals = models.PositiveSmallIntegerField(_("decimals shown"), default=2)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.ENTERED)
    direction = models.CharField(_("direction"), max_length=10, choices=Direction, default=Direction.MORE)
    over_periods = models.CharField(
        _("aggregation over time"),
        max_length=12,
        choices=ROLLUP_CHOICES,
        help_text=_("Monthly amounts add up: sum. Of a stock, such as bases being built, the latest counts."),
    )
    over_places = models.CharField(
        _("aggregation over regions"),
        max_length=12,
        choices=ROLLUP_CHOICES,
        help_text=_("Amounts of cities add up: sum. A rate does not: mean, weighted mean, or the upper body's own."),
    )
    weight = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("weighted by"),
        help_text=_("The indicator that a weighted mean over places is weighted by."),
    )
    numerator = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("numerator")
    )
    denominator = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("denominator")
    )
    parts: "models.ManyToManyField[Indicator, IndicatorPart]" = models.ManyToManyField(
        "self", through="IndicatorPart", symmetrical=False, related_name="wholes", verbose_name=_("parts")
    )
    included_in = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="included",
        verbose_name=_("of which: part of"),
        help_text=_("Its amount is contained in this other indicator's, and never above it."),
    )
    allows_negative = models.BooleanField(
        _("may be below zero"),
        default=False,
        help_text=_("Only where a period may correct earlier ones downwards; elsewhere a value below zero is refused."),
    )
    definition = models.TextField(_("definition"), blank=True)
    source = models.CharField(
        _("source of the data"),
        max_length=300,
        blank=True,
        help_text=_("Where units take the values from, such as 企业生产台账 or 统计局年报."),
    )
    revision_note = models.TextField(
        _("revisions of this indicator"),
        blank=True,
        help_text=_("Only where they differ from the revision policy of the organisation."),
    )

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
            ),
            models.CheckConstraint(
                condition=Q(over_places="weighted", weight__isnull=False)
                | (~Q(over_places="weighted") & Q(weight=None)),
                name="indicator_weight_of_mean",
                violation_error_message=_("A weighted mean, and nothing else, needs the indicator it is weighted by."),
            ),
        ]

    @property
    def is_percent(self) -> bool:
        """Return True if it is counted in %: its changes are percentage points."""
        return is_percent(self.unit.symbol)


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
