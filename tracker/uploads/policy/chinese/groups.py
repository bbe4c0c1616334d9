"""One verb for several indicators: A、B分别达到x、y; 2023年、2024年分别新增x、y; 甲县、乙县分别不低于x和y."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tracker.uploads.policy.chinese.bounds import AFTER
from tracker.uploads.policy.chinese.nouns import COMPARED, MEASURE, has_measure, noun_before, split_list
from tracker.uploads.policy.chinese.places import find_places
from tracker.uploads.policy.chinese.times import find_times
from tracker.uploads.policy.quantities import Quantity

BETWEEN = re.compile(r"^(?:及?以上|以下|以内|左右|上下)?(?:、|和|与|及|，|以及|，并|或)?$")
SEVERAL_YEARS = re.compile(r"[两二三四五]年|各年|逐年|分年度")
#: Bodies that a list shares work out to: their names are no indicators.
BODY = re.compile(r"(?:公司|集团|厂|局|厅|委|办|部门|中心|管委会|院|校)$")
RESPECTIVELY = re.compile(r"分别|依次")


@dataclass(frozen=True)
class Group:
    """Amounts that one 分别 distributes over nouns, years or places. `first` is the position of the first amount.

    `is_unsure` where no list before it has as many names as there are amounts, or two have: which belongs to which is
    not said. `noun` is the measure of a list of places that follow it: 综合利用量太原、大同分别达到.
    """

    first: int
    size: int
    start: int
    nouns: tuple[str, ...]
    years: tuple[int, ...]
    places: tuple[str, ...]
    noun: str = ""
    is_unsure: bool = False


def find_groups(sentence: str, quantities: Sequence[Quantity], plan_years: Sequence[int]) -> list[Group]:
    """Return the groups of the sentence."""
    groups = []
    for word in RESPECTIVELY.finditer(sentence):
        following = [at for at, one in enumerate(quantities) if one.start >= word.end()]
        if not following:
            continue
        first, size = following[0], 1
        while first + size < len(quantities) and BETWEEN.match(
            sentence[quantities[first + size - 1].end : quantities[first + size].start]
        ):
            size += 1
        if size > 1 and len(sentence[word.end() : quantities[first].start]) <= 24:
            groups.append(_group(sentence, word, first, size, quantities, plan_years))
    return groups


def _group(
    sentence: str,
    word: re.Match[str],
    first: int,
    size: int,
    quantities: Sequence[Quantity],
    plan_years: Sequence[int],
) -> Group:
    start = max([0, *(one.end for one in quantities[:first] if one.unit not in ("岁", "周岁"))])
    start = max(start, *(sentence.rfind(mark, 0, word.start()) + 1 for mark in "；。："))
    comma = sentence.rfind("，", start, word.start()) + 1
    before = sentence[max(start, comma) : word.start()]
    if comma and not COMPARED.sub("", before).strip():
        before = sentence[start : word.start()]
    times = [time.year for time in find_times(before, None) if time.year and not time.is_base]
    places = [name for found in find_places(before) for name in found.names]
    listed = find_places(before)
    noun, named = _after_measure(before, size)
    is_by_place = bool(named) or (len(listed) == 1 and listed[0].start == 0 and len(listed[0].names) == size)
    nouns = () if is_by_place else nouns_of_list(before, size)
    is_twice = is_by_place and not noun and bool(nouns_of_list(before[listed[0].end :], size))
    span_years = (
        tuple(plan_years)
        if SEVERAL_YEARS.search(before) and len(plan_years) == size and not nouns and not times
        else ()
    )
    by_year = tuple(year for year in times if year) if len(times) == size else span_years
    by_place = named or (tuple(places) if len(places) == size and not nouns else ())
    is_unsure = is_twice or not (nouns or by_year or by_place)
    return Group(first, size, max(start, comma), nouns, by_year, by_place, noun, is_unsure)


def _after_measure(text: str, size: int) -> tuple[str, tuple[str, ...]]:
    """Return the measure and the places of a text that ends with them: 综合利用量太原、大同; empty for another."""
    for at in range(2, len(text) - 1):
        found = find_places(text[at:]) if has_measure(text[:at]) else []
        if len(found) == 1 and not found[0].start and len(found[0].names) == size:
            rest = text[at + found[0].end :].strip("等两三四五六市县区地，")
            return ("", ()) if rest else (noun_before(text[:at]), found[0].names)
    return "", ()


def nouns_of_list(text: str, size: int) -> tuple[str, ...]:
    """Return the nouns of the list, if it has as many as wanted. The measure of the last one holds for all."""
    plain = noun_before(text)
    items = split_list(plain)
    if len(items) > size:  # 和 within a name
        items = [item for item in re.split(r"、", plain) if item]
    if all(BODY.search(item) for item in items):
        return ()
    if len(items) != size or all(re.search(r"(?:市|县|区|年)$", item) for item in items):
        return ()
    measure = MEASURE.search(items[-1])
    if not measure:
        return tuple(items)
    tail = measure[0]
    return tuple(item if has_measure(item) else item + tail for item in items)


def suffix_of(sentence: str, quantities: Sequence[Quantity], at: int, last: int) -> str:
    """Return the text after the amount; in a list, the bound words after a later item hold for it too."""
    own = sentence[quantities[at].end :]
    if AFTER.match(own):
        return own
    for later in range(at + 1, last + 1):
        if not re.match(r"^[、和与及]", sentence[quantities[later - 1].end :]) and later - 1 != at:
            break
        if found := AFTER.match(sentence[quantities[later].end :]):
            return found[0] + own
    return own
