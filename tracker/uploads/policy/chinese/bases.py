"""Bases of a Chinese sentence: 较2020年, 由A提高到B, 同比, 以2020年为基准年."""

import re
from dataclasses import dataclass
from decimal import Decimal

from tracker.uploads.policy.chinese.times import FIVE_YEAR_PLANS, Time
from tracker.uploads.policy.quantities import Quantity
from tracker.uploads.policy.units import scaled

COMPARED = re.compile(
    r"(?:较|比|与|同|相比于?|相对于?|对比|在)(?P<year>(?:19|20)\d\d)年(?:度|底|末)?(?:同期|"
    r"水平)?(?:相比|基础上|的基础上)?|(?P<last>同比|(?:较|比|与)?(?:上年度?|去年|上一年度?)(?:同期|"
    r"水平)?(?:相比)?)"
    r"|(?:较|比|与)(?:“)?(?P<plan>十[一二三四五]五)(?:”)?(?:末|期末|时期)?(?:相比)?|(?:较|比|"
    r"与)(?P<standard>基准年|基期|基年)"
)
FROM = re.compile(r"(?:由|从|自)(?:[^，。；、]{0,8}?(?:的|年|末|底|前|在))?(?:约|近)?$")
TO = re.compile(
    r"^(?:及?以上|左右|以下)?(?:（[^）]{1,16}）)?(?:逐步|稳步|大幅|进一步|再)?"
    r"(?:(?:提高|提升|增加|增长|上升|扩大|升|增|提|下降|降低|减少|压减|压降|缩短|压缩|降|减|缩|扩|优化|"
    r"调整|整合|精简|发展|拓展|缩减|延长|改善){1,2}(?:并稳定)?(?:到|至|为)|到|至|，?到(?:19|20)\d\d年(?:提高|降低|"
    r"下降)?(?:到|至)?)"
    r"(?:19|20)?(?:\d\d年的?)?(?:约|不低于|不少于|超过|近)?$"
)
IN_BRACKETS = re.compile(r"[（(](?P<year>(?:19|20)\d\d)年(?:底|末|度)?(?:为|是|：|实际|达)?(?:约)?$")
STATEMENT = re.compile(r"以(?P<year>(?:19|20)\d\d)年(?:度|底)?(?:数据|水平|实际)?为(?:基准|基期|基数|基年|基线)")
OF_BASE_YEAR = re.compile(r"(?<![较比以为与同])(?:基准年|基期|基年|基数|基准值|基线)")


@dataclass(frozen=True)
class Compared:
    """Comparison with a base year, from `start` on."""

    start: int
    end: int
    year: int | None


def find_compared(sentence: str, plan_year: int | None, standard: int | None) -> list[Compared]:
    """Return the comparisons of the sentence. `standard` is the base year that the document states for all."""
    found = []
    for one in COMPARED.finditer(sentence):
        if one["year"]:
            year: int | None = int(one["year"])
        elif one["plan"]:
            year = FIVE_YEAR_PLANS.get(one["plan"])
        elif one["standard"]:
            year = standard
        else:
            year = plan_year - 1 if plan_year else None
        found.append(Compared(one.start(), one.end(), year))
    return found


def base_year_before(compared: list[Compared], at: int) -> int | None:
    """Return the base year of the nearest comparison before the position."""
    return next((one.year for one in reversed(compared) if one.start < at), None)


def is_base_of_next(sentence: str, quantity: Quantity, following: Quantity | None) -> bool:
    """Return True if the amount is the A of 由A提高到B."""
    if following is None:
        return False
    between = sentence[quantity.end : following.start]
    start = max(sentence.rfind(mark, 0, quantity.start) for mark in "，；。：") + 1
    return bool(TO.match(between)) and bool(re.search(r"由|从|自", sentence[start : quantity.start]))


def base_in_brackets(sentence: str, quantity: Quantity) -> int | None:
    """Return the year of an amount in brackets that is a base: （2020年为4.2亿吨）."""
    found = IN_BRACKETS.search(sentence[: quantity.start])
    return int(found["year"]) if found and re.match(r"[^（(]{0,6}[）)]", sentence[quantity.end :]) else None


def year_of_base(sentence: str, quantity: Quantity, times: list[Time]) -> int | None:
    """Return the year in which a base value holds: the time in its own part of the sentence."""
    start = max(sentence.rfind(mark, 0, quantity.start) for mark in "，；。：") + 1
    near = [time for time in times if start <= time.start < quantity.start and time.year]
    return near[-1].year if near else None


def standard_year(text: str) -> int | None:
    """Return the base year that a document states for all its targets, or None."""
    found = STATEMENT.search(text)
    return int(found["year"]) if found else None


def in_unit(value: Decimal, unit: str, wanted: str) -> Decimal | None:
    """Return the base value in the target's unit, or None where the units differ."""
    amount, plain = scaled(value, unit or wanted)
    one, wanted_plain = scaled(Decimal(1), wanted)
    return amount / one if plain == wanted_plain else None
