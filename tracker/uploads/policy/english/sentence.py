"""Reading of one English sentence: its amounts become targets or rejected numbers."""

import re
from dataclasses import replace

from tracker.uploads.policy.context import Draft, Rejected, SentenceContext, SentenceReading
from tracker.uploads.policy.english import details, naming, requirements, wording
from tracker.uploads.policy.english.quantities import find_quantities
from tracker.uploads.policy.english.state import State
from tracker.uploads.policy.english.times import find_times
from tracker.uploads.policy.proposals import Base, Change, Doubt, Rejection
from tracker.uploads.policy.quantities import Quantity

MAY_HOLD_NUMBERS = re.compile(
    r"\d|\b(?:hal[fv]|doubl|tripl|trebl|quadrupl|third|quarter|fifth|tenth|two|three|four|five|six|seven|eight|nine|ten|"
    r"eleven|twelve|fifteen|twenty|thirty|forty|fifty|hundred)",
    re.IGNORECASE,
)
#: The year of a value in brackets: (2024: 1,830 people).
IN_BRACKETS = re.compile(r"\((?P<year>(?:19|20)\d\d)[^(]*$")
#: Words that say by themselves what is to be reached: reach 97%, at 80%, of all homes 100%.
CLEAR = re.compile(
    r"\b(?:down|up|lower|reach(?:es|ing)?|achiev(?:e|es|ing)|meet|attain|to|at|by|as|of which|including)\s+$",
    re.IGNORECASE,
)
TODAY = re.compile(r"(?:current|today)\S*\s+$")


def read_sentence(text: str, context: SentenceContext) -> SentenceReading:
    """Return the targets and rejected numbers of the sentence, and update the context."""
    if not MAY_HOLD_NUMBERS.search(text):
        return SentenceReading()
    state = State(text, context, find_quantities(text))
    for at, quantity in enumerate(state.quantities):
        following = state.quantities[at + 1] if at + 1 < len(state.quantities) else None
        _read_amount(state, quantity, following)
    context.recent = tuple(state.drafts) or context.recent
    return SentenceReading(tuple(state.drafts), tuple(state.rejected))


def _read_amount(state: State, quantity: Quantity, following: Quantity | None) -> None:
    if wording.STATED_BASE.search(state.before(quantity)):
        _give_base(state, quantity, following)
        state.rejected.append(Rejected(quantity, Rejection.BASE_VALUE))
    elif _is_base_of_next(state, quantity, following):
        state.base = (quantity, _year_after(state, quantity, following))
        state.rejected.append(Rejected(quantity, Rejection.BASE_VALUE))
    elif reason := requirements.rejection_of(state, quantity):
        state.rejected.append(Rejected(quantity, reason))
    else:
        _accept(state, quantity)


def _is_base_of_next(state: State, quantity: Quantity, following: Quantity | None) -> bool:
    """Return True for the A of "from A to B"."""
    if following is None or not wording.FROM.search(state.before(quantity)):
        return False
    return bool(re.search(r"\bto\b", state.text[quantity.end : following.start]))


def _give_base(state: State, quantity: Quantity, following: Quantity | None) -> None:
    """Give a base value that follows its targets to those of the same unit: …to 70% from a baseline of 31%."""
    before = state.before(quantity)
    in_brackets = IN_BRACKETS.search(before)
    year = None if TODAY.search(before) else _year_after(state, quantity, following)
    year = int(in_brackets["year"]) if in_brackets else year
    for at, draft in enumerate(state.drafts):
        is_open = draft.base is None or draft.base.value is None
        if is_open and quantity.unit in (draft.quantity.unit, ""):
            known = draft.base.year if draft.base else None
            value = quantity.value if draft.change is Change.LEVEL or quantity.unit else None
            state.drafts[at] = replace(draft, base=Base(value, year or known))


def _year_after(state: State, quantity: Quantity, following: Quantity | None) -> int | None:
    end = following.start if following else len(state.text)
    return next((time.year for time in find_times(state.text) if quantity.end <= time.start < end), None)


def _accept(state: State, quantity: Quantity) -> None:
    stated, start, is_about = wording.bound_before(state.before(quantity))
    change, verb = details.change_of(state, quantity)
    name, unit = naming.name_of(state, quantity, start, change)
    bound = details.bound_of(state, quantity, stated or wording.bound_after(state.after(quantity)), verb)
    draft = Draft(name, replace(quantity, unit=unit), bound, change, is_approximate=is_about)
    for add in (details.with_time, details.with_base, details.with_whole, details.with_place):
        draft = add(state, draft)
    is_stated = stated or verb or quantity.high is not None or wording.bound_after(state.after(quantity))
    state.drafts.append(draft.doubting(*_doubts(state, quantity, name, is_stated=bool(is_stated))))
    state.base = None


def _doubts(state: State, quantity: Quantity, name: str, *, is_stated: bool) -> list[Doubt]:
    """Return the reasons to look at a target: a number in words, no indicator, one of another unit, no bound."""
    before, last = state.before(quantity), state.last
    doubts = [Doubt.NUMBER_IN_WORDS] if quantity.is_worded else []
    if not name:
        doubts.append(Doubt.NO_INDICATOR)
    elif last and name == last.indicator and quantity.unit not in (last.quantity.unit, "%"):
        doubts.append(Doubt.INDICATOR_FROM_BEFORE)
    is_asked = wording.IMPERATIVE.search(before[state.own_start() :]) or CLEAR.search(before) or state.base
    return doubts if is_stated or is_asked else [*doubts, Doubt.NO_BOUND_WORD]
