"""The book at its period: places, coverage, goals, standings and ranks, by hand; see `books` for the plan."""

from dataclasses import is_dataclass, replace
from datetime import date
from decimal import Decimal
from importlib import import_module

import pytest

from tests.calculation.books import (
    BY_MONTH,
    CODES,
    COUNTY,
    EAST,
    RULES,
    TOP,
    TWO_CITIES,
    WEST,
    YEAR_START,
    a_book,
)
from tracker.calculation.cells import Aggregate, Coverage
from tracker.calculation.figure_inputs import FigureInputs
from tracker.calculation.levels import Bounds, Level, completion_rate, gap, warning_level
from tracker.calculation.pace import Pace, Point
from tracker.calculation.progress import TO_DATE, AggregationRule, Cells
from tracker.calculation.targets.kinds import Bound
from tracker.calculation.targets.terms import Terms

I, II, III = Level.I, Level.II, Level.III  # noqa: E741


# --- places


@pytest.mark.parametrize(
    ("place", "places"),
    [(TOP, [TOP, EAST, COUNTY, WEST]), (EAST, [EAST, COUNTY]), (COUNTY, [COUNTY]), (WEST, [WEST])],
)
def test_a_place_is_itself_and_all_below_it(place, places):
    assert a_book(1).places_in(place) == places


@pytest.mark.parametrize(
    ("place", "first", "last", "value", "coverage"),
    [
        (TOP, 0, None, "70", "5/6"),
        (TOP, 2, 3, "30", "1/2"),
        (EAST, 0, None, "60", "3/3"),
        (EAST, 0, 2, "30", "2/2"),
        (EAST, 1, None, "50", "2/2"),
        (EAST, 0, 0, None, "0/0"),
        (WEST, 2, None, None, "0/1"),
        (COUNTY, 0, None, None, "0/0"),
    ],
)
def test_an_indicator_over_a_place_and_periods(place, first, last, value, coverage):
    tally = a_book(3, TWO_CITIES).tally("gangue", place, first, last)
    assert (tally.value, str(tally.coverage)) == (None if value is None else Decimal(value), coverage)


@pytest.mark.parametrize(
    ("cells", "place", "value", "coverage"),
    [
        ({("intensity", EAST): ["3"]}, EAST, "3", "1/1"),  # a county without a figure takes nothing away
        ({("intensity", TOP): ["4"]}, TOP, "4", "1/1"),  # the province's own figure, which no city reports
        ({("intensity", EAST): ["3"], ("intensity", WEST): ["5"]}, TOP, None, "2/2"),
        ({("intensity", EAST): ["3"], ("intensity", WEST): [None]}, TOP, None, "1/2"),
        ({("intensity", EAST): [None]}, EAST, None, "0/1"),
    ],
)
def test_what_does_not_add_up_over_places_has_a_value_where_one_cell_alone_is_owed(cells, place, value, coverage):
    tally = a_book(1, cells).tally("intensity", place)
    assert (tally.value, str(tally.coverage)) == (None if value is None else Decimal(value), coverage)


def test_what_does_not_add_up_has_no_value_for_two_units_of_one_place():
    two_units = {("intensity", EAST, CODES[0]): Aggregate(Decimal(8), Coverage(2, 2))}
    tally = replace(a_book(1), cells=Cells(RULES, two_units)).tally("intensity", EAST)
    assert tally == Aggregate(None, Coverage(2, 2))


# --- coverage


@pytest.mark.parametrize(
    ("above", "below", "poorer"),
    [
        ((8, 11), (1, 2), "1/2"),  # by share, not by how many are missing
        ((5, 11), (1, 2), "5/11"),  # nor by how many are there
        ((2, 3), (0, 0), "0/0"),  # a term that nobody owes covers nothing
        ((1, 2), (2, 4), "1/2"),
        ((2, 2), (3, 3), "2/2"),
    ],
)
def test_a_rate_is_as_covered_as_its_poorer_term(above, below, poorer):
    terms = {("gangue", EAST): above, ("used", EAST): below}
    cells = {(*key, CODES[0]): Aggregate(Decimal(1), Coverage(*coverage)) for key, coverage in terms.items()}
    for rate in (RULES["share"], AggregationRule(numerator="used", denominator="gangue")):
        assert str(Cells({**RULES, "rate": rate}, cells).tally("rate", [EAST], [CODES[0]]).coverage) == poorer


