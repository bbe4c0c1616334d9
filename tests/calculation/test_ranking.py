"""Ranks of places whose figures are not complete: by those of their own places that are."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tests.calculation.books import COUNTY, EAST, TOP, WEST, a_book
from tracker.calculation.targets.kinds import Bound, Kind
from tracker.calculation.targets.terms import Terms

#: The east's county has reported 40 of its 100, the east's own unit nothing for the second month.
ONE_MISSING = {("gangue", EAST): ["10", None], ("gangue", COUNTY): ["15", "25"], ("gangue", WEST): ["30", "60"]}
SPLIT = {("gangue", TOP): "500", ("gangue", EAST): "300", ("gangue", COUNTY): "100", ("gangue", WEST): "200"}


@pytest.mark.parametrize(
    ("west", "ranks"),
    [
        ("60", {EAST: 2, WEST: 1}),  # 45 % against the county's 40 %
        ("50", {EAST: 1, WEST: 1}),  # 40 % each
        ("40", {EAST: 1, WEST: 2}),
    ],
)
def test_a_place_is_ranked_by_those_of_its_places_that_are_complete(west, ranks):
    book = a_book(2, ONE_MISSING | {("gangue", WEST): ["30", west]}, to_reach=SPLIT)
    assert book.standing("gangue", EAST).is_provisional
    assert book.ranking("gangue", [EAST, WEST], "completion") == ranks


def test_under_a_cap_the_one_that_used_least_is_first_on_the_same_basis():
    book = a_book(2, ONE_MISSING, to_reach=SPLIT, terms={"gangue": Terms(bound=Bound.AT_MOST)})
    assert book.ranking("gangue", [EAST, WEST], "completion") == {EAST: 1, WEST: 2}


def test_a_change_is_ranked_against_the_base_of_the_places_that_are_complete():
    bases = {EAST: Decimal(100), COUNTY: Decimal(32), WEST: Decimal(80)}
    terms = Terms(kind=Kind.RISE_PERCENT, bases=bases, base_on=date(2019, 12, 31))
    goals = {("gangue", place): "50" for place in (TOP, EAST, COUNTY, WEST)}
    book = a_book(2, ONE_MISSING, to_reach=goals, terms={"gangue": terms})  # the county 25 %, the west 12.5 %
    assert book.ranking("gangue", [EAST, WEST], "completion") == {EAST: 1, WEST: 2}


def test_one_without_a_complete_place_has_no_rank():
    book = a_book(2, ONE_MISSING | {("gangue", COUNTY): ["15", None]}, to_reach=SPLIT)
    assert book.ranking("gangue", [EAST, WEST], "completion") == {EAST: None, WEST: 1}


def test_each_yardstick_ranks_by_itself():
    """The east has the greater part of its goal and grew less; the gap in points orders as its own figures do."""
    cells = {("gangue", EAST): ["40"], ("gangue", WEST): ["30"]}
    before = {("gangue", EAST): ["50"], ("gangue", WEST): ["10"]}
    of_east = {("gangue", TOP): "200", ("gangue", EAST): "100", ("gangue", WEST): "100"}
    book = a_book(1, cells, before=before, to_reach=of_east)
    assert book.ranking("gangue", [EAST, WEST], "completion") == {EAST: 1, WEST: 2}
    assert book.ranking("gangue", [EAST, WEST], "gap") == {EAST: 1, WEST: 2}
    assert book.ranking("gangue", [EAST, WEST], "growth") == {EAST: 2, WEST: 1}  # -20 % and 200 %


def test_under_a_cap_less_growth_is_better():
    cells, before = (
        {("gangue", EAST): ["40"], ("gangue", WEST): ["30"]},
        {("gangue", EAST): ["50"], ("gangue", WEST): ["10"]},
    )
    book = a_book(1, cells, before=before, to_reach=SPLIT, terms={"gangue": Terms(bound=Bound.AT_MOST)})
    assert book.ranking("gangue", [EAST, WEST], "growth") == {EAST: 1, WEST: 2}


@pytest.mark.parametrize(("ends", "is_one_year"), [(date(2020, 12, 31), True), (date(2021, 1, 1), False)])
def test_a_plan_of_a_year_has_annual_targets(ends, is_one_year):
    assert replace(a_book(1), ends_on=ends).is_one_year is is_one_year
