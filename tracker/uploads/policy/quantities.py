"""Numbers with their units in a Chinese sentence: 1.35亿吨, 30余户, 8至10个, 百项, 三分之一, 翻一番."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from tracker.uploads.policy.chinese_numerals import NUMERAL, read_numeral
from tracker.uploads.policy.units import COUNTS, RATIOS, UNIT, usual

NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
DASH = r"(?:-|—|–|~|～|至|到|─|―)"
#: A number, a second one where it is a range, "more than" inside the number, and the unit.
QUANTITY = re.compile(
    rf"(?<![\d.A-Za-z])(?P<first>{NUMBER})(?P<more1>多|余|来)?"
    rf"(?:(?P<unit1>(?:百万|千万|万|亿)?(?:%|[\u4e00-\u9fff]{{1,3}}))?{DASH}(?P<second>{NUMBER}))?"
    rf"(?P<more2>多|余|来)?(?:{UNIT}|(?P<ratio>[：:]1(?!\d)))?(?P<more3>多|余)?"
)
NEGATIVE = re.compile(r"(?:[≤≥<>=为至到在于（(]|^)-$")
#: A numeral counts only with a unit of counting: 百项, 三个. "一" is an article more often than a number.
NUMERAL_QUANTITY = re.compile(
    rf"(?<![第十百千万亿])(?P<number>(?!一[个项批次种类场片条件部户组座支]){NUMERAL}{{1,5}})(?P<more>多|余|来)?"
    r"(?P<unit>万?(?:个|家|项|座|户|所|条|处|台|套|辆|名|人|支|组|项次))(?![一大])"
)
FRACTION = re.compile(rf"(?P<below>{NUMERAL}{{1,3}})分之(?P<above>{NUMERAL}{{1,3}}(?:点{NUMERAL}+)?)")
DOUBLED = re.compile(r"翻(?P<times>一|两|二|三|[123])番|(?P<half>一半|半数|减半)|(?P<fold>[一两二三四五六七八九十])倍")
#: None and all, in words: 事故为零, 动态清零, 全覆盖, 全部达标.
NONE = re.compile(r"(?:(?<=为)|(?<=是)|(?<=达到)|(?<=实现)|(?<=保持))零(?=[，。；、）]|$)|(?<=动态)清零")
ALL = re.compile(
    r"(?:^|[，。；、：])(?![两三四五]年|力争|基本|实现|逐步)[^，。；、：\d]{4,}?(?:基本|力争)?(?:实现|达到|做到)?"
    r"(?P<all>全覆盖|全部达标)(?=[，。；、）]|$)"
)
FUTURE_YEAR = re.compile(r"^(?:19|20)\d\d$")
ALL_UNITS = frozenset((*COUNTS, *RATIOS))


@dataclass(frozen=True)
class Quantity:
    """Amount with its unit as written. `high` is set for a range; `is_more` for 余 and 多; `is_worded` for words."""

    start: int
    end: int
    value: Decimal
    unit: str
    high: Decimal | None = None
    is_more: bool = False
    is_worded: bool = False


def find_quantities(sentence: str) -> list[Quantity]:
    """Return the amounts of the sentence in order. Years and dates are none."""
    found = [*_numbers(sentence), *_worded(sentence)]
    found.sort(key=lambda one: one.start)
    kept: list[Quantity] = []
    for one in found:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return _with_shared_units(sentence, kept)


def _numbers(sentence: str) -> Iterator[Quantity]:
    at = 0
    while found := QUANTITY.search(sentence, at):
        at = found.end() if found.end() > found.start() else found.start() + 1
        if _is_year(sentence, found):
            at = found.end("first")
            continue
        first, second = _decimal(found["first"]), found["second"]
        unit = (found["scale"] or "") + (found["unit"] or "")
        end = found.end()
        if second and not _is_range(found, unit):
            second, unit, end = None, found["unit1"] or "", found.end("unit1") if found["unit1"] else found.end("first")
            at = end
            shorter = QUANTITY.match(sentence[: found.end("unit1") if found["unit1"] else end], found.start())
            if shorter:
                unit = (shorter["scale"] or "") + (shorter["unit"] or "")
                end = at = max(shorter.end(), found.end("first"))
        high = _decimal(second) if second else None
        if high is not None and high < first and "%" not in unit:
            first, high = high, first
        is_more = bool(found["more1"] or found["more2"] or found["more3"])
        if NEGATIVE.search(sentence[: found.start()]) and high is None:
            yield Quantity(found.start() - 1, end, -first, usual(unit))
        else:
            yield Quantity(found.start(), end, first, usual(unit), high, is_more)


def _is_year(sentence: str, found: re.Match[str]) -> bool:
    """Return True for a year or a part of a date: they are times, not amounts."""
    text, after = found["first"], sentence[found.end("first") :]
    if FUTURE_YEAR.match(text) and re.match(rf"年|(?:{DASH}(?:19|20)\d\d年?)|/\d{{2,4}}|[.]\d{{1,2}}[.]", after):
        return True
    if re.match(r"月(?:\d|底|初|中|上|下|份|末|前|，|。|、|；|）|$)|日(?:前|起|后|内|至|，|。|、|；|）|$)", after):
        return len(text) <= 2
    return bool(re.match(r"(?:季度|时(?:\d|$|前))", after)) and len(text) == 1


def _is_range(found: re.Match[str], unit: str) -> bool:
    """Return True if two numbers joined by a dash are a range, not a number and the next year or a telephone."""
    if not unit and not found["unit1"]:
        return False
    first, second = _decimal(found["first"]), _decimal(found["second"])
    if FUTURE_YEAR.match(found["second"]) and unit == "年":
        return False
    unit1 = found["unit1"] or ""
    return first <= second and (not unit1 or unit.startswith(unit1) or unit1 in unit)


def _worded(sentence: str) -> Iterator[Quantity]:
    for found in FRACTION.finditer(sentence):
        below = read_numeral(found["below"])
        above, _point, rest = found["above"].partition("点")
        upper = read_numeral(above)
        if below and upper is not None and not rest:
            percent = below == 100
            share = Decimal(upper) if percent else (Decimal(upper) * 100 / below).quantize(Decimal("0.01")).normalize()
            yield Quantity(found.start(), found.end(), Decimal(format(share, "f")), "%", is_worded=True)
    for found in DOUBLED.finditer(sentence):
        if found["half"]:
            yield Quantity(found.start(), found.end(), Decimal(50), "%", is_worded=True)
        elif found["fold"]:
            yield Quantity(found.start(), found.end(), Decimal(read_numeral(found["fold"]) or 1), "倍", is_worded=True)
        else:
            times = {"一": 1, "两": 2, "二": 2, "三": 3}.get(found["times"]) or int(found["times"])
            yield Quantity(found.start(), found.end(), Decimal(2) ** times, "倍", is_worded=True)
    for found in NONE.finditer(sentence):
        yield Quantity(found.start(), found.end(), Decimal(0), "", is_worded=True)
    for found in ALL.finditer(sentence):
        yield Quantity(found.start("all"), found.end(), Decimal(100), "%", is_worded=True)
    for found in NUMERAL_QUANTITY.finditer(sentence):
        value = read_numeral(found["number"])
        if value and value > 1:
            is_more = bool(found["more"])
            yield Quantity(
                found.start(), found.end(), Decimal(value), usual(found["unit"]), is_more=is_more, is_worded=True
            )


def _with_shared_units(sentence: str, found: list[Quantity]) -> list[Quantity]:
    """Return the amounts, with the unit that only the last item of a list has: 5、6和7个."""
    for at in range(len(found) - 2, -1, -1):
        one, after = found[at], found[at + 1]
        between = sentence[one.end : after.start]
        if not one.unit and after.unit and between in ("、", "和", "与", "及", "或", "/"):
            found[at] = replace(one, unit=after.unit)
    return found


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))