@pytest.mark.parametrize(
    ("present", "expected", "is_complete"),
    [(1, 1, True), (0, 1, False), (0, 0, False), (1, 2, False), (2, 1, True)],  # more than owed is complete
)
def test_a_cell_is_complete_when_all_that_is_owed_is_there(present, expected, is_complete):
    assert Aggregate(Decimal(1), Coverage(present, expected)).is_complete is is_complete


@pytest.mark.parametrize(
    "module", ["balance", "figure_inputs", "cells", "forecast", "levels", "pace", "periods", "progress", "quantities"]
)
def test_what_figures_are_reckoned_from_cannot_be_altered_on_the_way(module):
    of_module = vars(import_module(f"tracker.calculation.{module}")).values()
    kinds = [kind for kind in of_module if isinstance(kind, type) and is_dataclass(kind)]
    assert kinds
    assert all(kind.__dataclass_params__.frozen for kind in kinds)


# --- goals

ADJUSTED = {
    ("gangue", TOP): [(YEAR_START, "6500"), (date(2020, 7, 1), "6000"), (date(2020, 10, 1), "6200")],
    ("gangue", EAST): "400",
    ("ash", TOP): [(YEAR_START, "2100"), (date(2020, 9, 15), "2000")],
    ("ash", EAST): [(date(2020, 2, 1), "100")],
    ("share", TOP): "80",
    ("stations", TOP): "0",
}


@pytest.mark.parametrize(
    ("indicator", "place", "on", "value"),
    [
        ("gangue", TOP, date(2019, 12, 31), None),  # nothing was in force yet
        ("gangue", TOP, date(2020, 1, 1), "6500"),
        ("gangue", TOP, date(2020, 6, 30), "6500"),
        ("gangue", TOP, date(2020, 7, 1), "6000"),  # in force on the very day
        ("gangue", TOP, date(2020, 12, 31), "6200"),
        ("gangue", EAST, date(2020, 12, 31), "400"),
        ("gangue", WEST, date(2020, 12, 31), None),  # no share of it
        ("ash", EAST, date(2020, 1, 31), None),
        ("waste", TOP, date(2020, 6, 30), "8600"),  # a derived goal follows its parts
        ("waste", TOP, date(2020, 8, 31), "8100"),
        ("waste", TOP, date(2020, 9, 30), "8000"),
        ("waste", TOP, date(2020, 10, 31), "8200"),
        ("waste", EAST, date(2020, 6, 30), "500"),
        ("waste", EAST, date(2020, 1, 31), None),  # a part has none
        ("waste", WEST, date(2020, 6, 30), None),
        ("all", TOP, date(2020, 6, 30), "8600"),  # parts of parts; a goal of zero is a goal
        ("share", TOP, date(2020, 6, 30), "80"),
        ("share", EAST, date(2020, 6, 30), "80"),  # a rate's goal is everybody's
        ("share", COUNTY, date(2020, 6, 30), "80"),
        ("used", TOP, date(2020, 6, 30), None),
    ],
)
def test_a_goal_is_the_one_in_force_on_the_day(indicator, place, on, value):
    expected = None if value is None else Decimal(value)
    assert a_book(1, to_reach=ADJUSTED).goal(indicator, place, on) == expected


def test_past_periods_are_judged_by_the_version_then_in_force():
    versions = {("gangue", TOP): [(YEAR_START, "120"), (date(2020, 2, 1), "240")]}
    book = a_book(2, {("gangue", EAST): ["10", "10"]}, to_reach=versions, terms=BY_MONTH)
    assert [(book.standing("gangue", TOP, at).target, book.standing("gangue", TOP, at).level) for at in (0, 1)] == [
        (Decimal(120), III),  # 10 of 120 in January
        (Decimal(240), II),  # 20 of 240 in February: 8.33 % of 16.67 %
    ]


