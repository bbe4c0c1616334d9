"""The book: every input of a plan's figures at one period, and the figures reckoned from it.

It holds no names and no rows of a database, so the same inputs give the same figures for ever: an issued report
keeps its book. Places are region codes, periods their codes; both "the plan's own region" and "all below it" are
read from the regions' paths.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property, partial
from typing import Any

from tracker.calculation.cells import Aggregate
from tracker.calculation.comparison import ranks, worse
from tracker.calculation.level_history import LevelHistory
from tracker.calculation.levels import Level
from tracker.calculation.levels_before import LevelsBefore
from tracker.calculation.pace import Pace, schedule_share
from tracker.calculation.place_figures import PlaceFigures
from tracker.calculation.progress import TO_DATE, Cells, TargetProgress
from tracker.calculation.rule_sets import in_force_on
from tracker.calculation.targets.requirement import Judgement, Requirement, judge
from tracker.calculation.targets.same_basis import Basis, Part, basis_of
from tracker.calculation.targets.score import score
from tracker.calculation.targets.terms import goals_by

#: The figures of a period, of the one before it, and to date.
ThreeFigures = tuple[Aggregate, Aggregate, Aggregate]


@dataclass(frozen=True)
class FigureInputs(PlaceFigures):
    """The inputs with what is judged from them: standings, levels and ranks.

    `period_by_period` returns the inputs of an indicator and a place that are not condensed, where a band needs the
    level before.
    """

    period_by_period: "Callable[[str, str], FigureInputs] | None" = field(default=None, compare=False)

    def standing(self, indicator: str, place: str, at: int = -1) -> TargetProgress:
        """Return where a target stands in a place at the end of one of the periods, by its index."""
        index = at % len(self.periods)
        if self.is_condensed and index < len(self.periods) - 1:
            raise ValueError("a condensed book knows its last period alone")
        then, first = self.at(index), self._first_of(index)
        this_period = then.tally(indicator, place, first, index + 1)
        last_period = then.tally(indicator, place, max(0, first - self.width), first) if first else Aggregate()
        if then.adds_up(indicator) and not then.is_as_long(index):
            last_period = Aggregate()  # 1—2月 beside March
        to_date = then.tally(indicator, place, 0, index + 1)
        return then._judged(indicator, place, index, (this_period, last_period, to_date))

    def in_force_on(self, day: date) -> "FigureInputs":
        """Return the inputs with the rules in force on a day."""
        number = in_force_on(self.earlier, day)
        if number == len(self.earlier):
            return self
        if number not in self._in_force:
            found = self.earlier[number].rule_set
            cells, last_year = (Cells(found.rules, one.leaves, one.years) for one in (self.cells, self.last_year))
            self._in_force[number] = replace(
                self,
                bounds=found.bounds,
                terms=found.terms,
                cells=cells,
                last_year=last_year,
                earlier=self.earlier[:number],
            )
        return self._in_force[number]

    @cached_property
    def _in_force(self) -> "dict[int, FigureInputs]":
        return {}

    def at(self, index: int) -> "FigureInputs":
        """Return the inputs with the rules in force at the end of one of the periods."""
        return self.in_force_on(self.periods[index].ends_on) if self.earlier else self

    def history(self, indicator: str, place: str) -> LevelHistory:
        """Return the levels at the end of every period so far, each judged by the target then in force."""
        if self.is_condensed and len(self.periods) > 1:
            raise ValueError("a condensed book knows its last period alone")
        codes = [span.code for span in self.periods]
        each = [
            self.at(index).cells.tally(indicator, self.places_in(place), [code]) for index, code in enumerate(codes)
        ]
        to_dates = self._to_dates(indicator, place)
        levels = [
            None
            if self._is_partial(to_date)
            else self.at(index)._judged(indicator, place, index, (this, Aggregate(), to_date)).level
            for index, (this, to_date) in enumerate(zip(each, to_dates, strict=True))
        ]
        is_judged = each[-1].coverage.present > 0 and self.requirements.of(indicator, place, self.periods[-1].ends_on)
        is_provisional = bool(is_judged) and self._is_partial(to_dates[-1])
        moved = self.moves_ruler(indicator, place)
        return LevelHistory(
            tuple(levels),
            is_provisional=is_provisional,
            figures=tuple(each),
            is_ruler_moved=moved,
            by_old=self.level_by_rules_before(indicator, place) if moved else None,
        )

    def moves_ruler(self, indicator: str, place: str) -> bool:
        """Return True if a target is judged in a place by other rules or another goal than in the period before."""
        if len(self.periods) < 2:
            return False
        then = self.at(-2)
        before, goal = (self.requirements.goal_in_force(indicator, place, one.ends_on) for one in self.periods[-2:])
        if goal is None or before is None or (goal.value, goal.upper) != (before.value, before.upper):
            return goal is not before
        if then is self:
            return False
        rests_on = self.cells.with_terms_of(indicator)
        return (
            then.requirements.bounds_of(indicator) != self.requirements.bounds_of(indicator)
            or then.requirements.terms_of(indicator) != self.requirements.terms_of(indicator)
            or any(then.cells.rules.get(code) != self.cells.rules[code] for code in rests_on)
        )

    def level_by_rules_before(self, indicator: str, place: str) -> Level | None:
        """Return the last level by the rules and goals that were in force at the end of the period before."""
        then = self.at(-2)
        then = replace(then, goals=goals_by(then.goals, self.periods[-2].ends_on), earlier=())
        progress = then.standing(indicator, place)
        return None if self._is_partial(progress.to_date) else progress.level

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

    def _judged(self, indicator: str, place: str, index: int, figures: ThreeFigures) -> TargetProgress:
        """Return the progress at the end of a period, by its value, that of the period before and the cumulative one.

        A region with nothing verified for the period itself is named and not graded: to judge its values of an earlier
        period against today's schedule would count the missing return as zero.
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
        """Return the regions within one that have reported, with their joint target and value.

        None without an allocated target.
        """
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
        """Return the judgement of the complete regions together."""
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
            return None if whole is None else whole(indicator, place).level_before(indicator, place, -1)
        return self.level_before(indicator, place, index)

    def level_before(self, indicator: str, place: str, at: int) -> Level | None:
        """Return the level that a band keeps at a period; a period that is not complete leaves it as it is."""
        if (indicator, place) not in self._before:
            to_dates = self._to_dates(indicator, place)
            self._before[indicator, place] = LevelsBefore(
                lambda index: self.at(index).requirements.of(indicator, place, self.periods[index].ends_on),
                [None if self._is_partial(to_date) else to_date.value for to_date in to_dates],
                lambda index: self.at(index).requirements.bounds_of(indicator),
            )
        return self._before[indicator, place].at(at % len(self.periods))

    @cached_property
    def _before(self) -> dict[tuple[str, str], LevelsBefore]:
        return {}

    def _to_dates(self, indicator: str, place: str) -> list[Aggregate]:
        """Return the figures to the end of each period, each by the rules in force then."""
        codes, places = [span.code for span in self.periods], self.places_in(place)
        by_set: dict[int, list[Aggregate]] = {}
        found = []
        for index in range(len(codes)):
            cells = self.at(index).cells
            if id(cells) not in by_set:
                by_set[id(cells)] = cells.to_each_period(indicator, places, codes)
            found.append(by_set[id(cells)][index])
        return found

    def _held(self, indicator: str, basis: Basis) -> Decimal | None:
        """Return what the complete places together are compared by."""
        kind = self.requirements.kind_of(indicator)
        return Requirement(basis.goal, Decimal(1), kind=kind, base=basis.base).held(basis.figure)

    def _reported_places(self, indicator: str, place: str, index: int) -> list[str]:
        """Return the largest regions within one, itself included, whose values for a period are complete."""
        if self.tally(indicator, place, self._first_of(index), index + 1).is_complete:
            return [place]
        below = self._children.get(place, ())
        return sorted(one for child in below for one in self._reported_places(indicator, child, index))

    def _first_of(self, index: int) -> int:
        """Return the index of the first of the periods that make up the one that ends with this."""
        return max(0, index + 1 - self.width)

    def _over(self, indicator: str, places: Sequence[str], last: int) -> Aggregate:
        """Aggregate an indicator over these regions from the plan's start up to the index of a period (exclusive)."""
        codes = [TO_DATE] if self.is_condensed else [span.code for span in self.periods[:last]]
        return self.cells.tally(indicator, places, codes)

    def _programme_level(self, indicator: str, place: str, to_date: Aggregate, on: date) -> Level | None:
        """Return the level by the longer programme, only for the plan's own region: its target is not allocated."""
        terms = self.requirements.terms_of(indicator)
        programme = terms.programme
        if programme is None or place != self.top or to_date.value is None:
            return None
        share = schedule_share(Pace.EVEN_BY_DAY, programme.starts_on, programme.ends_on, on)
        requirement = Requirement(programme.value, share, terms.bound, is_countable=terms.is_countable)
        return judge(requirement, programme.before + to_date.value, self.requirements.bounds_of(indicator)).level
