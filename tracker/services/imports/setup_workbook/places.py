"""Importing levels, regions, units of measure and reporting units."""

from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from tracker.models import MeasureUnit, Region, RegionLevel, ReportingUnit
from tracker.queries.imports.setup_workbook.read import SetupRow
from tracker.services.audit.configuration import create_configured
from tracker.services.imports.setup_workbook.run import CHANGED, NEW, SAME, SetupRun, label_of, shown
from tracker.services.plans.move_region import move_region
from tracker.services.plans.obligations import save_unit
from tracker.services.plans.region_changes import close_region, merge_region


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


def import_closings(run: SetupRun) -> None:
    """Close regions, or merge them into others, the lower ones first. A region that is closed stays closed."""
    new = {one.cell for one in run.outcomes if one.table == "region" and one.change == NEW}
    rows = {row.values["code"]: row for row in run.read.rows.get("region", [])}
    stored = Region.objects.filter(code__in=rows).select_related("merged_into").order_by("-path")
    for region in stored:
        row = rows[region.code]
        day, into = row.values["closed_on"], row.values["merged_into"]
        if (region.closed_on, bool(into)) == (day, region.merged_into is not None):
            continue
        with run.each(row, {"since": "closed_on", "into": "merged_into"}):
            _close(run, row, region, is_new=row.cell("") in new)


def _close(run: SetupRun, row: SetupRow, region: Region, *, is_new: bool) -> None:
    day, into = row.values["closed_on"], run.find(row, "merged_into", "region")
    if day is None or region.closed_on is not None:
        message = _("A region that is closed stays closed. Give the day, and leave it as it is from then on.")
        run.complain(row, "closed_on", message)
        return
    run.require_scope(row, run.manages_region(region))
    if is_new:
        region.closed_on, region.merged_into = day, into
        region.save(update_fields=["closed_on", "merged_into"])
    elif into is None:
        close_region(region, since=day, acting_user=run.user, now=run.now)
    else:
        merge_region(region, into, since=day, acting_user=run.user, now=run.now)
    run.lookup.add("region", region)
    outcome = next(one for one in run.outcomes if (one.table, one.cell) == ("region", row.cell("")))
    if outcome.change != NEW:
        outcome.change = CHANGED
        outcome.details.append({"label": label_of("region", "closed_on"), "before": "—", "after": shown(day)})


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
    new: list[tuple[ReportingUnit, SetupRow]] = []
    for row in run.rows("reporting_unit"):
        unit = run.lookup.get("reporting_unit", row.values["code"])
        with run.each(row, is_written=unit is not None):
            names = ("name", "name_en", "contact_phone", "closed_on")
            values = {name: row.values[name] for name in names} | {"region": run.find(row, "region", "region")}
            if unit is None:
                new.append((_new_unit(run, row, values), row))
            else:
                _change_unit(run, row, unit, values)
    created = [unit for unit, _row in new]
    if new and run.create(new[0][1], lambda: create_configured(created, acting_user=run.user, now=run.now)):
        for unit in created:
            run.lookup.add("reporting_unit", unit)


def _new_unit(run: SetupRun, row: SetupRow, values: dict[str, Any]) -> ReportingUnit:
    """Return a new unit that is valid; its code is in no other row and not stored."""
    unit = ReportingUnit(code=row.values["code"], **values)
    unit.clean_fields(exclude={"region"} if unit.region_id else set())
    unit.clean()
    run.require_scope(row, run.manages_region(unit.region), "region")
    run.note(row, NEW, str(unit))
    return unit


def _change_unit(run: SetupRun, row: SetupRow, unit: ReportingUnit, values: dict[str, Any]) -> None:
    locked = ("region",) if unit.returns.exists() else ()
    run.require_scope(row, run.manages_region(unit.region) or not _differs(unit, values), "region")
    save = partial(save_unit, acting_user=run.user, now=run.now)
    if run.put(row, unit, values, save, locked=locked) != SAME and not locked:
        run.require_scope(row, run.manages_region(values["region"]), "region")
    run.lookup.add("reporting_unit", unit)


def _differs(unit: ReportingUnit, values: dict[str, object]) -> bool:
    return any(getattr(unit, name) != value for name, value in values.items())
