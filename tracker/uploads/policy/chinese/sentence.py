"""Reading of one Chinese sentence: its amounts become targets or rejected numbers."""

import re
from dataclasses import replace

from tracker.uploads.policy.chinese import bases, bounds, details, groups, naming, nouns, requirements, trap_words
from tracker.uploads.policy.chinese.places import find_places
from tracker.uploads.policy.chinese.state import Amount, Parsed, State
from tracker.uploads.policy.chinese.times import Time, find_times
from tracker.uploads.policy.context import Draft, Rejected, SentenceContext, SentenceReading
from tracker.uploads.policy.proposals import Base, Change, Doubt, Rejection
from tracker.uploads.policy.quantities import Quantity, find_quantities

MAY_HOLD_NUMBERS = re.compile(r"[\d零全二两三四五六七八九十百半倍番]")
#: After a number without a unit: a word, as of a unit that is not known, or a denominator.
UNKNOWN_UNIT = re.compile(r"/|(?!及?以|左右|上下|之[上下内]|的|和|与|及|或|，|。|、|；|）)[\u4e00-\u9fff]")
#: Between a target and its base value in brackets.
ASIDE = re.compile(r"(?:及?以上|以下|左右|以内)?[（(][^（）()，。；]*")
BEFORE_TIME = ("到", "至")
AFTER_TIME = re.compile(r"前|，|底|之前|末")


def read_sentence(text: str, context: SentenceContext) -> SentenceReading:
    """Return the targets and rejected numbers of the sentence, and update the context."""
    if topic := naming.DASH_LABEL.match(text):
        context.topic = topic["noun"]
    if not MAY_HOLD_NUMBERS.search(text):
        return SentenceReading()
    state = State(_parse(text, context), context)
    for at in range(len(state.parsed.quantities)):
        _read_amount(state, at)
    _carry_on(state)
    return SentenceReading(tuple(state.drafts), tuple(state.rejected))


def _parse(text: str, context: SentenceContext) -> Parsed:
    years = context.years
    quantities = find_quantities(text)
    plan_years = list(range(years.first, years.last + 1)) if years.first and years.last else []
    return Parsed(
        text,
        quantities,
        find_times(text, years.only),
        find_places(text),
        bases.find_compared(text, years.only, years.base),
        groups.find_groups(text, quantities, plan_years),
    )


def _read_amount(state: State, at: int) -> None:
    """Read one amount. Amounts are read in order, since each may depend on those before it."""
    quantity = state.parsed.quantities[at]
    if _states_base_of_last(state, quantity):
        state.rejected.append(Rejected(quantity, Rejection.BASE_VALUE))
        return
    if base := _base_year(state, at):
        state.base = (quantity, base[0])
        state.rejected.append(Rejected(quantity, Rejection.BASE_VALUE))
        return
    amount = _amount(state, at)
    reason = requirements.rejection_of(state, amount)
    if not reason:
        _accept(state, amount)
        return
    state.rejected.append(Rejected(quantity, reason))
    state.base = None
    if reason is Rejection.PAST_RESULT:
        state.end = quantity.end
    elif reason is Rejection.BASE_VALUE:
        _remember_base(state, amount)


def _states_base_of_last(state: State, quantity: Quantity) -> bool:
    """Give a base value in brackets right after a target to it: 占比不低于56%（2021年为48.5%）."""
    year = bases.base_in_brackets(state.text, quantity)
    if not (year and state.drafts):
        return False
    last = state.drafts[-1]
    value = bases.in_unit(quantity.value, quantity.unit, last.quantity.unit)
    if value is None or not ASIDE.fullmatch(state.text[last.quantity.end : quantity.start]):
        return False
    state.drafts[-1] = replace(last, base=Base(value, year))
    return True


def _base_year(state: State, at: int) -> tuple[int | None] | None:
    """Return the year of a base value (由A提高到B; （2020年为A）) in a tuple, or None if the amount is none."""
    quantities, quantity = state.parsed.quantities, state.parsed.quantities[at]
    following = quantities[at + 1] if at + 1 < len(quantities) else None
    is_size = trap_words.SIZE_AFTER.match(state.after(quantity)) and quantity.unit not in trap_words.NO_SIZE
    if bases.is_base_of_next(state.text, quantity, following) and not is_size:
        return (bases.year_of_base(state.text, quantity, list(state.parsed.times)),)
    in_brackets = bases.base_in_brackets(state.text, quantity)
    return (in_brackets,) if in_brackets else None


def _amount(state: State, at: int) -> Amount:
    quantity = state.parsed.quantities[at]
    group = next((one for one in state.parsed.groups if one.first <= at < one.first + one.size), None)
    start = state.start_of(quantity)
    before = state.text[start : quantity.start]
    last = group.first + group.size - 1 if group else at
    bound = bounds.read_bound(
        state.lead_of(group) if group else before,
        groups.suffix_of(state.text, state.parsed.quantities, at, last),
        is_range=quantity.high is not None,
        is_more=quantity.is_more,
    )
    return Amount(at, quantity, start, before, bound, group)


def _accept(state: State, amount: Amount) -> None:
    name, doubts = naming.name_of(state, amount)
    bound, quantity = amount.bound, amount.quantity
    draft = Draft(
        name,
        quantity,
        bound.bound,
        bound.change if quantity.unit else Change.LEVEL,
        is_approximate=bound.is_approximate,
        has_bound=bound.has_word,
    ).doubting(*doubts, *_doubts(bound, quantity, state.after(quantity)))
    if amount.group and amount.group.is_unsure:
        draft = draft.doubting(Doubt.UNEQUAL_LISTS)
    draft = details.with_time(state, amount, draft)
    draft = details.with_places(state, amount, draft)
    draft = details.with_base(state, draft)
    draft = details.with_whole(state, draft)
    state.drafts.append(details.with_own_bound(state, amount, draft))
    state.end = quantity.end if amount.group else quantity.end + bound.end
    state.base = None


def _doubts(bound: bounds.BoundReading, quantity: Quantity, after: str) -> list[Doubt]:
    doubts = [Doubt.CONFLICTING_BOUNDS] if bound.is_conflicting else []
    if not quantity.unit and UNKNOWN_UNIT.match(after):
        doubts.append(Doubt.UNIT_MISSING)
    return [*doubts, Doubt.NUMBER_IN_WORDS] if quantity.is_worded else doubts


def _remember_base(state: State, amount: Amount) -> None:
    """Remember the value of a stated base year under its noun, for targets further on."""
    noun = nouns.noun_before(bases.OF_BASE_YEAR.sub("", amount.before[: amount.bound.noun_end]))
    if noun:
        quantity = amount.quantity
        state.context.known_bases[noun] = (quantity.value, quantity.unit, state.context.years.base)


def _carry_on(state: State) -> None:
    """Leave the latest year and the last target to the next sentence."""
    state.context.recent = tuple(state.drafts) or state.context.recent
    named = [time for time in state.parsed.times if time.year and not time.is_base and _is_deadline(state.text, time)]
    if named:
        latest = max(named, key=lambda time: time.year or 0)
        state.context.year, state.context.due_on = latest.year, latest.due_on


def _is_deadline(text: str, time: Time) -> bool:
    """Return True for 到2025年 and 2025年底前, which may hold for the sentences that follow."""
    before, after = text[max(0, time.start - 1) : time.start], text[time.end : time.end + 2]
    return before in BEFORE_TIME or bool(AFTER_TIME.match(after))
