"""Figures and levels in words, the same on pages, in workbooks and in mail. Rounded here, once, at the edge."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from tracker.calculation.cells import Coverage
from tracker.calculation.deadlines import SHANGHAI
from tracker.calculation.level_moves import Move
from tracker.calculation.levels import Level
from tracker.calculation.periods import months_of_code
from tracker.calculation.quantities import round_half_up
from tracker.documents.move_words import move_in_words

MISSING = "—"
TOTAL_SO_FAR = "累计"
PERIOD_CODE = re.compile(
    r"(?P<fiscal>FY)?(?P<year>\d{4})(?:-(?P<month>\d\d)(?P<joined>02)?(?:-D(?P<ten_days>[1-3]))?|-(?P<letter>[QHW])(?P<number>\d{1,2}))?"
)
#: Levels are told apart by word and mark as well as by colour, for black-and-white prints.
MARKS = {Level.I: "▲", Level.II: "◆", Level.III: "●"}


def amount(value: Decimal | None, decimals: int = 2) -> str:
    """ "6,611.79", or a dash when missing. Zero is printed as zero."""
    return MISSING if value is None else f"{round_half_up(value, decimals):,f}"


def exact(value: Decimal | None, decimals: int) -> str:
    """Return a value with at least its indicator's decimals, and with all that were entered for the reviewer."""
    if value is None:
        return amount(None)
    exponent = value.normalize().as_tuple().exponent
    return amount(value, max(decimals, -exponent if isinstance(exponent, int) else 0))


def signed(value: Decimal | None, decimals: int = 2) -> str:
    """Return a difference: "-20.00", "+3.50"; none, and what rounds to none, has no sign."""
    words = amount(value, decimals)
    return f"+{words}" if value is not None and value > 0 and words.strip("0.,") else words


def rate(value: Decimal | None) -> str:
    """ "66.12%"."""
    return MISSING if value is None else f"{round_half_up(value, 2):,f}%"


def signed_rate(value: Decimal | None) -> str:
    """ "-3.70%", "+1.20%"; what rounds to zero has no sign."""
    return MISSING if value is None else f"{points(value)}%"


def points(value: Decimal | None) -> str:
    """ "-0.55" in percentage points, signed; what rounds to zero has no sign."""
    if value is None:
        return MISSING
    rounded = round_half_up(value, 2)
    return f"{rounded:+,f}" if rounded else "0.00"


def change(value: Decimal | None, *, is_rate: bool, is_count: bool = False) -> str:
    """环比 or 同比: "-3.70%", of a rate "+1.93百分点", of a count "+3"."""
    if is_count and value is not None:
        return f"{value.normalize():+,f}" if value else "0"
    if not is_rate or value is None:
        return rate(value)
    return _("%(points)s points") % {"points": points(value)}


def level_name(level: Level | None) -> str:
    """一级 ... 三级; a dash-less "not graded" without data."""
    return {Level.I: _("Level I"), Level.II: _("Level II"), Level.III: _("Level III")}.get(level, _("Not graded"))  # type: ignore[arg-type]


def level_meaning(level: Level | None) -> str:
    """Return what a level says."""
    meanings = {Level.I: _("far behind schedule"), Level.II: _("behind schedule"), Level.III: _("on course")}
    return meanings.get(level, _("no verified data"))  # type: ignore[arg-type]


def marked_level(level: Level | None) -> str:
    """Return the level with its mark: "▲ 一级"."""
    return f"{MARKS[level]} {level_name(level)}" if level else level_name(level)


def brief_level(level: Level | None, then: Level | None = None) -> str:
    """Return the mark and the numeral alone, never parted: "▲ II"; in words when not graded.

    With the level that it had `then`, a word says which way it moved: an arrow up would be misread, as in official
    texts a level that rises is worse.
    """
    numerals = {
        Level.I: pgettext("warning level", "I"),
        Level.II: pgettext("warning level", "II"),
        Level.III: pgettext("warning level", "III"),
    }
    if level is None:
        return level_name(None)
    return f"{MARKS[level]}\u00a0{numerals[level]}{_moved(level, then)}"


def provisional_level(level: Level | None, *, is_brief: bool = False) -> str:
    """Return a level under incomplete coverage, marked: "▲ 一级（暂定）", in brief "▲ 一*", explained by a note."""
    if level is None:
        return f"{level_name(None)}*" if is_brief else _("Not graded yet: returns are missing")
    if is_brief:
        return f"{brief_level(level)}*"
    words = marked_level(level)
    return pgettext("incomplete coverage", "%(level)s (provisional)") % {"level": words}


def _moved(level: Level, then: Level | None) -> str:
    if then is None or level == then:
        return ""
    return f" {move_in_words(Move.BETTER if level > then else Move.WORSE)}"


def coverage(count: Coverage) -> str:
    """ "9/11 市已报"."""
    return _("%(count)s returns verified") % {"count": str(count)}


def period_name(starts_on: date) -> str:
    """Return a month in words: "2020年8月", "August 2020"."""
    return date_format(starts_on, "YEAR_MONTH_FORMAT")


def day(when: date) -> str:
    """Return a day as the reader's language writes it: "2020年9月7日", "7 Sep 2020"."""
    return date_format(when, "DATE_FORMAT")


def period_in_words(code: str) -> str:
    """Return any period in words by its code.

    "2020年8月", "2020年1—2月", "2020年8月上旬", "2020年第36周", "2020年第三季度", "2026财年第一季度", "2020年上半年",
    "2020年".
    """
    return _period(get_language(), code)


