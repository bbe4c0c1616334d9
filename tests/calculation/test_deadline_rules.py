"""Deadlines by a rule for each kind of period, on working days, in a time zone."""

import doctest
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.calculation import deadlines
from tracker.calculation.deadlines import DeadlineBasis, DeadlineRule, days_until, default_rule, end_of
from tracker.calculation.period_kinds import PeriodKind

LOS_ANGELES = ZoneInfo("America/Los_Angeles")
DAYS = st.dates(date(2001, 1, 1), date(2100, 12, 31))


def on_weekdays(day: date) -> bool:
    return day.weekday() < 5


def every_day(day: date) -> bool:
    return True


def on_day(number: int, *, moves: bool = True) -> DeadlineRule:
    return DeadlineRule(DeadlineBasis.DAY_OF_NEXT_MONTH, number, moves)


@pytest.mark.parametrize(
    ("last_day", "deadline_day", "late"),
    [
        (date(2020, 8, 31), 5, "2020-09-06T00:00:00+08:00"),
        (date(2020, 12, 31), 5, "2021-01-06T00:00:00+08:00"),
        (date(2020, 1, 31), 28, "2020-02-29T00:00:00+08:00"),
        (date(2021, 1, 31), 28, "2021-03-01T00:00:00+08:00"),
        (date(2020, 3, 31), 5, "2020-04-06T00:00:00+08:00"),
    ],
)
def test_a_return_is_late_from_the_midnight_that_ends_its_deadline_in_shanghai(last_day, deadline_day, late):
    assert end_of(on_day(deadline_day).last_day_on_time(last_day, every_day)).isoformat() == late


def test_a_deadline_is_the_same_moment_wherever_it_is_read():
    seen_from_greenwich = end_of(date(2020, 9, 5)).astimezone(ZoneInfo("UTC"))
    assert seen_from_greenwich == datetime(2020, 9, 5, 16, tzinfo=ZoneInfo("UTC"))


@pytest.mark.parametrize(
    ("day", "late"),
    [
        (date(2026, 3, 7), "2026-03-08T00:00:00-08:00"),  # the night in which summer time begins
        (date(2026, 3, 8), "2026-03-09T00:00:00-07:00"),
        (date(2025, 11, 2), "2025-11-03T00:00:00-08:00"),
    ],
)
def test_a_day_ends_at_midnight_of_its_time_zone_in_summer_and_winter(day, late):
    assert end_of(day, LOS_ANGELES).isoformat() == late


def test_a_deadline_on_a_day_off_moves_to_the_next_day_worked():
    is_worked = {date(2020, 9, 5): False, date(2020, 9, 6): False, date(2020, 9, 7): True}.__getitem__
    assert on_day(5).last_day_on_time(date(2020, 8, 31), is_worked) == date(2020, 9, 7)
    assert on_day(5, moves=False).last_day_on_time(date(2020, 8, 31), is_worked) == date(2020, 9, 5)


@given(DAYS, st.integers(1, 28), st.sets(st.integers(0, 6), max_size=6))
def test_a_deadline_is_the_first_day_worked_from_the_plain_one_on(last_day, deadline_day, days_off):
    def is_worked(day):
        return day.weekday() not in days_off

    plain = on_day(deadline_day, moves=False).last_day_on_time(last_day, is_worked)
    moved = on_day(deadline_day).last_day_on_time(last_day, is_worked)
    assert is_worked(moved)
    assert not any(is_worked(plain + timedelta(days=number)) for number in range((moved - plain).days))


@given(DAYS, st.integers(1, 20))
def test_working_days_are_counted_from_the_day_after_the_end(last_day, number):
    deadline = DeadlineRule(DeadlineBasis.WORKING_DAYS_AFTER, number).last_day_on_time(last_day, on_weekdays)
    between = [last_day + timedelta(days=days) for days in range(1, (deadline - last_day).days + 1)]
    assert sum(on_weekdays(day) for day in between) == number
    assert on_weekdays(deadline)


@pytest.mark.parametrize(("moves", "deadline"), [(False, date(2020, 9, 5)), (True, date(2020, 9, 7))])
def test_days_after_the_end_are_days_of_the_calendar(moves, deadline):
    rule = DeadlineRule(DeadlineBasis.DAYS_AFTER, 5, moves)
    assert rule.last_day_on_time(date(2020, 8, 31), on_weekdays) == deadline


@pytest.mark.parametrize("kind", list(PeriodKind))
def test_a_kind_without_a_rule_is_due_on_the_plan_s_day_and_a_short_one_within_days(kind):
    basis = DeadlineBasis.DAYS_AFTER if kind in ("week", "ten_days") else DeadlineBasis.DAY_OF_NEXT_MONTH
    assert default_rule(kind, 5, moves=True).basis is basis


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


def test_days_left_are_counted_in_the_time_zone_of_the_plan():
    due_at = end_of(date(2025, 10, 15), LOS_ANGELES)
    assert days_until(due_at, datetime.fromisoformat("2025-10-15T23:00:00-07:00"), LOS_ANGELES) == 0
    assert days_until(due_at, datetime.fromisoformat("2025-10-15T01:00:00+08:00"), LOS_ANGELES) == 1


def test_the_examples_in_the_docstrings_hold():
    assert doctest.testmod(deadlines).failed == 0
