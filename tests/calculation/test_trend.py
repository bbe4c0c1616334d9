"""The way of a target through its plan, by hand."""

from decimal import Decimal

import pytest

from tests.calculation.books import BY_MONTH, CODES, TOP, TWO_CITIES, WEST, a_book
from tracker.calculation.figure_inputs import FigureInputs
from tracker.calculation.periods import Month
from tracker.calculation.trend import TrendPoint, trend

ENDS = [Month.parse(code).last_day for code in CODES]
LAST_YEAR = {("gangue", "1401"): [str(month) for month in range(1, 13)], ("gangue", "1402"): ["1"] * 12}


def way(book: FigureInputs, indicator: str = "gangue", place: str = TOP) -> list[TrendPoint]:
    return trend(book, indicator, place, ENDS)


def test_there_is_a_point_for_each_period_of_the_plan():
    assert [point.code for point in way(a_book(3, TWO_CITIES))] == list(CODES)


def test_the_verified_cumulative_ends_at_the_period_judged_and_tells_its_coverage():
    points = way(a_book(3, TWO_CITIES))
    assert [point.verified for point in points[:4]] == [Decimal(15), Decimal(40), Decimal(70), None]
    assert [str(point.coverage) for point in points[:4]] == ["2/2", "4/4", "5/6", "0/0"]


def test_the_schedule_follows_the_pace_curve_to_the_target():
    points = way(a_book(3, TWO_CITIES, to_reach={("gangue", TOP): "1200"}, terms=BY_MONTH))
    assert [point.schedule for point in points] == [Decimal(100) * month for month in range(1, 13)]


def test_a_rate_is_to_be_held_all_year():
    cells = {("gangue", WEST): ["1", "2"], ("used", WEST): ["4", "4"]}
    points = way(a_book(2, cells, to_reach={("share", TOP): "80"}), "share")
    assert {point.schedule for point in points} == {Decimal(80)}
    assert [point.verified for point in points[:2]] == [Decimal(25), Decimal("37.5")]
    assert points[-1].forecast is None


def test_without_a_target_there_is_no_schedule():
    assert {point.schedule for point in way(a_book(3, TWO_CITIES))} == {None}


def test_last_year_is_told_where_no_cell_of_it_is_missing():
    before = {key: values[:2] for key, values in LAST_YEAR.items()}
    points = way(a_book(1, TWO_CITIES, before=before))
    assert [point.last_year for point in points[:3]] == [Decimal(2), Decimal(5), None]


def test_a_run_rate_goes_straight_from_what_is_there_to_where_the_year_lands():
    book = a_book(3, {("gangue", WEST): ["10", "15", "20"]})
    points = way(book, place=WEST)
    assert [point.forecast for point in points[:4]] == [None, None, Decimal(45), Decimal(60)]
    assert (points[-1].low, points[-1].forecast, points[-1].high) == (None, Decimal(180), None)


def test_last_years_seasons_shape_the_way_to_come():
    book = a_book(3, {("gangue", "1401"): ["2", "4", "4"], ("gangue", WEST): ["2", "2", "4"]}, before=LAST_YEAR)
    points = way(book)
    # twice last year: months of 5, 6, ... 13 are to come
    assert round(points[3].forecast, 20) == Decimal(18) + 2 * 5
    assert round(points[4].forecast, 20) == Decimal(18) + 2 * (5 + 6)
    assert points[-1].forecast == book.forecast("gangue", TOP).value


@pytest.mark.parametrize("months", [3, 6, 12])
def test_the_forecast_begins_at_what_is_verified_and_ends_where_the_year_lands(months):
    book = a_book(months, {("gangue", WEST): [str(month) for month in range(1, months + 1)]})
    points, forecast = way(book, place=WEST), book.forecast("gangue", WEST)
    if months == 12:
        assert {point.forecast for point in points} == {None}
    else:
        assert points[months - 1].forecast == points[months - 1].verified
        assert (points[-1].forecast, points[-1].low, points[-1].high) == (forecast.value, forecast.low, forecast.high)


def test_last_years_cumulative_ends_where_one_city_is_missing():
    """February of one city alone is no February: a sum of it would tell of a fall that never was."""
    before = {("gangue", "1401"): ["1", "2", "3"], ("gangue", WEST): ["1", None, "1"]}
    assert [point.last_year for point in way(a_book(1, TWO_CITIES, before=before))[:3]] == [Decimal(2), None, None]


def test_where_nothing_came_later_last_year_the_way_to_come_is_even():
    """All of last year came in January and February: its seasons say nothing of the ten months to come."""
    before = {("gangue", WEST): ["4", "4", "4", *["0"] * 9]}
    book = a_book(3, {("gangue", WEST): ["10", "20", "5"]}, before=before)
    points = way(book, place=WEST)
    assert book.forecast("gangue", WEST).method == "last_year"
    assert {point.forecast for point in points[2:]} == {Decimal(35)}
    assert (points[3].low, points[-1].high) == (Decimal(35), Decimal(35))


@pytest.mark.parametrize(
    ("month_of_all_the_rest", "flat_until"), [(12, 11), (4, 3)], ids=["all in December", "all in April"]
)
def test_the_way_to_come_is_flat_where_last_year_was(month_of_all_the_rest, flat_until):
    """9 in the first three months of last year and 12 in one month after; twice as much this year so far."""
    rest = ["12" if month == month_of_all_the_rest else "0" for month in range(4, 13)]
    book = a_book(3, {("gangue", WEST): ["6"] * 3}, before={("gangue", WEST): ["3", "3", "3", *rest]})
    points = way(book, place=WEST)
    assert {point.forecast for point in points[2:flat_until]} == {Decimal(18)}
    assert {point.forecast for point in points[flat_until:]} == {Decimal(42)}
