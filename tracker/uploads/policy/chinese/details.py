"""Details of a target in a Chinese sentence: its time, places, base, whole, and the bounds of counted things."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from tracker.uploads.policy.chinese import bases, nouns, requirements
from tracker.uploads.policy.chinese.bounds import HARMFUL
from tracker.uploads.policy.chinese.places import PlaceList
from tracker.uploads.policy.chinese.state import Amount, State
from tracker.uploads.policy.context import Draft
from tracker.uploads.policy.proposals import Base, Bound, Change, Doubt
from tracker.uploads.policy.units import split_scale

#: A kind of places as the subject of a measure: 漏损率（县城）.
KIND_OF_PLACES = re.compile(r"（(县城|城市|农村|城镇|乡镇|城区|山区|牧区|其他城市|其他地区)）$")
WHOLE_SCOPE = re.compile(r"全[省市县区国]|我[省市]|总体")
CLASS_OF_PLACES = re.compile(r"每|各|所有|全部")
#: After a place, an amount or its bound: the place is that amount's subject.
OWN_AMOUNT = re.compile(r"^(?:\d|达|不|控|为|完)")
#: A size without what is of it: 其中10亿元以上5个.
SIZE_ALONE = re.compile(r"\d[\d.]*[^，。；]{1,5}以[上下]")
OF_WHICH = ("其中", "（含", "（包括")


def with_time(state: State, amount: Amount, draft: Draft) -> Draft:
    """Return the draft with its year and date: from its group, its sentence, the sentence before, or the plan."""
    draft = replace(draft, frequency=_frequency(state, draft))
    if amount.group and amount.group.years:
        return replace(draft, year=amount.group.years[amount.at - amount.group.first])
    time, context = state.time_of(draft.quantity), state.context
    if time and time.year:
        return replace(draft, year=time.year, due_on=time.due_on)
    if context.years.only:
        return replace(draft, year=context.years.only)
    if context.year:
        return replace(draft, year=context.year, due_on=context.due_on).doubting(Doubt.YEAR_FROM_BEFORE)
    if context.years.last:
        return replace(draft, year=context.years.last).doubting(Doubt.PLAN_YEAR)
    return draft


def _frequency(state: State, draft: Draft) -> str:
    often = [time for time in state.parsed.times if time.frequency and time.start < draft.quantity.start]
    if not often or re.search(r"[，；]", state.text[often[-1].end : draft.quantity.start]):
        return ""
    return often[-1].frequency


def with_places(state: State, amount: Amount, draft: Draft) -> Draft:
    """Return the draft with its places: from its group, its part of the sentence, an earlier part, or the heading."""
    group, quantity = amount.group, draft.quantity
    if group and group.places:
        return replace(draft, places=(group.places[amount.at - group.first],))
    begin = group.start if group else amount.start
    own = [one for one in state.parsed.places if begin <= one.start < quantity.start]
    if own:
        named = [one for one in own if not CLASS_OF_PLACES.match(one.names[0])] or own
        return replace(draft, places=named[-1].names)
    if kind := KIND_OF_PLACES.search(draft.indicator):
        return replace(draft, places=(kind[1],))
    if WHOLE_SCOPE.search(state.text[begin : quantity.start]):
        return draft
    since = max(state.text.rfind(mark, 0, quantity.start) for mark in "；。") + 1
    earlier = [one for one in state.parsed.places if since <= one.start < begin]
    if earlier and _reaches(state, earlier[-1], quantity.start):
        return replace(draft, places=earlier[-1].names)
    return replace(draft, places=state.context.places)


def _reaches(state: State, places: PlaceList, at: int) -> bool:
    """Return True if places named earlier in the sentence still hold at the position."""
    is_used = OWN_AMOUNT.match(state.text[places.end : places.end + 3])
    return "其中" not in state.text[places.end : at] and not is_used


def with_base(state: State, draft: Draft) -> Draft:
    """Return the draft with its base: a value just read, a stated base year's value, or the year of a comparison."""
    unit, years = draft.quantity.unit, state.context.years
    if state.base:
        value = bases.in_unit(state.base[0].value, state.base[0].unit, unit)
        if value is not None:
            falls = draft.bound is Bound.AT_LEAST and value > draft.quantity.value
            return replace(draft, base=Base(value, state.base[1]), bound=Bound.AT_MOST if falls else draft.bound)
    known = next((one for noun, one in state.context.known_bases.items() if draft.indicator.endswith(noun)), None)
    if known and draft.change is Change.LEVEL:
        return replace(draft, base=Base(bases.in_unit(known[0], known[1], unit), known[2]))
    if draft.change is Change.LEVEL and unit != "倍":
        return draft
    if year := bases.base_year_before(list(state.parsed.compared), draft.quantity.start):
        return replace(draft, base=Base(None, year))
    return replace(draft, base=Base(None, years.base)).doubting(Doubt.BASE_FROM_BEFORE) if years.base else draft


