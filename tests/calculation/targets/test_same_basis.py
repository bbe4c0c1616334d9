"""What the places that have reported are held to together."""

from datetime import date
from decimal import Decimal

import pytest

from tracker.calculation.targets.kinds import Kind
from tracker.calculation.targets.same_basis import Part, basis_of
from tracker.calculation.targets.terms import Goal

YEAR_START = date(2020, 1, 1)


def part(place: str, goal: str | None, base: str | None = None, upper: str | None = None) -> Part:
    numbers = [None if text is None else Decimal(text) for text in (goal, base, upper)]
    return Part(place, None if numbers[0] is None else Goal(YEAR_START, numbers[0], numbers[2]), numbers[1])


def together(*parts: Part, kind: Kind = Kind.AMOUNT, is_intensive: bool = False):
    found = basis_of(parts, kind, is_intensive=is_intensive)
    return None if found is None else (found.places, found.goal, found.upper, found.base)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (together(part("a", "10"), part("b", "5")), (("a", "b"), 15, None, None)),
        (together(part("a", "10"), part("b", None)), (("a",), 10, None, None)),
        (together(part("a", None)), None),
        (together(part("a", "10", upper="12"), part("b", "5", upper="6")), (("a", "b"), 15, 18, None)),
        (together(part("a", "10", upper="12"), part("b", "5")), (("a", "b"), 15, None, None)),
        # a rate: only with one goal, one upper end and one base
        (together(part("a", "80"), part("b", "80"), kind=Kind.LEVEL, is_intensive=True), (("a", "b"), 80, None, None)),
        (together(part("a", "80"), part("b", "81"), kind=Kind.LEVEL, is_intensive=True), None),
        (
            together(part("a", "80", upper="90"), part("b", "80", upper="91"), kind=Kind.LEVEL, is_intensive=True),
            None,
        ),
        (
            together(part("a", "80", "40"), part("b", "80", "40"), kind=Kind.LEVEL, is_intensive=True),
            (("a", "b"), 80, None, 40),
        ),
        (together(part("a", "80", "40"), part("b", "80", "41"), kind=Kind.LEVEL, is_intensive=True), None),
        # a change in percent of an amount: one goal, and bases that add up
        (
            together(part("a", "5", "40"), part("b", "5", "60"), kind=Kind.RISE_PERCENT),
            (("a", "b"), 5, None, 100),
        ),
        (together(part("a", "5", "40"), part("b", "6", "60"), kind=Kind.RISE_PERCENT), None),
        (together(part("a", "5", "40"), part("b", "5"), kind=Kind.RISE_PERCENT), None),
        # a change in the indicator's own unit adds up
        (
            together(part("a", "5", "40"), part("b", "6", "60"), kind=Kind.RISE_POINTS),
            (("a", "b"), 11, None, 100),
        ),
    ],
)
def test_places_are_judged_together_where_their_goals_can_be(found, expected):
    assert found == expected
