"""Numbers that exist only as Word list formatting: counted per list, level by level, as Word shows them."""

import re
from collections.abc import Iterator
from typing import Any

from docx.oxml.ns import qn

from tracker.uploads.policy.chinese_numerals import DIGITS
from tracker.uploads.policy.vocabulary import words

CHINESE_FORMATS = frozenset(
    words(
        "chineseCounting chineseCountingThousand chineseLegalSimplified ideographDigital japaneseCounting "
        "taiwaneseCounting taiwaneseCountingThousand japaneseDigitalTenThousand"
    )
)
PLACE = re.compile(r"%([1-9])")
NUMERALS = "".join(sorted((c for c in DIGITS if c not in "零两"), key=DIGITS.__getitem__))
ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
MOST = 999


class Numbering:
    """Counters of the lists of one document. `label_of` must be called for each paragraph in order."""

    def __init__(self, document: Any) -> None:
        self.styles = {style.style_id: style for style in document.styles if hasattr(style, "style_id")}
        self.levels: dict[str, dict[int, tuple[str, str, int]]] = {}
        self.abstract: dict[str, str] = {}
        self.counters: dict[str, dict[int, int]] = {}
        self.started: set[str] = set()
        self.overrides: dict[str, dict[int, int]] = {}
        try:
            root = document.part.numbering_part.element
        except (KeyError, NotImplementedError):  # python-docx has no numbering part to offer
            return
        self._read_definitions(root)

    def label_of(self, paragraph: Any) -> str:
        """Return the label that Word shows before the paragraph, or an empty string."""
        numbered = self._list_of(paragraph)
        if not numbered:
            return ""
        number_id, level = numbered
        abstract = self.abstract.get(number_id, "")
        form = self.levels.get(abstract, {}).get(level)
        if not form or form[0] in ("bullet", "none"):
            return ""
        counters = self.counters.setdefault(abstract, {})
        if number_id not in self.started:
            self.started.add(number_id)
            for at, start in self.overrides.get(number_id, {}).items():
                counters[at] = start - 1
        counters[level] = min(counters.get(level, form[2] - 1) + 1, MOST)
        for deeper in [at for at in counters if at > level]:
            del counters[deeper]
        return PLACE.sub(lambda place: self._shown(abstract, counters, int(place[1]) - 1), form[1])

    def _shown(self, abstract: str, counters: dict[int, int], level: int) -> str:
        kind, _text, start = self.levels[abstract].get(level, ("decimal", "", 1))
        return format_number(counters.get(level, start), kind)

    def _list_of(self, paragraph: Any) -> tuple[str, int] | None:
        """Return the list and level of the paragraph, by itself or by its style."""
        for properties in self._properties(paragraph):
            number = properties.find(qn("w:numPr")) if properties is not None else None
            if number is None:
                continue
            name, level = _value(number, "w:numId"), _value(number, "w:ilvl") or "0"
            if name == "0":
                return None  # the list of the style is taken away
            if name:
                return name, int(level) if level.isdigit() else 0
        return None

    def _properties(self, paragraph: Any) -> Iterator[Any]:
        yield paragraph.pPr
        name = _value(paragraph.pPr, "w:pStyle") if paragraph.pPr is not None else ""
        for _step in range(10):
            style = self.styles.get(name)
            if style is None:
                return
            yield style.element.find(qn("w:pPr"))
            name = _value(style.element, "w:basedOn")

    def _read_definitions(self, root: Any) -> None:
        for abstract in root.iterchildren(qn("w:abstractNum")):
            levels = self.levels[abstract.get(qn("w:abstractNumId"), "")] = {}
            for level in abstract.iterchildren(qn("w:lvl")):
                start = _value(level, "w:start")
                levels[_level(level)] = (
                    _value(level, "w:numFmt") or "decimal",
                    _value(level, "w:lvlText"),
                    int(start) if start.isdigit() else 1,
                )
        for number in root.iterchildren(qn("w:num")):
            name = number.get(qn("w:numId"), "")
            self.abstract[name] = _value(number, "w:abstractNumId")
            for override in number.iterchildren(qn("w:lvlOverride")):
                start = _value(override, "w:startOverride")
                if start.isdigit():
                    self.overrides.setdefault(name, {})[_level(override)] = int(start)


def format_number(number: int, kind: str) -> str:
    """Return a list number in Word's format: `format_number(12, "chineseCounting")` is 十二."""
    if kind in CHINESE_FORMATS:
        return to_numeral(number)
    if kind in ("lowerLetter", "upperLetter"):
        letters = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letters.upper() if kind == "upperLetter" else letters
    if kind in ("lowerRoman", "upperRoman"):
        return _roman(number).upper() if kind == "upperRoman" else _roman(number)
    if kind.startswith("decimalEnclosedCircle") and 1 <= number <= 20:
        return chr(ord("①") + number - 1)
    return str(number)


def to_numeral(number: int) -> str:
    """Return the Chinese numeral of a number from 0 to 999: 21 is 二十一."""
    hundreds, tens, ones = number // 100 % 10, number // 10 % 10, number % 10
    text = f"{NUMERALS[hundreds]}百" if hundreds else ""
    if tens:
        text += ("" if tens == 1 and not hundreds else NUMERALS[tens]) + "十"
    elif hundreds and ones:
        text += "零"
    return text + (NUMERALS[ones] if ones or not number else "")


def _roman(number: int) -> str:
    text = ""
    for value, letters in ROMAN:
        while number >= value:
            text += letters
            number -= value
    return text


def _level(element: Any) -> int:
    level = element.get(qn("w:ilvl"), "0")
    return int(level) if level.isdigit() else 0


def _value(element: Any, name: str) -> str:
    """Return the w:val of a child element, or an empty string."""
    child = element.find(qn(name))
    return child.get(qn("w:val"), "") if child is not None else ""
