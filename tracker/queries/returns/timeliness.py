"""Completeness and timeliness of a region's returns, by unit and by period. See `tracker.calculation.timeliness`."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from tracker.calculation.timeliness import Filing, Timeliness, filing_of
from tracker.models import Extension, Obligation, Period, Plan, Region, ReportingUnit, Return
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

    In the order of regions and codes; every active unit that owes the plan a return is there, and every other one
    that handed one in. A fixed number of queries.
    """
    return Filings(plan, region, until_period, now=now).by_unit()


def timeliness_by_period(plan: Plan, region: Region, until_period: Period, *, now: datetime) -> list[PeriodTimeliness]:
    """The same returns by period, the earliest first."""
    return Filings(plan, region, until_period, now=now).by_period()


class Filings:
    """What has become of each return that a region's units owe a plan, read once for every way to count it."""

    def __init__(self, plan: Plan, region: Region, until_period: Period, *, now: datetime) -> None:
        self.plan, self.now = plan, now
        self.units = {unit.pk: unit for unit in ReportingUnit.objects.within(region).select_related("region")}
        periods = Period.objects.filter(plan=plan, ends_on__lte=until_period.ends_on)
        self.periods = {period.pk: period for period in periods.order_by("ends_on", "-starts_on")}

    def by_unit(self) -> list[UnitTimeliness]:
        """In the order of regions and codes."""
        totals = self._totals(lambda unit_id, period_id: unit_id)
        return [UnitTimeliness(unit, totals[pk]) for pk, unit in self.units.items() if pk in totals]

    def by_period(self) -> list[PeriodTimeliness]:
        """The earliest first."""
        totals = self._totals(lambda unit_id, period_id: period_id)
        return [PeriodTimeliness(period, totals[pk]) for pk, period in self.periods.items() if pk in totals]

    @cached_property
    def judged(self) -> dict[tuple[int, int], Filing]:
        """By unit and period."""
        judged = {}
        for key in self._owed():
            returned = self._returns.get(key)
            judged[key] = filing_of(
                first_late=self.periods[key[1]].due_for(self._extensions.get(key)),
                handed_in=returned.handed_in_at if returned else None,
                is_filed=returned is not None and not returned.is_open,
                now=self.now,
            )
        return judged

    def _totals(self, by: Callable[[int, int], int]) -> dict[int, Timeliness]:
        filings: dict[int, list[Filing]] = defaultdict(list)
        times: Counter[int] = Counter()
        for key, filing in self.judged.items():
            filings[by(*key)].append(filing)
            times[by(*key)] += self._times_sent_back.get(self._returns[key].pk, 0) if key in self._returns else 0
        return {pk: Timeliness.of(found, times[pk]) for pk, found in filings.items()}

    def _owed(self) -> Iterator[tuple[int, int]]:
        """What active units are to report, and what anybody handed in."""
        periods: dict[str, list[int]] = defaultdict(list)
        for period in self.periods.values():
            periods[period.kind].append(period.pk)
        owing = Obligation.objects.filter(plan=self.plan).order_by().values_list("unit_id", "frequency").distinct()
        owed = {
            (unit_id, period_id)
            for unit_id, kind in owing
            if unit_id in self.units and self.units[unit_id].is_active
            for period_id in periods[kind]
        }
        handed_in = {key for key, row in self._returns.items() if row.handed_in_at or not row.is_open}
        return iter(sorted(owed | handed_in))

    @cached_property
    def _returns(self) -> dict[tuple[int, int], Return]:
        fields = ("unit", "period", "state", "submitted_at", "first_submitted_at", "loaded_from")
        rows = self._of_periods(Return.objects.only(*fields))
        return {(row.unit_id, row.period_id): row for row in rows}

    @cached_property
    def _extensions(self) -> dict[tuple[int, int], datetime]:
        rows = self._of_periods(Extension.objects.standing())
        return {(row.unit_id, row.period_id): row.until for row in rows}

    @cached_property
    def _times_sent_back(self) -> dict[int, int]:
        return times_sent_back(Return.objects.filter(period__plan=self.plan))

    def _of_periods(self, rows: QuerySet[Any]) -> Iterable[Any]:
        of_plan = rows.filter(period__plan=self.plan)
        return (row for row in of_plan if row.unit_id in self.units and row.period_id in self.periods)
