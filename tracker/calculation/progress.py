"""Progress of targets: cells rolled up by each indicator's rules, set against target and schedule."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from tracker.calculation.cells import Aggregate
from tracker.calculation.comparison import change
from tracker.calculation.levels import Bounds, Level
from tracker.calculation.rollup import Rollup, over_periods, over_places, ratio, to_each_period, whole_of
from tracker.calculation.targets.kinds import Bound, Kind, Verdict
from tracker.calculation.targets.same_basis import Basis

#: The period under which condensed cells keep the amounts from the plan's start to its last period.
TO_DATE = "to date"
HUNDRED = Decimal(100)


@dataclass(frozen=True)
class AggregationRule:
    """The definition of an indicator: entered with two roll-ups, or the sum of parts, or a ratio of two others.

    `scale` converts numerator / denominator into the ratio's unit: 100 for %, and what follows from the three units
    otherwise. `is_percent` is a unit of %, whose changes are percentage points. `weight` is the indicator that a
    weighted mean over places is weighted by.
    """

    over_periods: Rollup = Rollup.SUM
    over_places: Rollup = Rollup.SUM
    parts: tuple[str, ...] = ()
    numerator: str = ""
    denominator: str = ""
    scale: Decimal = HUNDRED
    is_percent: bool = False
    weight: str = ""

    @property
    def is_intensive(self) -> bool:
        """Return True if places do not add up: a ratio, a rate in %, a mean, an extreme, the upper body's figure."""
        return bool(self.numerator) or self.is_percent or self.over_places not in (Rollup.SUM, Rollup.NONE)

    @property
    def terms(self) -> tuple[str, ...]:
        """Return the codes of the indicators it is calculated from."""
        return tuple(filter(None, (*self.parts, self.numerator, self.denominator, self.weight)))


def mixes_stock(rules: Mapping[str, AggregationRule], rule: AggregationRule) -> bool:
    """Return True for a ratio of an amount of months and a stock of the last month."""
    if not rule.numerator:
        return False
    return _is_stock(rules, rule.numerator) != _is_stock(rules, rule.denominator)


def _is_stock(rules: Mapping[str, AggregationRule], indicator: str) -> bool:
    rule = rules[indicator]
    return any(_is_stock(rules, part) for part in rule.parts) if rule.parts else rule.over_periods is Rollup.LATEST


@dataclass(frozen=True)
class Cells:
    """The leaves: a tally per (indicator, place, period), with the rules that roll them up.

    An absent key is a cell that is not expected. Periods are given in order; places do not overlap, and the first is
    the one that the others lie in. `years` numbers the plan's year that each period lies in; without it all are one.
    """

    rules: Mapping[str, AggregationRule]
    leaves: Mapping[tuple[str, str, str], Aggregate] = field(default_factory=dict)
    years: Mapping[str, int] = field(default_factory=dict)

    def tally(self, indicator: str, places: Sequence[str], periods: Sequence[str]) -> Aggregate:
        """Aggregate the indicator over these regions and periods, by its rules.

        A ratio is that of the last period's year.
        """
        rule = self.rules[indicator]
        if rule.parts:
            return whole_of([self.tally(part, places, periods) for part in rule.parts])
        if rule.numerator:
            periods = self._in_year(periods)
            terms = [self.tally(term, places, periods) for term in (rule.numerator, rule.denominator)]
            found = ratio(*terms, scale=rule.scale)
            if found.is_complete or not mixes_stock(self.rules, rule):
                return found
            return Aggregate(
                ratio(*self.ratio_terms(indicator, places, periods), scale=rule.scale).value, found.coverage
            )
        if rule.over_periods is Rollup.SUM_IN_YEAR:
            periods = self._in_year(periods)
        return over_periods(rule.over_periods, [self._one_period(indicator, rule, places, p) for p in periods])

    def with_terms_of(self, indicator: str) -> list[str]:
        """Return an indicator's code with those of all it is calculated from."""
        rule = self.rules[indicator]
        return [indicator, *(code for term in rule.terms for code in self.with_terms_of(term))]

    def to_each_period(self, indicator: str, places: Sequence[str], periods: Sequence[str]) -> list[Aggregate]:
        """Aggregate the indicator over the first of these periods, over the first two, and so on.

        Each result is that of `tally`.
        """
        rule = self.rules[indicator]
        if mixes_stock(self.rules, rule) or (
            self.years and (rule.numerator or rule.over_periods is Rollup.SUM_IN_YEAR)
        ):
            return [self.tally(indicator, places, periods[: number + 1]) for number in range(len(periods))]
        if rule.parts:
            parts = [self.to_each_period(part, places, periods) for part in rule.parts]
            return [whole_of(one) for one in zip(*parts, strict=True)]
        if rule.numerator:
            terms = [self.to_each_period(term, places, periods) for term in (rule.numerator, rule.denominator)]
            return [
                ratio(numerator, denominator, scale=rule.scale) for numerator, denominator in zip(*terms, strict=True)
            ]
        return to_each_period(
            rule.over_periods, [self._one_period(indicator, rule, places, period) for period in periods]
        )

    def ratio_terms(self, indicator: str, places: Sequence[str], periods: Sequence[str]) -> list[Aggregate]:
        """Return numerator and denominator of a ratio over the places that both rest on.

        An amount of months divided by a stock of the last month leaves out a place without its stock: its months
        would be divided by the others' stock.
        """
        rule, periods = self.rules[indicator], self._in_year(periods)
        terms = (rule.numerator, rule.denominator)
        if mixes_stock(self.rules, rule):
            places = [place for place in places if not self._lacks_one(terms, place, periods)]
        return [self.tally(term, places, periods) for term in terms]

    def _lacks_one(self, terms: Sequence[str], place: str, periods: Sequence[str]) -> bool:
        found = [self.tally(term, [place], periods).coverage for term in terms]
        return any(one.expected and not one.present for one in found)

    def is_intensive(self, indicator: str) -> bool:
        """Return True if places of an indicator do not add up; of a sum of parts, if those of any part do not."""
        if indicator not in self._intensive:
            rule = self.rules[indicator]
            found = rule.is_intensive or any(self.is_intensive(part) for part in rule.parts)
            self._intensive[indicator] = found
        return self._intensive[indicator]

    @cached_property
    def _intensive(self) -> dict[str, bool]:
        return {}

    def _in_year(self, periods: Sequence[str]) -> Sequence[str]:
        """Return those periods that lie in the last one's year."""
        if not self.years or not periods:
            return periods
        year = self.years.get(periods[-1])
        return [code for code in periods if self.years.get(code) == year]

    def _one_period(self, indicator: str, rule: AggregationRule, places: Sequence[str], period: str) -> Aggregate:
        weights: list[Aggregate] = []
        if rule.weight:
            weights = [self.tally(rule.weight, [place], [period]) for place in places]
        leaves = [self.leaves.get((indicator, place, period), Aggregate()) for place in places]
        return over_places(rule.over_places, leaves, weights)


