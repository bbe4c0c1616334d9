"""The calendar of working days: weekends, holidays, make-up workdays, and the years it does not know."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import SHANGHAI
from tracker.calculation.deadlines import DeadlineBasis, DeadlineRule, end_of
from tracker.calculation.periods import Month
from tracker.models import Plan
from tracker.queries.plans.working_days import KNOWN_YEARS, note_on_years, unknown_years_of, working_days_of

CHINA = working_days_of("CN")
is_known, is_working_day = CHINA.is_known, CHINA.is_working_day


def deadline_of(last_day, deadline_day, is_worked=None):
    rule = DeadlineRule(DeadlineBasis.DAY_OF_NEXT_MONTH, deadline_day, moves=is_worked is not None)
    return rule.last_day_on_time(last_day, is_worked or is_working_day)


def note_on(moments):
    return note_on_years(unknown_years(moments))


def unknown_years(moments, **plan):
    return unknown_years_of((Plan(**plan), moment) for moment in moments)


LAST = max(KNOWN_YEARS)
MONTHS = st.builds(Month, st.integers(min(KNOWN_YEARS), LAST + 10), st.integers(1, 12))


@pytest.mark.parametrize(
    ("day", "is_worked"),
    [
        (date(2020, 9, 4), True),
        (date(2020, 9, 5), False),  # a Saturday
        (date(2020, 9, 27), True),  # a Sunday worked for National Day
        (date(2020, 10, 1), False),
        (date(2020, 10, 8), False),  # a Thursday
        (date(2020, 10, 10), True),  # a Saturday worked
        (date(2020, 1, 31), False),  # the Spring Festival that was prolonged
    ],
)
def test_holidays_and_make_up_workdays_are_known(day, is_worked):
    assert is_working_day(day) is is_worked


@pytest.mark.parametrize(
    ("month", "deadline"),
    [("2020-08", "2020-09-07"), ("2020-09", "2020-10-09"), ("2020-03", "2020-04-07"), ("2020-04", "2020-05-06")],
)
def test_the_fifth_steps_over_weekends_and_holidays(month, deadline):
    assert deadline_of(Month.parse(month).last_day, 5, is_working_day).isoformat() == deadline


def test_a_saturday_worked_is_a_deadline_as_it_stands():
    assert deadline_of(Month.parse("2020-09").last_day, 10, is_working_day) == date(2020, 10, 10)


def test_the_known_years_are_without_a_gap_and_hold_the_plans():
    assert sorted(KNOWN_YEARS) == list(range(min(KNOWN_YEARS), LAST + 1))
    assert {2020, 2021} <= KNOWN_YEARS


def test_beyond_the_known_years_only_weekends_are_stepped_over_and_that_is_said():
    new_year = date(LAST + 1, 1, 1)
    assert not is_known(LAST + 1)
    assert [is_working_day(new_year + timedelta(days=n)) for n in range(7)] == [
        (new_year + timedelta(days=n)).weekday() < 5 for n in range(7)
    ]
    assert str(LAST + 1) in note_on([datetime(LAST + 1, 2, 5, 23, 59, 59, tzinfo=SHANGHAI)])
    assert note_on([datetime(LAST, 12, 31, 23, 59, 59, tzinfo=SHANGHAI)]) == ""


def test_the_year_of_a_moment_is_shanghais():
    assert unknown_years([datetime.fromisoformat(f"{LAST}-12-31T16:00:00+00:00")]) == [LAST + 1]


@given(MONTHS, st.integers(1, 28))
def test_a_deadline_is_worked_and_never_before_the_plain_one(month, day):
    plain, moved = deadline_of(month.last_day, day), deadline_of(month.last_day, day, is_working_day)
    assert is_working_day(moved)
    assert plain <= moved <= plain + timedelta(days=11)
    assert not any(is_working_day(plain + timedelta(days=n)) for n in range((moved - plain).days))


@given(MONTHS, st.integers(1, 28))
def test_the_last_second_on_time_lies_on_the_deadline_in_shanghai(month, day):
    late = end_of(deadline_of(month.last_day, day, is_working_day)).astimezone(SHANGHAI)
    on_time = late - timedelta(seconds=1)
    assert on_time.date() == deadline_of(month.last_day, day, is_working_day)
    assert (on_time.hour, on_time.minute, on_time.second, late.hour) == (23, 59, 59, 0)
