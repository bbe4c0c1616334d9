"""Months, quarters and years by their codes, and when their returns are due."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONTH_CODE = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


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


def first_late_moment(month: Month, deadline_day: int) -> datetime:
    """When a month's return becomes late: the end of this day of the next month, in Asia/Shanghai.

    23:59:59 of the deadline is on time; the moment returned, one second later, is late.
    """
    deadline = month.plus(1).first_day.replace(day=deadline_day)
    return datetime.combine(deadline + timedelta(days=1), time.min, SHANGHAI)


def summary_moment(month: Month, day_of_month: int, time_of_day: time) -> datetime:
    """When a month's summary goes out: on a day of the next month, in Asia/Shanghai."""
    return datetime.combine(month.plus(1).first_day.replace(day=day_of_month), time_of_day, SHANGHAI)
