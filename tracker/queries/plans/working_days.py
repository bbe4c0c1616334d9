"""Working days of a plan's calendar: weekends, public holidays, and days off that are worked in exchange.

The State Council announces China's holidays of a year in the autumn before it; the library `chinesecalendar` carries
them on. The library `holidays` has those of other countries. The years that a calendar knows are read from its data.
Of any other year only the weekends are known, and pages say so.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Protocol

import chinese_calendar
import holidays
from django.utils.translation import gettext as _

from tracker.documents import wording
from tracker.models import Plan
from tracker.models.plan_calendar import CHINA, NO_HOLIDAYS

#: The years whose holidays are known. National Day is in every announcement: one day alone, reaching over from
#: the New Year of a year that is known, is none.
KNOWN_YEARS = frozenset(day.year for day in chinese_calendar.holidays if (day.month, day.day) == (10, 1))
SATURDAY = 5


class WorkingDays(Protocol):
    """A calendar of working days."""

    def is_known(self, year: int) -> bool:
        """Return True if the holidays of a year are known."""

    def is_working_day(self, day: date) -> bool:
        """Return True if a day is worked; in a year that is not known, any day that is no weekend."""


class _China:
    """China's calendar, with make-up workdays."""

    def is_known(self, year: int) -> bool:
        return year in KNOWN_YEARS

    def is_working_day(self, day: date) -> bool:
        return bool(chinese_calendar.is_workday(day)) if self.is_known(day.year) else _is_weekday(day)


class _WeekendsOnly:
    """No holidays: Monday to Friday are worked."""

    def is_known(self, year: int) -> bool:
        return True

    def is_working_day(self, day: date) -> bool:
        return _is_weekday(day)


@dataclass(frozen=True)
class _Country:
    """The holidays of a country or a part of it, with its own weekend."""

    known: holidays.HolidayBase

    def is_known(self, year: int) -> bool:
        return bool(self.known.start_year <= year <= self.known.end_year)

    def is_working_day(self, day: date) -> bool:
        return bool(self.known.is_working_day(day))


@lru_cache(maxsize=64)
def working_days_of(calendar: str) -> WorkingDays:
    """Return the calendar that a plan names: "CN", a country ("US"), a part of it ("US-CA"), or "none".

    >>> working_days_of("US").is_working_day(date(2025, 7, 4))
    False
    """
    if calendar == CHINA:
        return _China()
    if calendar == NO_HOLIDAYS:
        return _WeekendsOnly()
    country, _dash, part = calendar.partition("-")
    return _Country(holidays.country_holidays(country, subdiv=part or None))


def unknown_years_of(moments: Iterable[tuple[Plan, datetime]]) -> list[int]:
    """Return the years of moments by the clocks of their plans, whose holidays the plan's calendar does not know."""
    found = {(plan.calendar, plan.day_of(moment).year) for plan, moment in moments}
    return sorted({year for calendar, year in found if not working_days_of(calendar).is_known(year)})


def note_on_years(years: Iterable[int]) -> str:
    """Return the note beside deadlines in years that are not known; empty if there is none."""
    listed = [str(year) for year in sorted(set(years))]
    if not listed:
        return ""
    words = {"years": wording.listed(listed)}
    return _("The holidays of %(years)s are not known yet; only weekends were stepped over.") % words


def known_years() -> str:
    """Return the years that are known of China's calendar, in words: "2004-2026"."""
    return f"{min(KNOWN_YEARS)}-{max(KNOWN_YEARS)}"


def _is_weekday(day: date) -> bool:
    return day.weekday() < SATURDAY
