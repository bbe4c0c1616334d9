"""Months by their codes, and the moments that follow from them."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from tracker.calculation.periods import Month, first_late_moment, months_between, summary_moment


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


def test_a_summary_goes_out_in_the_next_month_in_shanghai():
    assert summary_moment(Month(2020, 12), 8, time(8, 30)).isoformat() == "2021-01-08T08:30:00+08:00"
