"""Schedules of every kind, contradictions at set-up, and the joint goal of places that reported, by hand."""

from datetime import date
from decimal import Decimal

import pytest

from tracker.calculation.pace import Pace, Point
from tracker.calculation.targets.kinds import Bound, Kind
from tracker.calculation.targets.problems import Problem, Setup, problems
from tracker.calculation.targets.same_basis import Part, basis_of
from tracker.calculation.targets.terms import Course, Goal, Milestone, Terms, share_due

EIGHT_YEARS = Course(date(2016, 1, 1), date(2023, 12, 31), Decimal(73), Decimal(40))
MONTHLY = Pace.EVEN_BY_MONTH
EARLIER = {"bases": {"1406": Decimal(40)}, "base_on": date(2013, 12, 31)}
BASED = {"bases": {"1406": Decimal(40)}, "base_on": date(2015, 12, 31)}


@pytest.mark.parametrize(
    ("terms", "kind", "on", "share"),
    [
        (Terms(MONTHLY), Kind.AMOUNT, date(2019, 12, 31), "0.5"),
        (Terms(MONTHLY), Kind.LEVEL, date(2019, 12, 31), "1"),  # without a base a level is due in full
        (Terms(MONTHLY, **BASED), Kind.LEVEL, date(2019, 12, 31), "0.5"),
        (Terms(Pace.IN_FULL, **BASED), Kind.LEVEL, date(2016, 1, 31), "1"),
        (
            Terms(MONTHLY, **EARLIER),
            Kind.LEVEL,
            date(2018, 12, 31),
            "0.5",
        ),
        (Terms(MONTHLY, **BASED), Kind.FALL_PERCENT, date(2017, 12, 31), "0.25"),
        (Terms(Pace.POINTS, (Point(date(2019, 12, 31), Decimal("0.2")),)), Kind.AMOUNT, date(2019, 12, 31), "0.2"),
    ],
)
def test_the_share_that_is_due(terms, kind, on, share):
    assert share_due(terms, kind, EIGHT_YEARS, on) == Decimal(share)


@pytest.mark.parametrize(
    ("kind", "value", "share"),
    [
        (Kind.LEVEL, "45", Decimal(5) / 33),
        (Kind.AMOUNT, "14.6", Decimal("0.2")),
        (Kind.FALL_PERCENT, "7.3", Decimal("0.1")),
    ],
)
def test_a_milestone_is_due_in_full_on_its_day(kind, value, share):
    terms = Terms(MONTHLY, milestones=(Milestone(date(2018, 12, 31), Decimal(value)),), **BASED)
    assert share_due(terms, kind, EIGHT_YEARS, date(2018, 12, 31)) == share
    assert share_due(terms, kind, EIGHT_YEARS, date(2023, 12, 31)) == 1


def setup(**further) -> Setup:
    fields = {"kind": Kind.AMOUNT, "bound": Bound.AT_LEAST, "pace": MONTHLY, "less_is_better": False}
    span = {"is_intensive": False, "starts_on": date(2021, 1, 1), "ends_on": date(2025, 12, 31)}
    return Setup(**{**fields, **span, "goal": Decimal(100), **further})


LEVEL = {"kind": Kind.LEVEL, "base": Decimal(40), "base_on": date(2020, 12, 31)}
FALL = {"kind": Kind.FALL_PERCENT, "less_is_better": True, "goal": Decimal("13.5")}
LATE = Milestone(date(2026, 1, 1), Decimal(60))
A, B = Milestone(date(2022, 12, 31), Decimal(60)), Milestone(date(2023, 12, 31), Decimal(80))


