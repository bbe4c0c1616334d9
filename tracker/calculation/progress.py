"""Progress of targets: cells rolled up by each indicator's rules, set against target and schedule."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from tracker.calculation import levels
from tracker.calculation.cells import Aggregate
from tracker.calculation.comparison import change, worse
from tracker.calculation.levels import Bounds, Level
from tracker.calculation.rollup import Rollup, over_periods, over_places, ratio, to_each_period, whole_of


@dataclass(frozen=True)
class Rule:
    """How one indicator is reckoned: entered with two roll-ups, or the sum of parts, or a ratio of two others."""

    over_periods: Rollup = Rollup.SUM
    over_places: Rollup = Rollup.SUM
    parts: tuple[str, ...] = ()
    numerator: str = ""
    denominator: str = ""


@dataclass(frozen=True)
class Cells:
    """The leaves: a tally per (indicator, place, period), with the rules that roll them up.

    An absent key is a cell that nobody owes. Periods are given in order; places do not overlap.
    """

    rules: Mapping[str, Rule]
    leaves: Mapping[tuple[str, str, str], Aggregate] = field(default_factory=dict)

    def tally(self, indicator: str, places: Sequence[str], periods: Sequence[str]) -> Aggregate:
        """The indicator over these places and periods, by its rules."""
        rule = self.rules[indicator]
        if rule.parts:
            return whole_of([self.tally(part, places, periods) for part in rule.parts])
        if rule.numerator:
            return ratio(self.tally(rule.numerator, places, periods), self.tally(rule.denominator, places, periods))
        return over_periods(rule.over_periods, [self._one_period(indicator, rule, places, p) for p in periods])

    def to_each_period(self, indicator: str, places: Sequence[str], periods: Sequence[str]) -> list[Aggregate]:
        """The indicator over the first of these periods, over the first two, and so on: `tally` of each beginning."""
        rule = self.rules[indicator]
        if rule.parts:
            parts = [self.to_each_period(part, places, periods) for part in rule.parts]
            return [whole_of(one) for one in zip(*parts, strict=True)]
        if rule.numerator:
            terms = [self.to_each_period(term, places, periods) for term in (rule.numerator, rule.denominator)]
            return [ratio(numerator, denominator) for numerator, denominator in zip(*terms, strict=True)]
        return to_each_period(
            rule.over_periods, [self._one_period(indicator, rule, places, period) for period in periods]
        )

    def _one_period(self, indicator: str, rule: Rule, places: Sequence[str], period: str) -> Aggregate:
        return over_places(
            rule.over_places, [self.leaves.get((indicator, place, period), Aggregate()) for place in places]
        )


@dataclass(frozen=True)
class TargetProgress:
    """Where one target stands in one place at the end of one period; rates in %, the gap in percentage points."""

    this_period: Aggregate
    last_period: Aggregate
    to_date: Aggregate
    target: Decimal | None
    completion: Decimal | None
    schedule_rate: Decimal
    gap: Decimal | None
    level: Level | None
    is_rate: bool = False

    @property
    def month_on_month(self) -> Decimal | None:
        """环比: this period against the last, in %, of a rate in percentage points; None ("—") unless both are
        complete, and of an amount on a zero base.

        A period with returns still missing set against a complete one would count the missing as zero.
        """
        if not (self.this_period.is_complete and self.last_period.is_complete):
            return None
        return change(self.this_period.value, self.last_period.value, is_rate=self.is_rate)


def standing(
    *,
    this_period: Aggregate,
    last_period: Aggregate,
    to_date: Aggregate,
    target: Decimal | None,
    schedule_share: Decimal,
    bounds: Bounds,
    is_graded: bool = True,
    is_rate: bool = False,
    other_level: Level | None = None,
) -> TargetProgress:
    """Set a cumulative against its target and schedule.

    A place with nothing verified for the period itself is named and not graded: to judge what it had by an
    earlier period against today's schedule would count the missing return as zero. A rate's target is due in
    full at any time, so its schedule rate is 100. `other_level` is a second yardstick's: the worse one counts.
    """
    completion = levels.completion_rate(to_date.value, target)
    schedule_rate = Decimal(100) if is_rate else schedule_share * 100
    has_data = this_period.coverage.present > 0
    gap = levels.gap(completion, schedule_rate) if has_data else None
    level = worse(levels.warning_level(gap, bounds), other_level) if is_graded and gap is not None else None
    return TargetProgress(this_period, last_period, to_date, target, completion, schedule_rate, gap, level, is_rate)
