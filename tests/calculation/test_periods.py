"""Periods by their codes: which days they have, which of them a plan touches, and in which order they come."""

import doctest
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.calculation import period_kinds, periods, plan_years
from tracker.calculation.period_kinds import PeriodKind, span_of, spans_between
from tracker.calculation.period_spelling import read_period_code
from tracker.calculation.periods import Month, months_between
from tracker.calculation.plan_years import Year

#: A fiscal year ends in the next, and years are typed as 19.. or 20...
DAYS = st.dates(date(2001, 1, 1), date(2098, 12, 31))
KINDS = st.sampled_from(list(PeriodKind))
MONTHS = st.integers(1, 12)


@pytest.mark.parametrize(
    ("code", "first", "last"),
    [
        ("2020-01", date(2020, 1, 1), date(2020, 1, 31)),
        ("2020-02", date(2020, 2, 1), date(2020, 2, 29)),  # a leap year
        ("2021-02", date(2021, 2, 1), date(2021, 2, 28)),
        ("2100-02", date(2100, 2, 1), date(2100, 2, 28)),  # none
        ("2020-12", date(2020, 12, 1), date(2020, 12, 31)),
    ],
)
def test_a_code_names_its_days(code, first, last):
    month = Month.parse(code)
    assert (month.first_day, month.last_day, month.code) == (first, last, code)


@pytest.mark.parametrize(
    "text", ["2020-13", "2020-00", "2020-8", "202008", "2020-08 ", "", "2020-Q3", "２０２０-08", "-020-08", "2020-08\n"]
)
def test_what_is_no_month_is_refused(text):
    with pytest.raises(ValueError, match="not a month"):
        Month.parse(text)


@pytest.mark.parametrize(
    ("code", "months", "expected"),
    [
        ("2020-12", 1, "2021-01"),
        ("2020-01", -1, "2019-12"),
        ("2020-08", 0, "2020-08"),
        ("2020-08", -12, "2019-08"),
        ("2020-08", 29, "2023-01"),
    ],
)
def test_months_are_counted_over_years(code, months, expected):
    assert Month.parse(code).plus(months).code == expected


def test_months_sort_by_time():
    assert sorted([Month(2020, 12), Month(2021, 1), Month(2020, 2)]) == [
        Month(2020, 2),
        Month(2020, 12),
        Month(2021, 1),
    ]


@pytest.mark.parametrize(
    ("first", "last", "codes"),
    [
        (date(2020, 1, 1), date(2020, 12, 31), [f"2020-{number:02d}" for number in range(1, 13)]),
        (date(2020, 11, 30), date(2021, 2, 1), ["2020-11", "2020-12", "2021-01", "2021-02"]),
        (date(2020, 5, 5), date(2020, 5, 5), ["2020-05"]),
    ],
)
def test_a_plan_has_every_month_it_touches(first, last, codes):
    assert [month.code for month in months_between(first, last)] == codes


@pytest.mark.parametrize(
    ("first", "last", "quarters", "years"),
    [
        (date(2020, 1, 1), date(2020, 12, 31), ["2020-Q1", "2020-Q2", "2020-Q3", "2020-Q4"], ["2020"]),
        (date(2020, 6, 30), date(2020, 7, 1), ["2020-Q2", "2020-Q3"], ["2020"]),
        (date(2020, 12, 31), date(2021, 1, 1), ["2020-Q4", "2021-Q1"], ["2020", "2021"]),
    ],
)
def test_a_plan_has_every_quarter_and_year_it_touches(first, last, quarters, years):
    assert [span.code for span in spans_between(PeriodKind.QUARTER, first, last)] == quarters
    assert [span.code for span in spans_between(PeriodKind.YEAR, first, last)] == years


