"""Indicator's name for an amount of a Chinese sentence, and the doubts about it."""

import re

from tracker.uploads.policy.chinese import groups, nouns
from tracker.uploads.policy.chinese.places import find_places
from tracker.uploads.policy.chinese.state import STOPS, Amount, State
from tracker.uploads.policy.proposals import Doubt
from tracker.uploads.policy.quantities import Quantity
from tracker.uploads.policy.units import split_scale

AT_LEAST = re.compile(r"^.*?(?:至少|最少)")
FROM_BASE = re.compile(r"(?:由|从|自|[（(])[^由从自（(]*$")
#: A subject whose amount follows after a comma: 综合利用量稳步提升，达到5000万吨.
SUBJECT = re.compile(
    r"^(?P<noun>.{2,40}?)(?:稳步|显著|持续|不断|明显|进一步|大幅|逐步|全面|有效|较快)*(?:提升|提高|增长|"
    r"扩大|下降|降低|减少|改善|优化|增强|上升|增加|壮大)$"
)

#: A heading before a colon, which the amounts after it belong to: 普及率：公共机构100%，居民家庭90%.
COLON_HEAD = re.compile(r"(?:^|[，。；])(?P<head>[^，。；：]{2,24})：[^：。；]*$")
SHORT_SUBJECT = 8
OWN_VERB = re.compile(r"^(?:新增|新建|改建|扩建|改造|建成)(?=[\u4e00-\u9fff]{2})")
#: A line that begins with the name of its measure: ——城镇新增就业。三年累计新增240万人以上.
DASH_LABEL = re.compile(r"^[—\-－●·•◆]+(?P<noun>[^，。；：]{2,20})[。：]$")

Named = tuple[str, tuple[Doubt, ...]]


def name_of(state: State, amount: Amount) -> Named:
    """Return the indicator's name: from its group, before the bound words, after the count, or from before."""
    group = amount.group
    if group and group.nouns:
        return group.nouns[amount.at - group.first], ()
    if group and group.noun:
        return group.noun, ()
    lead = _lead(state, amount)
    noun = _without_places(nouns.noun_before(_after_places(lead)))
    is_verb = nouns.is_only_verb(noun)
    following = _counted(state, amount)
    if following and (not noun or is_verb or nouns.QUALIFIED.search(lead) or following.is_qualified):
        state.noun_end = following.end
        return f"{noun if is_verb else ''}{following.name}", ()
    if noun and not is_verb:
        return _with_head(state, amount, noun), ()
    done = _done_at_least(amount)
    return (done, ()) if done else _earlier(state, amount.quantity, amount.start, noun)


def head_before_colon(state: State, quantity: Quantity) -> str:
    """Return the measure before the colon that the amount belongs to, or an empty string."""
    found = COLON_HEAD.search(state.text[: quantity.start])
    head = nouns.noun_before(found["head"]) if found else ""
    return head if nouns.has_measure(head) else ""


def _with_head(state: State, amount: Amount, noun: str) -> str:
    """Return a subject without a measure with that of its heading or of the target before: 漏损率（县城）."""
    if nouns.has_measure(noun) or len(noun) > SHORT_SUBJECT or amount.group or "占" in amount.before:
        return noun
    if head := head_before_colon(state, amount.quantity):
        return f"{head}（{noun}）"
    last = state.drafts[-1] if state.drafts else None
    is_next = last and amount.unit == "%" == last.quantity.unit and nouns.has_measure(last.indicator)
    return f"{last.indicator}（{noun}）" if last and is_next and "其中" not in state.text else noun


def _lead(state: State, amount: Amount) -> str:
    """Return the text that holds the noun: before the bound words, or before 由 where a base value follows."""
    if state.base and state.base[0].start > amount.start:
        return FROM_BASE.sub("", state.text[amount.start : state.base[0].start])
    if amount.group:
        return groups.RESPECTIVELY.sub("", state.lead_of(amount.group)[: amount.bound.noun_end])
    return amount.before[: amount.bound.noun_end]


