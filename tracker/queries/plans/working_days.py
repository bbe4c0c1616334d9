"""The working days of China: weekends, public holidays and the Saturdays and Sundays worked in exchange.

The State Council announces a year's holidays in the autumn before it; the library `chinesecalendar` carries them on.
Which years it knows is read from its data. Of any other year only the weekends are known, and who asks is told.
"""

from collections.abc import Iterable
from datetime import date, datetime

import chinese_calendar
from django.utils.translation import gettext as _

from tracker.calculation.periods import SHANGHAI
from tracker.documents import wording

#: The years whose holidays are known. National Day is in every announcement: one day alone, reaching over from
#: the New Year of a year that is known, is none.
KNOWN_YEARS = frozenset(day.year for day in chinese_calendar.holidays if (day.month, day.day) == (10, 1))
SATURDAY = 5


def is_known(year: int) -> bool:
    """Whether the holidays of a year are known."""
    return year in KNOWN_YEARS


def is_working_day(day: date) -> bool:
    """Whether a day is worked; in a year that is not known, any day from Monday to Friday."""
    if is_known(day.year):
        return bool(chinese_calendar.is_workday(day))
    return day.weekday() < SATURDAY


def unknown_years(moments: Iterable[datetime]) -> list[int]:
    """The years in which these moments lie, in Asia/Shanghai, and whose holidays are not known."""
    return sorted({year for moment in moments if not is_known(year := moment.astimezone(SHANGHAI).year)})


def note_on(moments: Iterable[datetime]) -> str:
    """What to say beside deadlines in years that are not known; nothing when all are."""
    years = unknown_years(moments)
    if not years:
        return ""
    words = {"years": wording.listed(str(year) for year in years)}
    return _("The holidays of %(years)s are not known yet; only weekends were stepped over.") % words


def known_years() -> str:
    """The years that are known, in words: "2004-2026"."""
    return f"{min(KNOWN_YEARS)}-{max(KNOWN_YEARS)}"
