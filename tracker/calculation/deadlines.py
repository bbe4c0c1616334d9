"""Deadlines of periods: by a rule for each kind of period, on working days, in the plan's time zone."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from tracker.calculation.period_kinds import PeriodKind
from tracker.calculation.periods import Month

#: The time zone of a plan that names none, and of whatever belongs to no plan.
SHANGHAI = ZoneInfo("Asia/Shanghai")
#: Return True if a day is worked. Weekends, public holidays and make-up workdays are the calendar's.
IsWorkingDay = Callable[[date], bool]
#: The days after the end within which periods shorter than a month are due, unless the plan has a rule for them.
DAYS_AFTER_SHORT_PERIODS = 3


class DeadlineBasis(StrEnum):
    """The ways to set a deadline."""

    DAY_OF_NEXT_MONTH = "next_month"
    DAYS_AFTER = "days"
    WORKING_DAYS_AFTER = "working_days"


@dataclass(frozen=True)
class DeadlineRule:
    """A rule for one kind of period: a day of the next month, or days or working days after the period's end.

    `moves` lets a deadline that is not worked move to the next day that is.
    """

    basis: DeadlineBasis
    number: int
    moves: bool = True

    def last_day_on_time(self, last_day: date, is_working_day: IsWorkingDay) -> date:
        """Return the last day on time for a period that ends on `last_day`.

        >>> weekdays = lambda day: day.weekday() < 5
        >>> rule = DeadlineRule(DeadlineBasis.DAY_OF_NEXT_MONTH, 5)
        >>> rule.last_day_on_time(date(2020, 8, 31), weekdays)  # 5 September is a Saturday
        datetime.date(2020, 9, 7)
        >>> DeadlineRule(DeadlineBasis.WORKING_DAYS_AFTER, 2).last_day_on_time(date(2020, 9, 6), weekdays)
        datetime.date(2020, 9, 8)
        """
        if self.basis is DeadlineBasis.WORKING_DAYS_AFTER:
            return working_days_after(last_day, self.number, is_working_day)
        if self.basis is DeadlineBasis.DAYS_AFTER:
            deadline = last_day + timedelta(days=self.number)
        else:
            deadline = Month.of(last_day).plus(1).first_day.replace(day=self.number)
        return next_working_day(deadline, is_working_day) if self.moves else deadline


def default_rule(kind: PeriodKind, day_of_next_month: int, *, moves: bool) -> DeadlineRule:
    """Return the rule for a kind of period that has none of its own.

    Months and longer periods are due on a day of the next month. Shorter ones are due a few days after their end.
    """
    if kind in (PeriodKind.WEEK, PeriodKind.TEN_DAYS):
        return DeadlineRule(DeadlineBasis.DAYS_AFTER, DAYS_AFTER_SHORT_PERIODS, moves)
    return DeadlineRule(DeadlineBasis.DAY_OF_NEXT_MONTH, day_of_next_month, moves)


def next_working_day(day: date, is_working_day: IsWorkingDay) -> date:
    """Return the day itself if it is a working day, else the first working day after it."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def working_days_after(day: date, number: int, is_working_day: IsWorkingDay) -> date:
    """Return the day so many working days after a day, which itself is not counted; `number` is at least 1."""
    for _step in range(number):
        day = next_working_day(day + timedelta(days=1), is_working_day)
    return day


def end_of(day: date, zone: ZoneInfo = SHANGHAI) -> datetime:
    """Return the first moment after a day in a time zone: 23:59:59 of the day lies before it.

    >>> end_of(date(2026, 3, 7), ZoneInfo("America/Los_Angeles")).isoformat()
    '2026-03-08T00:00:00-08:00'
    """
    return datetime.combine(day + timedelta(days=1), time.min, zone)


def days_until(due_at: datetime, now: datetime, zone: ZoneInfo = SHANGHAI) -> int:
    """Return how many days remain from today to the last day on time: 0 on that day itself, negative after it."""
    last_day = (due_at - timedelta(seconds=1)).astimezone(zone).date()
    return (last_day - now.astimezone(zone).date()).days