class _Counted:
    """Counted things after a number, with what is done to them."""

    def __init__(self, noun: str, action: str, end: int) -> None:
        self.is_qualified = nouns.is_generic(noun) and bool(action)
        self.name = f"{action}{noun}" if self.is_qualified else noun
        self.end = end


def _counted(state: State, amount: Amount) -> _Counted | None:
    after = state.after(amount.quantity)
    if amount.unit == "%" and (share := nouns.noun_of_share(after)):
        return _Counted(share, "", amount.quantity.end + after.find(share) + len(share))
    if not amount.is_count and "元" not in amount.unit:
        return None
    noun = nouns.noun_after(after)
    if not noun:
        return None
    end = after.find(noun) + len(noun)
    return _Counted(noun, nouns.action_after(after[end:]), amount.quantity.end + end)


def _done_at_least(amount: Amount) -> str:
    """Return what is to be done at least so many times: 每月至少到村调研1次 has 村调研."""
    words = amount.before[amount.bound.noun_end :]
    done = nouns.noun_before(AT_LEAST.sub("", words)) if "至少" in words else ""
    return done if len(done) > 1 else ""


def _after_places(lead: str) -> str:
    """Return the text after the places that it begins with: 各县（市、区）建成 has 建成."""
    found = find_places(lead)
    return lead[found[0].end :].lstrip("等的、各均") if found and found[0].start == 0 else lead


def _without_places(noun: str) -> str:
    """Return the noun without the places at its start."""
    while noun and (found := find_places(noun)) and found[0].start == 0:
        noun = nouns.noun_before(noun[found[0].end :].lstrip("等的、各均"))
    return noun


def _earlier(state: State, quantity: Quantity, start: int, verb: str) -> Named:
    """Return the noun of the part before the comma, or of the target before."""
    if not verb and (noun := _subject_before(state, start) or _colon_subject(state, quantity)):
        return noun, ()
    if verb and state.context.topic:
        return state.context.topic, ()
    earlier = [*reversed(state.drafts), *reversed(state.context.recent)]
    same = [draft for draft in earlier if _family(draft.quantity.unit) == _family(quantity.unit)]
    if same := [draft for draft in same if verb and verb in draft.indicator] or same:
        name = _done_with(verb, same[0].indicator)
        return name, () if name and Doubt.NO_INDICATOR not in same[0].doubts else (Doubt.NO_INDICATOR,)
    if earlier and not verb:
        return earlier[0].indicator, (Doubt.INDICATOR_FROM_BEFORE,)
    return verb, (Doubt.NO_INDICATOR,)


def _done_with(verb: str, indicator: str) -> str:
    """Return the indicator before with this verb in place of its own: 新建高标准农田30万亩、改造提升20万亩."""
    own = OWN_VERB.match(indicator)
    return f"{verb}{indicator[own.end() :]}" if own and verb and not verb.startswith(own[0]) else indicator


def _colon_subject(state: State, quantity: Quantity) -> str:
    """Return what a list after a colon is about: 分年度装机目标为：2023年450万千瓦."""
    found = COLON_HEAD.search(state.text[: quantity.start])
    if not found or state.drafts:
        return ""
    return nouns.noun_before(re.sub(r"(?:目标|任务|指标)?(?:分别)?(?:为|是|如下)?$", "", found["head"]))


def _family(unit: str) -> str:
    """Return the unit without its scale; percent and percentage points are of one kind."""
    plain = split_scale(unit)[1]
    return "%" if plain == "个百分点" else plain


def _subject_before(state: State, start: int) -> str:
    """Return the subject of the part of the sentence before this one, if that part has no amount of its own."""
    if start < 3 or state.text[start - 1] != "，":
        return ""
    begin = max(state.text.rfind(mark, 0, start - 1) + 1 for mark in STOPS)
    if any(begin <= one.start < start for one in state.parsed.quantities):
        return ""
    found = SUBJECT.match(state.text[begin : start - 1])
    return _without_places(nouns.noun_before(found["noun"])) if found else ""