# --- standings


def test_a_standing_by_hand():
    book = a_book(3, TWO_CITIES, to_reach={("gangue", EAST): "200"}, terms=BY_MONTH)
    standing = book.standing("gangue", EAST)
    assert standing.this_period == Aggregate(Decimal(30), Coverage(1, 1))
    assert standing.last_period == Aggregate(Decimal(20), Coverage(1, 1))
    assert standing.to_date == Aggregate(Decimal(60), Coverage(3, 3))
    assert (standing.completion, standing.schedule_rate, standing.gap) == (30, 25, 5)
    assert (standing.level, standing.month_on_month) == (III, 50)


def test_the_first_period_has_none_before_it():
    standing = a_book(3, TWO_CITIES).standing("gangue", EAST, 0)
    assert standing.last_period == Aggregate()
    assert (standing.to_date.value, standing.month_on_month) == (10, None)


def test_a_period_is_compared_with_the_one_right_before_it():
    book = a_book(5, {("gangue", EAST): ["1", "2", "4", "5", "6"]})
    assert [book.standing("gangue", EAST, at).month_on_month for at in range(5)] == [None, 100, 100, 25, 20]


def test_a_count_to_date_is_the_last_periods():
    cells = {("stations", EAST): ["1", "2", "3"], ("stations", WEST): ["4", "4", "5"]}
    standing = a_book(3, cells, to_reach={("stations", TOP): "10"}).standing("stations", TOP)
    assert (standing.to_date.value, standing.completion) == (8, 80)


def test_a_targets_terms_without_any_are_even_by_day_and_graded():
    standing = a_book(2, TWO_CITIES, to_reach={("gangue", TOP): "1000"}).standing("gangue", TOP)
    assert standing.schedule_rate == Decimal(60) / 366 * 100
    assert standing.level is I


def test_a_target_follows_its_own_curve():
    terms = {"gangue": Terms(Pace.POINTS, (Point(date(2020, 3, 31), Decimal("0.1")),))}
    book = a_book(3, TWO_CITIES, to_reach={("gangue", EAST): "600"}, terms=terms)
    assert (book.standing("gangue", EAST).schedule_rate, book.standing("gangue", EAST).level) == (10, III)


def test_a_reference_level_is_not_graded():
    terms = {"gangue": Terms(bound=Bound.REFERENCE)}
    standing = a_book(3, TWO_CITIES, to_reach={("gangue", EAST): "200"}, terms=terms).standing("gangue", EAST)
    assert (standing.completion, standing.level) == (30, None)


def test_a_rate_is_due_in_full_at_any_time_and_never_averaged():
    cells = {
        ("gangue", EAST): ["90"],
        ("used", EAST): ["100"],
        ("gangue", WEST): ["90"],
        ("used", WEST): ["900"],
    }
    book = a_book(1, cells, to_reach={("share", TOP): "20"})
    standing = book.standing("share", TOP)
    assert (standing.to_date.value, standing.schedule_rate, standing.completion, standing.gap) == (18, 100, 90, -10)
    assert standing.level is II
    assert book.standing("share", EAST).completion == 450


@pytest.mark.parametrize("missing", [[None], ["10", None], ["50", "50", None]])
def test_a_place_with_nothing_for_the_period_is_neither_graded_nor_ranked(missing):
    cells = {("gangue", EAST): ["1"] * len(missing), ("gangue", WEST): missing}
    book = a_book(len(missing), cells, to_reach={("gangue", EAST): "100", ("gangue", WEST): "100"})
    standing = book.standing("gangue", WEST)
    assert (standing.gap, standing.level) == (None, None)
    for by in ("completion", "gap"):
        assert book.ranking("gangue", [EAST, WEST], by) == {EAST: 1, WEST: None}


