"""Details of a target in an English sentence: its bound, change, time, base, whole and place."""

import re
from dataclasses import replace

from tracker.uploads.policy.context import Draft
from tracker.uploads.policy.english import wording
from tracker.uploads.policy.english.state import State
from tracker.uploads.policy.proposals import Base, Bound, Change, Doubt
from tracker.uploads.policy.quantities import Quantity

EVERY_PLACE = re.compile(
    r"\b(?P<place>(?:each|every)\s+(?:\w+\s+)?(?:district|county|city|region|school|ward|state|province|municipality|"
    r"town|neighbourhood|neighborhood))\b",
    re.IGNORECASE,
)
IN_PLACE = re.compile(r"\b(?:in|across)\s+(?P<place>(?:[A-Z][\w'-]+\s)*(?:County|City|District|Region|Province))\b")
BY_AT_END = re.compile(r"^[\s\S]{0,40}\bby\s+$")
#: A second change by the same verb: cut road deaths by 50% and serious injuries by at least 40%.
SAME_VERB = re.compile(r"^\s*(?:,|and|;|, and)[\w ,'-]{1,60}$")
#: A verb of change right before its amount: to fall 35% below 2019 levels.
RIGHT_BEFORE = re.compile(rf"\b(?:{wording.FALL}|{wording.RISE})\s+$", re.IGNORECASE)
#: A change without a verb: 60% lower than 2018; down 40%; a 10% reduction.
DIRECTION = re.compile(
    r"\s+(?:(?P<fall>lower|less|fewer|below|reduction|cut|decrease|fall|drop)|higher|more|above|increase|growth|rise)\b"
    r"(?!\s+or\b)"
)
DOWN_OR_UP = re.compile(r"\b(?:(?P<fall>down|lower)|up)(?:\s+by)?\s+(?:at least\s+)?$")
#: A subject that none of which may have more: No family will spend more than 14 nights.
NO_SUBJECT = re.compile(r"(?:^\s*|[.;:,]\s+|\b(?:that|and)\s+)[Nn]o\s+(?!later|more|less|fewer|longer)[a-z]")
NEXT_IN_LIST = re.compile(r"[\w ,']{0,40}(?:and|,|;|then)\s*")
OF_WHICH = re.compile(r"\b(?:of which|including|of them)\b[^;.]*$")
OF_THEM = re.compile(r"^\s*of (?:them|these|which)\b")

Verb = re.Match[str] | None


def change_of(state: State, quantity: Quantity) -> tuple[Change, Verb]:
    """Return the change that the amount means, and the verb of change before it."""
    before, own = state.before(quantity), state.text[state.own_start() : quantity.start]
    if quantity.is_worded and state.text[quantity.start : quantity.end].lower().startswith("halv"):
        return Change.DECREASE, None
    change, verb = wording.change_before(own)
    if verb and (wording.BY.search(before) or (state.drafts and BY_AT_END.match(own))):
        return change, verb
    if verb and RIGHT_BEFORE.search(before) and _is_relative(state, quantity):
        return change, verb
    if quantity.unit == "%" and (direction := DIRECTION.match(state.after(quantity)) or DOWN_OR_UP.search(before)):
        return (Change.DECREASE if direction["fall"] else Change.INCREASE), None
    last = state.last
    if last and not verb and last.change is not Change.LEVEL and wording.BY.search(before) and SAME_VERB.match(own):
        return last.change, verb
    if last and not verb and last.quantity.unit == quantity.unit and NEXT_IN_LIST.fullmatch(own):
        return last.change, verb
    return Change.LEVEL, verb


def _is_relative(state: State, quantity: Quantity) -> bool:
    """Return True for a percentage that a base year follows, without "to" before it."""
    is_near = any(0 <= start - quantity.end < 12 for start, _end, _year in state.base_years)
    return quantity.unit in ("%", "percentage points") and (is_near or not state.text[quantity.end :].startswith(" of"))


def bound_of(state: State, quantity: Quantity, stated: Bound | None, verb: Verb) -> Bound:
    """Return the bound: a range, the one stated, or downwards where the value falls."""
    if quantity.high is not None:
        return Bound.BETWEEN
    if stated in (Bound.MORE_THAN, Bound.AT_LEAST) and NO_SUBJECT.search(state.segment_of(quantity)[:-1]):
        return Bound.AT_MOST if stated is Bound.MORE_THAN else Bound.LESS_THAN
    if stated:
        return stated
    falls = verb and verb["fall"] and wording.TO.search(state.before(quantity))
    is_lower = state.base and state.base[0].value > quantity.value
    return Bound.AT_MOST if falls or is_lower else Bound.AT_LEAST


def with_time(state: State, draft: Draft) -> Draft:
    """Return the draft with its year and date: from its sentence, the one before, or the plan."""
    if wording.QUARTERLY.search(state.text):
        draft = replace(draft, frequency="quarterly")
    elif wording.EVERY.search(state.text):
        draft = replace(draft, frequency="yearly")
    time, context = state.time_of(draft.quantity), state.context
    if time:
        return replace(draft, year=time.year, due_on=time.due_on)
    if context.years.only or context.year:
        return replace(draft, year=context.years.only or context.year, due_on=context.due_on)
    return replace(draft, year=context.years.last).doubting(Doubt.PLAN_YEAR) if context.years.last else draft


def with_base(state: State, draft: Draft) -> Draft:
    """Return the draft with its base: a value just read, or the year of a comparison."""
    if state.base:
        return replace(draft, base=Base(state.base[0].value, state.base[1]))
    if draft.change is Change.LEVEL:
        return draft
    years = [year for _start, _end, year in state.base_years]
    if years:
        near = [year for start, _end, year in state.base_years if start >= draft.quantity.end]
        return replace(draft, base=Base(None, near[0] if near else years[-1]))
    stated = state.context.years.base
    return replace(draft, base=Base(None, stated)).doubting(Doubt.BASE_FROM_BEFORE) if stated else draft


def with_whole(state: State, draft: Draft) -> Draft:
    """Return a part (of which, including) with the position of its whole."""
    between = state.text[state.own_start() : draft.quantity.start]
    is_part = OF_WHICH.search(between) or OF_THEM.match(state.after(draft.quantity))
    return replace(draft, part_of=len(state.drafts) - 1) if state.drafts and is_part else draft


def with_place(state: State, draft: Draft) -> Draft:
    """Return the draft with its place: every district, or a named county or city."""
    if every := EVERY_PLACE.search(state.before(draft.quantity)):
        return replace(draft, places=(every["place"].lower(),))
    named = IN_PLACE.search(state.text)
    return replace(draft, places=(named["place"],)) if named else draft
