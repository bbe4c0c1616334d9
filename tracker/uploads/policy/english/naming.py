"""Indicator's name and unit for an amount of an English sentence."""

import re

from tracker.uploads.policy.english import nouns, wording
from tracker.uploads.policy.english.state import State, is_money
from tracker.uploads.policy.proposals import Change
from tracker.uploads.policy.quantities import Quantity

OF_WHICH = re.compile(r"\b(?:of (?:which|them|these)|including)\s*(?:at least\s*)?$")
FURTHER = re.compile(r"\b(?:a further|another|an additional)\s*$")
IN_WHICH = re.compile(r"^\s*(?:are|is|(?:will|shall|must|should|to) be)?\s*(?:in|for|from)?\s*(?P<noun>[\w' -]+)")
KEPT = re.compile(r"\b(?:[Kk]eep|[Hh]old|[Ll]imit|[Cc]ap)\b")
NOUN_OF = re.compile(r"(?:an?\s+)?(?P<noun>(?:[a-z-]+\s+){1,3})of\s*$")
#: Words that name no indicator of their own: with an interim level of 48%.
WEAK = re.compile(
    r"(?:an?\s+)?(?:interim|final|intermediate|further|mid-term)?\s*(?:level|target|milestone|goal|step|rate)?"
    r"|and|by|to|with.*|among .*|"
)


def name_of(state: State, quantity: Quantity, bound_start: int, change: Change) -> tuple[str, str]:
    """Return the indicator's name and the unit: counted things are both."""
    before = state.text[:bound_start]
    if not quantity.unit:
        return _counted(state, quantity, before)
    after = state.after(quantity)
    of_what = nouns.of_what(after)
    if is_money(quantity):
        return of_what or nouns.counted(after) or nouns.subject_or_object(before), quantity.unit
    if quantity.is_worded and not of_what and quantity.unit == "%" and (things := nouns.counted(after)):
        return things, quantity.unit
    if state.last and (OF_WHICH.search(before) or of_what.startswith("them")):
        return state.last.indicator, quantity.unit
    is_share = change is Change.LEVEL and not wording.TO.search(before) and not KEPT.search(before[state.own_start() :])
    return of_what if of_what and is_share else _subject(state, before), quantity.unit


def _counted(state: State, quantity: Quantity, before: str) -> tuple[str, str]:
    """Return the counted things and their last word as the unit."""
    if things := state.counted_after(quantity):
        return things, things.split()[-1]
    earlier = next((one for one in reversed(state.drafts) if " " not in one.quantity.unit), None)
    if earlier and OF_WHICH.search(before):
        inside = IN_WHICH.match(state.after(quantity))
        return (_one_of(inside["noun"]) if inside else earlier.indicator), earlier.quantity.unit
    if earlier and FURTHER.search(before):
        return earlier.indicator, earlier.quantity.unit
    return nouns.subject_or_object(state.before(state.base[0]) if state.base else before), ""


def _one_of(items: str) -> str:
    """Return the first of several items: affordable rental and 1 (,500 …)."""
    return re.split(r"\s+and\s+\d", items)[0].strip()


def _subject(state: State, before: str) -> str:
    """Return the noun before "of", the object of the verb, the subject, or the indicator before."""
    if found := NOUN_OF.search(before):
        return _or_earlier(state, found["noun"].strip())
    noun = nouns.subject_or_object(before[state.own_start() :]) or nouns.subject_or_object(before)
    if state.base:
        noun = nouns.subject_or_object(state.before(state.base[0])) or noun
    return _or_earlier(state, noun)


def _or_earlier(state: State, noun: str) -> str:
    return state.last.indicator if state.last and WEAK.fullmatch(noun) else noun