@lru_cache(maxsize=1_000)
def _period(_language: str | None, code: str) -> str:
    found = PERIOD_CODE.fullmatch(code)
    if found is None:
        return code
    year, number = _year(found["year"], is_fiscal=bool(found["fiscal"])), int(found["number"] or 0)
    if found["joined"]:
        return pgettext("period", "January–February %(year)s") % {"year": year}
    if found["month"]:
        month = period_name(date(int(found["year"]), int(found["month"]), 1))
        return _ten_days(month, int(found["ten_days"])) if found["ten_days"] else month
    if found["letter"] == "W":
        return pgettext("period", "%(year)s week %(number)s") % {"year": year, "number": number}
    parts = _halves() if found["letter"] == "H" else _quarters()
    return parts[number - 1] % {"year": year} if number else year


def _year(number: str, *, is_fiscal: bool) -> str:
    words = pgettext("period", "FY%(year)s") if is_fiscal else pgettext("period", "%(year)s")
    return words % {"year": number}


def _quarters() -> list[str]:
    return [
        pgettext("period", "%(year)s Q1"),
        pgettext("period", "%(year)s Q2"),
        pgettext("period", "%(year)s Q3"),
        pgettext("period", "%(year)s Q4"),
    ]


def _halves() -> list[str]:
    return [pgettext("period", "%(year)s H1"), pgettext("period", "%(year)s H2")]


def _ten_days(month: str, number: int) -> str:
    parts = [
        pgettext("period", "%(month)s, days 1 to 10"),
        pgettext("period", "%(month)s, days 11 to 20"),
        pgettext("period", "%(month)s, from day 21"),
    ]
    return parts[number - 1] % {"month": month}


def coverages(found: Sequence[tuple[str, Coverage]]) -> str:
    """Return coverages by period code: "8/11 (August 2026), 12/12 (2026 Q2)"; of one period the count alone."""
    if len(found) == 1:
        return str(found[0][1])
    return listed(in_unit(str(count), period_in_words(code)) for code, count in found)


def this_period(kind: str, code: str = "") -> str:
    """Return the heading of a period's own amount: "This month", "This quarter"; of 1—2月 by its code "This period"."""
    if kind == "month" and months_of_code(code) > 1:
        return _("This period")
    headings = {
        "week": _("This week"),
        "ten_days": _("These ten days"),
        "month": _("This month"),
        "quarter": _("This quarter"),
        "half_year": _("This half-year"),
        "year": _("This year"),
    }
    return headings[kind]


def on_period_before(kind: str) -> str:
    """Return the heading of 环比, the change on the period before: "Month on month", "Quarter on quarter"."""
    headings = {
        "week": _("Week on week"),
        "ten_days": _("Ten days on ten days"),
        "month": _("Month on month"),
        "quarter": _("Quarter on quarter"),
        "half_year": _("Half-year on half-year"),
        "year": _("On the year before"),
    }
    return headings[kind]


def subject_of_total(name: str) -> str:
    """Return an indicator's name before a cumulative amount: 累计新增就业 as 新增就业, as 累计 follows in Chinese."""
    is_chinese = (get_language() or "").startswith("zh")
    return name[len(TOTAL_SO_FAR) :] if is_chinese and name.startswith(TOTAL_SO_FAR) else name


def return_name(unit: str, period_code: str) -> str:
    """Return a return by its unit and its period: "太原市工信局 2020年8月"."""
    return f"{unit} {period_in_words(period_code)}"


def days_left(days: int) -> str:
    """Return how long until a deadline, by whole days: "3 days left", "due today", "overdue for 2 days"."""
    if days < 0:
        return ngettext("overdue for %(days)s day", "overdue for %(days)s days", -days) % {"days": -days}
    if days == 0:
        return _("due today")
    if days == 1:
        return _("due tomorrow")
    return ngettext("%(days)s day left", "%(days)s days left", days) % {"days": days}


def weekday(number: int) -> str:
    """Return a day of the week, from 1 for Monday: "星期一"."""
    return str(WEEKDAYS[number - 1])


def moment(when: datetime) -> str:
    """Return a moment in the zone in force, in the reader's language: "2020年9月7日 18:00", "7 Sep 2020, 18:00"."""
    zone = timezone.get_current_timezone()
    return _moment(get_language(), str(zone), when.astimezone(zone).replace(second=0, microsecond=0))


@lru_cache(maxsize=10_000)
def _moment(_language: str | None, _zone: str, minute: datetime) -> str:
    """Return a minute in words, kept because a list repeats it and each costs as much as a tenth of its row."""
    return date_format(minute, "DATETIME_FORMAT")


def zone_name() -> str:
    """Return the name of the time zone in force: "Beijing time", "America/Los Angeles time"."""
    name = timezone.get_current_timezone_name()
    return _("Beijing time") if name == SHANGHAI.key else _("%(zone)s time") % {"zone": name.replace("_", " ")}


def stamp(when: datetime) -> str:
    """Return the same for workbooks and other files, alike in every language: "2020-09-07 18:00"."""
    return f"{timezone.localtime(when):%Y-%m-%d %H:%M}"


def listed(words: Iterable[str]) -> str:
    """Several words in a row, with the separator that the language has for it."""
    return pgettext("list separator", ", ").join(words)


def demonstration_marker() -> str:
    """Return what stands on everything that holds demonstration data."""
    return _("SAMPLE DATA: generated, not reported")


def balanced(is_balanced: bool) -> str:
    """平 or 不平: whether two sums that must be equal are."""
    return pgettext("cross-footing", "agrees") if is_balanced else pgettext("cross-footing", "does not agree")


def in_unit(name: str, unit: str) -> str:
    """ "煤矸石综合利用量（万吨）"."""
    return _("%(name)s (%(unit)s)") % {"name": name, "unit": unit}
