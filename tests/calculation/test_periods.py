"""Months by their codes, and the moments that follow from them."""

from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.calculation.periods import (
    Month,
    Quarter,
    Year,
    days_until,
    deadline_of,
    end_of,
    first_late_moment,
    months_between,
    quarters_between,
    years_between,
)


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
    ("month", "deadline_day", "late"),
    [
        (Month(2020, 8), 5, "2020-09-06T00:00:00+08:00"),
        (Month(2020, 12), 5, "2021-01-06T00:00:00+08:00"),
        (Month(2020, 1), 28, "2020-02-29T00:00:00+08:00"),
        (Month(2021, 1), 28, "2021-03-01T00:00:00+08:00"),
    ],
)
def test_a_return_is_late_from_the_midnight_that_ends_its_deadline_in_shanghai(month, deadline_day, late):
    assert first_late_moment(month, deadline_day).isoformat() == late


def test_a_deadline_is_the_same_moment_wherever_it_is_read():
    seen_from_greenwich = first_late_moment(Month(2020, 8), 5).astimezone(ZoneInfo("UTC"))
    assert seen_from_greenwich == datetime(2020, 9, 5, 16, tzinfo=ZoneInfo("UTC"))


@pytest.mark.parametrize(
    ("first", "last", "quarters", "years"),
    [
        (date(2020, 1, 1), date(2020, 12, 31), ["2020-Q1", "2020-Q2", "2020-Q3", "2020-Q4"], ["2020"]),
        (date(2020, 6, 30), date(2020, 7, 1), ["2020-Q2", "2020-Q3"], ["2020"]),
        (date(2020, 12, 31), date(2021, 1, 1), ["2020-Q4", "2021-Q1"], ["2020", "2021"]),
    ],
)
def test_a_plan_has_every_quarter_and_year_it_touches(first, last, quarters, years):
    assert [span.code for span in quarters_between(first, last)] == quarters
    assert [span.code for span in years_between(first, last)] == years


@pytest.mark.parametrize(
    ("span", "first", "last", "late"),
    [
        (Quarter(2020, 1), date(2020, 1, 1), date(2020, 3, 31), "2020-04-06T00:00:00+08:00"),
        (Quarter(2020, 4), date(2020, 10, 1), date(2020, 12, 31), "2021-01-06T00:00:00+08:00"),
        (Year(2020), date(2020, 1, 1), date(2020, 12, 31), "2021-01-06T00:00:00+08:00"),
    ],
)
def test_quarters_and_years_have_their_days_and_are_due_in_the_month_after(span, first, last, late):
    assert (span.first_day, span.last_day, first_late_moment(span, 5).isoformat()) == (first, last, late)


@given(st.dates(date(2001, 1, 1), date(2100, 12, 31)), st.dates(date(2001, 1, 1), date(2100, 12, 31)))
def test_quarters_and_years_cover_every_day_once(one, other):
    first, last = sorted((one, other))
    for spans in (quarters_between(first, last), years_between(first, last)):
        assert spans[0].first_day <= first <= last <= spans[-1].last_day
        assert all(a.last_day + timedelta(days=1) == b.first_day for a, b in pairwise(spans))


def test_a_deadline_on_a_day_off_moves_to_the_next_day_worked():
    is_worked = {date(2020, 9, 5): False, date(2020, 9, 6): False, date(2020, 9, 7): True}.__getitem__
    assert deadline_of(date(2020, 8, 31), 5, is_worked) == date(2020, 9, 7)
    assert deadline_of(date(2020, 8, 31), 5) == date(2020, 9, 5)


@given(st.dates(date(2001, 1, 1), date(2100, 12, 31)), st.integers(1, 28), st.sets(st.integers(0, 6), max_size=6))
def test_a_deadline_is_the_first_day_worked_from_the_plain_one_on(last_day, deadline_day, days_off):
    def is_worked(day):
        return day.weekday() not in days_off

    plain, moved = deadline_of(last_day, deadline_day), deadline_of(last_day, deadline_day, is_worked)
    assert is_worked(moved)
    assert not any(is_worked(plain + timedelta(days=number)) for number in range((moved - plain).days))


@pytest.mark.parametrize(
    ("now", "days"),
    [
        ("2020-09-04T15:59:59+00:00", 3),  # a second to midnight in Shanghai
        ("2020-09-04T16:00:00+00:00", 2),
        ("2020-09-07T23:59:59+08:00", 0),
        ("2020-09-08T00:00:00+08:00", -1),
    ],
)
def test_days_left_are_counted_in_shanghai(now, days):
    assert days_until(end_of(date(2020, 9, 7)), datetime.fromisoformat(now)) == days
