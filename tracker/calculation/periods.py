"""Periods of the calendar by their codes: weeks, ten days (旬) and months."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

#: The code of January and February as one period (1—2月): "2020-0102" lies between 2019-12 and 2020-03 as text.
JOINED_CODE = re.compile(r"(?:FY)?\d{4}-0102", re.ASCII)
MONTH_CODE = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, order=True)
class Week:
    """A week from Monday to Sunday by ISO 8601; its code is "2020-W36". The year is that of its Thursday.

    >>> Week.of(date(2021, 1, 3)).code
    '2020-W53'
    """

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Self:
        """Return the week a day lies in."""
        found = day.isocalendar()
        return cls(found.year, found.week)

    @property
    def code(self) -> str:
        """ "2020-W36"."""
        return f"{self.year:04d}-W{self.number:02d}"

    @property
    def first_day(self) -> date:
        """Its Monday."""
        return date.fromisocalendar(self.year, self.number, 1)

    @property
    def last_day(self) -> date:
        """Its Sunday."""
        return date.fromisocalendar(self.year, self.number, 7)

    def next(self) -> Self:
        """Return the week after it."""
        return self.of(self.last_day + ONE_DAY)


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month; its code is "2020-08"."""

    year: int
    number: int

    @classmethod
    def parse(cls, code: str) -> "Month":
        """Return the month of a code; raise ValueError if it is not one."""
        match = MONTH_CODE.fullmatch(code)
        if not match or not code.isascii():
            raise ValueError(f"not a month like 2020-08: {code!r}")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, day: date) -> "Month":
        """Return the month in which a day lies."""
        return cls(day.year, day.month)

    @property
    def code(self) -> str:
        """ "2020-08"."""
        return f"{self.year:04d}-{self.number:02d}"

    def plus(self, months: int) -> "Month":
        """Return the month this many months later (or earlier, if negative)."""
        index = self.year * 12 + self.number - 1 + months
        return Month(index // 12, index % 12 + 1)

    @property
    def first_day(self) -> date:
        """Its first day."""
        return date(self.year, self.number, 1)

    @property
    def last_day(self) -> date:
        """Its last day."""
        return self.plus(1).first_day - ONE_DAY

    def next(self) -> "Month":
        """Return the month after it."""
        return self.plus(1)


@dataclass(frozen=True)
class JoinedMonths:
    """January and February as one period, as Chinese statistics publish them (1—2月); its code is "2020-0102".

    >>> JoinedMonths(2020).last_day
    datetime.date(2020, 2, 29)
    """

    year: int

    @property
    def code(self) -> str:
        """ "2020-0102"."""
        return f"{self.year:04d}-0102"

    @property
    def first_day(self) -> date:
        """1 January."""
        return date(self.year, 1, 1)

    @property
    def last_day(self) -> date:
        """The last day of February."""
        return Month(self.year, 2).last_day

    def next(self) -> "Month":
        """Return March."""
        return Month(self.year, 3)


@dataclass(frozen=True, order=True)
class TenDays:
    """A third of a month (旬): days 1 to 10, 11 to 20, and the rest. Its code is "2020-08-D1".

    >>> TenDays(2020, 2, 3).last_day
    datetime.date(2020, 2, 29)
    """

    year: int
    month: int
    number: int

    @classmethod
    def of(cls, day: date) -> Self:
        """Return the ten days a day lies in."""
        return cls(day.year, day.month, min((day.day + 9) // 10, 3))

    @property
    def code(self) -> str:
        """ "2020-08-D1"."""
        return f"{self.year:04d}-{self.month:02d}-D{self.number}"

    @property
    def first_day(self) -> date:
        """Its first day: the 1st, the 11th or the 21st."""
        return date(self.year, self.month, self.number * 10 - 9)

    @property
    def last_day(self) -> date:
        """Its last day: the 10th, the 20th or the month's last."""
        return Month(self.year, self.month).last_day if self.number == 3 else self.first_day + 9 * ONE_DAY

    def next(self) -> Self:
        """Return the ten days after it."""
        return self.of(self.last_day + ONE_DAY)


def months_between(first_day: date, last_day: date) -> list[Month]:
    """Return the months from the one with the first day to the one with the last, both included."""
    months = [Month.of(first_day)]
    while months[-1] < Month.of(last_day):
        months.append(months[-1].plus(1))
    return months


def months_of_code(code: str) -> int:
    """Return how many periods of its kind a period stands for: 2 for January and February as one, 1 for any other.

    >>> months_of_code("2020-0102"), months_of_code("2020-03"), months_of_code("2020-Q1")
    (2, 1, 1)
    """
    return 2 if JOINED_CODE.fullmatch(code) else 1


def months_in(codes: Iterable[str]) -> int:
    """Return how many periods of their kind these stand for: the eleven of a year with 1—2月 as one are 12."""
    return sum(map(months_of_code, codes))


def is_one_year(starts_on: date, ends_on: date) -> bool:
    """Return True if a plan of these days runs for a year at most: its targets are annual ones."""
    return len(months_between(starts_on, ends_on)) <= 12
