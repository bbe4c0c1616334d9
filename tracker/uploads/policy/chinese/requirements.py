"""Decision on an amount of a Chinese sentence: a requirement, or a number that is no target."""

import re

from tracker.uploads.policy.chinese import bases, naming, nouns, traps
from tracker.uploads.policy.chinese.state import Amount, State
from tracker.uploads.policy.proposals import Rejection
from tracker.uploads.policy.quantities import Quantity

#: Verbs that make a bare amount a target: 新建基站800个, 建成园区2个.
VERB = re.compile(
    r"新增|新建|改建|扩建|改造|建设|建成|打造|培育|培养|创建|完成|推进|实施|淘汰|引进|引育|布局|安装|"
    r"开展|选择|遴选|推广|更换|退出|关停|"
    r"整治|治理|修复|盘活|消化|接入|惠及|覆盖|竣工|投产|签约|认定|安排|投入|争取|筹措|统筹|设立|使用|"
    r"消纳|利用|处置|回收|减排|节约|替代|"
    r"形成|配备|建立|组建|搭建|培训|招聘|发展|支持|压减|开工|入库|绿化|造林|收集|清理|清运|拆除|化解|"
    r"转移|安置|脱贫|达标|发放|受益|服务|"
    r"开通|投放|购置|举办|组织|生产|供应|增加|减少|落地|招引|扶持|创成|争创|申报|获批|制定|修订|实现|"
    r"用于|承担|占|植树|开发|种植|出栏|"
    r"存栏|募集|巡查|检查|抽查|监察|诊断|审核|评估"
)
VERB_AFTER = re.compile(r"(?:建设|改造|治理|创建)$|建成|投产|开工|达到|实现|完成")
ALL_BEFORE = re.compile(r"(?:全部|所有)(?:的)?$|(?:对|针对)[^，。；]{0,30}的$")
ALL_OF = re.compile(r"(?:全部|所有|全[省市县区])(?:现有|在册|登记在册)?的?$")
ALL_AFTER = re.compile(r"^[\u4e00-\u9fff（）()]{1,16}(?:全部|全覆盖|均已?|一个不少|全面|全数)")
PRESENT = re.compile(r"目前|现有(?![^，。；]{0,8}(?:改|扩|修|治|提升))|当前")
TO_BE_RAISED = re.compile(r"进一步|要加大|提高|提升|加快|降低|改善|仍|但")
BUT_NOW = re.compile(r"^[^，。；]{0,6}，但(?:是)?(?:目前|仍|现)")
INDEX_NOUN = re.compile(r"(?:系数|指数|比|值|效率|强度|率|数|度|量|PUE|水平|比例|倍数|产出|浓度)$", re.IGNORECASE)
NEXT_IN_LIST = re.compile(r"^(?:及?以上|以下|左右|以内)?[、，；和及]")
NAMED_IN_LIST = re.compile(r"[^，。；、]{1,16}、")


def rejection_of(state: State, amount: Amount) -> Rejection | None:
    """Return the reason for which the amount is no target, or None."""
    quantity = amount.quantity
    segment = state.segment_of(quantity)
    is_future = state.is_future(quantity)
    reason = traps.rejection_of(
        traps.Surroundings(
            quantity,
            state.text[: quantity.start],
            state.after(quantity),
            segment,
            amount.bound.has_word,
            state.is_past(quantity),
            state.context.is_past_section,
            is_future,
        )
    )
    if reason:
        return reason
    if PRESENT.search(amount.before) and not is_reference(state, quantity):
        return Rejection.PAST_RESULT
    if bases.OF_BASE_YEAR.search(state.text[: quantity.start]) and not is_future:
        return Rejection.BASE_VALUE
    return None if _is_required(state, amount) else Rejection.NO_REQUIREMENT


def is_reference(state: State, quantity: Quantity) -> bool:
    """Return True for the present level of something that the same sentence wants to be raised."""
    if state.context.is_past_section:
        return False
    before = state.text[max(0, quantity.start - 30) : quantity.start]
    after = state.after(quantity)[:60]
    is_present = bool(PRESENT.search(before)) and bool(TO_BE_RAISED.search(after)) and quantity.unit == "%"
    return is_present or bool(BUT_NOW.match(after))


def is_all(state: State, amount: Amount) -> bool:
    """Return True if the amount counts all members of a closed list: 对全部46座堆场, 针对某行业的27户企业开展监察."""
    if not amount.is_count or amount.quantity.is_more:
        return False
    before, after = amount.before, state.after(amount.quantity)
    noun = nouns.noun_after(after)
    rest = after[after.find(noun) + len(noun) :] if noun else after
    return bool(
        ALL_OF.search(before)
        or (ALL_BEFORE.search(before) and noun and nouns.ACTION.match(rest))
        or (ALL_AFTER.match(after) and re.search(r"对|全[市省县区]|现有", before))
    )


def _is_required(state: State, amount: Amount) -> bool:
    """Return True if the sentence requires the amount: by a bound word, a verb, a list, a section or a date."""
    quantity, before, bound = amount.quantity, amount.before, amount.bound
    noun = nouns.noun_before(before if amount.group else before[: bound.noun_end])
    if quantity.is_worded and not quantity.value:
        return bool(noun)
    if not quantity.unit:
        has_noun = bool(INDEX_NOUN.search(noun) or INDEX_NOUN.search(before[: bound.noun_end]))
        return bound.has_word and (has_noun or state.base is not None)
    if quantity.is_worded and amount.is_count:
        return bool(VERB.search(before[-14:]))
    return bool(
        bound.has_word
        or (quantity.is_worded and quantity.unit == "倍")
        or amount.group
        or _continues_list(state, quantity)
        or naming.head_before_colon(state, quantity)
        or VERB.search(before)
        or _has_verb_after(state, quantity)
        or (state.context.is_goal_section and noun)
        or (quantity.unit == "%" and nouns.has_measure(noun))
        or is_all(state, amount)
        or (state.is_future(quantity) and state.context.years.first)
    )


def _has_verb_after(state: State, quantity: Quantity) -> bool:
    rest = re.match(r"[^，。；、]*", state.after(quantity))
    return bool(rest and VERB_AFTER.search(rest[0]))


def _continues_list(state: State, quantity: Quantity) -> bool:
    """Return True if the amount follows an accepted one in a list, or is after 其中."""
    if not state.drafts:
        return "其中" in state.text[: quantity.start] and bool(state.context.recent)
    between = state.text[state.drafts[-1].quantity.end : quantity.start]
    if NAMED_IN_LIST.fullmatch(between):
        return True
    return bool(NEXT_IN_LIST.match(between)) and "。" not in between
