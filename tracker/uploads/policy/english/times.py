"""Years and dates of an English sentence: by June 30, 2029; in 2030; by the end of FY 2027-28."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from tracker.uploads.policy.english import wording


@dataclass(frozen=True)
class Time:
    """Year or date in a sentence. `word` is the preposition before it."""

    start: int
    end: int
    year: int
    due_on: date | None
    word: str


def find_times(text: str) -> list[Time]:
    """Return the years and dates of the sentence."""
    times = [_time(found) for found in wording.TIME.finditer(text)]
    first = {time.end for time in times if time.word == "between"}
    return [_until(time) if _follows(text, time, first) else time for time in times if time.end not in first]


def _follows(text: str, time: Time, first: set[int]) -> bool:
    """Return True for the second year of "between 2025 and 2029"."""
    return time.word == "and" and any(not text[end : time.start].strip() for end in first if end <= time.start)


def _until(time: Time) -> Time:
    return Time(time.start, time.end, time.year, time.due_on, "by")


def year_in(found: re.Match[str], end: str = "end") -> int:
    """Return the year of a match; a fiscal year (2023-24) is named by its last one."""
    return int(found["year"][:2] + found[end]) if found[end] else int(found["year"])


def _time(found: re.Match[str]) -> Time:
    year = year_in(found, "fiscalend")
    return Time(found.start(), found.end(), year, _due(found, year), (found["word"] or "").lower())


def _due(found: re.Match[str], year: int) -> date | None:
    month_name, day = found["month"] or found["month2"], found["day"] or found["day2"]
    month = wording.MONTHS.index(month_name) + 1 if month_name else 0
    if found["quarter"]:
        month = int(found["quarter"][1]) * 3
    if not month:
        return date(year, 12, 31) if found["end"] else None
    last = monthrange(year, month)[1]
    return date(year, month, max(1, min(int(day), last)) if day else last)
