"""The book along the year: programme, history, the year before, forecast and need, by hand; see `books`."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tests.calculation.books import BY_MONTH, COUNTY, EAST, TOP, TWO_CITIES, WEST, YEAR_START, a_book
from tracker.calculation.forecast import Forecast, Method
from tracker.calculation.level_history import LevelHistory
from tracker.calculation.levels import Level
from tracker.calculation.pace import Pace
from tracker.calculation.targets.kinds import Bound
from tracker.calculation.targets.terms import Programme, Terms

I, II, III = Level.I, Level.II, Level.III  # noqa: E741


# --- the longer programme


def programme(value: str, before: str) -> dict[str, Terms]:
    span = date(2016, 1, 1), date(2020, 12, 31)
    return {"gangue": Terms(Pace.EVEN_BY_MONTH, programme=Programme(*span, Decimal(value), Decimal(before)))}


#: By 31 March 2020 of the five years 1552 of 1827 days are gone: 84.95 %.
@pytest.mark.parametrize(
    ("value", "before", "level"),
    [
        ("1000", "789.5", III),  # 849.5 of 1000
        ("1000", "789", II),  # 849 of 1000: the programme is behind though the year is not
        ("1000", "689.4", I),  # 74.94 %: more than ten points
        ("1000", "0", I),
        ("60", "0", III),
    ],
)
def test_of_two_yardsticks_the_worse_counts(value, before, level):
    book = a_book(3, {("gangue", EAST): ["20", "20", "20"]}, to_reach={("gangue", TOP): "240"})
    judged = replace(book, terms=programme(value, before)).standing("gangue", TOP)
    assert (judged.gap, judged.level) == (0, level)


def test_the_years_pace_counts_where_it_is_the_worse():
    cells = {("gangue", EAST): ["1", "1", "1"]}
    judged = a_book(3, cells, to_reach={("gangue", TOP): "240"}, terms=programme("100", "97"))
    assert judged.standing("gangue", TOP).level is I


def test_a_city_is_not_held_to_the_provinces_programme():
    cells = {("gangue", EAST): ["20", "20", "20"]}
    book = a_book(3, cells, to_reach={("gangue", EAST): "240"}, terms=programme("100000", "0"))
    assert book.standing("gangue", EAST).level is III


def test_the_programme_grades_no_period_without_data():
    cells = {("gangue", EAST): ["20", None]}
    book = a_book(2, cells, to_reach={("gangue", TOP): "240"}, terms=programme("100", "0"))
    assert book.standing("gangue", TOP).level is None


def test_a_programme_gives_nothing_where_nothing_was_ever_there():
    book = a_book(1, {("gangue", EAST): [None]}, to_reach={("gangue", TOP): "240"}, terms=programme("100", "100"))
    assert book.standing("gangue", TOP).level is None


# --- history


@pytest.mark.parametrize(
    ("levels", "before", "change", "periods"),
    [
        ((II,), None, 0, 1),
        ((II, III), II, 1, 1),
        ((III, I), III, -2, 1),
        ((I, I, I), I, 0, 3),
        ((None, I), None, 0, 1),
        ((I, None), I, 0, 0),
        ((III, II, II), II, 0, 2),
    ],
)
def test_a_history_tells_the_change_and_how_long(levels, before, change, periods):
    history = LevelHistory(levels)
    assert (history.now, history.before) == (levels[-1], before)
    assert (history.change, history.periods_at_level) == (change, periods)


def test_a_history_has_the_level_at_the_end_of_each_period():
    cells = {("gangue", EAST): ["10", "1", None, "40"]}
    book = a_book(4, cells, to_reach={("gangue", EAST): "120"}, terms=BY_MONTH)
    history = book.history("gangue", EAST)
    assert history.levels == (III, II, None, None)  # 8.33 of 8.33, 9.17 of 16.67, missing, March missing
    assert history.is_provisional


# --- a year earlier

BEFORE = {("gangue", EAST): ["8", "16", "0"], ("gangue", WEST): ["4", "4", "4"]}


@pytest.mark.parametrize(
    ("place", "months", "to_date", "expected"),
    [
        (EAST, 1, False, "25"),  # 10 against 8
        (EAST, 2, False, "25"),
        (EAST, 3, False, None),  # on a zero base
        (EAST, 3, True, "150"),  # 60 against 24
        (TOP, 2, True, "25"),  # 40 against 32
        (TOP, 3, False, None),  # a city is missing this year
        (TOP, 3, True, None),
        (WEST, 3, False, None),
        (WEST, 2, True, "25"),
        (COUNTY, 2, True, None),
    ],
)
def test_year_on_year_compares_complete_years_only(place, months, to_date, expected):
    book = a_book(months, TWO_CITIES, before=BEFORE)
    assert book.year_on_year("gangue", place, to_date=to_date) == (None if expected is None else Decimal(expected))


def test_year_on_year_is_of_the_period_unless_asked_to_date():
    book = a_book(2, TWO_CITIES, before={("gangue", EAST): ["5", "16"]})
    assert book.year_on_year("gangue", EAST) == 25
    assert book.year_on_year("gangue", EAST, to_date=True) == Decimal(9) / 21 * 100


def test_a_year_before_with_a_month_missing_is_not_compared():
    book = a_book(2, TWO_CITIES, before={("gangue", EAST): ["8", None], ("gangue", WEST): ["4", "4"]})
    assert book.year_on_year("gangue", EAST) is None
    assert book.year_on_year("gangue", EAST, to_date=True) is None
    assert book.year_on_year("gangue", WEST) == 25


def test_a_count_changes_in_things_on_the_month_and_on_the_year():
    counted = {"gangue": Terms(Pace.EVEN_BY_MONTH, is_countable=True)}
    cells, before = {("gangue", EAST): ["1", "3"]}, {("gangue", EAST): ["2", "1"]}
    book = a_book(2, cells, before=before, terms=counted)
    found = book.standing("gangue", EAST)
    assert (found.is_count, found.month_on_month) == (True, 2)
    assert book.year_on_year("gangue", EAST) == 2
    assert book.year_on_year("gangue", EAST, to_date=True) == 1


# --- forecast and need


def test_the_forecast_follows_last_years_seasons_where_last_year_is_complete():
    before = {("gangue", EAST): ["5", "10", "15", *["10"] * 9]}
    book = a_book(3, TWO_CITIES, before=before)
    assert book.forecast("gangue", EAST) == Forecast(Method.LAST_YEAR, Decimal(240), Decimal(240), Decimal(240))


def test_the_forecast_goes_by_the_run_rate_where_it_is_not():
    book = a_book(3, TWO_CITIES, before={("gangue", EAST): ["5", "10", "15", *["10"] * 8, None]})
    assert book.forecast("gangue", EAST) == Forecast(Method.RUN_RATE, Decimal(240))


def test_a_month_with_a_city_missing_is_no_month_to_forecast_from():
    cells = {("gangue", EAST): ["10", "10", "10", "5"], ("gangue", WEST): ["5", "5", "5", None]}
    assert a_book(4, cells).forecast("gangue", TOP) == Forecast(Method.RUN_RATE, Decimal(180))


def test_before_three_complete_months_there_is_no_forecast():
    assert a_book(3, TWO_CITIES).forecast("gangue", TOP) is None
    assert a_book(3, TWO_CITIES).forecast("gangue", EAST) is not None


def test_a_forecast_does_not_fall_below_what_an_incomplete_month_brought_already():
    cells = {("gangue", EAST): ["0", "0", "1", "50"], ("gangue", WEST): ["0", "0", "0", None]}
    assert a_book(4, cells).forecast("gangue", TOP) == Forecast(Method.RUN_RATE, Decimal(51))


def test_where_a_month_was_negative_a_sum_may_fall():
    cells = {("gangue", EAST): ["-3", "0", "0", "50"], ("gangue", WEST): ["0", "0", "0", None]}
    assert a_book(4, cells).forecast("gangue", TOP) == Forecast(Method.RUN_RATE, Decimal(-12))


def test_the_range_of_a_forecast_ends_at_all_there_are():
    before = {("gangue", EAST): ["2", "2", "2", "2", *["1"] * 8]}
    book = a_book(3, {("gangue", EAST): ["2", "3", "4"]}, before=before, to_reach={("gangue", EAST): "20"})
    found = replace(book, terms={"gangue": Terms(bound=Bound.ALL_OF)}).forecast("gangue", EAST)
    assert found is not None and found.high == 20


def test_a_sum_of_parts_is_forecast_when_its_parts_add_up():
    cells = {("gangue", EAST): ["10", "20", "30"], ("ash", EAST): ["1", "2", "3"]}
    assert a_book(3, cells).forecast("waste", EAST) == Forecast(Method.RUN_RATE, Decimal(264))


@pytest.mark.parametrize("indicator", ["stations", "share", "all"])
def test_what_does_not_add_up_over_periods_has_no_forecast_and_no_need(indicator):
    cells = {(code, EAST): ["10", "20"] for code in ("gangue", "ash", "used", "stations")}
    book = a_book(2, cells, to_reach={(indicator, TOP): "100"})
    assert (book.forecast(indicator, TOP), book.monthly_need(indicator, TOP)) == (None, None)


@pytest.mark.parametrize(
    ("months", "goal", "expected"),
    [
        (2, "130", "10"),  # 30 are there, ten months left
        (12, "1000", None),  # none is left
        (2, "30", "0"),
        (2, "20", "0"),
    ],
)
def test_the_need_is_spread_over_the_months_left(months, goal, expected):
    cells = {("gangue", EAST): ["10", "20", *["0"] * 10]}
    book = a_book(months, cells, to_reach={("gangue", EAST): goal})
    assert book.monthly_need("gangue", EAST) == (None if expected is None else Decimal(expected))


def test_the_need_follows_the_goal_in_force_at_the_period():
    versions = {("gangue", EAST): [(YEAR_START, "130"), (date(2020, 2, 29), "230"), (date(2020, 3, 1), "330")]}
    cells = {("gangue", EAST): ["10", "20", "0"]}
    assert a_book(2, cells, to_reach=versions).monthly_need("gangue", EAST) == 20
    assert a_book(3, cells, to_reach=versions).monthly_need("gangue", EAST) == Decimal(300) / 9