@dataclass(frozen=True)
class TargetProgress:
    """Progress of one target in one place at the end of one period; rates in %, the gap in percentage points.

    `held` is what the goal is compared with, `due` what should be there, `deviation` the gap in percent of what is due.
    `target` is the goal, `upper` the upper end of "between". `bounds` are those set, `limits` those that gave the
    level: within the band the level before moves them. While the coverage is incomplete, gap, deviation and
    level are those of `basis`: the places that have reported, against their own share. The level is provisional
    then. `completion` is always that of the whole.
    """

    this_period: Aggregate
    last_period: Aggregate
    to_date: Aggregate
    target: Decimal | None
    completion: Decimal | None
    schedule_rate: Decimal
    gap: Decimal | None
    level: Level | None
    is_rate: bool = False
    is_count: bool = False
    bound: Bound = Bound.AT_LEAST
    kind: Kind = Kind.AMOUNT
    upper: Decimal | None = None
    base: Decimal | None = None
    held: Decimal | None = None
    due: Decimal | None = None
    deviation: Decimal | None = None
    verdict: Verdict | None = None
    bounds: Bounds = field(default_factory=Bounds)
    is_provisional: bool = False
    basis: Basis | None = None
    limits: Bounds | None = None

    @property
    def judged_by(self) -> Bounds:
        """Return the bounds that gave the level."""
        return self.limits or self.bounds

    @property
    def compared_completion(self) -> Decimal | None:
        """The completion rate that the gap is measured from: that of the basis while coverage is incomplete."""
        return self.completion if self.basis is None else self.basis.completion

    @property
    def compared_schedule(self) -> Decimal:
        """The schedule rate that the gap is measured to, on the same basis as `compared_completion`."""
        if self.basis is None or self.basis.schedule_rate is None:
            return self.schedule_rate
        return self.basis.schedule_rate

    @property
    def month_on_month(self) -> Decimal | None:
        """环比: this period against the last, in %, of a rate in percentage points, of a count in things.

        None ("—") unless both are complete, and of an amount on a zero base.

        A period with returns still missing set against a complete one would count the missing as zero.
        """
        if not (self.this_period.is_complete and self.last_period.is_complete):
            return None
        values = self.this_period.value, self.last_period.value
        return change(*values, is_rate=self.is_rate, is_count=self.is_count)

    @property
    def shortfall(self) -> Decimal | None:
        """Return what is missing against the schedule in the figure's own unit: due − held; of a cap held − due.

        Above "exactly" or the upper end of "between" it is what is too much. It is 0 on schedule or ahead of it, and
        None where the whole is not judged, or provisionally only.
        Example: 600 of 1,000 at a schedule of two thirds are 66.67 short.
        """
        if self.gap is None or self.is_provisional or self.due is None or self.held is None:
            return None
        if self.gap >= 0:
            return Decimal(0)
        highest = self.target if self.upper is None else self.upper
        has_ceiling = not self.bound.is_cap and not self.bound.is_floor and self.bound is not Bound.REFERENCE
        is_falling = self.base is not None and highest is not None and self.base > highest
        if has_ceiling and not is_falling and highest is not None and self.held > highest:
            return self.held - highest
        return abs(self.due - self.held)
