"""The part of a target that a unit is held to, and the targets that ask for all of so many."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import FilteredRelation, Q

from tracker.models import Period, ReportingUnit, Target, TargetVersion


class _Line(NamedTuple):
    """A version of a target with one of its allocations, or with none."""

    plan: int
    target: int
    version: int
    indicator: int
    code: str
    bound: str
    value: Decimal
    effective_from: date
    region: int | None
    unit: int | None
    allocated: Decimal | None


@dataclass(frozen=True)
class AllocatedTargets:
    """The targets of plans with what is allocated in some regions."""

    lines: Mapping[int, list[_Line]]

    def in_force(self, plan: int, day: date) -> list[_Line]:
        """Return the lines of the versions in force on a day."""
        effective = [line for line in self.lines.get(plan, []) if line.effective_from <= day]
        newest = {line.target: line.version for line in effective}
        return [line for line in effective if newest[line.target] == line.version]

    def shares(self, plan: int, unit: int, region: int, day: date) -> dict[tuple[int, str], Decimal]:
        """Return a unit's allocated targets by (indicator, its code): its own before its region's."""
        own: dict[tuple[int, str], Decimal] = {}
        of_region: dict[tuple[int, str], Decimal] = {}
        for line in self.in_force(plan, day):
            if line.allocated is not None and line.unit == unit:
                own[line.indicator, line.code] = line.allocated
            elif line.allocated is not None and line.unit is None and line.region == region:
                of_region[line.indicator, line.code] = line.allocated
        return of_region | own

    def wholes(self, plan: int, day: date) -> dict[str, Decimal]:
        """Return the targets of the kind "all of 27", by the indicator's code."""
        all_of = Target.Bound.ALL_OF
        return {line.code: line.value for line in self.in_force(plan, day) if line.bound == all_of}


def read_allocated(plans: Collection[int], regions: Collection[int]) -> AllocatedTargets:
    """Return the targets of plans, and what is allocated in these regions, in one query."""
    mine = FilteredRelation("allocations", condition=Q(allocations__region__in=list(regions)))
    rows = TargetVersion.objects.filter(target__plan__in=list(plans)).annotate(mine=mine)
    fields = (
        *("target__plan_id", "target_id", "pk", "target__indicator_id", "target__indicator__code", "target__bound"),
        *("value", "effective_from", "mine__region_id", "mine__unit_id", "mine__value"),
    )
    lines: dict[int, list[_Line]] = defaultdict(list)
    for row in rows.order_by("target_id", "effective_from", "number").values_list(*fields):
        lines[row[0]].append(_Line(*row))
    return AllocatedTargets(lines)


def unit_shares(period: Period, units: Collection[ReportingUnit]) -> dict[tuple[int, int], Decimal]:
    """Return the allocated targets of units for a period, by (unit, indicator), in the indicator's unit of measure.

    The versions in force at the period's end count. A unit's own allocation comes before its region's; a unit with
    neither is left out.
    """
    allocated = read_allocated([period.plan_id], {unit.region_id for unit in units})
    return {
        (unit.pk, indicator): value
        for unit in units
        for (indicator, _code), value in allocated.shares(
            period.plan_id, unit.pk, unit.region_id, period.ends_on
        ).items()
    }
