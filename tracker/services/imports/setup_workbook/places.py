"""Importing levels, regions, units of measure and reporting units."""

from tracker.models import MeasureUnit, Region, RegionLevel, ReportingUnit
from tracker.queries.imports.setup_workbook.read import SetupRow
from tracker.services.imports.setup_workbook.run import NEW, SetupRun
from tracker.services.plans.move_region import move_region
from tracker.services.plans.obligations import save_unit


def import_levels(run: SetupRun) -> None:
    """Add or change levels of regions."""
    for position, row in enumerate(run.rows("level")):
        with run.each(row):
            stored = RegionLevel.objects.filter(code=row.values["code"]).first()
            instance = stored or RegionLevel(code=row.values["code"], position=position)
            if stored is None:
                run.require_scope(row, run.manages_common())
            run.put(row, instance, {name: row.values[name] for name in ("name", "name_en")})


def import_regions(run: SetupRun) -> None:
    """Add or change regions, each after the one that it is part of."""
    waiting = list(run.rows("region"))
    codes = {row.values["code"] for row in waiting} | {row.values["name"] for row in waiting}
    done: set[str] = set()
    while waiting:
        ready = [row for row in waiting if row.values["part_of"] not in codes or row.values["part_of"] in done]
        for row in ready or waiting:
            _import_region(run, row)
            done |= {row.values["code"], row.values["name"]}
        waiting = [row for row in waiting if ready and row not in ready]


def _import_region(run: SetupRun, row: SetupRow) -> None:
    with run.each(row, {"parent": "part_of"}):
        parent = run.find(row, "part_of", "region")
        region = run.lookup.get("region", row.values["code"])
        is_new = region is None
        region = region or Region(code=row.values["code"])
        moved = not is_new and parent is not None and region.parent_id != parent.pk
        values = {name: row.values[name] for name in ("level", "name", "name_en")}
        if is_new:
            region.parent = parent
        elif moved:
            run.require_scope(row, run.manages_region(region) and run.manages_region(parent))
            move_region(region, parent, acting_user=run.user, now=run.now)
        changed = run.put(row, region, values)
        if moved and changed == "same":
            run.outcomes[-1].change = "changed"
        if changed != "same":
            run.require_scope(row, run.manages_region(region))
        run.lookup.add("region", region)


def import_measures(run: SetupRun) -> None:
    """Add or change units of measure. One that indicators use keeps its dimension and factor."""
    for row in run.rows("unit"):
        with run.each(row):
            unit = run.lookup.get("unit", row.values["code"])
            instance = unit or MeasureUnit(code=row.values["code"])
            values = {name: value for name, value in row.values.items() if name != "code"}
            locked = ("dimension", "factor") if unit and unit.indicators.exists() else ()
            if run.put(row, instance, values, locked=locked) != "same":
                run.require_scope(row, run.manages_common())
            run.lookup.add("unit", instance)


def import_units(run: SetupRun) -> None:
    """Add or change reporting units. One that has returns keeps its region."""
    for row in run.rows("reporting_unit"):
        with run.each(row):
            region = run.find(row, "region", "region")
            unit = run.lookup.get("reporting_unit", row.values["code"])
            instance = unit or ReportingUnit(code=row.values["code"])
            names = ("name", "name_en", "contact_phone", "closed_on")
            values = {**{name: row.values[name] for name in names}, "region": region}
            locked = ("region",) if unit and unit.returns.exists() else ()
            if unit is not None:
                run.require_scope(row, run.manages_region(unit.region) or not _differs(unit, values), "region")
            change = run.put(
                row,
                instance,
                values,
                lambda one: save_unit(one, acting_user=run.user, now=run.now),
                locked=locked,
            )
            if change == NEW or (change != "same" and not locked):
                run.require_scope(row, run.manages_region(region), "region")
            run.lookup.add("reporting_unit", instance)


def _differs(unit: ReportingUnit, values: dict[str, object]) -> bool:
    return any(getattr(unit, name) != value for name, value in values.items())
