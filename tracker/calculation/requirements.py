"""Requirements of a plan's targets: the goal, kind, schedule and base value that hold for a place on a day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from tracker.calculation.levels import Bounds
from tracker.calculation.progress import Cells
from tracker.calculation.targets.kinds import Kind
from tracker.calculation.targets.requirement import Requirement
from tracker.calculation.targets.terms import Course, Goal, Terms, share_due

#: The terms of an indicator without a target.
USUAL = Terms()


@dataclass(frozen=True)
class Requirements:
    """Goals and terms of a plan, by indicator's and place's code. `bounds` are the plan's."""

    starts_on: date
    ends_on: date
    top: str
    bounds: Bounds
    cells: Cells
    goals: Mapping[tuple[str, str], Sequence[Goal]]
    terms: Mapping[str, Terms]

    def terms_of(self, indicator: str) -> Terms:
        """Return the terms of an indicator's target; of one without a target, the usual ones."""
        return self.terms.get(indicator, USUAL)

    def goal_in_force(self, indicator: str, place: str, on: date) -> Goal | None:
        """Return the newest goal of a place that is in force on a day.

        A derived target is the sum of its parts' goals, None when one has none. A rate's goal is that of the plan's
        own region wherever a place has none of its own.
        """
        key = (indicator, place, on)
        if key not in self._goals:
            self._goals[key] = self._goal_in_force(indicator, place, on)
        return self._goals[key]

    @cached_property
    def _goals(self) -> dict[tuple[str, str, date], Goal | None]:
        return {}

    def _goal_in_force(self, indicator: str, place: str, on: date) -> Goal | None:
        rule = self.cells.rules[indicator]
        if rule.parts:
            parts = [self.goal_in_force(part, place, on) for part in rule.parts]
            there = [part.value for part in parts if part is not None]
            return Goal(on, sum(there, Decimal(0))) if len(there) == len(parts) else None
        in_force = [goal for goal in self.goals.get((indicator, place), ()) if goal.effective_from <= on]
        if not in_force and self.has_one_goal(indicator) and place != self.top:
            return self.goal_in_force(indicator, self.top, on)
        return in_force[-1] if in_force else None

    def has_one_goal(self, indicator: str) -> bool:
        """Return True if places without a goal of their own are held to the plan's: it is not split among them."""
        rule = self.cells.rules[indicator]
        return rule.is_intensive or self.kind_of(indicator).is_in_percent

    def kind_of(self, indicator: str) -> Kind:
        """Return the kind of an indicator's target."""
        terms = self.terms_of(indicator)
        return terms.kind_of(is_ratio=bool(self.cells.rules[indicator].numerator))

    def bounds_of(self, indicator: str) -> Bounds:
        """Return the bounds between levels: the target's own, or the plan's."""
        return self.terms_of(indicator).bounds or self.bounds

    def base_of(self, indicator: str, place: str) -> Decimal | None:
        """Return the base value of a place: its own, or the plan's where places do not add up to it."""
        bases = self.terms_of(indicator).bases
        if place not in bases and self.cells.is_intensive(indicator) and not self.kind_of(indicator).is_change:
            return bases.get(self.top)
        return bases.get(place)

    def share_due(self, indicator: str, on: date) -> Decimal:
        """Return the share, 0 to 1, of a target that is due at the end of a day: the same for every place."""
        if (indicator, on) not in self._shares:
            self._shares[indicator, on] = self._share_due(indicator, on)
        return self._shares[indicator, on]

    @cached_property
    def _shares(self) -> dict[tuple[str, date], Decimal]:
        return {}

    def _share_due(self, indicator: str, on: date) -> Decimal:
        terms = self.terms_of(indicator)
        goal = self.goal_in_force(indicator, self.top, on) if terms.milestones else None
        course = Course(self.starts_on, self.ends_on, goal.value if goal else None, terms.bases.get(self.top))
        return share_due(terms, self.kind_of(indicator), course, on)

    def of(self, indicator: str, place: str, on: date) -> Requirement | None:
        """Return what a target asks of a place on a day; None without a goal, and for a level without its base."""
        key = (indicator, place, on)
        if key not in self._asked:
            self._asked[key] = self._of(indicator, place, on)
        return self._asked[key]

    @cached_property
    def _asked(self) -> dict[tuple[str, str, date], Requirement | None]:
        return {}

    def _of(self, indicator: str, place: str, on: date) -> Requirement | None:
        terms, goal = self.terms_of(indicator), self.goal_in_force(indicator, place, on)
        if goal is None:
            return None
        requirement = Requirement(
            goal=goal.value,
            share=self.share_due(indicator, on),
            bound=terms.bound,
            kind=self.kind_of(indicator),
            upper=goal.upper,
            base=self.base_of(indicator, place),
            is_countable=terms.is_countable,
        )
        lacks_base = requirement.kind is Kind.LEVEL and requirement.base is None and bool(terms.bases)
        return None if lacks_base and not requirement.is_in_full else requirement
