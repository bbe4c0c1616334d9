"""Times of a Chinese sentence: 到2025年, 2024年9月底前, 上半年, 每年, “十四五”末."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

#: Last year of each five-year plan.
FIVE_YEAR_PLANS = {"十一五": 2010, "十二五": 2015, "十三五": 2020, "十四五": 2025, "十五五": 2030, "十六五": 2035}
YEAR = r"(?P<year>(?:19|20)\d\d)年"
PATTERN = re.compile(
    rf"(?:{YEAR}(?P<fiscal>度)?(?:(?P<month>\d{{1,2}})月(?:(?P<day>\d{{1,2}})日|(?P<monthend>底|末|份))?|"
    rf"(?P<end>底|末|年底|年末)|(?P<half>上半年|下半年)|"
    rf"(?:第?(?P<quarter>[一二三四1-4])季度))?)"
    r"|(?P<until>(?:19|20)\d\d)(?=[-—–~至到]+(?:19|20)\d\d年)"
    r"|[“\"]?(?P<plan>十[一二三四五六]五)[”\"]?(?P<planend>末|期末|时期末)?(?P<planperiod>期间|时期|以来)?"
    r"|(?<!\d)(?P<onlymonth>\d{1,2})月(?:(?P<onlyday>\d{1,2})日|(?P<onlyend>底|末|份|中旬|上旬|"
    r"下旬))?(?=前|之前|，|完成|起|、|底)"
    r"|(?P<part>上半年|下半年|第?[一二三四1-4]季度|年底前|年底|年内|全年|今年|本年度?|当年|明年|去年|"
    r"上年度?|前三季度|季末|月底)"
    r"|(?P<often>每年度?|年均|每季度?|每月|每半年|逐年|每周|每两年|(?<=[，。；])年(?=[利处消产发回减节替]))"
)
#: Before a year, words that make it the base of a comparison, or a past.
BASE_BEFORE = re.compile(r"(?:较|比|以|相比|对比|相对于?|与|同|在|由|从|自|按|基于|对)$")
BASE_AFTER = re.compile(r"^(?:相比|水平|同期|基础上?|的基础上|为基准|为基数|为基期|基准)")
PERIODS = {"上半年": 6, "下半年": 12, "前三季度": 9, "一季度": 3, "二季度": 6, "三季度": 9, "四季度": 12}
QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4}
FREQUENCIES = {"年": "yearly", "季": "quarterly", "月": "monthly", "周": "weekly", "半": "half-yearly"}


@dataclass(frozen=True)
class Time:
    """Time in a sentence. `is_base` marks the year of a comparison; `is_last` the year before the plan's."""

    start: int
    end: int
    year: int | None = None
    due_on: date | None = None
    is_base: bool = False
    is_last_year: bool = False
    is_this_year: bool = False
    is_period: bool = False
    frequency: str = ""


def find_times(sentence: str, plan_year: int | None) -> list[Time]:
    """Return the times of the sentence in order. `plan_year` is the year that 今年 and a bare month mean."""
    return [time for found in PATTERN.finditer(sentence) if (time := _time(sentence, found, plan_year))]


def _time(sentence: str, found: re.Match[str], plan_year: int | None) -> Time | None:
    start, end = found.span()
    if text := found["year"] or found["until"]:
        year = int(text)
        is_base = _is_base(sentence, start, end)
        due_on = None if is_base else _due(found, year)
        return Time(start, end, year, due_on, is_base)
    if plan := found["plan"]:
        return Time(start, end, FIVE_YEAR_PLANS[plan], is_base=_is_base(sentence, start, end), is_period=True)
    if found["onlymonth"]:
        month = int(found["onlymonth"])
        day = int(found["onlyday"]) if found["onlyday"] else 31
        return Time(start, end, plan_year, _date(plan_year, month, day), is_this_year=True)
    if often := found["often"]:
        kind = next((name for mark, name in FREQUENCIES.items() if mark in often.replace("每半年", "半")), "")
        return Time(start, end, frequency=kind)
    return _part_of_year(found, plan_year)


def _part_of_year(found: re.Match[str], plan_year: int | None) -> Time:
    part = found["part"]
    if part.startswith(("去年", "上年")):
        return Time(*found.span(), plan_year - 1 if plan_year else None, is_base=True, is_last_year=True)
    if part == "明年":
        return Time(*found.span(), plan_year + 1 if plan_year else None)
    part = part.removeprefix("第")
    digits = {"1": "一", "2": "二", "3": "三", "4": "四"}
    month = PERIODS.get("".join(digits.get(one, one) for one in part))
    due_on = _date(plan_year, month, 31) if month else None
    return Time(*found.span(), plan_year, due_on, is_this_year=True)


def _is_base(sentence: str, start: int, end: int) -> bool:
    return bool(BASE_BEFORE.search(sentence[:start]) or BASE_AFTER.match(sentence[end:]))


def _due(found: re.Match[str], year: int) -> date | None:
    if found["month"]:
        return _date(year, int(found["month"]), int(found["day"]) if found["day"] else 31)
    if found["half"]:
        return _date(year, PERIODS[found["half"]], 31)
    if found["quarter"]:
        quarter = QUARTERS.get(found["quarter"]) or int(found["quarter"])
        return _date(year, quarter * 3, 31)
    return date(year, 12, 31) if found["end"] else None


def _date(year: int | None, month: int, day: int) -> date | None:
    """Return the date, or the last day of the month where it has no such day."""
    if year is None or not 1 <= month <= 12 or not day:
        return None
    return date(year, month, min(day, monthrange(year, month)[1]))
