"""Importing earlier names of regions and units, and other names by which tables call things."""

from typing import Any

from django.utils.translation import gettext as _

from tracker.models import EarlierRegion, EarlierUnitName, NameAlias
from tracker.queries.imports.past_values.names import plain
from tracker.queries.imports.setup_workbook.read import SetupRow
from tracker.queries.plans.place_tables import TOP
from tracker.services.imports.setup_workbook.run import SAME, RowIsWrong, SetupRun
from tracker.services.plans.earlier_states import arrange_earlier_regions, check_earlier, follow_earlier_names

NAMES = ("name", "name_en")


def import_earlier(run: SetupRun) -> None:
    """Add or change earlier states of regions and units. Those that the workbook does not name stay."""
    entered: list[EarlierRegion] = []
    last = None
    for row in run.rows("earlier"):
        with run.each(row, {"parent": "part_of"}):
            region, unit = run.find(row, "region", "region"), run.find(row, "unit", "reporting_unit")
            if (region is None) == (unit is None):
                run.complain(row, "region", _("Name a region or a reporting unit."))
                raise RowIsWrong
            run.require_scope(row, run.manages_region(region or unit.region))
            if unit is not None:
                _import_name(run, row, unit)
            else:
                entered += _import_state(run, row, region)
                last = row
    if last is not None and entered:
        with run.each(last, {"parent": "part_of"}):
            arrange_earlier_regions(entered)


def _import_name(run: SetupRun, row: SetupRow, unit: Any) -> None:
    day = row.values["until"]
    stored = unit.earlier_names.filter(until=day).first()
    earlier = stored or EarlierUnitName(unit=unit, until=day, recorded_at=run.now)
    values = {name: row.values[name] for name in NAMES}
    change = run.put(row, earlier, values, label=f"{unit} · {day}", check=lambda one: check_earlier(one, run.now))
    if change != SAME:
        follow_earlier_names([unit])


def _import_state(run: SetupRun, row: SetupRow, region: Any) -> list[EarlierRegion]:
    """Import a region's earlier state; return it where it is new or changed."""
    day, above = row.values["until"], row.values["part_of"]
    parent = None if above == TOP else run.find(row, "part_of", "region") if above else region.parent
    stored = region.earlier.filter(until=day).first()
    earlier = stored or EarlierRegion(region=region, until=day, path=region.path, recorded_at=run.now)
    values = {name: row.values[name] for name in NAMES}
    values |= {"level": row.values["level"] or region.level, "parent": parent}
    change = run.put(row, earlier, values, label=f"{region} · {day}", check=lambda one: check_earlier(one, run.now))
    return [] if change == SAME else [earlier]


def import_aliases(run: SetupRun) -> None:
    """Add other names of regions, units and indicators."""
    of = {"region": "region", "unit": "reporting_unit", "indicator": "indicator"}
    for row in run.rows("alias"):
        with run.each(row):
            named = {key: run.find(row, key, table) for key, table in of.items()}
            words = {"name": plain(row.values["name"]), **named}
            label = f"{row.values['name']} → {named['unit'] or named['region'] or named['indicator']}"
            if NameAlias.objects.filter(**words).exists():
                run.note(row, SAME, label)
                continue
            region = named["region"] or (named["unit"].region if named["unit"] else None)
            run.require_scope(row, run.manages_region(region) if region else run.manages_common())
            run.put(row, NameAlias(added_at=run.now, **words), {}, label=label)
