"""Rules that compare a value with what is usual for its unit, with its share of the target, and with the whole.

As in `checks`, a rule gives a flag or nothing. All amounts are in the indicator's unit.
"""

from collections.abc import Sequence
from decimal import Decimal

from tracker.calculation.checks import CheckBounds, Flag, make_flag
from tracker.calculation.usual import Usual

#: A slip is a power of ten away from the usual value, give or take a factor of two: a month differs from another.
NEAR = Decimal(2)
MAX_POWER = 8
#: A cumulative value is the last one and a usual month, give or take half a month.
HALF = Decimal("0.5")
#: Below this multiple of a usual month a value is a good month rather than a cumulative one.
CLEARLY_MORE = Decimal("1.8")
#: So many periods of the year at least must have been reported for their sum to be told from a month.
MIN_SUMMED = 2
#: A value with fewer digits, zeros at its ends not counted, may well stay the same: a capacity of 60,500, 68 sets.
TELLING_DIGITS = 4
#: The highest percentage that a fraction looks like.
WHOLE = Decimal(1)


def whole_number(rule: CheckBounds, code: str, value: Decimal | None) -> Flag | None:
    """Flag a part of a thing that is counted in whole ones: 48.5 enterprises."""
    if value is None or value == value.to_integral_value():
        return None
    return make_flag(rule, code, {"value": value})


def above_share(rule: CheckBounds, code: str, value: Decimal | None, share: Decimal | None) -> Flag | None:
    """Flag more in one period than so many percent of the unit's allocated target; `high` is the percentage."""
    if value is None or not share or rule.high is None or value * 100 <= rule.high * share:
        return None
    return make_flag(rule, code, {"value": value, "share": share, "percent": value / share * 100})


def above_whole(rule: CheckBounds, code: str, value: Decimal | None, whole: Decimal | None) -> Flag | None:
    """Flag more than there is: 30 of "all of 27"."""
    if value is None or whole is None or value <= whole:
        return None
    return make_flag(rule, code, {"value": value, "whole": whole})


def unit_slip(rule: CheckBounds, code: str, value: Decimal | None, usual: Decimal | None) -> Flag | None:
    """Flag a value near a power of ten times the usual one: 60500 where 6 is usual is probably 6.05 times 10,000.

    The figure `likely` is the value without the power.
    """
    if not value or not usual or value < 0 or usual < 0:
        return None
    power = nearest_power(value / usual)
    if power == 0 or not 1 / NEAR <= value / usual / Decimal(10) ** power <= NEAR:
        return None
    likely = value / Decimal(10) ** power
    return make_flag(rule, code, {"value": value, "usual": usual, "likely": likely, "power": Decimal(power)})


def nearest_power(ratio: Decimal) -> int:
    """Return the power of ten nearest to a ratio above zero, on the scale of logarithms. Example: 40 is nearest to 100,
    30 to 10."""
    exponent = ratio.adjusted()
    lead = ratio.scaleb(-exponent)
    power = exponent + 1 if lead * lead > 10 else exponent
    return max(-MAX_POWER, min(MAX_POWER, power))


def out_of_range(
    rule: CheckBounds, code: str, value: Decimal | None, usual: Usual | None, expected: tuple[Decimal, Decimal] | None
) -> Flag | None:
    """Flag a value outside the range that a manager set, or else so many spreads from the unit's own median."""
    if value is None:
        return None
    if expected is None:
        if usual is None or rule.high is None:
            return None
        expected = usual.range(rule.high)
    low, high = expected
    if low <= value <= high:
        return None
    number = Decimal(usual.number) if usual else Decimal(0)
    return make_flag(rule, code, {"value": value, "low": low, "high": high, "number": number})


def jump(rule: CheckBounds, code: str, value: Decimal | None, before: Decimal | None) -> Flag | None:
    """Flag a count that jumps by more than `high` things and to more than double, or to less than half: percentages say
    nothing of small counts."""
    if value is None or before is None or rule.high is None or abs(value - before) <= rule.high:
        return None
    if before <= value * 2 and value <= before * 2:
        return None
    return make_flag(rule, code, {"value": value, "base": before, "difference": abs(value - before)})


def cumulative(
    rule: CheckBounds, code: str, value: Decimal | None, this_year: Sequence[Decimal], usual: Decimal | None
) -> Flag | None:
    """Flag the year's total entered for the period: close to the total so far and a usual period.

    `this_year` are the values of the year's earlier periods. Example: after 10, 11, 9 a value of 40 is flagged.
    """
    if value is None or len(this_year) < MIN_SUMMED or not usual or usual < 0:
        return None
    total = sum(this_year, Decimal(0))
    if total <= 0 or value <= CLEARLY_MORE * usual or abs(value - total - usual) > HALF * usual:
        return None
    return make_flag(rule, code, {"value": value, "total": total, "usual": usual})


def repeated(rule: CheckBounds, code: str, value: Decimal | None, earlier: Sequence[Decimal]) -> Flag | None:
    """Flag the same value for `high` periods in a row; `earlier` are the ones directly before, the newest first.

    Only a value that looks measured is asked about: one with a fraction, or with at least four telling digits.
    """
    if not value or rule.high is None or not _looks_measured(value):
        return None
    needed = int(rule.high) - 1
    if len(earlier) < needed or any(one != value for one in earlier[:needed]):
        return None
    number = 1 + next((at for at, one in enumerate(earlier) if one != value), len(earlier))
    return make_flag(rule, code, {"value": value, "number": Decimal(number)})


def _looks_measured(value: Decimal) -> bool:
    digits = value.normalize().as_tuple()
    return int(digits.exponent) < 0 or len(digits.digits) >= TELLING_DIGITS


def fraction(rule: CheckBounds, code: str, value: Decimal | None, usual: Decimal | None) -> Flag | None:
    """Flag a percentage that looks like its fraction: 0.852 where 85.2 is meant. A unit whose rate is usually that low
    is not asked."""
    if value is None or not 0 < value <= WHOLE or (usual is not None and usual <= WHOLE):
        return None
    return make_flag(rule, code, {"value": value, "likely": value * 100})


def other_plan(rule: CheckBounds, code: str, value: Decimal | None, other: Decimal | None) -> Flag | None:
    """Flag a value that differs from what the unit reported for the same period in another plan."""
    if value is None or other is None or not differs(value, other):
        return None
    return make_flag(rule, code, {"value": value, "other": other})


def differs(value: Decimal | None, other: Decimal | None) -> bool:
    """Return True if both plans hold a value, and not the same one. Missing is no difference."""
    return value is not None and other is not None and value != other
