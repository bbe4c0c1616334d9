"""Values and units in table cells: ≥1200, [16], 15%左右, 8-10; 装机容量（万千瓦）."""

import re
from dataclasses import dataclass
from decimal import Decimal

from tracker.uploads.policy.chinese.bounds import read_bound
from tracker.uploads.policy.columns import NOT_A_VALUE, YEAR_ROW
from tracker.uploads.policy.proposals import Bound
from tracker.uploads.policy.quantities import find_quantities
from tracker.uploads.policy.units import UNIT, usual

BRACKETS = re.compile(r"[〔\[【〈<（(]\s*(?=[\d.])|(?<=[\d%])\s*[〕\]】〉）)]")
NUMBER = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|-?\d+(?:\.\d+)?")
RANGE = re.compile(r"(\d[\d,.]*)\s*[-—–~～至]\s*(\d[\d,.]*\d|\d)")
ONLY_UNIT = re.compile(UNIT)
AROUND = re.compile(
    r"^(?:年均|累计|约|达到|力争|不低于|不少于|不超过|不高于|控制在|大于|小于|超过|低于|高于|≥|≤|>|<|=|"
    r"以上|以下|以内|左右|\+|（累计）|\(累计\)|（年均）|\(年均\)|\s)*$"
)
IN_BRACKETS = re.compile(r"[（(]\s*(?:单位[：:])?([^（）()]+?)\s*[）)]\s*$")
AFTER_MARK = re.compile(r"[/，,]\s*([^/，,]+)$")
#: A compound of words, of which the last alone is a unit too: litres/day.
ENGLISH_COMPOUND = re.compile(r"^[A-Za-z][A-Za-z0-9 ]*/[A-Za-z0-9 /]+$")
ENGLISH_UNIT = re.compile(r"(?:%|[A-Za-z][A-Za-z0-9/²³ .-]{0,30})")


@dataclass(frozen=True)
class Value:
    """Value of a cell, with the bound that the cell states and the position of the number in it."""

    value: Decimal
    unit: str
    start: int
    end: int
    high: Decimal | None = None
    bound: Bound | None = None
    is_approximate: bool = False


def read_value(text: str) -> Value | None:
    """Return the value of a cell that holds nothing else, or None."""
    if NOT_A_VALUE.match(text) or (YEAR_ROW.match(text) and "年" in text):
        return None
    plain = BRACKETS.sub(lambda found: " " * len(found[0]), text)
    found = find_quantities(plain)
    if len(found) != 1:
        return _bare(plain)
    quantity = found[0]
    before, after = plain[: quantity.start].strip(), plain[quantity.end :].strip()
    if not AROUND.match(before) or not AROUND.match(after):
        return None
    bound = read_bound(before, after, is_range=quantity.high is not None, is_more=quantity.is_more)
    return Value(
        quantity.value,
        quantity.unit,
        quantity.start,
        quantity.end,
        quantity.high,
        bound.bound if bound.has_word else None,
        bound.is_approximate,
    )


def _bare(text: str) -> Value | None:
    """Return a number without a unit, a year-like one included: 2025 may be a value of a table."""
    if span := RANGE.fullmatch(text.strip()):
        start = text.index(span[0])
        low, high = (Decimal(one.replace(",", "")) for one in span.groups())
        return Value(low, "", start, start + len(span[0]), high) if low < high else None
    found = NUMBER.fullmatch(text.strip())
    if not found:
        return None
    start = text.index(found[0])
    return Value(Decimal(found[0].replace(",", "")), "", start, start + len(found[0]))


def unit_in(text: str) -> str:
    """Return the unit that a text is, or ends with in brackets or after a slash; an empty string if there is none."""
    plain = text.strip()
    if ENGLISH_COMPOUND.match(plain) and len(plain) <= 30:
        return plain
    candidates = [plain]
    candidates += [found[1] for pattern in (IN_BRACKETS, AFTER_MARK) if (found := pattern.search(plain))]
    for one in candidates:
        if ONLY_UNIT.fullmatch(one):
            return usual(one)
    for one in candidates[1:] if len(candidates) > 1 else []:
        if len(one) <= 30 and ENGLISH_UNIT.fullmatch(one):
            return one
    return ""


def unit_of(text: str) -> str:
    """Return the unit that a cell of a column of units names, in its usual spelling."""
    return unit_in(text) or (text.strip() if len(text) <= 30 and not text.strip().isdigit() else "")


def without_unit(name: str) -> str:
    """Return an indicator's name without the unit at its end."""
    for pattern in (IN_BRACKETS, AFTER_MARK):
        found = pattern.search(name)
        if found and (ONLY_UNIT.fullmatch(found[1]) or (found[1].isascii() and pattern is IN_BRACKETS)):
            return name[: found.start()].strip()
    return name.strip()
