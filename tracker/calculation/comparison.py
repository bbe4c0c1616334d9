"""Ranks, growth, and how levels change."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TypeVar

from tracker.calculation.levels import Level

Key = TypeVar("Key")


def ranks(figures: Mapping[Key, Decimal | None]) -> dict[Key, int | None]:
    """Each one's place, the largest first. Equal figures share a place and the next is skipped: 1, 2, 2, 4.

    Who has no figure has no place, and takes none from the others.
    """
    ordered = sorted((figure for figure in figures.values() if figure is not None), reverse=True)
    return {key: None if figure is None else ordered.index(figure) + 1 for key, figure in figures.items()}


def growth(this: Decimal | None, base: Decimal | None) -> Decimal | None:
    """Return (this - base) / base x 100, in %; None ("—") when either is missing or the base is zero.

    Over a negative base the sign follows the direction of the change.
    """
    if this is None or not base:
        return None
    return (this - base) / abs(base) * 100


def change(this: Decimal | None, base: Decimal | None, *, is_rate: bool, is_count: bool = False) -> Decimal | None:
    """环比 or 同比: an amount's growth in %. Of a rate and of a count it is the difference, whatever the base.

    A rate differs in percentage points, a count in things: from 1 firm to 2 is one more, not 100 %.
    """
    if not is_rate and not is_count:
        return growth(this, base)
    return None if this is None or base is None else this - base


def adjustment(reported: Decimal | None, verified: Decimal | None) -> Decimal | None:
    """Return 核减(增): the verified value less the reported one, in their unit. None where either is missing.

    A missing value is not zero: `adjustment(None, Decimal(5))` is None, `adjustment(Decimal(8), Decimal(5))` is -3.
    """
    return None if reported is None or verified is None else verified - reported


def worse(*levels: Level | None) -> Level | None:
    """Return the worst of several levels. Levels of None do not count; None if there is no other."""
    return min((level for level in levels if level is not None), default=None)


def streak(levels: Sequence[Level | None]) -> int:
    """Return how many periods in a row, up to the last, stood at the last one's level; 0 when the last is not
    graded.
    """
    if not levels or levels[-1] is None:
        return 0
    count = 0
    for level in reversed(levels):
        if level != levels[-1]:
            break
        count += 1
    return count
