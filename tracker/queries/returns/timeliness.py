"""Completeness and timeliness of a region's returns, by unit and by period. See `tracker.calculation.timeliness`."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import Count

from tracker.calculation.timeliness import Filing, Timeliness
from tracker.models import ExpectedReturn, Period, Plan, Region, ReportingUnit, Return
from tracker.models.earlier import name_units
from tracker.queries.returns.filings_known_at import FilingsKnownAt
from tracker.queries.returns.times_sent_back import times_sent_back

#: So many returns are named in one query: databases bound the number of parameters.
AT_ONCE = 5_000


@dataclass(frozen=True)
class UnitTimeliness:
    """One unit's returns over the periods."""

    unit: ReportingUnit
    total: Timeliness


@dataclass(frozen=True)
class PeriodTimeliness:
    """One period's returns over the units."""

    period: Period
    total: Timeliness


def timeliness(plan: Plan, region: Region, until_period: Period, *, now: datetime) -> list[UnitTimeliness]:
    """For each unit of a region, its returns for the plan's periods (of any kind) that end by that period's end.

    In the order of regions and codes; every unit of which the plan expects a return is there. A fixed number of
    queries.
    """
    return Filings(plan, region, until_period, now=now).by_unit()


def timeliness_by_period(plan: Plan, region: Region, until_period: Period, *, now: datetime) -> list[PeriodTimeliness]:
    """Return the same returns by period, the earliest first."""
    return Filings(plan, region, until_period, now=now).by_period()


class Filings:
    """What has become of the returns that a region's units are to submit, counted by the database in either way."""

    def __init__(
        self, plan: Plan, region: Region, until_period: Period, *, now: datetime, as_of: datetime | None = None
    ) -> None:
        """Count at `now`; with `as_of`, as it was known at that earlier moment."""
        self.as_of = as_of
        self.day = until_period.ends_on
        rows = ExpectedReturn.objects.of(plan).within_at(region, until_period).filter(period__ends_on__lte=self.day)
        self.plan, self.now, self.rows = plan, now, rows.order_by()

    def by_unit(self) -> list[UnitTimeliness]:
        """In the order of regions and codes."""
        totals = self._totals("unit")
        units = list(ReportingUnit.objects.filter(pk__in=self.rows.values("unit")).select_related("region"))
        name_units(units, self.day)
        return [
            UnitTimeliness(unit, totals[unit.pk]) for unit in sorted(units, key=lambda one: (one.region.path, one.code))
        ]

    def by_period(self) -> list[PeriodTimeliness]:
        """Return the returns by period, the earliest first."""
        totals = self._totals("period")
        found = sorted(
            Period.objects.filter(pk__in=list(totals)).select_related("plan"),
            key=lambda period: (period.ends_on, -period.starts_on.toordinal()),
        )
        return [PeriodTimeliness(period, totals[period.pk]) for period in found]

    def _totals(self, by: str) -> dict[int, Timeliness]:
        """Return the counts by unit or period."""
        numbers: dict[int, Counter[Filing]] = defaultdict(Counter)
        if self.as_of is not None:
            return self._totals_then(by, self.as_of)
        counted = self.rows.with_filing(self.now).values_list(by, "became").annotate(number=Count("pk"))
        for pk, filing, number in counted:
            numbers[pk][Filing(filing)] = number
        times: Counter[int] = Counter()
        sent_back = sorted(self._times_sent_back)
        for start in range(0, len(sent_back), AT_ONCE):
            concerned = self.rows.filter(unit_return__in=sent_back[start : start + AT_ONCE])
            for pk, unit_return in concerned.values_list(by, "unit_return"):
                times[pk] += self._times_sent_back[unit_return]
        return {pk: Timeliness(found, times[pk]) for pk, found in numbers.items()}

    def _totals_then(self, by: str, moment: datetime) -> dict[int, Timeliness]:
        numbers: dict[int, Counter[Filing]] = defaultdict(Counter)
        times: Counter[int] = Counter()
        for unit, period, filing, sent_back in FilingsKnownAt(self.rows, moment):
            key = unit if by == "unit" else period
            numbers[key][filing] += 1
            times[key] += sent_back
        return {pk: Timeliness(found, times[pk]) for pk, found in numbers.items()}

    @cached_property
    def _times_sent_back(self) -> dict[int, int]:
        return times_sent_back(Return.objects.filter(period__plan=self.plan))
