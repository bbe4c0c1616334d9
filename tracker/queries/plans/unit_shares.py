"""The part of a target that a unit is held to."""

from collections.abc import Collection
from decimal import Decimal

from tracker.models import Allocation, Period, ReportingUnit, TargetVersion


def unit_shares(period: Period, units: Collection[ReportingUnit]) -> dict[tuple[int, int], Decimal]:
    """Return the allocated targets of units for a period, by (unit, indicator), in the indicator's unit of measure.

    The versions in force at the period's end count. A unit's own allocation comes before its region's; a unit with
    neither is left out.
    """
    in_force = TargetVersion.objects.filter(target__plan=period.plan_id).in_force_on(period.ends_on)
    newest = {version.target_id: version.pk for version in in_force}
    rows = Allocation.objects.filter(version__in=newest.values(), region__in={unit.region_id for unit in units})
    shares: dict[tuple[int, int], Decimal] = {}
    of_regions: list[tuple[int, int, Decimal]] = []
    for row in rows.select_related("version__target"):
        indicator = row.version.target.indicator_id
        if row.unit_id is None:
            of_regions.append((row.region_id, indicator, row.value))
        else:
            shares[row.unit_id, indicator] = row.value
    for unit in units:
        for region, indicator, value in of_regions:
            if region == unit.region_id:
                shares.setdefault((unit.pk, indicator), value)
    return shares