@pytest.mark.parametrize(
    ("kind", "day", "starts_in", "code", "first", "last"),
    [
        ("quarter", date(2020, 3, 31), 1, "2020-Q1", date(2020, 1, 1), date(2020, 3, 31)),
        ("quarter", date(2020, 12, 31), 1, "2020-Q4", date(2020, 10, 1), date(2020, 12, 31)),
        ("year", date(2020, 6, 1), 1, "2020", date(2020, 1, 1), date(2020, 12, 31)),
        ("half_year", date(2020, 6, 30), 1, "2020-H1", date(2020, 1, 1), date(2020, 6, 30)),
        ("half_year", date(2020, 7, 1), 1, "2020-H2", date(2020, 7, 1), date(2020, 12, 31)),
        ("quarter", date(2025, 7, 1), 7, "FY2026-Q1", date(2025, 7, 1), date(2025, 9, 30)),
        ("quarter", date(2026, 6, 30), 7, "FY2026-Q4", date(2026, 4, 1), date(2026, 6, 30)),
        ("half_year", date(2026, 1, 1), 7, "FY2026-H2", date(2026, 1, 1), date(2026, 6, 30)),
        ("year", date(2025, 6, 30), 7, "FY2025", date(2024, 7, 1), date(2025, 6, 30)),
        ("year", date(2024, 2, 29), 3, "FY2024", date(2023, 3, 1), date(2024, 2, 29)),
        ("quarter", date(2024, 2, 29), 12, "FY2024-Q1", date(2023, 12, 1), date(2024, 2, 29)),
        ("week", date(2021, 1, 3), 1, "2020-W53", date(2020, 12, 28), date(2021, 1, 3)),
        ("week", date(2024, 12, 30), 7, "2025-W01", date(2024, 12, 30), date(2025, 1, 5)),
        ("ten_days", date(2020, 8, 10), 1, "2020-08-D1", date(2020, 8, 1), date(2020, 8, 10)),
        ("ten_days", date(2020, 8, 20), 1, "2020-08-D2", date(2020, 8, 11), date(2020, 8, 20)),
        ("ten_days", date(2020, 8, 31), 1, "2020-08-D3", date(2020, 8, 21), date(2020, 8, 31)),
        ("ten_days", date(2021, 2, 28), 1, "2021-02-D3", date(2021, 2, 21), date(2021, 2, 28)),
        ("month", date(2025, 7, 4), 7, "2025-07", date(2025, 7, 1), date(2025, 7, 31)),
    ],
)
def test_a_period_of_any_kind_has_its_code_and_its_days(kind, day, starts_in, code, first, last):
    span = span_of(PeriodKind(kind), day, starts_in)
    assert (span.code, span.first_day, span.last_day) == (code, first, last)


@given(KINDS, DAYS, st.integers(0, 800), MONTHS)
def test_the_periods_of_a_kind_cover_every_day_once_and_sort_by_time_as_their_codes_do(kind, first, days, starts_in):
    last = first + timedelta(days=days)
    spans = spans_between(kind, first, last, starts_in)
    assert spans[0].first_day <= first <= spans[0].last_day
    assert spans[-1].first_day <= last <= spans[-1].last_day
    assert all(a.last_day + timedelta(days=1) == b.first_day and a < b and a.code < b.code for a, b in pairwise(spans))
    assert all(
        span_of(kind, span.last_day, starts_in) == span == span_of(kind, span.first_day, starts_in) for span in spans
    )


@given(DAYS, MONTHS)
def test_no_two_kinds_share_a_code_and_each_code_is_read_as_itself(day, starts_in):
    codes = [span_of(kind, day, starts_in).code for kind in PeriodKind]
    assert len(set(codes)) == len(codes)
    assert all(len(code) <= 10 for code in codes)
    assert [read_period_code(code) for code in codes] == codes


@given(DAYS, MONTHS)
def test_quarters_and_halves_divide_the_plan_s_year(day, starts_in):
    year = Year.of(day, starts_in)
    for kind, number in ((PeriodKind.QUARTER, 4), (PeriodKind.HALF_YEAR, 2), (PeriodKind.MONTH, 12)):
        spans = spans_between(kind, year.first_day, year.last_day, starts_in)
        assert len(spans) == number
        assert (spans[0].first_day, spans[-1].last_day) == (year.first_day, year.last_day)


@pytest.mark.parametrize("module", [periods, plan_years, period_kinds])
def test_the_examples_in_the_docstrings_hold(module):
    assert doctest.testmod(module).failed == 0
