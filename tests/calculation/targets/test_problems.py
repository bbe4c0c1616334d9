"""What a target contradicts itself in, field by field."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tracker.calculation.pace import Pace
from tracker.calculation.targets.kinds import Bound, Kind
from tracker.calculation.targets.problems import Problem, Setup, problems
from tracker.calculation.targets.terms import Milestone

JANUARY, JULY, DECEMBER = date(2020, 1, 1), date(2020, 7, 1), date(2020, 12, 31)
OF_2019 = date(2019, 12, 31)
AMOUNT = Setup(Kind.AMOUNT, Bound.AT_LEAST, Pace.EVEN_BY_MONTH, False, False, JANUARY, DECEMBER, Decimal(100))
LEVEL = replace(AMOUNT, kind=Kind.LEVEL, is_intensive=True, base=Decimal(40), base_on=OF_2019)
FALL = replace(AMOUNT, kind=Kind.FALL_PERCENT, less_is_better=True, base=Decimal(5), base_on=OF_2019, goal=Decimal(10))


def at(day: date, value: int) -> Milestone:
    return Milestone(day, Decimal(value))


@pytest.mark.parametrize("setup", [AMOUNT, LEVEL, FALL, replace(LEVEL, base=None, base_on=None)])
def test_what_fits_together_has_no_problem(setup):
    assert problems(setup) == {}


@pytest.mark.parametrize(
    ("setup", "expected"),
    [
        (replace(AMOUNT, bound=Bound.AT_MOST), {"bound": Problem.DIRECTION}),
        (replace(AMOUNT, is_intensive=True), {"kind": Problem.NOT_AN_AMOUNT}),
        (replace(FALL, base=None, base_on=None), {"base_value": Problem.CHANGE_WITHOUT_BASE}),
        (replace(LEVEL, base=None), {"base_value": Problem.YEAR_WITHOUT_BASE}),
        (replace(LEVEL, base_on=None), {"base_year": Problem.BASE_WITHOUT_YEAR}),
        (replace(LEVEL, base_on=DECEMBER), {"base_year": Problem.BASE_AFTER_END}),
        (replace(AMOUNT, base=Decimal(1), base_on=OF_2019), {"base_value": Problem.BASE_OF_AMOUNT}),
        (replace(FALL, base=Decimal(0)), {"base_value": Problem.ZERO_BASE}),
        (replace(LEVEL, base=Decimal(101)), {"base_value": Problem.BASE_BEYOND_GOAL}),
        (
            replace(LEVEL, bound=Bound.AT_MOST, less_is_better=True, base=Decimal(99)),
            {"base_value": Problem.BASE_BEYOND_GOAL},
        ),
        (replace(AMOUNT, bound=Bound.BETWEEN), {"upper_value": Problem.UPPER_MISSING}),
        (replace(AMOUNT, bound=Bound.BETWEEN, upper=Decimal(100)), {"upper_value": Problem.UPPER_BELOW}),
        (replace(AMOUNT, upper=Decimal(200)), {"upper_value": Problem.UPPER_UNUSED}),
        (replace(AMOUNT, goal=Decimal(-1)), {"value": Problem.NEGATIVE}),
        (replace(AMOUNT, bound=Bound.ALL_OF, goal=Decimal(0)), {"value": Problem.ALL_OF_NOTHING}),
    ],
)
def test_a_contradiction_stands_at_its_field(setup, expected):
    assert problems(setup) == expected


@pytest.mark.parametrize(
    "setup",
    [
        replace(LEVEL, base=Decimal(100)),  # what is reached already is no contradiction
        replace(LEVEL, base=Decimal(101), pace=Pace.IN_FULL),
        replace(LEVEL, base=Decimal(101), bound=Bound.EXACTLY),  # it may fall to the goal
        replace(AMOUNT, goal=Decimal(0)),  # no accident
        replace(AMOUNT, bound=Bound.BETWEEN, upper=Decimal("100.01")),
        replace(LEVEL, base_on=date(2020, 12, 30)),
    ],
)
def test_the_edges_are_allowed(setup):
    assert problems(setup) == {}


@pytest.mark.parametrize(
    ("setup", "milestones", "expected"),
    [
        (AMOUNT, [at(JANUARY, 1), at(JULY, 50)], None),
        (AMOUNT, [at(JULY, 50), at(JANUARY, 60)], Problem.MILESTONE_ORDER),
        (AMOUNT, [at(JULY, 50), at(JULY, 60)], Problem.MILESTONE_ORDER),
        (AMOUNT, [at(OF_2019, 0)], Problem.MILESTONE_OUTSIDE),
        (AMOUNT, [at(DECEMBER, 100)], Problem.MILESTONE_OUTSIDE),
        (AMOUNT, [at(date(2020, 12, 30), 99)], None),
        (AMOUNT, [at(JULY, 101)], Problem.MILESTONE_BEYOND),
        (LEVEL, [at(JULY, 45)], None),
        (LEVEL, [at(JULY, 39)], Problem.MILESTONE_BEYOND),  # below the base
        (LEVEL, [at(date(2020, 3, 1), 60), at(JULY, 50)], Problem.MILESTONE_BEYOND),  # turns back
        (replace(LEVEL, base_on=JULY), [at(JULY, 45)], Problem.MILESTONE_OUTSIDE),  # the base value's own day
        (replace(LEVEL, base_on=JULY), [at(date(2020, 7, 2), 45)], None),
        (replace(AMOUNT, goal=None), [at(JULY, 500)], None),  # nothing to compare with yet
    ],
)
def test_milestones_lead_from_the_base_to_the_goal_within_the_plan(setup, milestones, expected):
    found = problems(replace(setup, milestones=milestones))
    assert found == ({} if expected is None else {"milestones": expected})
