"""Monthly data are judged by month, and what is not allocated is told."""

import pytest

from tests.calculation.books import EAST, TOP, WEST, a_book
from tracker.calculation.levels import Level
from tracker.calculation.pace import Pace
from tracker.calculation.targets.terms import Terms


def january(pace: Pace):
    book = a_book(
        1,
        {("gangue", EAST): ["100"]},
        to_reach={("gangue", TOP): "1200", ("gangue", EAST): "1200"},
        terms={"gangue": Terms(pace)},
    )
    return book.standing("gangue", EAST)


def test_exactly_a_twelfth_in_january_is_on_course():
    """31 of 366 days are more than a twelfth: by day it would be behind."""
    assert (january(Pace.EVEN_BY_MONTH).gap, january(Pace.EVEN_BY_MONTH).level) == (0, Level.III)


def test_a_target_that_says_day_is_judged_by_day():
    found = january(Pace.EVEN_BY_DAY)
    assert found.gap is not None and found.gap < 0
    assert found.level is Level.II


@pytest.mark.parametrize(
    ("shares", "rest"),
    [({EAST: "700", WEST: "300"}, 200), ({EAST: "900", WEST: "400"}, -100), ({EAST: "1200"}, 0), ({}, 1200)],
)
def test_what_is_not_allocated_is_the_target_less_the_shares(shares, rest):
    goals = {("gangue", TOP): "1200"} | {("gangue", place): value for place, value in shares.items()}
    book = a_book(1, {("gangue", EAST): ["100"]}, to_reach=goals)
    assert book.unallocated("gangue", [EAST, WEST]) == rest


def test_a_goal_that_is_everybody_s_own_is_not_allocated():
    book = a_book(1, to_reach={("share", TOP): "75", ("share", EAST): "70"})
    assert book.unallocated("share", [EAST, WEST]) is None
