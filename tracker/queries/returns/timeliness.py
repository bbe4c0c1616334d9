"""Completeness and timeliness of a region's returns, by unit and by period. See `tracker.calculation.timeliness`."""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from tracker.calculation.timeliness import Filing, Timeliness
from tracker.models import ExpectedReturn, Period, Plan, Region, ReportingUnit, Return
from tracker.models.earlier import name_units
from tracker.queries.returns.times_sent_back import times_sent_back


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
    """The same returns by period, the earliest first."""
    return Filings(plan, region, until_period, now=now).by_period()


class Filings:
    """What has become of each return that a region's units are to submit, read once for every way to count it."""

    def __init__(self, plan: Plan, region: Region, until_period: Period, *, now: datetime) -> None:
        self.day = until_period.ends_on
        rows = ExpectedReturn.objects.of(plan).within_at(region, until_period).filter(period__ends_on__lte=self.day)
        self.plan, self.now = plan, now
        self.rows = rows.select_related("unit__region", "period", "unit_return")

    def by_unit(self) -> list[UnitTimeliness]:
        """In the order of regions and codes."""
        totals = self._totals(lambda row: row.unit_id)
        units = {row.unit_id: row.unit for row in self.rows}.values()
        name_units(units, self.day)
        return [
            UnitTimeliness(unit, totals[unit.pk]) for unit in sorted(units, key=lambda one: (one.region.path, one.code))
        ]

    def by_period(self) -> list[PeriodTimeliness]:
        """The earliest first."""
        totals = self._totals(lambda row: row.period_id)
        periods = {row.period_id: row.period for row in self.rows}.values()
        found = sorted(periods, key=lambda period: (period.ends_on, -period.starts_on.toordinal()))
        return [PeriodTimeliness(period, totals[period.pk]) for period in found]

    def _totals(self, by: Callable[[ExpectedReturn], int]) -> dict[int, Timeliness]:
        filings: dict[int, list[Filing]] = defaultdict(list)
        times: Counter[int] = Counter()
        for row in self.rows:
            filings[by(row)].append(row.filing(self.now))
            times[by(row)] += self._times_sent_back.get(row.unit_return_id or 0, 0)
        return {pk: Timeliness.of(found, times[pk]) for pk, found in filings.items()}

    @cached_property
    def _times_sent_back(self) -> dict[int, int]:
        return times_sent_back(Return.objects.filter(period__plan=self.plan))
