"""Values of the same units in two years (可比口径): what a new or a silent unit has cannot pass for growth."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from tracker.calculation.cells import Aggregate, Coverage
from tracker.calculation.comparison import change
from tracker.calculation.progress import AggregationRule, Cells
from tracker.calculation.rollup import Rollup

#: Of values that a unit has verified for a period in both years: (this year's, last year's) sums, and their number.
Pairs = Mapping[tuple[str, str, str], tuple[Decimal, Decimal, int]]


@dataclass(frozen=True)
class SameUnits:
    """The pairs by indicator, place and period of this year."""

    pairs: Pairs = field(default_factory=dict)

    def growth(
        self,
        rules: Mapping[str, AggregationRule],
        indicator: str,
        places: Sequence[str],
        periods: Sequence[str],
        *,
        is_count: bool = False,
    ) -> "ComparableGrowth | None":
        """Return the growth of what the same units have in both years, with the number of values that it rests on.

        None without a pair, and of what does not add up over places: a mean or a ratio has no share of a unit.
        """
        if not adds_up_over_places(rules, indicator):
            return None
        counts = {key: Coverage(number, number) for key, (_this, _last, number) in self.pairs.items()}
        this = Cells(rules, {key: Aggregate(pair[0], counts[key]) for key, pair in self.pairs.items()})
        last = Cells(rules, {key: Aggregate(pair[1], counts[key]) for key, pair in self.pairs.items()})
        now, before = (cells.tally(indicator, places, periods) for cells in (this, last))
        values = _values(this, indicator, places, periods)
        if not values:
            return None
        found = change(now.value, before.value, is_rate=False, is_count=is_count)
        return ComparableGrowth(found, now.value, before.value, values)


def corrected_pairs(then: SameUnits, now: SameUnits) -> SameUnits:
    """Return the older pairs with the newer sums, where as many values stand behind them as before."""
    pairs = {
        key: now.pairs[key] if key in now.pairs and now.pairs[key][2] == old[2] else old
        for key, old in then.pairs.items()
    }
    return SameUnits(pairs)


@dataclass(frozen=True)
class ComparableGrowth:
    """Growth in %, or in things of a count: None on a zero base. `values` is the number of values of each year."""

    growth: Decimal | None
    this: Decimal | None
    last: Decimal | None
    values: int


def _values(cells: Cells, indicator: str, places: Sequence[str], periods: Sequence[str]) -> int:
    """Return the number of values behind a figure; of a sum of parts those of all parts."""
    if parts := cells.rules[indicator].parts:
        return sum(_values(cells, part, places, periods) for part in parts)
    return cells.tally(indicator, places, periods).coverage.present


def adds_up_over_places(rules: Mapping[str, AggregationRule], indicator: str) -> bool:
    """Return True if places of an indicator add up, and of a sum those of its parts."""
    rule = rules[indicator]
    if rule.parts:
        return all(adds_up_over_places(rules, part) for part in rule.parts)
    return not rule.numerator and not rule.is_percent and rule.over_places is Rollup.SUM
