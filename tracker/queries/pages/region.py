"""All that a place's page tells: where its targets stand and why, who reports there, and the returns of the year."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tracker.calculation.levels import Level
from tracker.documents.reasons import Behind, headline, reason
from tracker.models import Extension, Obligation, Period, Plan, Region, ReportingUnit, Return
from tracker.queries.figures.figures import Figures
from tracker.queries.pages.dashboard import Card, cards_of

#: A place with more units than these shows the first ones; the list of returns has all.
MOST_UNITS = 60


@dataclass(frozen=True)
class CityCard:
    """A target in the place, and why it stands where it does."""

    card: Card
    reason: str


@dataclass(frozen=True)
class MonthOfUnit:
    """What became of one unit's return for one month; `state` is a return's state, "missing" or "not_due"."""

    period: Period
    state: str
    is_late: bool = False
    filed: Return | None = None


@dataclass(frozen=True)
class UnitYear:
    """A unit that reports: what it owes, whom to ring up, and its months."""

    unit: ReportingUnit
    indicators: Sequence[str]
    months: Sequence[MonthOfUnit]

    @property
    def missing(self) -> list[Period]:
        """The months that are due and not handed in."""
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
        """The units with a month that is due and not handed in."""
        return [unit for unit in self.units if unit.missing]


def load_region_page(period: Period, region: Region, *, now: datetime) -> RegionPage:
    """The sheet. The number of queries does not depend on the number of units."""
    cards = cards_of(Figures(period), region)
    behind = [_behind(card) for card in cards]
    owing = Obligation.objects.filter(plan=period.plan_id).values("unit")
    units = ReportingUnit.objects.within(region).filter(pk__in=owing, is_active=True).select_related("region")
    number = units.count()
    shown = list(units[:MOST_UNITS])
    months = list(Period.objects.filter(plan=period.plan_id, kind=period.kind).order_by("starts_on"))
    return RegionPage(
        headline=headline(str(region), behind),
        cards=[CityCard(card, reason(row)) for card, row in zip(cards, behind, strict=True)],
        periods=months,
        units=_years(period.plan, shown, months, now),
        more_units=number - len(shown),
    )


def _behind(card: Card) -> Behind:
    indicator = card.row.target.indicator
    return Behind(str(indicator), str(indicator.unit), indicator.decimals, card.row.standing)


def _years(plan: Plan, units: Sequence[ReportingUnit], months: Sequence[Period], now: datetime) -> list[UnitYear]:
    owed: dict[int, list[str]] = defaultdict(list)
    obligations = Obligation.objects.filter(plan=plan, unit__in=units).select_related("indicator")
    monthly = set()
    for row in obligations.order_by("unit", "indicator__code"):
        owed[row.unit_id].append(str(row.indicator))
        if row.frequency == Period.Kind.MONTH:
            monthly.add(row.unit_id)
    rows = Return.objects.filter(unit__in=units, period__in=months).with_deadlines()
    filed = {(row.unit_id, row.period_id): row for row in rows.select_related("period")}
    standing = Extension.objects.standing().filter(unit__in=units, period__in=months)
    until = {(row.unit_id, row.period_id): row.until for row in standing}
    return [
        UnitYear(
            unit,
            owed[unit.pk],
            [_month(unit, month, filed, until, now) for month in months] if unit.pk in monthly else [],
        )
        for unit in units
    ]


def _month(
    unit: ReportingUnit,
    month: Period,
    filed: Mapping[tuple[int, int], Return],
    until: Mapping[tuple[int, int], datetime],
    now: datetime,
) -> MonthOfUnit:
    row = filed.get((unit.pk, month.pk))
    is_due = now >= month.due_for(until.get((unit.pk, month.pk)))
    if row is not None and row.state == Return.State.SENT_BACK:
        return MonthOfUnit(month, row.state, is_due, row)
    if row is not None and not row.is_open:
        return MonthOfUnit(month, row.state, row.is_late, row)
    # a draft is nobody else's business
    return MonthOfUnit(month, "missing" if is_due else "not_due", is_due)
