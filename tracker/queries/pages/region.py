"""All that a place's page tells: where its targets stand and why, who reports there, and the returns of the year."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from tracker.calculation.levels import Level
from tracker.documents.reasons import Behind, headline, reason
from tracker.models import ExpectedReturn, Obligation, Period, Region, ReportingUnit, Return
from tracker.models.earlier import lay_within, name_units
from tracker.queries.figures.figures import Figures
from tracker.queries.pages.dashboard import Card, cards_of

#: A place with more units than these shows the first ones; the list of returns has all.
MOST_UNITS = 60
#: What of a return says whether it was late.
JUDGED = ("state", "loaded_from", "first_submitted_at", "submitted_at")


@dataclass(frozen=True)
class CityCard:
    """A target in the place, and why it stands where it does."""

    card: Card
    reason: str


@dataclass(frozen=True)
class MonthOfUnit:
    """One unit's return for one month: its state, "missing", "not_due" or, where none is expected, "not_expected"."""

    period: Period
    state: str
    is_late: bool = False
    filed: Return | None = None


@dataclass(frozen=True)
class UnitYear:
    """A unit that reports: what it reports, whom to ring up, and its months."""

    unit: ReportingUnit
    indicators: Sequence[str]
    months: Sequence[MonthOfUnit]

    @property
    def missing(self) -> list[Period]:
        """The months that are due and not submitted."""
        return [month.period for month in self.months if month.state == "missing"]


@dataclass(frozen=True)
class RegionPage:
    """A place at the end of a month."""

    headline: str
    cards: Sequence[CityCard]
    periods: Sequence[Period]
    units: Sequence[UnitYear]
    more_units: int

    @property
    def level(self) -> Level | None:
        """The worst level of its targets."""
        return min((one.card.row.level for one in self.cards if one.card.row.level), default=None)

    @property
    def late(self) -> list[UnitYear]:
        """The units with a month that is due and not submitted."""
        return [unit for unit in self.units if unit.missing]


def load_region_page(period: Period, region: Region, *, now: datetime, figures: Figures | None = None) -> RegionPage:
    """Load the region's page. The number of queries does not depend on the number of units.

    `figures` are the plan's at the period if they are already loaded. As of an earlier time the page has no units: the
    states of their returns are known of the present only.
    """
    figures = figures or Figures(period)
    cards = cards_of(figures, region)
    behind = [_behind(card) for card in cards]
    reasons = [CityCard(card, reason(row)) for card, row in zip(cards, behind, strict=True)]
    if figures.as_of is not None:
        return RegionPage(headline(str(region), behind), reasons, periods=[], units=[], more_units=0)
    expected = ExpectedReturn.objects.of(period.plan).filter(unit=OuterRef("pk"))
    within = ReportingUnit.objects.filter(lay_within(region, period.ends_on))
    units = within.filter(Exists(expected)).select_related("region")
    first = list(units[: MOST_UNITS + 1])
    shown, number = first[:MOST_UNITS], len(first) if len(first) <= MOST_UNITS else units.count()
    name_units(shown, period.ends_on)
    return RegionPage(
        headline=headline(str(region), behind),
        cards=reasons,
        periods=figures.inputs.periods_of(period.kind),
        units=_years(figures, shown, now),
        more_units=number - len(shown),
    )


def _behind(card: Card) -> Behind:
    indicator = card.row.target.indicator
    return Behind(str(indicator), str(indicator.unit), indicator.decimals, card.row.standing)


def _years(figures: Figures, units: Sequence[ReportingUnit], now: datetime) -> list[UnitYear]:
    period, months = figures.period, figures.inputs.periods_of(figures.period.kind)
    names = {one.pk: str(one) for one in figures.indicators.values()}
    indicators: dict[int, list[str]] = defaultdict(list)
    obligations = Obligation.objects.covering(period).filter(unit__in=units).order_by("unit", "indicator__code")
    for unit_id, indicator_id in obligations.values_list("unit_id", "indicator_id"):
        indicators[unit_id].append(names[indicator_id])
    expected: dict[int, dict[int, ExpectedReturn]] = defaultdict(dict)
    # Thousands of rows of which little is printed: the other columns are not read.
    rows = ExpectedReturn.objects.filter(unit__in=units, period__in=months).select_related("unit_return")
    for one in rows.only("unit", "period", "due_at", *(f"unit_return__{name}" for name in JUDGED)):
        expected[one.unit_id][one.period_id] = one
    return [
        UnitYear(unit, indicators[unit.pk], [_month(month, expected[unit.pk].get(month.pk), now) for month in months])
        if expected[unit.pk]
        else UnitYear(unit, indicators[unit.pk], [])
        for unit in units
    ]


def _month(month: Period, expected: ExpectedReturn | None, now: datetime) -> MonthOfUnit:
    if expected is None:
        return MonthOfUnit(month, "not_expected")
    is_due = now >= expected.due_at
    if expected.state == Return.State.DRAFT:  # a draft is nobody else's business
        return MonthOfUnit(month, "missing" if is_due else "not_due", is_due)
    is_late = is_due if expected.state == Return.State.SENT_BACK else expected.is_late
    return MonthOfUnit(month, expected.state, is_late, expected.unit_return)
