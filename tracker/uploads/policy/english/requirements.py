"""Decision on an amount of an English sentence: a requirement, or a number that is no target."""

import re

from tracker.uploads.policy.english import nouns, wording
from tracker.uploads.policy.english.state import State, is_money
from tracker.uploads.policy.proposals import Bound, Rejection
from tracker.uploads.policy.quantities import Quantity

#: A count of what the sentence is about: road deaths should not exceed 900 per year.
OFTEN = re.compile(r"^\s*(?:(?:a|each|every|per)\s+(?:year|month)|annually|yearly|[.,;]|$)")
PAST_TIMES = ("in", "by", "since", "at", "for", "during", "")
#: What stands in brackets may tell of the past: 90% of waste recycled (currently 62%).
IN_BRACKETS = re.compile(r"\([^()]*\)?")
PERIOD = re.compile(r"^[\s-](?:year|month|week|day)s?\b")
#: Words before a number that states a size: businesses with more than 250 employees.
SIZE = re.compile(
    r"\b(?:with|having|employing|exceeding)\s+\S+\s*(?:than|least)?\s*$|\bover\s*$|(?:buildings?|facilities|sites?|"
    r"businesses|companies|employers|properties|installations|vehicles|units)\s+\S+(?:\s+than)?\s*$",
    re.IGNORECASE,
)
BY_MORE = re.compile(r"\bby\s+(?:more than|at least|over)\s*$", re.IGNORECASE)
INDEX = re.compile(
    r"\b(?:including|a further|another|an additional|of which|index|ratio|score|to)\s*(?:at least |below |above )?$"
)


def rejection_of(state: State, quantity: Quantity) -> Rejection | None:
    """Return the reason for which the amount is no target, or None."""
    return (
        _beside(state, quantity)
        or _in_sentence(state, quantity)
        or _past(state, quantity)
        or (None if _is_required(state, quantity) else Rejection.NO_REQUIREMENT)
    )


def _beside(state: State, quantity: Quantity) -> Rejection | None:
    """Return the reason that the words right beside the number give."""
    before, after = state.before(quantity), state.after(quantity)
    for pattern, reason in wording.TRAPS_AFTER:
        if pattern.match(after):
            return reason
    if wording.MONTH_BEFORE.search(before) and not quantity.unit:
        return Rejection.DATE
    for pattern, reason in wording.TRAPS_BEFORE:
        if pattern.search(before) and _holds(reason, quantity, before):
            return reason
    is_changed = wording.TO.search(before) and wording.change_before(before)[1]
    if (wording.DURATION_UNITS.match(quantity.unit) and not is_changed) or (PERIOD.match(after) and not quantity.unit):
        return Rejection.DURATION
    if re.match(r"^[A-Za-z]", after) or re.search(r"[A-Za-z]$", before):
        return Rejection.NAME
    return None


def _holds(reason: Rejection, quantity: Quantity, before: str) -> bool:
    """Return True if the reason fits the amount's unit and the words before it."""
    if reason is Rejection.DURATION:
        return bool(wording.DURATION_UNITS.match(quantity.unit))
    if reason is Rejection.SIZE_CLASS:
        return bool(SIZE.search(before)) and not BY_MORE.search(before)
    return not quantity.unit or reason not in (Rejection.DOCUMENT_NUMBER, Rejection.CONTACT)


def _in_sentence(state: State, quantity: Quantity) -> Rejection | None:
    """Return the reason that the rest of the sentence gives."""
    before, segment = state.before(quantity), state.segment_of(quantity)
    if is_money(quantity) and wording.REWARD.search(segment):
        return Rejection.REWARD
    if not quantity.unit and _counts_places(state, quantity):
        return Rejection.PLACE_COUNT
    if wording.HIGHER.search(before):
        return Rejection.HIGHER_AUTHORITY
    return Rejection.RULE if wording.RULE.search(segment) and not quantity.unit else None


def _counts_places(state: State, quantity: Quantity) -> bool:
    before = state.before(quantity)
    bound, _start, _about = wording.bound_before(before)
    is_asked = bound not in (None, Bound.ALL_OF) or wording.IMPERATIVE.search(before[-20:])
    return bool(wording.PLACE_NOUN.match(state.after(quantity))) and not is_asked


def _past(state: State, quantity: Quantity) -> Rejection | None:
    time, first, before = state.time_of(quantity), state.context.years.first, state.before(quantity)
    if time and first and time.year < first and time.word in PAST_TIMES:
        return Rejection.PAST_RESULT
    is_past_section = state.context.is_past_section
    if wording.REQUIRES.search(before) or (wording.IMPERATIVE.search(before) and not is_past_section):
        return None
    return (
        Rejection.PAST_RESULT
        if is_past_section or wording.PAST.search(IN_BRACKETS.sub("", state.segment_of(quantity)))
        else None
    )


def _is_required(state: State, quantity: Quantity) -> bool:
    """Return True if the sentence requires the amount."""
    before, after = state.before(quantity), state.after(quantity)
    bound, _start, _about = wording.bound_before(before)
    asks = (
        bound
        or wording.bound_after(after)
        or wording.REQUIRES.search(state.text)
        or wording.IMPERATIVE.search(before)
        or (wording.BY_YEAR.match(after) and not wording.PAST.search(before))
    )
    if not (asks or state.drafts or state.context.is_goal_section):
        return False
    if quantity.unit or state.counted_after(quantity) or INDEX.search(before):
        return True
    return bool(bound and OFTEN.match(after) and nouns.subject_or_object(before))
