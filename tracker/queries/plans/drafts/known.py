"""Units of measure, regions and indicators of an installation, by the names that documents use."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from django.conf import settings

from tracker.models import Indicator, MeasureUnit, Region
from tracker.queries.plans.drafts.draft import DraftRegion
from tracker.uploads.policy.draft import Codes
from tracker.uploads.policy.units import COUNT_UNITS, scaled

#: Regions whose codes are shipped: they are offered to documents that name them.
SHIPPED_REGIONS = Path(settings.BASE_DIR) / "fixtures" / "regions.toml"


@dataclass(frozen=True)
class KnownUnit:
    """A unit of measure: `factor` is its size in the dimension's base unit."""

    code: str
    symbol: str
    dimension: str
    factor: Decimal
    is_countable: bool = False
    is_new: bool = False


@dataclass(frozen=True)
class Known:
    """Units by symbol, regions by name, codes and units of indicators by name."""

    units: Mapping[str, KnownUnit]
    regions: Mapping[str, str]
    indicators: Mapping[str, tuple[str, KnownUnit]]

    def unit(self, symbol: str) -> KnownUnit:
        """Return the unit of this symbol, or the new one that it becomes: of a dimension of its own, with its scale.

        Example: 万人次, if it is not known, becomes a unit of the dimension 人次 with the factor 10000.
        """
        if symbol in self.units:
            return self.units[symbol]
        factor, plain = scaled(Decimal(1), symbol)
        is_countable = plain in COUNT_UNITS and factor == 1
        return KnownUnit(symbol[:30], symbol, plain[:30], factor, is_countable, is_new=True)

    def places(self, names: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the names of regions that are known, in full, and those that are not."""
        codes = Codes({}, self.regions)
        full = {code: name for name, code in self.regions.items()}
        known: list[str] = []
        unknown: list[str] = []
        for name in names:
            found = codes.regions_of([name])
            (known.append(full[found[0]]) if found else unknown.append(name))
        return tuple(dict.fromkeys(known)), tuple(unknown)


def load_known(added: tuple[DraftRegion, ...] = ()) -> Known:
    """Return what the database holds, with the regions that a draft adds."""
    units = [
        KnownUnit(one.code, one.symbol, one.dimension, one.factor, one.is_countable)
        for one in MeasureUnit.objects.order_by("pk")
    ]
    by_code = {one.code: one for one in units}
    indicators = Indicator.objects.values_list("name", "code", "unit__code")
    return Known(
        units={one.symbol: one for one in reversed(units)},
        regions={**{one.name: one.code for one in added}, **dict(Region.objects.values_list("name", "code"))},
        indicators={name: (code, by_code[unit]) for name, code, unit in indicators},
    )


def shipped_regions(title: str) -> tuple[DraftRegion, ...]:
    """Return the shipped regions of the province that a document's title or issuer names, the province first."""
    rows = tomllib.loads(SHIPPED_REGIONS.read_text(encoding="utf-8"))["region"]
    regions = [
        DraftRegion(row["code"], row["name"], row["level"], row.get("part_of", ""), row.get("name_en", ""))
        for row in rows
    ]
    top = next((one for one in regions if not one.part_of and one.name.rstrip("省市") in title), None)
    return tuple(one for one in regions if top and top.code in (one.code, one.part_of))