@pytest.mark.parametrize(
    ("further", "found"),
    [
        ({}, {}),
        (LEVEL, {}),
        ({**LEVEL, "milestones": (A, B)}, {}),
        ({**FALL, "base": Decimal("0.5"), "base_on": date(2020, 12, 31)}, {}),
        ({"goal": Decimal(0), "bound": Bound.AT_MOST, "less_is_better": True}, {}),
        ({"less_is_better": True}, {"bound": Problem.DIRECTION}),
        ({"bound": Bound.AT_MOST}, {"bound": Problem.DIRECTION}),
        ({"is_intensive": True}, {"kind": Problem.NOT_AN_AMOUNT}),
        ({**LEVEL, "base_on": None}, {"base_year": Problem.BASE_WITHOUT_YEAR}),
        ({**LEVEL, "base": None}, {"base_value": Problem.YEAR_WITHOUT_BASE}),
        ({**LEVEL, "base_on": date(2025, 12, 31)}, {"base_year": Problem.BASE_AFTER_END}),
        ({**LEVEL, "base": Decimal(101)}, {"base_value": Problem.BASE_BEYOND_GOAL}),
        ({**LEVEL, "base": Decimal(101), "pace": Pace.IN_FULL}, {}),
        ({**LEVEL, "bound": Bound.AT_MOST, "less_is_better": True}, {"base_value": Problem.BASE_BEYOND_GOAL}),
        (FALL, {"base_value": Problem.CHANGE_WITHOUT_BASE}),
        ({**FALL, "base": Decimal(0), "base_on": date(2020, 12, 31)}, {"base_value": Problem.ZERO_BASE}),
        ({"base": Decimal(1), "base_on": date(2020, 12, 31)}, {"base_value": Problem.BASE_OF_AMOUNT}),
        ({"bound": Bound.BETWEEN}, {"upper_value": Problem.UPPER_MISSING}),
        ({"bound": Bound.BETWEEN, "upper": Decimal(100)}, {"upper_value": Problem.UPPER_BELOW}),
        ({"bound": Bound.BETWEEN, "upper": Decimal(101)}, {}),
        ({"upper": Decimal(101)}, {"upper_value": Problem.UPPER_UNUSED}),
        ({"goal": Decimal(-1)}, {"value": Problem.NEGATIVE}),
        ({"bound": Bound.ALL_OF, "goal": Decimal(0)}, {"value": Problem.ALL_OF_NOTHING}),
        ({**LEVEL, "milestones": (B, A)}, {"milestones": Problem.MILESTONE_ORDER}),
        ({**LEVEL, "milestones": (A, A)}, {"milestones": Problem.MILESTONE_ORDER}),
        (
            {**LEVEL, "milestones": (LATE,)},
            {"milestones": Problem.MILESTONE_OUTSIDE},
        ),
        ({**LEVEL, "milestones": (Milestone(A.day, Decimal(30)),)}, {"milestones": Problem.MILESTONE_BEYOND}),
        ({**LEVEL, "milestones": (Milestone(A.day, Decimal(101)),)}, {"milestones": Problem.MILESTONE_BEYOND}),
    ],
)
def test_a_contradiction_is_refused_at_its_field(further, found):
    assert problems(setup(**further)) == found


def part(place: str, goal: str | None, base: str | None = None) -> Part:
    return Part(place, goal and Goal(date(2021, 1, 1), Decimal(goal)), base and Decimal(base))


@pytest.mark.parametrize(
    ("parts", "kind", "is_intensive", "goal", "base"),
    [
        ([part("a", "30"), part("b", "20")], Kind.AMOUNT, False, "50", None),
        ([part("a", "30"), part("b", None)], Kind.AMOUNT, False, "30", None),
        ([part("a", "30", "10"), part("b", "20", "5")], Kind.LEVEL, False, "50", "15"),
        ([part("a", "75"), part("b", "75")], Kind.LEVEL, True, "75", None),
        ([part("a", "12", "40"), part("b", "12", "60")], Kind.FALL_PERCENT, False, "12", "100"),
    ],
)
def test_places_that_reported_have_a_joint_goal(parts, kind, is_intensive, goal, base):
    found = basis_of(parts, kind, is_intensive=is_intensive)
    assert (found.goal, found.base) == (Decimal(goal), base and Decimal(base))


@pytest.mark.parametrize(
    ("parts", "kind", "is_intensive"),
    [
        ([], Kind.AMOUNT, False),
        ([part("a", None)], Kind.AMOUNT, False),
        ([part("a", "75"), part("b", "70")], Kind.LEVEL, True),  # rates with goals of their own have none together
        ([part("a", "12"), part("b", "12")], Kind.FALL_PERCENT, False),
        ([part("a", "75", "40"), part("b", "75", "50")], Kind.LEVEL, True),
    ],
)
def test_without_a_joint_goal_there_is_no_basis(parts, kind, is_intensive):
    assert basis_of(parts, kind, is_intensive=is_intensive) is None
