"""The usual value of a series and the range around it, from a unit's own history."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

#: Fewer values say nothing about what is usual.
MIN_VALUES = 6
#: The median absolute deviation of normally distributed values times this is their standard deviation.
TO_STANDARD_DEVIATION = Decimal("1.4826")
#: A series is never taken for steadier than this share of its median: a run of equal values forbids no other.
MIN_SPREAD = Decimal("0.12")


@dataclass(frozen=True)
class Usual:
    """A series' median, its spread as a standard deviation, its extremes, and how many values it has."""

    median: Decimal
    spread: Decimal
    lowest: Decimal
    highest: Decimal
    number: int

    def range(self, spreads: Decimal) -> tuple[Decimal, Decimal]:
        """Return the values within so many spreads of the median, and at least the extremes so far.

        Amounts that were never below zero are not expected there.
        """
        width = spreads * self.spread
        low = min(self.lowest, self.median - width)
        if self.lowest >= 0:
            low = max(low, Decimal(0))
        return low, max(self.highest, self.median + width)


def usual_of(values: Sequence[Decimal]) -> Usual | None:
    """Return what is usual of a series, None for fewer than MIN_VALUES values.

    The spread is 1.4826 times the median absolute deviation, at least 12 % of the median: single outliers do not move
    it. Example: 10, 11, 9, 10, 12, 10 has the median 10 and the spread 1.2. Source: Rousseeuw and Croux (1993),
    Alternatives to the Median Absolute Deviation; DHIS2 offers the same as its modified z-score.
    """
    if len(values) < MIN_VALUES:
        return None
    median = median_of(values)
    deviation = median_of([abs(value - median) for value in values]) * TO_STANDARD_DEVIATION
    return Usual(median, max(deviation, abs(median) * MIN_SPREAD), min(values), max(values), len(values))


def median_of(values: Sequence[Decimal]) -> Decimal:
    """Return the middle value, or the mean of the two in the middle. Raise ValueError where there is none."""
    if not values:
        raise ValueError("no values")
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
