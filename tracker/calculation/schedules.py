"""When scheduled mail goes out: rules of the calendar, calculated day by day in the plan's time zone.

A rule runs on a day or does not; its moment is that day at its time of day. Rules that wait for something to happen
(a report issued, a level that worsens) run on no day.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from tracker.calculation.deadlines import SHANGHAI

#: How far one looks for a run, back and ahead: longer than between any two runs of a month's rule.
FURTHEST_BACK = 70
FURTHEST_AHEAD = 400


class When(StrEnum):
    """What a rule goes by."""

    WEEKLY = "weekly"
    WORKING_DAY = "working_day"
    DAY_OF_MONTH = "day_of_month"
    AFTER_DEADLINE = "after_deadline"
    ON_ISSUE = "on_issue"
    ON_WORSENING = "on_worsening"


#: What the number of a rule may be: the day of the week from Monday (1), the working day or day of the month, days
#: after the deadline. No month has less than fifteen working days or 28 days.
BOUNDS = {
    When.WEEKLY: (1, 7),
    When.WORKING_DAY: (1, 15),
    When.DAY_OF_MONTH: (1, 28),
    When.AFTER_DEADLINE: (1, 28),
}
#: Rules that wait for something to happen.
EVENTS = (When.ON_ISSUE, When.ON_WORSENING)


@dataclass(frozen=True)
class RunRule:
    """A rule of the calendar with its number (see BOUNDS) and its time of day in a time zone."""

    when: When
    number: int
    time_of_day: time
    zone: ZoneInfo = SHANGHAI


@dataclass(frozen=True)
class Days:
    """The days a rule goes by: which are worked, and which are the last ones on time for a period."""

    is_working_day: Callable[[date], bool]
    deadlines: Collection[date] = ()


def runs_on(rule: RunRule, day: date, days: Days) -> bool:
    """Return True if the rule runs on a day."""
    match rule.when:
        case When.WEEKLY:
            return day.isoweekday() == rule.number
        case When.DAY_OF_MONTH:
            return day.day == rule.number
        case When.WORKING_DAY:
            return days.is_working_day(day) and working_day_of_month(day, days) == rule.number
        case When.AFTER_DEADLINE:
            return day - timedelta(days=rule.number) in days.deadlines
    return False


def working_day_of_month(day: date, days: Days) -> int:
    """Return how many days of the month were worked up to this day, with it."""
    return sum(days.is_working_day(day.replace(day=number)) for number in range(1, day.day + 1))


def moment_on(rule: RunRule, day: date) -> datetime:
    """Return the time of a run on a day."""
    return datetime.combine(day, rule.time_of_day, rule.zone)


def next_run(rule: RunRule, after: datetime, days: Days) -> datetime | None:
    """Return the first time after this one at which the rule runs; None if it does not run within a year and more."""
    first = after.astimezone(rule.zone).date()
    moments = (moment_on(rule, first + timedelta(days=ahead)) for ahead in range(FURTHEST_AHEAD))
    return next((moment for moment in moments if moment > after and runs_on(rule, moment.date(), days)), None)


def last_run(rule: RunRule, until: datetime, days: Days) -> datetime | None:
    """Return the latest time up to this one at which the rule ran; None if it did not run within two months."""
    last = until.astimezone(rule.zone).date()
    moments = (moment_on(rule, last - timedelta(days=back)) for back in range(FURTHEST_BACK))
    return next((moment for moment in moments if moment <= until and runs_on(rule, moment.date(), days)), None)
