"""Reading of one English sentence: its amounts become targets or rejected numbers."""

import re
from dataclasses import replace

from tracker.uploads.policy.context import Draft, Rejected, SentenceContext, SentenceReading
from tracker.uploads.policy.english import details, naming, requirements, wording
from tracker.uploads.policy.english.quantities import find_quantities
from tracker.uploads.policy.english.state import State
from tracker.uploads.policy.english.times import find_times
from tracker.uploads.policy.proposals import Base, Doubt, Rejection
from tracker.uploads.policy.quantities import Quantity

MAY_HOLD_NUMBERS = re.compile(
    r"\d|\b(?:hal[fv]|doubl|tripl|trebl|quadrupl|third|quarter|fifth|tenth|two|three|four|five|six|seven|eight|nine|ten|"
    r"eleven|twelve|fifteen|twenty|thirty|forty|fifty|hundred)",
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
    year = None if TODAY.search(state.before(quantity)) else _year_after(state, quantity, following)
    for at, draft in enumerate(state.drafts):
        is_open = draft.base is None or draft.base.value is None
        if is_open and quantity.unit in (draft.quantity.unit, ""):
            known = draft.base.year if draft.base else None
            state.drafts[at] = replace(draft, base=Base(quantity.value, year or known))


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
    doubts = [Doubt.NUMBER_IN_WORDS] if quantity.is_worded else []
    state.drafts.append(draft.doubting(*doubts, *([] if name else [Doubt.NO_INDICATOR])))
    state.base = None
