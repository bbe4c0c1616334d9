"""Days on which a unit is reminded of a return."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.calculation.reminders import LONGEST_REMINDER, ReminderRule, is_reminder_day, working_days

#: A Monday.
LAST_DAY = date(2020, 9, 7)
days = st.dates(date(2020, 1, 1), date(2021, 12, 31))


def is_weekday(day: date) -> bool:
    return day.weekday() < 5


USUAL = ReminderRule()


def reminded(offset: int, chase: ReminderRule = USUAL, last_day: date = LAST_DAY) -> bool:
    return is_reminder_day(last_day + timedelta(days=offset), last_day, chase, is_weekday)


@pytest.mark.parametrize(
    ("offset", "expected"),
    [
        (-6, False),  # Tuesday: four working days ahead
        (-5, True),  # Wednesday: three working days ahead
        (-4, False),
        (-2, False),  # Saturday
        (0, True),  # the last day
        (1, True),  # the first working day after it
        (2, False),
        (3, False),
        (4, True),  # Friday: three working days on
        (5, False),  # Saturday
        (9, True),  # Wednesday: three more
    ],
)
def test_reminders_come_three_days_ahead_on_the_last_day_and_every_three_after_it(offset, expected):
    assert reminded(offset) is expected


def test_a_last_day_off_is_reminded_of_on_the_working_day_before():
    sunday = date(2020, 9, 6)
    friday = date(2020, 9, 4)
    assert is_reminder_day(friday, sunday, ReminderRule(), is_weekday)
    assert not is_reminder_day(sunday, sunday, ReminderRule(), is_weekday)


def test_a_side_without_a_number_is_silent():
    assert not any(reminded(offset, ReminderRule(None, 3)) for offset in range(-20, 1))
    assert not any(reminded(offset, ReminderRule(3, None)) for offset in range(1, 60))


def test_mail_stops_after_a_month_of_working_days():
    after = [offset for offset in range(1, 400) if reminded(offset, ReminderRule(3, 1))]
    assert len(after) == LONGEST_REMINDER


@given(today=days, last_day=days, before=st.none() | st.integers(0, 30), every=st.none() | st.integers(1, 30))
def test_nobody_is_reminded_on_a_day_off(today, last_day, before, every):
    if is_reminder_day(today, last_day, ReminderRule(before, every), is_weekday):
        assert is_weekday(today)


@given(start=days, middle=st.integers(0, 60), end=st.integers(0, 60))
def test_working_days_add_up(start, middle, end):
    between = start + timedelta(days=middle)
    until = between + timedelta(days=end)
    parts = working_days(start, between, is_weekday) + working_days(between, until, is_weekday)
    assert working_days(start, until, is_weekday) == parts


def test_a_month_of_working_days_is_twenty_two():
    daily = [offset for offset in range(1, 60) if reminded(offset, ReminderRule(None, 1))]
    assert (len(daily), daily[-1]) == (22, 30)


def test_nobody_is_reminded_earlier_than_twenty_two_weeks_ahead():
    """However many working days a plan names: a hundred and ten are twenty-two weeks."""
    assert reminded(-154, ReminderRule(110, None))
    assert not reminded(-155, ReminderRule(111, None))
    assert not reminded(-157, ReminderRule(111, None))
