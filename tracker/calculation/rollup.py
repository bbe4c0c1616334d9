"""How an indicator rolls up over periods and over places.

A rate is never averaged: its numerator and its denominator are rolled up, then divided.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import StrEnum
from itertools import accumulate

from tracker.calculation.cells import Aggregate, Coverage


class Rollup(StrEnum):
    """A roll-up rule; `LATEST` is for periods alone, `NONE` for places alone."""

    SUM = "sum"
    LATEST = "latest"
    RATIO = "ratio"
    NONE = "none"


def total(tallies: Iterable[Aggregate]) -> Aggregate:
    """The sum of what is there, with the coverage of all; None when nothing is there (missing is not zero)."""
    value: Decimal | None = None
    present = expected = 0  # two numbers are added faster than an object each: pages add tens of thousands
    for tally in tallies:
        present += tally.coverage.present
        expected += tally.coverage.expected
        if tally.value is not None:
            value = tally.value if value is None else value + tally.value
    return Aggregate(value, Coverage(present, expected))


def latest(tallies: Sequence[Aggregate]) -> Aggregate:
    """The last period's tally (a stock, or a count to date); not carried forward from an earlier one."""
    return tallies[-1] if tallies else Aggregate()


def over_periods(rule: Rollup, tallies: Sequence[Aggregate]) -> Aggregate:
    """Roll tallies of consecutive periods, in order, into one. Ratios are formed by `ratio` from their terms."""
    if rule is Rollup.LATEST:
        return latest(tallies)
    if rule is Rollup.SUM:
        return total(tallies)
    raise ValueError(f"periods do not roll up by {rule}")


def to_each_period(rule: Rollup, tallies: Sequence[Aggregate]) -> list[Aggregate]:
    """`over_periods` of the first of consecutive periods, of the first two, and so on: each adds one to the last."""
    if rule is Rollup.LATEST:
        return list(tallies)
    if rule is Rollup.SUM:
        return list(accumulate(tallies, lambda so_far, one: total((so_far, one))))
    raise ValueError(f"periods do not roll up by {rule}")


def over_places(rule: Rollup, tallies: Sequence[Aggregate]) -> Aggregate:
    """Roll tallies of several places into one.

    A rule of none gives a value only where one cell alone is owed, so that nothing is rolled up, and keeps the
    coverage.
    """
    rolled = total(tallies)
    if rule is Rollup.SUM:
        return rolled
    if rule is Rollup.NONE:
        return Aggregate(rolled.value if rolled.coverage.expected == 1 else None, rolled.coverage)
    raise ValueError(f"places do not roll up by {rule}")


def ratio(numerator: Aggregate, denominator: Aggregate, *, scale: Decimal = Decimal(100)) -> Aggregate:
    """numerator / denominator x scale (100 for %). No value when either is missing or the denominator is zero.

    The coverage is the poorer of the two.
    """
    coverage = min(numerator.coverage, denominator.coverage, key=coverage_rank)
    if numerator.value is None or not denominator.value:
        return Aggregate(None, coverage)
    return Aggregate(numerator.value / denominator.value * scale, coverage)


def coverage_rank(coverage: Coverage) -> tuple[Decimal, int]:
    share = Decimal(coverage.present) / coverage.expected if coverage.expected else Decimal(0)
    return share, coverage.present


def whole_of(parts: Sequence[Aggregate]) -> Aggregate:
    """A derived indicator: the sum of its parts, covered where every part is.

    The coverage counts places, not cells: the poorest part's.
    """
    if not parts:
        return Aggregate()
    return Aggregate(total(parts).value, min((part.coverage for part in parts), key=coverage_rank))
