"""Numbers that are no targets: document numbers, contacts, past results, size classes, rewards, scores, names."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from tracker.uploads.policy.chinese import trap_words as words
from tracker.uploads.policy.proposals import Rejection
from tracker.uploads.policy.quantities import Quantity
from tracker.uploads.policy.units import COUNT_UNITS, TIME_UNITS, split_scale

#: What follows for those who a rule's condition holds for: 完成率低于90%的，扣减年薪.
PUNISHED = re.compile(r"扣|罚|约谈|问责|通报|不予|取消|追究|限期|责令|不得")


@dataclass(frozen=True)
class Surroundings:
    """Number with its sentence and the facts that decide whether it is a target."""

    quantity: Quantity
    before: str
    after: str
    segment: str
    has_bound: bool
    is_past_year: bool
    is_past_section: bool
    is_future: bool


def rejection_of(here: Surroundings) -> Rejection | None:
    """Return the reason for which the number is no target, or None."""
    return next((reason for check, reason in CHECKS if check(here)), None)


def _is_document(here: Surroundings) -> bool:
    return bool(
        words.DOCUMENT.search(here.before)
        or (words.DOCUMENT_AFTER.match(here.after) and not here.quantity.unit)
        or (here.before.endswith("第") and here.quantity.unit)
    )


def _is_contact(here: Surroundings) -> bool:
    return bool(words.CONTACT.search(here.before))


def _is_name(here: Surroundings) -> bool:
    if words.SLOGAN.search(here.before) and words.SLOGAN_END.match(here.after):
        return True
    if here.quantity.is_worded and re.match(r"[^，。；]{0,6}[”\"]", here.after):
        return True
    if here.quantity.unit:
        return False
    return bool(words.NAME_AFTER.match(here.after) or re.search(r"[A-Za-z]$", here.before))


def _is_date(here: Surroundings) -> bool:
    return (here.quantity.unit in ("日", "月") and not here.has_bound) or bool(re.match(r"日前|号前", here.after))


def _is_duration(here: Surroundings) -> bool:
    unit = split_scale(here.quantity.unit)[1]
    if unit in ("小时", "天") and re.search(r"利用小时|天数|时间|时长|运行|响应|缩短|压缩", here.segment):
        return False
    if unit in ("岁", "周岁"):
        return not re.search(r"寿命", here.segment)
    if "工作日" in unit:
        return not re.search(r"压缩|缩短|压减|控制", here.segment)
    return unit in TIME_UNITS


def _is_per_unit(here: Surroundings) -> bool:
    if words.PER_AFTER.match(here.after) and re.search(r"按[^，。；]*$", here.before):
        return True
    if words.EACH.search(here.before) and split_scale(here.quantity.unit)[1] in COUNT_UNITS:
        return True
    return bool(words.PER.search(here.before)) and not re.match(r"(?:年|月)", here.quantity.unit)


def _is_rank(here: Surroundings) -> bool:
    if here.quantity.unit in ("位", "名", "") and words.RANK_BEFORE.search(here.before):
        return True
    return bool((words.RANK_AFTER.match(here.after) and not here.quantity.unit) or re.search(r"前$", here.before))


def _is_score(here: Surroundings) -> bool:
    return bool(here.after.startswith("分") and not here.quantity.unit and not here.after.startswith(("分之", "分别")))


def _is_reward(here: Surroundings) -> bool:
    unit = split_scale(here.quantity.unit)[1]
    if "%" in unit and re.search(r"扣|罚|绩效", here.segment) and not here.is_future:
        return True
    if "元" not in unit and not (
        here.quantity.unit in ("%", "个百分点") and re.search(r"奖励|补助|补贴|贴息|给予", here.segment)
    ):
        return False
    if words.REWARD.search(here.segment):
        return not words.REWARD_KEPT.search(here.segment)
    return bool(words.CEILING.search(here.segment) and words.REWARD.search(here.before))


def _is_factor(here: Surroundings) -> bool:
    return bool(words.FACTOR.search(here.before[-14:]))


def _is_size_class(here: Surroundings) -> bool:
    unit = split_scale(here.quantity.unit)[1]
    if unit != "%" and (words.SETTLEMENT.match(here.after) or words.OF_A_SIZE.match(here.after)):
        return True
    if unit in words.NO_SIZE:
        return False
    if words.DESCRIBED.match(here.after) and not re.search(r"资金|基金|投资|贷款|专项", here.after[:14]):
        return True
    if words.SIZE_AFTER.match(here.after) or (unit in words.SIZES and words.SIZED.match(here.after)):
        return True
    return bool(words.SIZE_BEFORE.search(here.before)) and bool(re.match(r"^(?:及?以上|以下)?(?:的|（|、)", here.after))


def _is_rule(here: Surroundings) -> bool:
    """Return True for the condition of a rule: 对…超过…的, 未达…的, 超过限额20%的."""
    if re.match(r"^(?:以[上下内])?的部分", here.after):
        return True
    if re.match(r"^(?:及?以上|以下|左右)?的(?:，|[\u4e00-\u9fff]{0,10}[，。])", here.after) and re.search(
        r"(?:^|[，。；])(?:对|凡|如|若|未|经|因|单位|超过|超出|连续)[^，。；]*$|超过限额", here.before
    ):
        return True
    if re.match(r"^(?:及?以上|以下)?的，", here.after) and PUNISHED.search(here.after[:24]):
        return True
    return (
        bool(re.search(r"(?:^|[，。；])对[^，。；]{0,24}(?:超过|达到|高于|低于|不足|满)$", here.before))
        and "的" in here.after[:6]
    )


def _is_project(here: Surroundings) -> bool:
    unit = split_scale(here.quantity.unit)[1]
    if unit in COUNT_UNITS and re.match(r"^\d", here.after):
        return True  # 2台80MW机组
    if unit in COUNT_UNITS or "%" in unit or (here.has_bound and not words.TOTAL_INVESTMENT.search(here.before)):
        return False
    if words.PROJECT_BEFORE.search(here.before) and not here.has_bound:
        return True
    return bool(words.PROJECT_NAME.match(here.after)) and not re.match(r"^(?:以上|的|。|，|、|；)", here.after)


def _is_place_count(here: Surroundings) -> bool:
    unit = here.quantity.unit
    if here.before.endswith("等") and split_scale(unit)[1] in COUNT_UNITS:
        return True
    if unit not in ("个", "") or here.has_bound:
        return bool(words.MEMBERS.search(here.before))
    if words.MEMBERS.search(here.before):
        return True
    if not words.PLACE_COUNT.match(here.after):
        return False
    return bool(words.PLACE_COUNT_BEFORE.search(here.before) or re.search(r"[\u4e00-\u9fff]$", here.before))


def _is_higher(here: Surroundings) -> bool:
    found = words.HIGHER.search(here.before)
    return bool(found) and not words.OWN.search(found[0] if found else "")


def _is_past(here: Surroundings) -> bool:
    if here.is_past_year:
        return True
    if here.is_future:
        return False
    return here.is_past_section or bool(words.PAST_WORDS.search(here.segment))


CHECKS: tuple[tuple[Callable[[Surroundings], bool], Rejection], ...] = (
    (_is_document, Rejection.DOCUMENT_NUMBER),
    (_is_contact, Rejection.CONTACT),
    (_is_name, Rejection.NAME),
    (_is_date, Rejection.DATE),
    (_is_per_unit, Rejection.PER_UNIT),
    (_is_duration, Rejection.DURATION),
    (_is_rank, Rejection.RANK),
    (_is_score, Rejection.SCORE),
    (_is_reward, Rejection.REWARD),
    (_is_factor, Rejection.FACTOR),
    (_is_size_class, Rejection.SIZE_CLASS),
    (_is_rule, Rejection.RULE),
    (_is_project, Rejection.PROJECT_SIZE),
    (_is_place_count, Rejection.PLACE_COUNT),
    (_is_higher, Rejection.HIGHER_AUTHORITY),
    (_is_past, Rejection.PAST_RESULT),
)