def with_whole(state: State, draft: Draft) -> Draft:
    """Return a part of a whole (其中) with the whole's position, and its name completed by the whole's measure."""
    mark = max(state.text.rfind(word, 0, draft.quantity.start) for word in OF_WHICH)
    between = state.text[mark : draft.quantity.start]
    is_closed = "）" in between and "（" in (between[:1], state.text[mark - 1 : mark])
    if mark < 0 or "；" in between or "。" in between or is_closed:
        return draft
    wholes = _of_same_unit(
        [at for at, one in enumerate(state.drafts) if one.quantity.start < mark], state.drafts, draft
    )
    earlier = _of_same_unit(range(len(state.context.recent)), state.context.recent, draft)
    if not wholes and not earlier:
        return draft
    whole = state.drafts[wholes[-1]] if wholes else state.context.recent[earlier[-1]]
    name = "" if nouns.is_only_verb(draft.indicator) else draft.indicator
    if SIZE_ALONE.fullmatch(name) and (counted := nouns.GENERIC.search(whole.indicator)):
        name += counted[0]
    indicator = nouns.with_measure(name, whole.indicator) or whole.indicator
    draft = replace(draft, indicator=indicator, part_of=wholes[-1] if wholes else None)
    if draft.has_bound or whole.bound in (Bound.EXACTLY, Bound.ALL_OF, Bound.BETWEEN):
        return draft
    return replace(draft, bound=whole.bound if whole.change is Change.LEVEL else Bound.AT_LEAST)


def _of_same_unit(positions: Iterable[int], drafts: Sequence[Draft], draft: Draft) -> list[int]:
    """Return the positions of the drafts in the draft's unit, whatever its scale, or all where there is none."""
    unit, these = split_scale(draft.quantity.unit)[1], list(positions)
    return [at for at in these if split_scale(drafts[at].quantity.unit)[1] == unit] or these


def _is_none(draft: Draft) -> bool:
    """Return True for none in words: 重大事故为零, 动态清零."""
    return draft.quantity.is_worded and not draft.quantity.value


def with_own_bound(state: State, amount: Amount, draft: Draft) -> Draft:
    """Return the draft with a bound that no bound word states: a present level, all, exactly those named, a harm."""
    if requirements.is_reference(state, draft.quantity):
        return replace(draft, bound=Bound.REFERENCE).doubting(Doubt.PRESENT_LEVEL)
    if _is_none(draft):
        return replace(draft, bound=Bound.AT_MOST)
    if requirements.is_all(state, amount):
        return replace(draft, bound=Bound.ALL_OF)
    named = [one for one in state.parsed.places if one.end == draft.quantity.start]
    if amount.is_count and named and len(named[0].names) == draft.quantity.value > 1:
        return replace(draft, bound=Bound.EXACTLY, places=named[0].names)
    if draft.has_bound or draft.part_of is not None:
        return draft
    is_harm = not amount.is_count and HARMFUL.search(draft.indicator) and not requirements.VERB.search(amount.before)
    return replace(draft, bound=Bound.AT_MOST if is_harm else draft.bound).doubting(Doubt.NO_BOUND_WORD)
