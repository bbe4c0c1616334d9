"""Bound words of a Chinese sentence, before and after a number: 不少于, 超过, 控制在, 降至, 以上, 以内, 左右."""

import re
from dataclasses import dataclass

from tracker.uploads.policy.proposals import Bound, Change

ROOM = 40
ADVERB = re.compile(
    r"(?:力争|争取|确保|努力|基本|均|都|也|各|分别|总体|平均|累计|合计|总计|总共|共计|共|再|大约|约|近|"
    r"应当|应|要|须|需|能够|力求|可|将|稳定|初步|"
    r"全面|率先|提前|仍|原则上|年均|同比|环比|进一步|继续|一般|最终|预计|计划|已|就|每年|每个|至少新增|左右)$"
)
#: Words before a number, longest first: the bound that each sets, and the change that it means.
BEFORE: tuple[tuple[str, Bound, Change], ...] = (
    (
        r"(?:不|未)(?:得|能|可|应|宜)?(?:少于|低于|小于|短于|低於)|至少(?:[\u4e00-\u9fff]{1,8})?|最少|最低|不下于?|≥|>=|"
        r"大于等于|大于或等于|高于或等于|不低",
        Bound.AT_LEAST,
        Change.LEVEL,
    ),
    (
        r"(?:不|未)(?:得|能|可|应|宜|要)?(?:超过|高于|大于|多于|超出|突破|超)|最多|至多|最高|最大|≤|<=|小于等于|小于或等于|"
        r"低于或等于",
        Bound.AT_MOST,
        Change.LEVEL,
    ),
    (
        r"控制在|限制在|严控在|压减在|控制到|控制为|降到|降至|"
        r"(?:压减|压降|压缩|下降|降低|减少|削减|缩减|缩短|降|缩|压|减|下降并稳定|收窄)(?:到|至|为|在)",
        Bound.AT_MOST,
        Change.LEVEL,
    ),
    (r"超过|突破|大于|高于|多于|超出|超|>|跨越|跃上|冲破", Bound.MORE_THAN, Change.LEVEL),
    (r"低于|小于|少于|优于|<", Bound.LESS_THAN, Change.LEVEL),
    (
        r"(?:累计)?(?:下降|降低|减少|削减|压减|压降|压缩|缩减|减量|消减|降幅(?:达到|达|为|不低于)?|缩短|减|降)"
        r"(?:了|幅度)?(?:达到|达|超过)?",
        Bound.AT_LEAST,
        Change.DECREASE,
    ),
    (
        r"(?:提高|提升|增加|增长|上升|扩大|发展|增至|升至|升|增|提|扩容|拓展|回升|改善|延长|扩|翻)(?:到|至|为)",
        Bound.AT_LEAST,
        Change.LEVEL,
    ),
    (
        r"(?:提高|(?<!改造)提升|增加|增长|上升|扩大|增速|增幅|升高|递增|年增|(?<!新)增|提)(?:率|幅)?"
        r"(?:达到|达|为|超过|保持在|在)?",
        Bound.AT_LEAST,
        Change.INCREASE,
    ),
    (
        r"(?:稳定)?达到并稳定在|(?:稳定|维持|保持|巩固|稳住|守住|锁定)(?:在|为|到)?|达到?|完成|实现|突破到|跃升至|迈上|"
        r"为|是|至|到|占到?|有|满足|不变于|等于|=|：|:",
        Bound.AT_LEAST,
        Change.LEVEL,
    ),
)
PATTERNS = tuple((re.compile(rf"(?:{words})$"), bound, change) for words, bound, change in BEFORE)
AFTER = re.compile(
    r"^(?:\([^)]{1,8}\)|（[^）]{1,8}）)?(?:的)?"
    r"(?:(?P<about>左右|上下|附近)|(?P<least>及?以上|之上|或以上|起)|(?P<most>及?以下|之下|以内|之内|"
    r"或以下|(?<=[天日月时])内))"
)
LOW_NUMBER = re.compile(r"^(?:的水平|水平|目标|标准|级)?(?:左右|上下)")
ASPIRED = re.compile(r"力争|争取|努力|力求|有望")
ABOUT = re.compile(r"(?:约|近|大约|左右)$")
#: Indicators that state a fall, and those that plans hold down.
FALLING = re.compile(r"下降|降低|减少|削减|压减|降幅|[Rr]eduction|[Dd]ecrease|[Cc]ut")
HARMFUL = re.compile(
    r"排放|能耗|消耗|水耗|煤耗|浓度|漏损|死亡|事故|失业|劣[ⅤV]|黑臭|重污染|降尘|超标|投诉率|发病率|"
    r"用水量|能源消费总量|煤炭消费|[Ee]mission|[Cc]onsumption|[Ww]aste|[Mm]ortality|[Dd]eath|[Ww]ater "
    r"use|[Uu]nemployment"
)


@dataclass(frozen=True)
class BoundReading:
    """Bound of a number. `noun_end` is where the text before the bound words ends; `has_word` if there are any."""

    bound: Bound
    change: Change
    noun_end: int
    has_word: bool
    is_approximate: bool
    end: int
    is_conflicting: bool = False


def read_bound(before: str, after: str, *, is_range: bool, is_more: bool) -> BoundReading:
    """Return the bound that the words around a number set. `end` counts the characters of `after` that belong to it."""
    noun_end, is_about = _strip_adverbs(before, len(before))
    bound, change, has_word = Bound.AT_LEAST, Change.LEVEL, False
    for pattern, one_bound, one_change in PATTERNS:
        if found := pattern.search(before[max(0, noun_end - ROOM) : noun_end]):
            noun_end = max(0, noun_end - ROOM) + found.start()
            bound, change, has_word = one_bound, one_change, True
            break
    noun_end, more_about = _strip_adverbs(before, noun_end)
    left = bound if has_word else None
    suffix = AFTER.match(after)
    if suffix:
        bound = _with_suffix(left, change, suffix)
    if is_range and left not in (Bound.AT_MOST, Bound.LESS_THAN, Bound.MORE_THAN):
        bound = Bound.BETWEEN
    about = is_about or more_about or bool(suffix and suffix["about"]) or bool(ASPIRED.search(before[-ROOM:]))
    return BoundReading(
        bound,
        change,
        noun_end,
        has_word or bool(suffix) or is_more or is_range,
        about,
        suffix.end() if suffix else 0,
        is_conflicting=_conflict(left, change, suffix),
    )


def _with_suffix(left: Bound | None, change: Change, suffix: re.Match[str]) -> Bound:
    """Return the bound that the words after the number set, given the one before it."""
    if suffix["about"]:
        return left or Bound.AT_LEAST
    if suffix["most"]:
        if change is not Change.LEVEL:
            return Bound.AT_MOST
        return left if left in (Bound.AT_MOST, Bound.LESS_THAN) else Bound.AT_MOST
    return left if left in (Bound.MORE_THAN, Bound.AT_LEAST) else Bound.AT_LEAST


def _conflict(left: Bound | None, change: Change, suffix: re.Match[str] | None) -> bool:
    if not suffix or left is None or change is not Change.LEVEL:
        return False
    return bool(
        (suffix["most"] and left is Bound.MORE_THAN) or (suffix["least"] and left in (Bound.AT_MOST, Bound.LESS_THAN))
    )


def _strip_adverbs(text: str, end: int) -> tuple[int, bool]:
    """Return the end of the text without adverbs, and True if one of them means "about"."""
    is_about = False
    while found := ADVERB.search(text[max(0, end - 8) : end]):
        is_about = is_about or bool(ABOUT.search(found[0]))
        end = max(0, end - 8) + found.start()
    return end, is_about
