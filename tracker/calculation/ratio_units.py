"""Factor of a ratio: what numerator / denominator is multiplied by to stand in the ratio's own unit."""

import unicodedata
from collections.abc import Mapping
from decimal import Decimal

from tracker.calculation.quantities import Unit

#: Pure numbers by their symbol: how many of them make up one whole.
PER_WHOLE = {"%": Decimal(100), "‰": Decimal(1000)}


def normalised(symbol: str) -> str:
    """Return a symbol as it is compared: "m³" and "m3" are one unit."""
    return unicodedata.normalize("NFKC", symbol).replace(" ", "").casefold()


def is_percent(symbol: str) -> bool:
    """Return True for the unit of %, in either width."""
    return normalised(symbol) == "%"


def names_units(symbol: str) -> bool:
    """Return True if a ratio's factor needs the units that its symbol names: not for % and ‰."""
    return normalised(symbol) not in PER_WHOLE


def ratio_scale(numerator: Unit, denominator: Unit, ratio: Unit, units: Mapping[str, Unit]) -> Decimal | None:
    """Return the factor that follows from the three units, or None where they do not go together.

    A ratio in % needs two terms of one dimension; any other unit names its two units, as 万元/亩 does. `units` maps
    normalised symbols to units. Example: 2,615,040 万元 / 10,000 亩 in 万元/亩 has the factor 1, so 261.504; with the
    numerator in 元 the factor is 0.0001.
    """
    per_whole = PER_WHOLE.get(normalised(ratio.symbol))
    if per_whole is not None:
        if numerator.dimension != denominator.dimension:
            return None
        return numerator.factor * per_whole / denominator.factor
    above, slash, below = normalised(ratio.symbol).partition("/")
    units_named = units.get(above), units.get(below)
    if not slash or units_named[0] is None or units_named[1] is None:
        return None
    if (units_named[0].dimension, units_named[1].dimension) != (numerator.dimension, denominator.dimension):
        return None
    return (numerator.factor * units_named[1].factor) / (denominator.factor * units_named[0].factor)
