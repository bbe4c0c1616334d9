"""Where the year will land, and what is needed to land on target, by hand."""

import random
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import depth
from tracker.calculation.forecast import (
    Forecast,
    Method,
    by_last_year,
    by_run_rate,
    monthly_need,
    t_quantile,
)


def amounts(*texts: str | int | None) -> list[Decimal | None]:
    return [None if text is None else Decimal(text) for text in texts]


def run_rate(*figures: str | int) -> Forecast:
    return Forecast(Method.RUN_RATE, *map(Decimal, figures))


def last_year(*figures: str | int) -> Forecast:
    return Forecast(Method.LAST_YEAR, *map(Decimal, figures))


@pytest.mark.parametrize(
    ("months", "in_plan", "expected"),
    [
        ([], 12, None),
        ([None, None], 12, None),
        ([10, 20], 12, None),  # two months say nothing yet
        ([10, None, 30], 12, None),
        ([10, 20, 30], 12, run_rate(240)),  # mean 20 for nine months to come
        ([10, None, 20, 30], 12, run_rate(240)),  # February is not zero: nine months are open
        ([0, 0, 0], 12, run_rate(0)),
        ([10] * 12, 12, run_rate(120, 120, 120)),  # the year is over
        ([5, 5], 2, run_rate(10, 10, 10)),
        ([1, 1, 2], 12, run_rate(16)),
    ],
)
def test_by_run_rate_each_open_month_is_like_the_mean_so_far(months, in_plan, expected):
    assert by_run_rate(amounts(*months), in_plan) == expected


@pytest.mark.parametrize(
    ("months", "before", "expected"),
    [
        # last year 10, 20, 30, 40; this year half as much again so far: 40 to come x 1.5
        ([15, 30, 45], [10, 20, 30, 40], last_year(150, 150, 150)),
        ([10, 30, None], [10, 20, 35, 35], None),  # two months say nothing yet
        ([10, None, 30, 40], [10, 20, 30, 40], last_year(100, 100, 100)),  # February of this year is open too
        ([0, 0, 0], [10, 20, 30, 40], last_year(0)),
        ([1, 2, 3, 4], [10, 20, 30, 40], last_year(10, 10, 10)),
        # nothing in last January: two months have a proportion, which gives no range
        ([10, 5, 10], [0, 5, 10, 10], last_year("41.66666666666666666666666667")),
        ([5, 5, 5], [0, 0, 0, 10], None),  # last year's same months were zero
        ([10, 10, 10], [10, None, 30, 10], None),  # last year is not known in full
        ([None, None, None], [10, 20, 30], None),
        ([], [10, 20, 30], None),
        ([10], [], None),
        ([10, 10, 10], [10, 10], None),  # not the same months
    ],
)
def test_by_last_year_open_months_follow_last_years_seasons(months, before, expected):
    assert by_last_year(amounts(*months), amounts(*before)) == expected


def test_the_range_by_hand():
    """12, 8 and 10 against 10 each: v = 0.2, one month of 10 to come, t with 2 degrees of freedom is 1.886."""
    found = by_last_year(amounts(12, 8, 10), amounts(10, 10, 10, 10))
    assert found is not None and found.low is not None and found.high is not None
    assert found.value == 40
    half = Decimal("1.886") * (Decimal("0.04") * (100 + 100 * Decimal(300) / 900)).sqrt()
    assert (40 - found.low, found.high - 40) == (half, half)


YEARS = {
    "flat": [100] * 12,
    "seasonal": [60, 40, 80, 100, 120, 130, 120, 120, 130, 120, 100, 80],
    "growing": [100 * 1.04**month for month in range(12)],
    "rushed": [60] * 9 + [120, 200, 300],
}


@pytest.mark.parametrize("kind", YEARS)
@pytest.mark.parametrize("variation", [0.05, 0.15])
def test_the_range_holds_the_truth_in_eight_of_ten_years(kind, variation):
    """Back-tested on simulated pairs of years, at the end of March, June and September."""
    chance, held, asked = random.Random(5), 0, 0
    for _pair in range(150):
        growth = chance.uniform(0.8, 1.4)
        before, this = (
            [Decimal(f"{max(1, scale * month * chance.gauss(1, variation)):.2f}") for month in YEARS[kind]]
            for scale in (1, growth)
        )
        for known in (3, 6, 9):
            found = by_last_year(this[:known], before)
            assert found is not None and found.low is not None and found.high is not None
            held, asked = held + (found.low <= sum(this) <= found.high), asked + 1
    assert 0.7 <= held / asked <= 0.9


AMOUNTS = st.decimals(0, 10_000, places=2)


@depth.examples(100)
@given(st.lists(AMOUNTS | st.none(), max_size=12), st.lists(AMOUNTS, min_size=12, max_size=12))
def test_a_forecast_lies_within_its_range_and_not_below_what_is_there(months, before):
    there = sum((month for month in months if month is not None), Decimal(0))
    for forecast in (by_run_rate(months, 12), by_last_year(months, before)):
        if forecast:
            bounded = forecast.not_below(there)
            assert there <= bounded.value
            if bounded.low is not None and bounded.high is not None:
                assert there <= bounded.low <= bounded.value <= bounded.high


@pytest.mark.parametrize(
    ("target", "to_date", "left", "expected"),
    [
        ("6500", "4000", 4, "625"),
        ("6500", "4000", 1, "2500"),
        ("6501", "4000", 4, "625.25"),
        ("6500", "0", 10, "650"),
        ("6500", "6500", 4, "0"),  # reached
        ("6500", "7000", 4, "0"),
        ("6500", "7000", 0, "0"),
        ("0", "0", 3, "0"),
        ("6500", "6000", 0, None),  # no month is left
        ("6500", "6000", -1, None),
        (None, "6000", 4, None),
        ("6500", None, 4, None),  # what is there is not known: missing is not zero
    ],
)
def test_the_monthly_need_spreads_the_rest_over_the_months_left(target, to_date, left, expected):
    numbers = [None if text is None else Decimal(text) for text in (target, to_date)]
    assert monthly_need(*numbers, left) == (None if expected is None else Decimal(expected))


@pytest.mark.parametrize(
    ("cap", "to_date", "left", "expected"),
    [
        ("1200", "800", 4, "100"),
        ("1200", "800", 1, "400"),
        ("1200", "1200", 4, "0"),  # used up
        ("1200", "1300", 4, "0"),
        ("1200", "1300", 0, "0"),
        ("1200", "1199", 0, None),  # no month is left
        ("1200", "1199.5", 1, "0.5"),
        (None, "800", 4, None),
        ("1200", None, 4, None),
    ],
)
def test_the_headroom_of_a_cap_is_spread_over_the_months_left(cap, to_date, left, expected):
    numbers = [None if text is None else Decimal(text) for text in (cap, to_date)]
    assert monthly_need(*numbers, left) == (None if expected is None else Decimal(expected))


@pytest.mark.parametrize(
    ("freedom", "quantile"),
    [
        (1, "3.078"),
        (2, "1.886"),
        (5, "1.476"),
        (10, "1.372"),
        (11, "1.363"),
        (12, "1.356"),
        (30, "1.310"),
        (120, "1.289"),
    ],
)
def test_the_quantiles_are_those_of_the_tables_of_students_t(freedom, quantile):
    """0.90 in one tail; beyond the table within 0.003 of it."""
    assert abs(t_quantile(freedom) - Decimal(quantile)) <= (Decimal(0) if freedom <= 11 else Decimal("0.003"))
