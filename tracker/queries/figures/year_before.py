"""The same period a year before: which plan's value counts where several plans hold it.

Every comparison with the year before uses this module: figures, the return's page, the template and the checks.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from tracker.models import Entry, Period, Plan, ReportingUnit

#: A year in weeks.
WEEKS = timedelta(weeks=52)


@dataclass(frozen=True)
class EarlierPeriods:
    """The periods of one plan, by primary key, with the codes of the periods a year later that they are compared with.

    In a base year a value is expected wherever one is expected a year later: no return states what was expected then.
    """

    codes: Mapping[int, str]
    is_base_year: bool


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
    """Return, plan by plan in order of kinship, the periods a year before these."""
    compared = list(periods)
    days = {(one.kind, a_year_before(one.starts_on, one.kind)): one.code for one in compared}
    kinds, starts = {kind for kind, _day in days}, {day for _kind, day in days}
    earlier = Period.objects.filter(kind__in=kinds, starts_on__in=starts).select_related("plan")
    by_plan: dict[Plan, dict[int, str]] = defaultdict(dict)
    for one in earlier:
        if code := days.get((one.kind, one.starts_on)):
            by_plan[one.plan][one.pk] = code
    return [EarlierPeriods(by_plan[one], one.base_year_of_id is not None) for one in by_kinship(plan, by_plan)]


def verified_before(period: Period, units: Iterable[ReportingUnit]) -> Mapping[tuple[int, int], Decimal]:
    """Return what was verified for the same period a year before, by (unit, indicator)."""
    plans = [set(periods.codes) for periods in periods_before(period.plan, [period])]
    rows = Entry.objects.filter(
        unit_return__unit__in=units, unit_return__period__in=set().union(*plans), verified_value__isnull=False
    ).order_by()
    fields = ("unit_return__period_id", "unit_return__unit_id", "indicator_id", "verified_value")
    stored = list(rows.values_list(*fields))
    found: dict[tuple[int, int], Decimal] = {}
    for periods in plans:
        for one, unit, indicator, value in stored:
            if one in periods and value is not None:
                found.setdefault((unit, indicator), value)
    return found
