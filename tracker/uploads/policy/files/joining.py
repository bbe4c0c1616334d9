"""Lines become paragraphs: line ends inside sentences and numbers are closed."""

import re
from collections.abc import Iterable

from tracker.uploads.policy.labels import read_label
from tracker.uploads.policy.normalising import ENTRY, HAS_CHINESE

#: Ends of sentences. A line that ends with one of these may be the last of its paragraph.
TERMINAL = "。！？；：.!?;:”》"
#: A line shorter than this may be a heading.
SHORT = 25
#: A line with a comma or a full stop in it is no heading; without an end it goes on from this length.
HALF_SENTENCE = 12
#: Lines of a text wrapped at a fixed width reach at least this share of the longest one.
FULL = 0.82
INDENT = re.compile(r"^(?:\u3000{2}|\u2003{2}| {4,}|\t)")
#: Mark of an item of a list.
BULLET = re.compile(r"\s*(?:[•●▪■◆◦‣➢✓]\s*|[-–—*] )\S")
OPEN, CLOSE = "（(《“", "）)》”"
#: Date or document number on a line of its own.
OWN_LINE = re.compile(
    r"^(?:[^，。；]{4,60}(?:通知|意见|方案|计划|办法|细则|规划|要点)(?:（[^）]*）)?|(?:19|20)\d\d ?年 "
    r"?\d+ ?月 ?\d+ ?日|[（(].{2,30}[）)]|[^，。]{2,14}〔\d{4}〕\d+号)$"
)


def join_lines(lines: Iterable[str]) -> list[str]:
    """Return the paragraphs that the lines make up. A blank line ends a paragraph only after a whole sentence."""
    kept = [line.rstrip() for line in lines]
    width = _wrapped_at([line.strip() for line in kept if line.strip()])
    paragraphs: list[str] = []
    last, was_blank = "", False
    for line in kept:
        if not line.strip():
            was_blank = True
            continue
        if paragraphs and _continues(last, line, width, was_blank):
            paragraphs[-1] = _joined(paragraphs[-1], line.strip())
        else:
            paragraphs.append(line.strip())
        last, was_blank = line.strip(), False
    return paragraphs


def _wrapped_at(lines: list[str]) -> int:
    """Return the width at which the text is wrapped, or 0 where lines are paragraphs."""
    lengths = sorted((len(line) for line in lines), reverse=True)
    if len(lengths) < 4 or lengths[0] > 120:
        return 0
    widest = lengths[max(1, len(lengths) // 20)]
    full = sum(1 for length in lengths if length >= FULL * widest)
    return widest if full >= max(3, len(lengths) // 5) else 0


def _continues(last: str, line: str, width: int, was_blank: bool) -> bool:
    """Return True if the line goes on with the paragraph that the last line belongs to."""
    start = line.strip()
    begins = INDENT.match(line) or BULLET.match(line) or read_label(start) or OWN_LINE.match(start)
    if begins or re.match(ENTRY, start) or "\t" in last:
        return False
    is_chinese = bool(HAS_CHINESE.search(last))
    if last[-1] in TERMINAL and not _is_open(last):
        return bool(width) and not was_blank and len(last) >= FULL * width and last[-1] not in "。：:" and is_chinese
    if not is_chinese:
        is_full = bool(width) and len(last) >= FULL * width
        return not was_blank and (is_full or line.strip()[:1].islower())
    if _is_open(last):
        return True
    if OWN_LINE.match(last):
        return False
    if width:
        return len(last) >= FULL * width
    return len(last) >= (HALF_SENTENCE if any(mark in last for mark in "。，；") else SHORT)


def _is_open(line: str) -> bool:
    """Return True if the line opens a bracket or quotation that it does not close."""
    return any(line.count(begin) > line.count(end) for begin, end in zip(OPEN, CLOSE, strict=True))


def _joined(first: str, second: str) -> str:
    if HAS_CHINESE.search(first[-1:]) or HAS_CHINESE.search(second[:1]) or HAS_CHINESE.search(first):
        return first + second
    if first.endswith("-") and second[:1].islower():
        return first[:-1] + second
    return f"{first} {second}"
