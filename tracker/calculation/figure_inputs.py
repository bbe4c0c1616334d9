"""The book: every input of a plan's figures at one period, and the figures reckoned from it.

It holds no names and no rows of a database, so the same inputs give the same figures for ever: an issued report
keeps its book. Places are region codes, periods their codes; both "the plan's own region" and "all below it" are
read from the regions' paths.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property, partial
from typing import Any

from tracker.calculation import forecast as forecasting
from tracker.calculation.cells import Aggregate, Coverage
from tracker.calculation.comparison import change, ranks, streak, worse
from tracker.calculation.levels import Bounds, Level
from tracker.calculation.pace import Pace, schedule_share
from tracker.calculation.periods import is_one_year
from tracker.calculation.progress import TO_DATE, Cells, TargetProgress
from tracker.calculation.requirements import Requirements
from tracker.calculation.rollup import Rollup
from tracker.calculation.targets.kinds import Bound, Kind
from tracker.calculation.targets.requirement import Judgement, Requirement, judge, levels_before
from tracker.calculation.targets.same_basis import Basis, Part, basis_of
from tracker.calculation.targets.score import score
from tracker.calculation.targets.terms import Goal, Terms


@dataclass(frozen=True)
class Span:
    """A period: its code and its days."""

    code: str
    starts_on: date
    ends_on: date


#: The figures of a period, of the one before it, and to date.
ThreeFigures = tuple[Aggregate, Aggregate, Aggregate]


@dataclass(frozen=True)
class LevelHistory:
    """A target's levels period by period: the one before the last, the last, and for how long it has stood.

    A level under incomplete coverage is no level of the history: it is None there. `is_provisional` marks that of the
    last period as such. `figures` are those of each period by itself.
    """

    levels: tuple[Level | None, ...]
    is_provisional: bool = False
    figures: tuple[Aggregate, ...] = field(default=(), compare=False)

    @property
    def now(self) -> Level | None:
        """The level at the period."""
        return self.levels[-1]

    @property
    def before(self) -> Level | None:
        """The level one period earlier; None when there was none."""
        return self.levels[-2] if len(self.levels) > 1 else None

    @property
    def change(self) -> int:
        """By how many levels it got better (above 0) or worse (below 0); 0 when either is not graded."""
        if self.now is None or self.before is None:
            return 0
        return int(self.now) - int(self.before)

    @property
    def periods_at_level(self) -> int:
        """For how many periods in a row it has stood at this level."""
        return streak(self.levels)


@dataclass(frozen=True)
class FigureInputs:
    """The inputs. `periods` runs from the plan's first to the one judged; `codes_in_plan` names all there are.

    `last_year` holds the amounts of the year before, under the codes of this plan's periods; `units` counts, of
    each region's own units that owe a return for the period, those that have one. A condensed book has
    the last two periods only, and what came before them in one sum under TO_DATE. `is_same_basis` False is the
    grading of reports issued before levels were provisional: totals are judged as if missing places had zero. `listed`
    names the indicators that are counted from lists: no entry of a return stands behind them. `period_by_period`
    returns the inputs of an indicator and a place that are not condensed, where a band needs the level before.
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
    period_by_period: "Callable[[str, str], FigureInputs] | None" = field(default=None, compare=False)

    def tally(self, indicator: str, place: str, first: int = 0, last: int | None = None) -> Aggregate:
        """An indicator in a place and all below it, over the periods from index `first` up to before `last`."""
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

    @cached_property
    def requirements(self) -> Requirements:
        """Return what every target asks of every place."""
        return Requirements(self.starts_on, self.ends_on, self.top, self.bounds, self.cells, self.goals, self.terms)

    def standing(self, indicator: str, place: str, at: int = -1) -> TargetProgress:
        """Return where a target stands in a place at the end of one of the periods, by its index."""
        index = at % len(self.periods)
        if self.is_condensed and index < len(self.periods) - 1:
            raise ValueError("a condensed book knows its last period alone")
        this_period = self.tally(indicator, place, index, index + 1)
        last_period = self.tally(indicator, place, index - 1, index) if index else Aggregate()
        to_date = self.tally(indicator, place, 0, index + 1)
        return self._judged(indicator, place, index, (this_period, last_period, to_date))

    def history(self, indicator: str, place: str) -> LevelHistory:
        """The levels at the end of every period so far, each judged by the goal then in force."""
        if self.is_condensed and len(self.periods) > 1:
            raise ValueError("a condensed book knows its last period alone")
        codes = [span.code for span in self.periods]
        each = [self.cells.tally(indicator, self.places_in(place), [code]) for code in codes]
        to_dates = self.cells.to_each_period(indicator, self.places_in(place), codes)
        levels = [
            None
            if self._is_partial(to_date)
            else self._judged(indicator, place, index, (this, Aggregate(), to_date)).level
            for index, (this, to_date) in enumerate(zip(each, to_dates, strict=True))
        ]
        is_judged = each[-1].coverage.present > 0 and self.requirements.of(indicator, place, self.periods[-1].ends_on)
        is_provisional = bool(is_judged) and self._is_partial(to_dates[-1])
        return LevelHistory(tuple(levels), is_provisional=is_provisional, figures=tuple(each))

    def year_on_year(self, indicator: str, place: str, *, to_date: bool = False) -> Decimal | None:
        """同比 of the period or of the cumulative, in %, of a rate in percentage points, of a count in things.

        None unless both years are complete, and of an amount on a zero base.
        """
        codes = [span.code for span in self.periods[0 if to_date else -1 :]]
        this = self.cells.tally(indicator, self.places_in(place), codes)
        last = self.last_year.tally(indicator, self.places_in(place), codes)
        if not (this.is_complete and last.is_complete):
            return None
        is_count = self.requirements.terms_of(indicator).is_countable
        return change(this.value, last.value, is_rate=self.is_rate(indicator), is_count=is_count)

    def forecast(self, indicator: str, place: str) -> forecasting.Forecast | None:
        """Return where an amount will land: by last year's seasons where last year is complete, else by the run
        rate.
        """
        if not self.adds_up(indicator):
            return None
        months = [self._complete(self.cells, indicator, place, span.code) for span in self.periods]
        last_year = [self._complete(self.last_year, indicator, place, code) for code in self.codes_in_plan]
        found = forecasting.by_last_year(months, last_year) or forecasting.by_run_rate(months, len(self.codes_in_plan))
        reached = self.tally(indicator, place).value  # with the months that are not complete
        if found is None:
            return None
        if self.requirements.terms_of(indicator).bound is Bound.ALL_OF:
            whole = self.goal(indicator, place, self.periods[-1].ends_on)
            found = found if whole is None else found.not_above(whole)
        if reached is None or any(month is not None and month < 0 for month in months):
            return found
        return found.not_below(reached)

    def monthly_need(self, indicator: str, place: str) -> Decimal | None:
        """The amount needed in each period left to land on the target, or under a cap left for each of them.

        None for what is not an amount that adds up.
        """
        if not self.adds_up(indicator) or self.requirements.kind_of(indicator) is not Kind.AMOUNT:
            return None
        target = self.goal(indicator, place, self.periods[-1].ends_on)
        to_date, left = self.tally(indicator, place).value, len(self.codes_in_plan) - len(self.periods)
        if self.requirements.terms_of(indicator).bound.is_cap:
            return forecasting.monthly_headroom(target, to_date, left)
        return forecasting.monthly_need(target, to_date, left)

    def ranking(self, indicator: str, places: Sequence[str], by: str) -> dict[str, int | None]:
        """Places ranked by "completion", "gap" or "growth", the best first: under a cap the one that used least.

        One with nothing verified for the period has no rank. One with incomplete figures is ranked by those of its
        own places that are complete, and has no rank without any.
        """
        return ranks({place: self._ranked_by(indicator, place, by) for place in places})

    def _ranked_by(self, indicator: str, place: str, by: str) -> Decimal | None:
        judged = self.standing(indicator, place)
        if not judged.this_period.coverage.present:
            return None
        if by == "gap":
            return judged.gap
        if by == "growth":
            growth = self.year_on_year(indicator, place)
            return -growth if growth is not None and judged.bound.is_cap else growth
        basis = judged.basis
        if judged.is_provisional and not judged.this_period.is_complete:
            if basis is None:
                return None
            return score(judged.bound, self._held(indicator, basis), basis.goal, basis.upper)
        return score(judged.bound, judged.held, judged.target, judged.upper)

    def units_in(self, place: str) -> Coverage:
        """Return how many of the units in a place and below it that owe a return for the period have one that
        counts.
        """
        return sum((self.units.get(code, Coverage()) for code in self.places_in(place)), Coverage())

    def places_in(self, place: str) -> list[str]:
        """The place and all below it; the place itself comes first."""
        if place not in self._places_in:
            whole = self.paths[place]
            below = [code for code, path in self.paths.items() if path.startswith(whole) and code != place]
            self._places_in[place] = [place, *below]
        return self._places_in[place]

    @cached_property
    def _places_in(self) -> dict[str, list[str]]:
        return {}

    @property
    def is_one_year(self) -> bool:
        """Return True if the plan runs for a year at most: its targets are annual ones."""
        return is_one_year(self.starts_on, self.ends_on)

    def missing_parts(self, indicator: str, place: str) -> list[str]:
        """Return the parts of a sum of which nothing has been reported for the period, while other parts have been."""
        found = {part: self.tally(part, place, -1) for part in self.cells.rules[indicator].parts}
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

    def _judged(self, indicator: str, place: str, index: int, figures: ThreeFigures) -> TargetProgress:
        """The standing at the end of a period, by its tally, the last one's and the one to date.

        A place with nothing verified for the period itself is named and not graded: to judge what it had by an
        earlier period against today's schedule would count the missing return as zero.
        """
        this_period, _last_period, to_date = figures
        on, requirement = (
            self.periods[index].ends_on,
            self.requirements.of(indicator, place, self.periods[index].ends_on),
        )
        found = self._terms_in_force(indicator, place, on)
        if requirement is None:
            return TargetProgress(*figures, **found)
        bounds = self.requirements.bounds_of(indicator)
        judged = judge(requirement, to_date.value, bounds, partial(self._level_before, indicator, place, index))
        found |= {
            "completion": judged.completion,
            "schedule_rate": judged.schedule_rate,
            "held": judged.held,
            "due": judged.due,
            "verdict": judged.verdict,
            "limits": judged.limits,
        }
        if this_period.coverage.present:
            found |= self._graded(indicator, place, index, figures, (requirement, judged))
        return TargetProgress(*figures, **found)

    def _graded(
        self, indicator: str, place: str, index: int, figures: ThreeFigures, whole: tuple[Requirement, Judgement]
    ) -> dict[str, Any]:
        """Gap, deviation and level, on the basis that they rest on."""
        this_period, _last_period, to_date = figures
        requirement, judged = whole
        if not self._is_partial(to_date):
            on = self.periods[index].ends_on
            level = judged.level and worse(judged.level, self._programme_level(indicator, place, to_date, on))
            return {"gap": judged.gap, "deviation": judged.deviation, "level": level}
        if this_period.is_complete:  # only earlier returns are missing
            graded = {"gap": judged.gap, "deviation": judged.deviation, "level": judged.level}
            return {"is_provisional": True, **graded}
        basis = None if to_date.value is None else self._basis(indicator, place, index)
        if basis is None:
            return {"is_provisional": True}
        partly = self._judged_on(basis, requirement, (indicator, place, index))
        basis = replace(basis, completion=partly.completion, schedule_rate=partly.schedule_rate)
        graded = {"gap": partly.gap, "deviation": partly.deviation, "level": partly.level}
        return {"is_provisional": True, "basis": basis, "limits": partly.limits, **graded}

    def _terms_in_force(self, indicator: str, place: str, on: date) -> dict[str, Any]:
        """Return the facts of a standing before any judgement."""
        terms, goal = self.requirements.terms_of(indicator), self.requirements.goal_in_force(indicator, place, on)
        return {
            "target": goal.value if goal else None,
            "completion": None,
            "schedule_rate": self.requirements.share_due(indicator, on) * 100,
            "gap": None,
            "level": None,
            "is_rate": self.is_rate(indicator),
            "is_count": terms.is_countable,
            "bound": terms.bound,
            "kind": self.requirements.kind_of(indicator),
            "upper": goal.upper if goal else None,
            "base": self.requirements.base_of(indicator, place),
            "bounds": self.requirements.bounds_of(indicator),
        }

    def _is_partial(self, to_date: Aggregate) -> bool:
        """Return True if a figure to date is graded provisionally: some of what is expected is missing."""
        return self.is_same_basis and not to_date.is_complete

    def _basis(self, indicator: str, place: str, index: int) -> Basis | None:
        """The places within one that have reported, with their joint goal and figure; None without a share."""
        on = self.periods[index].ends_on
        parts = [
            Part(one, self.requirements.goal_in_force(indicator, one, on), self.requirements.base_of(indicator, one))
            for one in self._reported_places(indicator, place, index)
            if one != place
        ]
        found = basis_of(parts, self.requirements.kind_of(indicator), is_intensive=self.cells.is_intensive(indicator))
        if found is None:
            return None
        places = [code for one in found.places for code in self.places_in(one)]
        return replace(found, figure=self._over(indicator, places, index + 1).value)

    def _judged_on(self, basis: Basis, requirement: Requirement, at: tuple[str, str, int]) -> Judgement:
        """The judgement of the complete places together."""
        together = replace(requirement, goal=basis.goal, upper=basis.upper, base=basis.base)
        bounds = self.requirements.bounds_of(at[0])
        return judge(together, basis.figure, bounds, partial(self._level_before, *at))

    def _level_before(self, indicator: str, place: str, index: int) -> Level | None:
        """Return the level that a band keeps: that of the last period before whose figures are complete.

        None where the plan ends: then the goal is reached or missed.
        """
        if self.periods[index].ends_on >= self.ends_on:
            return None
        if self.is_condensed and len(self.periods) > 1:
            whole = self.period_by_period
            return None if whole is None else whole(indicator, place).level_before_last(indicator, place)
        return self._levels_before(indicator, place)[index]

    def level_before_last(self, indicator: str, place: str) -> Level | None:
        """Return the level that a band keeps at the last period."""
        return self._levels_before(indicator, place)[-1]

    def _levels_before(self, indicator: str, place: str) -> list[Level | None]:
        """Return for each period the last level before it; a period that is not complete leaves it as it is."""
        if (indicator, place) not in self._kept_levels:
            codes, places = [span.code for span in self.periods], self.places_in(place)
            asked = [self.requirements.of(indicator, place, span.ends_on) for span in self.periods]
            figures = [
                None if self._is_partial(to_date) else to_date.value
                for to_date in self.cells.to_each_period(indicator, places, codes)
            ]
            self._kept_levels[indicator, place] = levels_before(asked, figures, self.requirements.bounds_of(indicator))
        return self._kept_levels[indicator, place]

    @cached_property
    def _kept_levels(self) -> dict[tuple[str, str], list[Level | None]]:
        return {}

    def _held(self, indicator: str, basis: Basis) -> Decimal | None:
        """Return what the complete places together are compared by."""
        kind = self.requirements.kind_of(indicator)
        return Requirement(basis.goal, Decimal(1), kind=kind, base=basis.base).held(basis.figure)

    def _reported_places(self, indicator: str, place: str, index: int) -> list[str]:
        """The widest places within one, itself included, whose figures for a period are complete."""
        if self.tally(indicator, place, index, index + 1).is_complete:
            return [place]
        below = self._children.get(place, ())
        return sorted(one for child in below for one in self._reported_places(indicator, child, index))

    def _over(self, indicator: str, places: Sequence[str], last: int) -> Aggregate:
        """An indicator over these places from the plan's start up to before the index of a period."""
        codes = [TO_DATE] if self.is_condensed else [span.code for span in self.periods[:last]]
        return self.cells.tally(indicator, places, codes)

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
        """A period's amount, only where no cell behind it is missing."""
        tally = cells.tally(indicator, self.places_in(place), [code])
        return tally.value if tally.is_complete else None

    def _programme_level(self, indicator: str, place: str, to_date: Aggregate, on: date) -> Level | None:
        """The longer programme's yardstick, for the plan's own region alone: its target is not split."""
        terms = self.requirements.terms_of(indicator)
        programme = terms.programme
        if programme is None or place != self.top or to_date.value is None:
            return None
        share = schedule_share(Pace.EVEN_BY_DAY, programme.starts_on, programme.ends_on, on)
        requirement = Requirement(programme.value, share, terms.bound, is_countable=terms.is_countable)
        return judge(requirement, programme.before + to_date.value, self.requirements.bounds_of(indicator)).level
