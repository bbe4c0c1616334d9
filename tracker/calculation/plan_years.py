"""Years, half-years and quarters of a plan whose year may begin in any month.

A year that does not begin in January is named after the calendar year in which it ends, as the governments of the
United States and many companies do: FY2026 runs from July 2025 to June 2026.
"""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Self

from tracker.calculation.periods import ONE_DAY, Month

JANUARY = 1


@dataclass(frozen=True, order=True)
class Year:
    """Twelve months from `starts_in` on; its code is "2020", or "FY2026" when it begins in another month than January.

    >>> Year.of(date(2025, 7, 1), 7)
    Year(year=2026, starts_in=7)
    """

    year: int
    starts_in: int = JANUARY

    @classmethod
    def of(cls, day: date, starts_in: int = JANUARY) -> Self:
        """Return the year a day lies in."""
        ends_later = starts_in != JANUARY and day.month >= starts_in
        return cls(day.year + ends_later, starts_in)

    @property
    def code(self) -> str:
        """ "2020", "FY2026"."""
        return f"{'' if self.starts_in == JANUARY else 'FY'}{self.year:04d}"

    @property
    def first_month(self) -> Month:
        """Its first month."""
        return Month(self.year - (self.starts_in != JANUARY), self.starts_in)

    @property
    def first_day(self) -> date:
        """Its first day."""
        return self.first_month.first_day

    @property
    def last_day(self) -> date:
        """Its last day."""
        return self.first_month.plus(11).last_day

    def next(self) -> Self:
        """Return the year after it."""
        return self.of(self.last_day + ONE_DAY, self.starts_in)


@dataclass(frozen=True, order=True)
class _PartOfYear:
    """An equal part of a year, counted from the year's first month."""

    months: ClassVar[int]
    letter: ClassVar[str]

    year: int
    number: int
    starts_in: int = JANUARY

    @classmethod
    def of(cls, day: date, starts_in: int = JANUARY) -> Self:
        """Return the part of a year that a day lies in."""
        return cls(Year.of(day, starts_in).year, (day.month - starts_in) % 12 // cls.months + 1, starts_in)

    @property
    def code(self) -> str:
        """ "2020-Q3", "FY2026-H1"."""
        return f"{Year(self.year, self.starts_in).code}-{self.letter}{self.number}"

    @property
    def first_day(self) -> date:
        """Its first day."""
        return Year(self.year, self.starts_in).first_month.plus(self.months * (self.number - 1)).first_day

    @property
    def last_day(self) -> date:
        """Its last day."""
        return Month.of(self.first_day).plus(self.months - 1).last_day

    def next(self) -> Self:
        """Return the part after it, which may be of the next year."""
        return self.of(self.last_day + ONE_DAY, self.starts_in)


class Quarter(_PartOfYear):
    """Three months of a year; its code is "2020-Q3", or "FY2026-Q1" in a year that does not begin in January.

    >>> Quarter.of(date(2025, 7, 1), 7).code
    'FY2026-Q1'
    """

    months = 3
    letter = "Q"


class HalfYear(_PartOfYear):
    """Six months of a year; its code is "2020-H1", or "FY2026-H1" in a year that does not begin in January.

    >>> HalfYear.of(date(2026, 1, 1), 7).code
    'FY2026-H2'
    """

    months = 6
    letter = "H"
