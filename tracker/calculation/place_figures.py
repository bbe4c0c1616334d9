"""Figures of indicators in places: totals over periods, growth, forecast and need, before any judgement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property

from tracker.calculation import forecast as forecasting
from tracker.calculation.cells import Aggregate, Coverage
from tracker.calculation.comparison import change
from tracker.calculation.levels import Bounds
from tracker.calculation.periods import is_one_year, months_in, months_of_code
from tracker.calculation.progress import TO_DATE, Cells
from tracker.calculation.requirements import Requirements
from tracker.calculation.rollup import Rollup
from tracker.calculation.rule_sets import EarlierRules
from tracker.calculation.same_units import ComparableGrowth, SameUnits
from tracker.calculation.seasons import season_of_periods
from tracker.calculation.targets.kinds import Bound, Kind
from tracker.calculation.targets.terms import Goal, Terms


@dataclass(frozen=True)
class Span:
    """A period: its code and its days."""

    code: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class PlaceFigures:
    """The inputs. `periods` runs from the plan's first to the one judged; `codes_in_plan` names all there are.

    `last_year` holds the amounts of the year before, under the codes of this plan's periods; `units` counts, of
    each region's own units that owe a return for the period, those that have one. A condensed book has
    the last two periods only, and what came before them in one sum under TO_DATE. `is_same_basis` False is the
    grading of reports issued before levels were provisional: totals are judged as if missing places had zero. `listed`
    names the indicators that are counted from lists: no entry of a return stands behind them. `same_units` holds what
    the same units have in both years, where it was read. `width` is how many of the periods make up the one that a
    document is on: a quarter that is counted from months has three. Bounds, terms and rules are those in force at the
    end of the last period; `earlier` are those before them, in their order.
    """

    starts_on: date
    ends_on: date
    top: str
    paths: Mapping[str, str]
    periods: tuple[Span, ...]
    codes_in_plan: tuple[str, ...]
    bounds: Bounds
    cells: Cells
    last_year: Cells
    goals: Mapping[tuple[str, str], Sequence[Goal]] = field(default_factory=dict)
    terms: Mapping[str, Terms] = field(default_factory=dict)
    units: Mapping[str, Coverage] = field(default_factory=dict)
    is_condensed: bool = False
    is_same_basis: bool = True
    listed: tuple[str, ...] = ()
    width: int = 1
    earlier: tuple[EarlierRules, ...] = ()
    same_units: SameUnits = field(default_factory=SameUnits)

    def tally(self, indicator: str, place: str, first: int = 0, last: int | None = None) -> Aggregate:
        """Aggregate an indicator in a region and all below it, over the periods from `first` up to before `last`."""
        codes = [span.code for span in self.periods[first:last]]
        if self.is_condensed and len(codes) == len(self.periods):
            codes = [TO_DATE]
        return self.cells.tally(indicator, self.places_in(place), codes) if codes else Aggregate()

    def terms_of(self, indicator: str, place: str, first: int = 0) -> dict[str, Aggregate]:
        """Return what an indicator is calculated from, by code: parts, or numerator and denominator on one basis."""
        rule, codes = self.cells.rules[indicator], [span.code for span in self.periods[first:]]
        if rule.numerator:
            found = self.cells.ratio_terms(indicator, self.places_in(place), codes)
            return dict(zip((rule.numerator, rule.denominator), found, strict=True))
        return {part: self.tally(part, place, first) for part in rule.parts}

    def goal(self, indicator: str, place: str, on: date) -> Decimal | None:
        """Return what a place is held to on a day: the value of the newest goal in force then."""
        found = self.requirements.goal_in_force(indicator, place, on)
        return None if found is None else found.value

    def unallocated(self, indicator: str, places: Sequence[str]) -> Decimal | None:
        """Return 未分解: the plan's target less the shares of these places at the end of the last period.

        Below zero more is allocated. None without a target, and of a goal that is everybody's own.
        """
        on = self.periods[-1].ends_on
        whole = self.goal(indicator, self.top, on)
        if whole is None or self.requirements.has_one_goal(indicator):
            return None
        shares = (self.goal(indicator, place, on) for place in places)
        return whole - sum((share for share in shares if share is not None), Decimal(0))

    @cached_property
    def requirements(self) -> Requirements:
        """Return what every target asks of every place."""
        return Requirements(self.starts_on, self.ends_on, self.top, self.bounds, self.cells, self.goals, self.terms)

    def year_on_year(self, indicator: str, place: str, *, to_date: bool = False) -> Decimal | None:
        """同比 of the period or of the cumulative, in %, of a rate in percentage points, of a count in things.

        None unless both years are complete, and of an amount on a zero base.
        """
        codes = [span.code for span in self.periods] if to_date else self.codes_of_period
        this = self.cells.tally(indicator, self.places_in(place), codes)
        last = self.last_year.tally(indicator, self.places_in(place), codes)
        if not (this.is_complete and last.is_complete):
            return None
        is_count = self.requirements.terms_of(indicator).is_countable
        return change(this.value, last.value, is_rate=self.is_rate(indicator), is_count=is_count)

    def comparable_growth(self, indicator: str, place: str, *, to_date: bool = False) -> ComparableGrowth | None:
        """Return 同比 on the same units (可比口径): over the values that a unit has for a period in both years."""
        codes = [span.code for span in self.periods] if to_date else self.codes_of_period
        is_count = self.requirements.terms_of(indicator).is_countable
        rules, places = self.cells.rules, self.places_in(place)
        return self.same_units.growth(rules, indicator, places, codes, is_count=is_count)

    def forecast(self, indicator: str, place: str) -> forecasting.Forecast | None:
        """Return where an amount will land: by last year's seasons where last year is complete, else by the season
        table of the target, else by the run rate.
        """
        if not self.adds_up(indicator):
            return None
        months = [self._complete(self.cells, indicator, place, span.code) for span in self.periods]
        last_year = [self._complete(self.last_year, indicator, place, code) for code in self.codes_in_plan]
        found = (
            forecasting.by_last_year(months, last_year)
            or forecasting.by_last_year(months, self.season_of(indicator), forecasting.Method.SEASON_TABLE)
            or forecasting.by_run_rate(
                months, months_in(self.codes_in_plan), [months_of_code(span.code) for span in self.periods]
            )
        )
        reached = self.tally(indicator, place).value  # with the months that are not complete
        if found is None:
            return None
        if self.requirements.terms_of(indicator).bound is Bound.ALL_OF:
            whole = self.goal(indicator, place, self.periods[-1].ends_on)
            found = found if whole is None else found.not_above(whole)
        if reached is None or any(month is not None and month < 0 for month in months):
            return found
        return found.not_below(reached)

    def season_of(self, indicator: str) -> list[Decimal | None]:
        """Return the share of each period of the plan by the target's season table; empty without one."""
        season = self.requirements.terms_of(indicator).season
        return season_of_periods(season, self.starts_on, self.ends_on, self.codes_in_plan) or []

    def monthly_need(self, indicator: str, place: str) -> Decimal | None:
        """Return the amount needed in each remaining period to reach the target, or under a cap left for each of them.

        None for an indicator that is not an amount that adds up.
        """
        if not self.adds_up(indicator) or self.requirements.kind_of(indicator) is not Kind.AMOUNT:
            return None
        target = self.goal(indicator, place, self.periods[-1].ends_on)
        return forecasting.monthly_need(target, self.tally(indicator, place).value, self.periods_left)

    @property
    def periods_left(self) -> int:
        """Return how many periods are to come, of the kind that a document is on. January and February as one are two
        months.
        """
        to_come = months_in(self.codes_in_plan[len(self.periods) :])
        size = months_in(self.codes_of_period) if self.width > 1 else 1
        return -(-to_come // size)  # rounded up: the plan may end within a period

    def is_as_long(self, index: int) -> bool:
        """Return True if a period and the one before it have as many months: amounts of others are not compared."""
        codes = [span.code for span in self.periods[: index + 1]]
        return months_in(codes[-self.width :]) == months_in(codes[-2 * self.width : -self.width])

    def units_in(self, place: str) -> Coverage:
        """Return how many of the units in a place and below it that owe a return for the period have one that
        counts.
        """
        return sum((self.units.get(code, Coverage()) for code in self.places_in(place)), Coverage())

    def places_in(self, place: str) -> list[str]:
        """Return the region and all below it; the region itself comes first."""
        if place not in self._places_in:
            whole = self.paths[place]
            below = [code for code, path in self.paths.items() if path.startswith(whole) and code != place]
            self._places_in[place] = [place, *below]
        return self._places_in[place]

    @cached_property
    def _places_in(self) -> dict[str, list[str]]:
        return {}

    @property
    def codes_of_period(self) -> list[str]:
        """Return the codes of the periods that make up the one that figures are about."""
        return [span.code for span in self.periods[-self.width :]]

    @property
    def is_one_year(self) -> bool:
        """Return True if the plan runs for a year at most: its targets are annual ones."""
        return is_one_year(self.starts_on, self.ends_on)

    def missing_parts(self, indicator: str, place: str) -> list[str]:
        """Return the parts of a sum of which nothing has been reported for the period, while other parts have been."""
        found = {part: self.tally(part, place, -self.width) for part in self.cells.rules[indicator].parts}
        missing = [part for part, one in found.items() if one.coverage.expected and not one.coverage.present]
        return missing if any(one.coverage.present for one in found.values()) else []

    def is_rate(self, indicator: str) -> bool:
        """Return True if it is counted in %, so that its changes are percentage points."""
        return self.cells.rules[indicator].is_percent

    def adds_up(self, indicator: str) -> bool:
        """Return True if its periods add up to a year: only then can a run rate say anything."""
        rule = self.cells.rules[indicator]
        if rule.parts:
            return all(self.adds_up(part) for part in rule.parts)
        return not rule.numerator and rule.over_periods is Rollup.SUM

    @cached_property
    def _children(self) -> dict[str, list[str]]:
        """By place, those right below it."""
        by_path = {path: code for code, path in self.paths.items()}
        children: dict[str, list[str]] = {}
        for path, code in by_path.items():
            above = by_path.get(path[: path.rstrip("/").rfind("/") + 1])
            if above is not None:
                children.setdefault(above, []).append(code)
        return children

    def _complete(self, cells: Cells, indicator: str, place: str, code: str) -> Decimal | None:
        """Return a period's amount; None if any cell behind it is missing."""
        tally = cells.tally(indicator, self.places_in(place), [code])
        return tally.value if tally.is_complete else None
