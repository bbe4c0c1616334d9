"""Planned days of an annex: a day, a month, a year, or the years from and to which a project is built."""

import calendar
import re
from dataclasses import dataclass
from datetime import date

DAY = re.compile(r"(?P<year>\d{4})(?:[-./年](?P<month>\d{1,2}))?(?:[-./月](?P<day>\d{1,2}))?[日月年]?")
BETWEEN = re.compile(r"\s*(?:[~～至到]|[-–—－]{1,2})\s*")
SPAN = re.compile(r"^(\d{4}(?:[./年]\d{1,2}月?|年)?)\s*(?:[~～至到]|[-–—－]{1,2})\s*(\d{4}(?:[./年]\d{1,2}月?|年)?)$")
EMPTY = ("", "—", "-", "/")


@dataclass(frozen=True)
class PlannedDay:
    """A planned day. Of a month or a year that alone is given it is the last day, by which the project is due."""

    day: date
    first: date

    @property
    def is_of_year(self) -> bool:
        """Return True if only the year was given."""
        return (self.day - self.first).days > 31


def read_day(text: str) -> PlannedDay | None:
    """Return the day that a text gives. Raise ValueError for a text that is none.

    >>> read_day("2021年6月").day, read_day("2020-05-06").day, read_day("2021").is_of_year
    (datetime.date(2021, 6, 30), datetime.date(2020, 5, 6), True)
    """
    plain = "".join(text.split()).removesuffix("00:00:00").rstrip("T")
    if plain in EMPTY:
        return None
    match = DAY.fullmatch(plain)
    if match is None:
        raise ValueError(text)
    year, month, day = (int(match[name]) if match[name] else None for name in ("year", "month", "day"))
    assert year is not None  # noqa: S101 - the pattern has it
    if month is None:
        return PlannedDay(date(year, 12, 31), date(year, 1, 1))
    if day is None:
        return PlannedDay(date(year, month, calendar.monthrange(year, month)[1]), date(year, month, 1))
    return PlannedDay(date(year, month, day), date(year, month, day))


def read_span(text: str) -> tuple[PlannedDay | None, PlannedDay | None]:
    """Return start and finish of a text such as 2019-2021 or 2020.3—2021.10. Raise ValueError for another text."""
    plain = "".join(text.split())
    if plain in EMPTY:
        return None, None
    match = SPAN.match(plain)
    if match is None:
        raise ValueError(text)
    return read_day(match[1]), read_day(match[2])
