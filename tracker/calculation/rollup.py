"""Roll-up of an indicator over periods and over places.

A ratio is never averaged: its numerator and its denominator are rolled up, then divided.
"""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from enum import StrEnum
from itertools import accumulate

from tracker.calculation.cells import Aggregate, Coverage


class Rollup(StrEnum):
    """A roll-up rule.

    `LATEST` and `SUM_IN_YEAR` are for periods only; `NONE`, `WEIGHTED` and `OWN` for places only. `SUM_IN_YEAR` adds
    up the periods of one year of the plan. `OWN` takes the figure of the upper body itself.
    """

    SUM = "sum"
    LATEST = "latest"
    SUM_IN_YEAR = "sum_in_year"
    MEAN = "mean"
    WEIGHTED = "weighted"
    MAXIMUM = "maximum"
    MINIMUM = "minimum"
    OWN = "own"
    RATIO = "ratio"
    NONE = "none"


OVER_PERIODS = frozenset({Rollup.SUM, Rollup.LATEST, Rollup.SUM_IN_YEAR, Rollup.MEAN, Rollup.MAXIMUM, Rollup.MINIMUM})
OVER_PLACES = frozenset(
    {Rollup.SUM, Rollup.MEAN, Rollup.WEIGHTED, Rollup.MAXIMUM, Rollup.MINIMUM, Rollup.OWN, Rollup.NONE}
)
#: Rules that give an amount of what is there: only these add up to a larger amount.
SUMS = frozenset({Rollup.SUM, Rollup.SUM_IN_YEAR})


def total(tallies: Iterable[Aggregate]) -> Aggregate:
    """Add up the values present, with the coverage of all; None when none is present (missing is not zero)."""
    value: Decimal | None = None
    present = expected = 0  # two numbers are added faster than an object each: pages add tens of thousands
    for tally in tallies:
        present += tally.coverage.present
        expected += tally.coverage.expected
        if tally.value is not None:
            value = tally.value if value is None else value + tally.value
    return Aggregate(value, Coverage(present, expected))


def latest(tallies: Sequence[Aggregate]) -> Aggregate:
    """Return the last period's aggregate (a stock, or a cumulative count); do not carry an earlier one forward."""
    return tallies[-1] if tallies else Aggregate()


def mean_of_periods(tallies: Sequence[Aggregate]) -> Aggregate:
    """Return the mean of the periods that have a value; leave out a period without one, as missing is not zero."""
    there = [tally.value for tally in tallies if tally.value is not None]
    value = sum(there, Decimal(0)) / len(there) if there else None
    return Aggregate(value, total(tallies).coverage)


def extreme(choose: Callable[[Iterable[Decimal]], Decimal], tallies: Sequence[Aggregate]) -> Aggregate:
    """Return the largest or the smallest of the values present, with the coverage of all."""
    there = [tally.value for tally in tallies if tally.value is not None]
    return Aggregate(choose(there) if there else None, total(tallies).coverage)


def over_periods(rule: Rollup, tallies: Sequence[Aggregate]) -> Aggregate:
    """Roll tallies of consecutive periods, in order, into one. Ratios are formed by `ratio` from their terms.

    The periods of `SUM_IN_YEAR` are those of one year.
    """
    if rule is Rollup.LATEST:
        return latest(tallies)
    if rule in SUMS:
        return total(tallies)
    if rule is Rollup.MEAN:
        return mean_of_periods(tallies)
    if rule in EXTREMES:
        return extreme(EXTREMES[rule], tallies)
    raise ValueError(f"periods do not roll up by {rule}")


def to_each_period(rule: Rollup, tallies: Sequence[Aggregate]) -> list[Aggregate]:
    """`over_periods` of the first of consecutive periods, of the first two, and so on: each adds one to the last."""
    if rule is Rollup.LATEST:
        return list(tallies)
    if rule in SUMS:
        return list(accumulate(tallies, lambda so_far, one: total((so_far, one))))
    return [over_periods(rule, tallies[: number + 1]) for number in range(len(tallies))]


def over_places(rule: Rollup, tallies: Sequence[Aggregate], weights: Sequence[Aggregate] = ()) -> Aggregate:
    """Roll tallies of several places into one. The first place is the one that the others lie in.

    A tally holds the sum of a place's own units. A mean is that of all units. The largest, the smallest and the
    weighted value need single figures: they have none where a place has several units. `weights` are tallies of the
    weighting indicator for the same places. A rule of none gives a value only where one cell alone is owed, so that
    nothing is rolled up, and keeps the coverage.
    """
    rolled = total(tallies)
    if rule is Rollup.SUM:
        return rolled
    if rule is Rollup.NONE:
        return Aggregate(rolled.value if rolled.coverage.expected == 1 else None, rolled.coverage)
    if rule is Rollup.MEAN:
        return Aggregate(None if rolled.value is None else rolled.value / rolled.coverage.present, rolled.coverage)
    if rule is Rollup.OWN:
        return tallies[0] if tallies else Aggregate()
    if rule in EXTREMES:
        found = extreme(EXTREMES[rule], tallies)
        return found if _are_single(tallies) else Aggregate(None, found.coverage)
    if rule is Rollup.WEIGHTED:
        return weighted_mean(tallies, weights)
    raise ValueError(f"places do not roll up by {rule}")


def weighted_mean(tallies: Sequence[Aggregate], weights: Sequence[Aggregate]) -> Aggregate:
    """sum(value x weight) / sum(weight) of the places that have both; none where the weights add up to zero.

    The coverage is the poorer of values and weights. Example: 50 % of 1 and 80 % of 3 give 72.5 %.
    """
    coverage = min(total(tallies).coverage, total(weights).coverage, key=coverage_rank)
    pairs = [
        (value.value, weight.value)
        for value, weight in zip(tallies, weights, strict=True)
        if value.value is not None and weight.value is not None
    ]
    whole = sum((weight for _value, weight in pairs), Decimal(0))
    if not whole or not _are_single(tallies):
        return Aggregate(None, coverage)
    return Aggregate(sum((value * weight for value, weight in pairs), Decimal(0)) / whole, coverage)


def _are_single(tallies: Iterable[Aggregate]) -> bool:
    return all(tally.coverage.present <= 1 for tally in tallies)


EXTREMES: dict[Rollup, Callable[[Iterable[Decimal]], Decimal]] = {Rollup.MAXIMUM: max, Rollup.MINIMUM: min}


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
    """Return a summed indicator: the sum of its parts, covered where every part is.

    The coverage counts regions, not cells: it is that of the part with the poorest coverage.
    """
    if not parts:
        return Aggregate()
    return Aggregate(total(parts).value, min((part.coverage for part in parts), key=coverage_rank))
