"""Contradictions in the set-up of a target, each with the field it is refused at."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from tracker.calculation.pace import Pace
from tracker.calculation.targets.kinds import Bound, Kind, contradicts
from tracker.calculation.targets.terms import Milestone


class Problem(StrEnum):
    """A reason to refuse a target; the words are the interface's."""

    DIRECTION = "direction"  # the bound asks for the opposite of the indicator's direction
    NOT_AN_AMOUNT = "not_an_amount"  # a rate or another intensive figure cannot be an amount
    BASE_WITHOUT_YEAR = "base_without_year"
    YEAR_WITHOUT_BASE = "year_without_base"
    CHANGE_WITHOUT_BASE = "change_without_base"
    BASE_AFTER_END = "base_after_end"
    BASE_OF_AMOUNT = "base_of_amount"
    ZERO_BASE = "zero_base"
    BASE_BEYOND_GOAL = "base_beyond_goal"
    UPPER_MISSING = "upper_missing"
    UPPER_UNUSED = "upper_unused"
    UPPER_BELOW = "upper_below"
    MILESTONE_ORDER = "milestone_order"
    MILESTONE_OUTSIDE = "milestone_outside"
    MILESTONE_BEYOND = "milestone_beyond"
    ALL_OF_NOTHING = "all_of_nothing"
    NEGATIVE = "negative"


@dataclass(frozen=True)
class Setup:
    """A target as somebody sets it up, with the few facts about indicator and plan that it can contradict."""

    kind: Kind
    bound: Bound
    pace: Pace
    less_is_better: bool
    is_intensive: bool
    starts_on: date
    ends_on: date
    goal: Decimal | None = None
    upper: Decimal | None = None
    base: Decimal | None = None
    base_on: date | None = None
    milestones: Sequence[Milestone] = ()


def problems(setup: Setup) -> dict[str, Problem]:
    """Return the first problem of each field: bound, kind, base_value, base_year, value, upper_value, milestones."""
    found: dict[str, Problem] = {}
    for field, problem in (*_of_kind(setup), *_of_base(setup), *_of_goal(setup), *_of_milestones(setup)):
        found.setdefault(field, problem)
    return found


def _of_kind(setup: Setup) -> Iterator[tuple[str, Problem]]:
    if contradicts(setup.bound, setup.kind, less_is_better=setup.less_is_better):
        yield "bound", Problem.DIRECTION
    if setup.kind is Kind.AMOUNT and setup.is_intensive:
        yield "kind", Problem.NOT_AN_AMOUNT


def _of_base(setup: Setup) -> Iterator[tuple[str, Problem]]:
    if setup.kind.is_change and setup.base is None:
        yield "base_value", Problem.CHANGE_WITHOUT_BASE
    if setup.base is None and setup.base_on is not None:
        yield "base_value", Problem.YEAR_WITHOUT_BASE
    if setup.base is None:
        return
    if setup.kind is Kind.AMOUNT:
        yield "base_value", Problem.BASE_OF_AMOUNT
    if setup.base_on is None:
        yield "base_year", Problem.BASE_WITHOUT_YEAR
    elif setup.base_on >= setup.ends_on:
        yield "base_year", Problem.BASE_AFTER_END
    if setup.kind.is_in_percent and not setup.base:
        yield "base_value", Problem.ZERO_BASE
    if setup.kind is Kind.LEVEL and setup.pace is not Pace.IN_FULL and setup.goal is not None:
        is_beyond = setup.base < setup.goal if setup.bound.is_cap else setup.base > setup.goal
        if is_beyond and (setup.bound.is_cap or setup.bound.is_floor):
            yield "base_value", Problem.BASE_BEYOND_GOAL


def _of_goal(setup: Setup) -> Iterator[tuple[str, Problem]]:
    if setup.bound is Bound.BETWEEN:
        if setup.upper is None and setup.goal is not None:
            yield "upper_value", Problem.UPPER_MISSING
        elif setup.upper is not None and setup.goal is not None and setup.upper <= setup.goal:
            yield "upper_value", Problem.UPPER_BELOW
    elif setup.upper is not None:
        yield "upper_value", Problem.UPPER_UNUSED
    if setup.goal is not None and setup.goal < 0:
        yield "value", Problem.NEGATIVE
    if setup.bound is Bound.ALL_OF and setup.goal is not None and not setup.goal:
        yield "value", Problem.ALL_OF_NOTHING


def _of_milestones(setup: Setup) -> Iterator[tuple[str, Problem]]:
    """Check milestones: days in order and within the line, values between base and goal and never turning back."""
    if not setup.milestones:
        return
    days = [one.day for one in setup.milestones]
    first = setup.base_on if setup.base_on is not None and setup.kind is not Kind.AMOUNT else None
    if days != sorted(set(days)):
        yield "milestones", Problem.MILESTONE_ORDER
    if any(day >= setup.ends_on or day < setup.starts_on or (first and day <= first) for day in days):
        yield "milestones", Problem.MILESTONE_OUTSIDE
    if setup.goal is None:
        return
    start = setup.base if setup.kind is Kind.LEVEL and setup.base is not None else Decimal(0)
    values = [start, *(one.value for one in setup.milestones), setup.goal]
    if values not in (sorted(values), sorted(values, reverse=True)):
        yield "milestones", Problem.MILESTONE_BEYOND
