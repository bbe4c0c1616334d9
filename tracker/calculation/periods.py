"""Months, quarters and years by their codes, and when their returns are due."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONTH_CODE = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
#: Whether a day is worked: weekends, public holidays and make-up workdays are the calendar's to know.
IsWorkingDay = Callable[[date], bool]


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month; its code is "2020-08"."""

    year: int
    number: int

    @classmethod
    def parse(cls, code: str) -> "Month":
        """The month of a code; ValueError when it is not one."""
        match = MONTH_CODE.fullmatch(code)
        if not match or not code.isascii():
            raise ValueError(f"not a month like 2020-08: {code!r}")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, day: date) -> "Month":
        """The month a day lies in."""
        return cls(day.year, day.month)

    @property
    def code(self) -> str:
        """ "2020-08"."""
        return f"{self.year:04d}-{self.number:02d}"

    def plus(self, months: int) -> "Month":
        """The month so many months later (or earlier)."""
        index = self.year * 12 + self.number - 1 + months
        return Month(index // 12, index % 12 + 1)

    @property
    def first_day(self) -> date:
        """Its first day."""
        return date(self.year, self.number, 1)

    @property
    def last_day(self) -> date:
        """Its last day."""
        return self.plus(1).first_day - timedelta(days=1)


def months_between(first_day: date, last_day: date) -> list[Month]:
    """The months from the one with the first day to the one with the last, both included."""
    months = [Month.of(first_day)]
    while months[-1] < Month.of(last_day):
        months.append(months[-1].plus(1))
    return months


@dataclass(frozen=True, order=True)
class Quarter:
    """A calendar quarter; its code is "2020-Q3"."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> "Quarter":
        """The quarter a day lies in."""
        return cls(day.year, (day.month + 2) // 3)

    @property
    def code(self) -> str:
        """ "2020-Q3"."""
        return f"{self.year:04d}-Q{self.number}"

    @property
    def first_day(self) -> date:
        """Its first day."""
        return date(self.year, self.number * 3 - 2, 1)

    @property
    def last_day(self) -> date:
        """Its last day."""
        return Month(self.year, self.number * 3).last_day

    def next(self) -> "Quarter":
        """The quarter after it."""
        return Quarter.of(self.last_day + timedelta(days=1))


@dataclass(frozen=True, order=True)
class Year:
    """A calendar year; its code is "2020"."""

    year: int

    @classmethod
    def of(cls, day: date) -> "Year":
        """The year a day lies in."""
        return cls(day.year)

    @property
    def code(self) -> str:
        """ "2020"."""
        return f"{self.year:04d}"

    @property
    def first_day(self) -> date:
        """Its first day."""
        return date(self.year, 1, 1)

    @property
    def last_day(self) -> date:
        """Its last day."""
        return date(self.year, 12, 31)

    def next(self) -> "Year":
        """The year after it."""
        return Year(self.year + 1)


Span = Month | Quarter | Year


def quarters_between(first_day: date, last_day: date) -> list[Quarter]:
    """The quarters from the one with the first day to the one with the last, both included."""
    quarters = [Quarter.of(first_day)]
    while quarters[-1] < Quarter.of(last_day):
        quarters.append(quarters[-1].next())
    return quarters


def years_between(first_day: date, last_day: date) -> list[Year]:
    """The years from the one with the first day to the one with the last, both included."""
    return [Year(number) for number in range(first_day.year, last_day.year + 1)]


def next_working_day(day: date, is_working_day: IsWorkingDay) -> date:
    """The day itself if it is worked, else the first day after it that is."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def deadline_of(last_day: date, deadline_day: int, is_working_day: IsWorkingDay | None = None) -> date:
    """The last day on time for a period that ends on `last_day`: this day of the next month.

    With `is_working_day` a deadline that is not worked moves to the next day that is.
    """
    deadline = Month.of(last_day).plus(1).first_day.replace(day=deadline_day)
    return next_working_day(deadline, is_working_day) if is_working_day else deadline


def end_of(day: date) -> datetime:
    """The first moment after a day, in Asia/Shanghai: 23:59:59 of the day lies before it."""
    return datetime.combine(day + timedelta(days=1), time.min, SHANGHAI)


def first_late_moment(span: Span, deadline_day: int, is_working_day: IsWorkingDay | None = None) -> datetime:
    """When a period's return becomes late: the end of its deadline, in Asia/Shanghai.

    23:59:59 of the deadline is on time; the moment returned, one second later, is late.
    """
    return end_of(deadline_of(span.last_day, deadline_day, is_working_day))


def days_until(due_at: datetime, now: datetime) -> int:
    """How many days from today to the last day on time, in Asia/Shanghai: 0 on that day itself, negative after it."""
    last_day = (due_at - timedelta(seconds=1)).astimezone(SHANGHAI).date()
    return (last_day - now.astimezone(SHANGHAI).date()).days
