"""Regions of a plan as they are, what they and its units were called before, and other names of theirs."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from tracker.documents.setup.shape import Row
from tracker.models import EarlierRegion, EarlierUnitName, Indicator, NameAlias, Plan, Region, ReportingUnit
from tracker.models.organisation import path_and_above

#: What an earlier state of a region has for “part of none”.
TOP = "/"
NO_PLACE = {"level": "", "part_of": ""}


def plain(row: Any, names: Iterable[str]) -> Row:
    """Return fields of a row by their names."""
    return {name: getattr(row, name) for name in names}


def code_of(row: Any) -> str:
    """Return a row's code, empty where there is no row."""
    return row.code if row else ""


def region_row(region: Region) -> Row:
    """Return the row of a region."""
    return {
        **plain(region, ("code", "level", "name", "name_en", "closed_on")),
        "part_of": code_of(region.parent),
        "merged_into": code_of(region.merged_into),
    }


def regions_of(plan: Plan, units: Iterable[ReportingUnit]) -> list[Region]:
    """Return the plan's region, those above it and those below it, now or formerly, the wider first."""
    within = Region.objects.filter(path__startswith=plan.region.path)
    former = Region.objects.filter(earlier__path__startswith=plan.region.path)
    elsewhere = Region.objects.filter(pk__in={unit.region_id for unit in units})
    paths = {path for region in (within | former | elsewhere) for path in path_and_above(region.path)}
    then = EarlierRegion.objects.filter(region__path__in=paths).values_list("parent__path", flat=True)
    paths |= {path for parent in then if parent for path in path_and_above(parent)}
    return list(Region.objects.filter(path__in=paths).select_related("parent", "merged_into").order_by("path"))


def names_of(
    regions: Iterable[Region], units: Iterable[ReportingUnit], indicators: Iterable[Indicator]
) -> dict[str, list[Row]]:
    """Return the earlier states of regions and units, and the other names by which tables call them."""
    places = EarlierRegion.objects.filter(region__in=list(regions)).select_related("region", "parent")
    bodies = EarlierUnitName.objects.filter(unit__in=list(units)).select_related("unit")
    aliases = NameAlias.objects.filter(
        Q(region__in=list(regions)) | Q(unit__in=list(units)) | Q(indicator__in=list(indicators))
    )
    return {
        "earlier": [
            *(_earlier_row(one) for one in places.order_by("region__path", "until")),
            *(
                {**plain(one, ("until", "name", "name_en")), "region": "", "unit": one.unit.code, **NO_PLACE}
                for one in bodies.order_by("unit__code", "until")
            ),
        ],
        "alias": [
            {"name": one.name, **{key: code_of(getattr(one, key)) for key in ("region", "unit", "indicator")}}
            for one in aliases.select_related("region", "unit", "indicator").order_by("name", "pk")
        ],
    }


def _earlier_row(row: EarlierRegion) -> Row:
    """Return the row of an earlier state. What was as it is now is left empty."""
    is_moved = row.parent_id != row.region.parent_id
    return {
        **plain(row, ("until", "name", "name_en")),
        "region": row.region.code,
        "unit": "",
        "level": row.level if row.level != row.region.level else "",
        "part_of": (code_of(row.parent) or TOP) if is_moved else "",
    }
