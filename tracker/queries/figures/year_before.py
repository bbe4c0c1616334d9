"""The same period a year before: which plan's value counts where several plans hold it.

Every comparison with the year before uses this module: figures, the return's page, the template and the checks.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal

from tracker.models import Entry, Period, Plan, ReportingUnit

#: A year in weeks.
WEEKS = timedelta(weeks=52)


def a_year_before(day: date, kind: str = Period.Kind.MONTH) -> date:
    """Return the first day of the period a year before the one that begins on `day`: for a week, 52 weeks before."""
    return day - WEEKS if kind == Period.Kind.WEEK else day.replace(year=day.year - 1)


def by_kinship(plan: Plan, others: Iterable[Plan]) -> list[Plan]:
    """Return plans in the order in which their values count for `plan`: same region first, then issued last first."""
    akin = sorted(others, key=lambda other: (other.issued_on, other.pk), reverse=True)
    return sorted(akin, key=lambda other: other.region_id != plan.region_id)


def periods_before(plan: Plan, periods: Iterable[Period]) -> list[dict[int, str]]:
    """Return, plan by plan in order of kinship, the periods a year before these.

    Each dict maps the primary key of an earlier period to the code of the period that it is compared with.
    """
    compared = list(periods)
    days = {(one.kind, a_year_before(one.starts_on, one.kind)): one.code for one in compared}
    kinds, starts = {kind for kind, _day in days}, {day for _kind, day in days}
    earlier = Period.objects.filter(kind__in=kinds, starts_on__in=starts).select_related("plan")
    by_plan: dict[Plan, dict[int, str]] = defaultdict(dict)
    for one in earlier:
        if code := days.get((one.kind, one.starts_on)):
            by_plan[one.plan][one.pk] = code
    return [by_plan[other] for other in by_kinship(plan, by_plan)]


def verified_before(period: Period, units: Iterable[ReportingUnit]) -> Mapping[tuple[int, int], Decimal]:
    """Return what was verified for the same period a year before, by (unit, indicator)."""
    plans = [set(periods) for periods in periods_before(period.plan, [period])]
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
