"""The same period a year before: which plan's value counts where several plans hold it.

Every comparison with the year before uses this module: figures, the return's page, the template and the checks.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from tracker.calculation.periods import months_between
from tracker.calculation.rollup import SUMS, Rollup
from tracker.models import Entry, Period, Plan, ReportingUnit

FEBRUARY = 2
#: A year in weeks.
WEEKS = timedelta(weeks=52)


@dataclass(frozen=True)
class EarlierPeriods:
    """The periods of one plan, by primary key, with the codes of the periods a year later that they are compared with.

    In a base year a value is expected wherever one is expected a year later: no return states what was expected then.
    """

    codes: Mapping[int, str]
    is_base_year: bool
    #: January and February of the plan, in this order, by the code of the one period that they are a year later.
    joined: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    #: Periods that share days with the period of a code a year later, and are longer or shorter: never its value.
    unequal: Mapping[int, tuple[str, ...]] = field(default_factory=dict)

    @property
    def keys(self) -> list[int]:
        """Return the primary keys of all periods that last year's figures rest on."""
        return [*self.codes, *(pk for pair in self.joined.values() for pk in pair), *self.unequal]


def a_year_before(day: date, kind: str = Period.Kind.MONTH) -> date:
    """Return the first day of the period a year before the one that begins on `day`: for a week, 52 weeks before."""
    return day - WEEKS if kind == Period.Kind.WEEK else day.replace(year=day.year - 1)


def by_kinship(plan: Plan, others: Iterable[Plan]) -> list[Plan]:
    """Return plans in the order in which their values count for `plan`.

    Its own base year comes first, then those of the same region, then those issued last.
    """
    akin = sorted(others, key=lambda other: (other.issued_on, other.pk), reverse=True)
    return sorted(akin, key=lambda other: (other.base_year_of_id != plan.pk, other.region_id != plan.region_id))


def periods_before(plan: Plan, periods: Iterable[Period]) -> list[EarlierPeriods]:
    """Return, plan by plan in order of kinship, the periods a year before these.

    January and February as one period are compared with the same one, or with both months of a plan that has them
    apart.
    """
    days = {
        (one.kind, day): one
        for one in periods
        for day in (a_year_before(first, one.kind) for first in first_days(one.kind, one.starts_on, one.ends_on))
    }
    kinds, starts = {kind for kind, _day in days}, {day for _kind, day in days}
    starts |= {day.replace(month=1) for day in starts if day.month == FEBRUARY and day.day == 1}
    earlier = Period.objects.filter(kind__in=kinds, starts_on__in=starts).select_related("plan")
    by_plan: dict[Plan, list[Period]] = defaultdict(list)
    for one in earlier:
        by_plan[one.plan].append(one)
    found = ((one, _of_plan(by_plan[one], days, one.base_year_of_id is not None)) for one in by_kinship(plan, by_plan))
    return [one for _plan, one in found if one.keys]


def first_days(kind: str, starts_on: date, ends_on: date) -> list[date]:
    """Return the first days of the months of a month's period, which are two in 1—2月; of any other kind its own."""
    if kind != Period.Kind.MONTH:
        return [starts_on]
    return [month.first_day for month in months_between(starts_on, ends_on)]


def _of_plan(earlier: Iterable[Period], days: Mapping[tuple[str, date], Period], is_base_year: bool) -> EarlierPeriods:
    codes: dict[int, str] = {}
    halves: dict[str, list[Period]] = defaultdict(list)
    unequal: dict[int, tuple[str, ...]] = {}
    for one in earlier:
        firsts = first_days(one.kind, one.starts_on, one.ends_on)
        later = {period.code: period for day in firsts if (period := days.get((one.kind, day)))}
        for code, period in later.items():
            size = len(first_days(period.kind, period.starts_on, period.ends_on))
            if size == len(firsts):
                codes[one.pk] = code
            elif size > len(firsts):
                halves[code].append(one)
            else:
                unequal[one.pk] = tuple(later)
    joined: dict[str, tuple[int, int]] = {}
    for code, pair in halves.items():
        if len(pair) == 2:
            first, second = sorted(pair, key=lambda one: one.starts_on)
            joined[code] = (first.pk, second.pk)
        else:
            unequal[pair[0].pk] = (code,)
    return EarlierPeriods(codes, is_base_year, joined, unequal)


def verified_before(period: Period, units: Iterable[ReportingUnit]) -> Mapping[tuple[int, int], Decimal]:
    """Return what was verified for the same period a year before, by (unit, indicator).

    Of January and February together it is the sum of both months of an amount, and the last of a stock.
    """
    plans = periods_before(period.plan, [period])
    rows = Entry.objects.filter(
        unit_return__unit__in=units,
        unit_return__period__in={pk for one in plans for pk in one.keys},
        verified_value__isnull=False,
    ).order_by()
    fields = ("unit_return__unit_id", "indicator_id", "unit_return__period_id", "verified_value")
    rules, stored = {}, {}
    for unit, indicator, pk, value, rule in rows.values_list(*fields, "indicator__over_periods"):
        stored[unit, indicator, pk], rules[unit, indicator] = value, Rollup(rule)
    found: dict[tuple[int, int], Decimal] = {}
    for one in plans:
        for key, rule in rules.items():
            values = [stored.get((*key, pk)) for pk in one.codes]
            values += [_of_both(rule, *(stored.get((*key, pk)) for pk in pair)) for pair in one.joined.values()]
            for value in values:
                if value is not None:
                    found.setdefault(key, value)
    return found


def _of_both(rule: Rollup, first: Decimal | None, second: Decimal | None) -> Decimal | None:
    """Return the value of two months together; None while a half is missing, and where two months have none."""
    if rule is Rollup.LATEST:
        return second
    return first + second if rule in SUMS and first is not None and second is not None else None
