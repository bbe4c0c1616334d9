"""Season tables: reading one, the shares of periods, and forecasts of a first year."""

import random
from datetime import date
from decimal import Decimal

import pytest

from tests import depth
from tests.calculation.books import EAST, WEST, a_book
from tests.calculation.test_forecast import YEARS
from tracker.calculation.forecast import Method, by_last_year
from tracker.calculation.seasons import SeasonProblem, read_season, season_of_periods
from tracker.calculation.targets.terms import Terms
from tracker.calculation.trend import trend

TABLE = "5 4 7 8 9 9 9 9 10 10 10 10"
SHARES = tuple(map(Decimal, TABLE.split()))


@pytest.mark.parametrize("text", [TABLE, TABLE.replace(" ", ", "), TABLE.replace(" ", "%、") + "%", f" {TABLE}\n"])
def test_a_table_is_read_as_people_write_it(text):
    assert read_season(text) == SHARES


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("5 4 7 8 9 9 9 9 10 10 10", SeasonProblem.COUNT),
        ("100", SeasonProblem.COUNT),
        ("", SeasonProblem.COUNT),
        (TABLE.replace("4", "five"), SeasonProblem.NUMBER),
        (TABLE.replace("4", "NaN"), SeasonProblem.NUMBER),
        ("-5 14 7 8 9 9 9 9 10 10 10 10", SeasonProblem.NEGATIVE),
        (TABLE.replace("4", "4.5"), SeasonProblem.TOTAL),
    ],
)
def test_what_is_no_table_is_named(text, problem):
    assert read_season(text) is problem


def codes(number: int) -> list[str]:
    return [f"period {at}" for at in range(number)]


def test_a_quarter_has_the_shares_of_its_months():
    assert season_of_periods(SHARES, date(2020, 1, 1), date(2020, 12, 31), codes(4)) == [16, 26, 28, 30]
    assert season_of_periods(SHARES, date(2020, 7, 1), date(2021, 6, 30), codes(12)) == [*SHARES[6:], *SHARES[:6]]


@pytest.mark.parametrize(("season", "periods"), [((), 12), (SHARES, 53), (SHARES, 36), (SHARES, 0)])
def test_there_are_no_shares_without_a_table_and_of_periods_that_are_no_whole_months(season, periods):
    assert season_of_periods(season, date(2020, 1, 1), date(2020, 12, 31), codes(periods)) is None


def test_january_and_february_as_one_period_have_the_shares_of_both():
    joined = ["2020-0102", *(f"2020-{number:02d}" for number in range(3, 13))]
    assert season_of_periods(SHARES, date(2020, 1, 1), date(2020, 12, 31), joined) == [9, *SHARES[2:]]


def first_year(months: list[str], **further):
    terms = {"gangue": Terms(season=SHARES)}
    return a_book(len(months), {("gangue", WEST): months}, terms=terms, **further)


def test_a_first_year_is_forecast_by_the_table():
    """16 % of the year are there after March: 32 of 200."""
    found = first_year(["10", "8", "14"]).forecast("gangue", WEST)
    assert found is not None
    assert (found.method, found.value, found.low, found.high) == (Method.SEASON_TABLE, 200, 200, 200)


def test_last_year_counts_before_the_table_where_it_is_complete():
    book = first_year(["10", "8", "14"], before={("gangue", WEST): ["10"] * 12})
    assert book.forecast("gangue", WEST).method is Method.LAST_YEAR
    partly = first_year(["10", "8", "14"], before={("gangue", WEST): ["10"] * 11 + [None]})
    assert partly.forecast("gangue", WEST).method is Method.SEASON_TABLE


def test_a_place_without_a_table_or_a_year_before_has_a_run_rate():
    book = a_book(3, {("gangue", EAST): ["10", "8", "14"]})
    found = book.forecast("gangue", EAST)
    assert (found.method, found.low) == (Method.RUN_RATE, None)


def test_the_way_to_the_end_follows_the_table():
    book = first_year(["10", "8", "14"])
    ends = [date(2020, number, 28) for number in range(1, 13)]
    points = trend(book, "gangue", WEST, ends)
    assert [round(point.forecast, 10) for point in points[2:5]] == [32, 48, 66]
    assert points[-1].forecast == 200


@pytest.mark.parametrize("kind", YEARS)
@pytest.mark.parametrize("variation", [0.05, 0.15])
def test_the_range_by_a_table_holds_the_truth_in_eight_of_ten_years(kind, variation):
    """Back-tested on simulated first years whose table is that of the usual year."""
    chance, held, asked = random.Random(7), 0, 0
    usual = [Decimal(f"{amount:.6f}") for amount in YEARS[kind]]
    season = [amount / sum(usual) * 100 for amount in usual]
    for _year in range(depth.amount(600, quick=150)):
        this = [Decimal(f"{max(1, month * chance.gauss(1, variation)):.2f}") for month in YEARS[kind]]
        for known in (3, 6, 9):
            found = by_last_year(this[:known], season, Method.SEASON_TABLE)
            assert found is not None and found.low is not None and found.high is not None
            held, asked = held + (found.low <= sum(this) <= found.high), asked + 1
    assert 0.7 <= held / asked <= 0.9
