"""The band around the bounds: a place exactly on schedule keeps its level."""

import random
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.calculation.books import BY_MONTH, EAST, TOP, a_book
from tracker.calculation.levels import Bounds, GradedBy, Level, band_width
from tracker.calculation.levels_before import LevelsBefore
from tracker.calculation.targets.kinds import Bound
from tracker.calculation.targets.requirement import Requirement, judge

BAND = Bounds(band=Decimal(1))
I, II, III = Level.I, Level.II, Level.III  # noqa: E741 - the domain's own numerals


def level(figure: str, before: Level | None, bounds: Bounds = BAND, **terms) -> Level | None:
    """The level of a figure at a half of 100."""
    requirement = Requirement(Decimal(100), Decimal("0.5"), **terms)
    return judge(requirement, Decimal(figure), bounds, lambda: before).level


@pytest.mark.parametrize(
    ("figure", "before", "expected"),
    [
        ("49", III, III),  # one point behind is within the band
        ("48.999", III, II),
        ("50.999", II, II),
        ("51", II, III),
        ("39", II, II),
        ("38.999", II, I),
        ("40.999", I, I),
        ("41", I, II),
        ("51", I, III),
        ("38.999", III, I),
        ("49.999", None, II),  # the first level is given by the bounds alone
        ("50", None, III),
    ],
)
def test_a_level_changes_only_beyond_the_band(figure, before, expected):
    assert level(figure, before) is expected


def test_without_a_band_the_level_before_does_not_matter():
    assert {level("49.999", before, Bounds()) for before in (None, *Level)} == {II}


def test_of_a_count_one_whole_thing_is_within_the_band():
    twelve = Requirement(Decimal(12), Decimal("0.75"), is_countable=True)
    found = [judge(twelve, Decimal(held), BAND, lambda: III).level for held in (9, 8, 7)]
    assert found == [III, III, II]
    assert judge(twelve, Decimal(9), BAND, lambda: II).level is II
    assert judge(twelve, Decimal(10), BAND, lambda: II).level is III


def test_in_percent_of_what_is_due_the_band_is_at_least_a_point_of_the_goal():
    by_due = replace(BAND, by=GradedBy.DUE)
    assert band_width(by_due, Decimal(1200), Decimal(300), is_countable=False) == 4
    assert band_width(by_due, Decimal(1200), Decimal(100), is_countable=False) == 5  # half the distance of the bounds
    assert band_width(BAND, Decimal(1200), Decimal(300), is_countable=False) == 1


def test_a_cap_has_the_same_band():
    assert level("51", III, bound=Bound.AT_MOST) is III
    assert level("51.001", III, bound=Bound.AT_MOST) is II


def amounts(*months: str) -> dict:
    return {("gangue", EAST): list(months)}


def levels(months: list[str], band: str = "1") -> list[Level | None]:
    book = a_book(len(months), amounts(*months), to_reach={("gangue", TOP): "1200"}, terms=BY_MONTH)
    return list(replace(book, bounds=Bounds(band=Decimal(band))).history("gangue", TOP).levels)


def test_a_place_that_flickers_about_its_schedule_keeps_its_level():
    flickering = ["100", "95", "110", "90", "110", "92"]
    assert levels(flickering, "0") == [III, II, III, II, III, II]
    assert levels(flickering) == [III] * 6


def test_a_level_kept_by_the_band_is_told_from_the_bounds_set():
    book = replace(a_book(2, amounts("100", "95"), to_reach={("gangue", TOP): "1200"}, terms=BY_MONTH), bounds=BAND)
    found = book.standing("gangue", TOP)
    assert found.level is III
    assert found.bounds == BAND
    assert found.judged_by.level_two_below == -1


def test_at_the_end_of_the_plan_the_goal_is_reached_or_missed():
    assert levels(["100"] * 11 + ["99"])[-1] is II
    assert levels(["99"] + ["100"] * 10 + ["101"])[-1] is III


def test_a_period_that_is_not_complete_leaves_the_level_as_it_was():
    months = ["100", None, "90"]
    book = a_book(3, {("gangue", EAST): months}, to_reach={("gangue", TOP): "1200"}, terms=BY_MONTH)
    banded = replace(book, bounds=BAND)
    assert [banded.level_before("gangue", TOP, month) for month in range(3)] == [None, III, III]


@given(months=st.lists(st.none() | st.integers(85, 115), min_size=1, max_size=12), asked=st.permutations(range(12)))
def test_levels_found_backwards_are_those_found_from_the_first_month_on(months, asked):
    """In whatever order they are asked for; a month without a figure leaves the level as it was."""
    found = LevelsBefore(requirement_of, [to_date(months, month) for month in range(len(months))], lambda index: BAND)
    expected: list[Level | None] = [None]
    for month in range(len(months)):
        before = expected[-1]
        level = judge(requirement_of(month), to_date(months, month), BAND, lambda before=before: before).level
        expected.append(level or before)
    months_asked = [month for month in asked if month < len(months)]
    assert {month: found.at(month) for month in months_asked} == {month: expected[month] for month in months_asked}


def requirement_of(month):
    return Requirement(Decimal(1200), Decimal(month + 1) / 12)


def to_date(months, month):
    return None if months[month] is None else Decimal(sum(one or 100 for one in months[: month + 1]))


@pytest.mark.parametrize("by", GradedBy)
def test_a_place_on_schedule_changes_its_level_at_most_once_in_two_years(by):
    """Monthly amounts vary by 5 % of the schedule's, as a plant's do; without a band there are 1.5 changes a year."""
    chance, years = random.Random(9), 40
    changes = {"0": 0, "1": 0}
    for _year in range(years):
        months = [f"{chance.gauss(100, 5):.2f}" for _month in range(12)]
        for band in changes:
            book = a_book(12, amounts(*months), to_reach={("gangue", TOP): "1200"}, terms=BY_MONTH)
            found = replace(book, bounds=Bounds(by=by, band=Decimal(band))).history("gangue", TOP).levels
            changes[band] += sum(one is not two for one, two in pairwise(found))
    assert changes["1"] <= years / 2
    assert changes["0"] >= years
