"""Where the year will land, and what is needed to land on target, by hand."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import depth
from tracker.calculation.forecast import Forecast, Method, by_last_year, by_run_rate, monthly_need


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
        ([10], 12, run_rate(120, 120, 120)),
        ([10, 20, 30], 12, run_rate(240, 60 + 90, 60 + 270)),  # mean 20 for nine months to come
        ([10, None, 30], 12, run_rate(240, 40 + 100, 40 + 300)),  # February is not zero: ten months are open
        ([0, 0], 12, run_rate(0, 0, 0)),
        ([0, 12], 3, run_rate(18, 12, 24)),
        ([10] * 12, 12, run_rate(120, 120, 120)),  # the year is over
        ([5, None], 2, run_rate(10, 10, 10)),  # over, with a month missing
        ([1, 1, 2], 12, run_rate(16, 13, 22)),
        ([1, 2], 5, run_rate("7.5", 6, 9)),
    ],
)
def test_by_run_rate_each_open_month_is_like_the_mean_so_far(months, in_plan, expected):
    assert by_run_rate(amounts(*months), in_plan) == expected


@pytest.mark.parametrize(
    ("months", "before", "expected"),
    [
        # last year 10, 20, 30, 40; this year half as much again so far: 70 to come x 1.5
        ([15, 30], [10, 20, 30, 40], last_year(150, 150, 150)),
        # 10 and 30 against 10 and 20: 4/3 in all, between once and one and a half times the 70 to come
        ([10, 30], [10, 20, 35, 35], last_year("133.3333333333333333333333333", 110, 145)),
        ([1, 1], [2, 4, 5], last_year("3.666666666666666666666666667", "3.25", "4.5")),
        ([10, None], [10, 20, 30, 40], last_year(100, 100, 100)),  # February of this year is open too
        ([None, 30], [10, 20, 30, 40], last_year(150, 150, 150)),
        ([0, 0], [10, 20, 30, 40], last_year(0, 0, 0)),
        ([1, 2, 3, 4], [10, 20, 30, 40], last_year(10, 10, 10)),
        # nothing in last January: that month alone has no proportion, yet the range holds what is expected
        ([10, 5], [0, 5, 10, 10], last_year(75, 35, 75)),
        ([0, 5], [0, 5, 10, 10], last_year(25, 25, 25)),
        ([5], [0, 5, 10], None),  # last year's same month was zero
        ([10], [10, None, 30], None),  # last year is not known in full
        ([None], [10, 20, 30], None),
        ([], [10, 20, 30], None),
        ([10], [], None),
        ([10, 10, 10], [10, 10], None),  # not the same months
    ],
)
def test_by_last_year_open_months_follow_last_years_seasons(months, before, expected):
    assert by_last_year(amounts(*months), amounts(*before)) == expected


AMOUNTS = st.decimals(0, 10_000, places=2)


@depth.examples(100)
@given(st.lists(AMOUNTS | st.none(), max_size=12), st.lists(AMOUNTS, min_size=12, max_size=12))
def test_a_forecast_lies_within_its_range_and_not_below_what_is_there(months, before):
    there = sum((month for month in months if month is not None), Decimal(0))
    for forecast in (by_run_rate(months, 12), by_last_year(months, before)):
        if forecast:
            assert there <= forecast.low <= forecast.value <= forecast.high


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