def test_a_confirmed_zero_is_graded_and_ranked_last():
    cells = {("gangue", EAST): ["10"], ("gangue", WEST): ["0"]}
    book = a_book(1, cells, to_reach={("gangue", EAST): "100", ("gangue", WEST): "100"}, terms=BY_MONTH)
    assert book.standing("gangue", WEST).level is II  # 8.33 points behind
    assert book.ranking("gangue", [EAST, WEST], "completion") == {EAST: 1, WEST: 2}


@pytest.mark.parametrize(
    ("done", "share", "bound", "level"),
    [
        ("23", Decimal(38) / 300, "-5", II),  # 7.66…67 % of 12.66…67 %: exactly five points behind
        ("22", Decimal(37) / 300, "-5", II),
        ("22.999999", Decimal(38) / 300, "-5", I),
        ("200", Decimal(2) / 3, "0", III),
        ("100", Decimal(1) / 3, "0", III),
        ("99.999999", Decimal(1) / 3, "0", I),
    ],
)
def test_who_is_exactly_at_a_bound_is_not_below_it(done, share, bound, level):
    points = gap(completion_rate(Decimal(done), Decimal(300)), share * 100)
    assert warning_level(points, Bounds(Decimal(0), Decimal(bound))) is level


def test_a_gap_is_reckoned_for_a_tiny_target_too():
    assert gap(completion_rate(Decimal(999_999_999), Decimal("0.000001")), Decimal(50)) == Decimal("99999999899999950")


# --- the condensed book


def condensed(book: FigureInputs) -> FigureInputs:
    """The last two periods, and in one sum what came until now."""
    spans = book.periods[-2:]
    kept = {key: leaf for key, leaf in book.cells.leaves.items() if key[2] in {span.code for span in spans}}
    codes = [span.code for span in book.periods]
    for indicator, place, _code in book.cells.leaves:
        kept[indicator, place, TO_DATE] = book.cells.tally(indicator, [place], codes)
    return replace(book, periods=spans, cells=Cells(RULES, kept), is_condensed=True)


@pytest.mark.parametrize("months", [1, 2, 3])
@pytest.mark.parametrize("place", [TOP, EAST, WEST, COUNTY])
def test_a_condensed_book_gives_the_same_standing_at_its_period(months, place):
    cells = {key: texts[:months] for key, texts in TWO_CITIES.items()}
    book = a_book(months, cells, to_reach={("gangue", TOP): "500", ("gangue", EAST): "400"})
    assert condensed(book).standing("gangue", place) == book.standing("gangue", place)
    assert condensed(book).standing("gangue", place, months - 1 if months < 3 else 1) == book.standing("gangue", place)


@pytest.mark.parametrize("months", [2, 3])
@pytest.mark.parametrize("at", [0, -2])
def test_a_condensed_book_knows_no_earlier_standing(months, at):
    with pytest.raises(ValueError, match="last period alone"):
        condensed(a_book(months, TWO_CITIES)).standing("gangue", EAST, at)


# --- ranking


def test_places_are_ranked_by_completion_gap_and_growth():
    cells = {("gangue", EAST): ["10", "20"], ("gangue", WEST): ["5", "5"]}
    before = {("gangue", EAST): ["10", "40"], ("gangue", WEST): ["5", "4"]}
    book = a_book(2, cells, before=before, to_reach={("gangue", EAST): "100", ("gangue", WEST): "20"})
    assert book.ranking("gangue", [EAST, WEST], "completion") == {EAST: 2, WEST: 1}  # 30 % and 50 %
    assert book.ranking("gangue", [EAST, WEST], "gap") == {EAST: 2, WEST: 1}
    assert book.ranking("gangue", [EAST, WEST], "growth") == {EAST: 2, WEST: 1}  # -50 % and 25 %


def test_equal_places_share_a_rank_and_one_without_a_goal_has_none():
    cells = {("gangue", place): ["10"] for place in (EAST, WEST, COUNTY)}
    to_reach = {("gangue", EAST): "200", ("gangue", WEST): "100"}
    book = a_book(1, cells, to_reach=to_reach)
    assert book.ranking("gangue", [EAST, WEST, COUNTY], "completion") == {EAST: 1, WEST: 1, COUNTY: None}
