"""Amounts with their unit as officials write them: 1.04亿吨 and 5000个 in Chinese, 10,400.00 10kt in English.

For sentences and single figures. Tables keep one unit for a column, and every figure in it.
"""

from decimal import Decimal

from django.utils.translation import get_language

from tracker.calculation.quantities import round_half_up
from tracker.documents.wording import MISSING, amount

#: The myriads, the larger first, and by how many powers of ten each moves the point.
MYRIADS = (("亿", 8), ("万", 4))
#: Digits behind the point at most: the next myriad has four.
MOST_DECIMALS = 4


def in_full(value: Decimal | None, unit: str, decimals: int = 2) -> str:
    """Format the amount with its unit, in the reader's form; a dash when missing.

    Chinese writes an amount of at least 一万 in 万 and of at least 一亿 in 亿 of the unit without its own 万 or 亿;
    zeros at the end are left out, and no digit that the indicator shows is lost up to four behind the point.
    """
    if value is None:
        return MISSING
    if unit == "%":
        return f"{amount(value, decimals)}%"
    if (get_language() or "").startswith("zh"):
        return _in_myriads(value, unit, decimals)
    return f"{amount(value, decimals)} {unit}"


def _in_myriads(value: Decimal, unit: str, decimals: int) -> str:
    own = next((power for name, power in MYRIADS if unit.startswith(name)), 0)
    bare = unit[1:] if own else unit
    base = round_half_up(value, decimals).scaleb(own)
    for name, power in MYRIADS:
        if abs(base) >= Decimal(10) ** power:
            shown = min(decimals + max(power - own, 0), MOST_DECIMALS)
            return f"{_plain(round_half_up(base.scaleb(-power), shown))}{name}{bare}"
    if own and base:  # 0.12万吨 stays in the unit that it is kept in
        return f"{_plain(round_half_up(value, decimals))}{unit}"
    return f"{_plain(round_half_up(base, decimals))}{unit if own else bare}"


def _plain(value: Decimal) -> str:
    """Without zeros at the end, and without a comma: Chinese groups by four, if at all."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
