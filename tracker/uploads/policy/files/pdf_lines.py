"""Lines of text on a page of a PDF file, and the paragraphs that lines make up by their geometry."""

import itertools
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from tracker.uploads.policy.files.joining import BULLET
from tracker.uploads.policy.files.pdf_page import Glyph
from tracker.uploads.policy.labels import read_label
from tracker.uploads.policy.normalising import HAS_CHINESE

#: In heights of a character: the gap that is a blank, the gap between columns, and the free width of a full line
#: after a sentence and within one.
BLANK, COLUMN, ROOM, OPEN_ROOM = 0.22, 1.6, 1.8, 4.0
TERMINAL = "。；！？;!?"


@dataclass(frozen=True)
class Line:
    """Line of text with its box. `segments` are the parts that wide gaps set apart, with their left edges."""

    text: str
    left: float
    right: float
    bottom: float
    top: float
    segments: tuple[tuple[float, str], ...]
    page: int = 0

    @property
    def size(self) -> float:
        """Return the height of the line's characters."""
        return max(self.top - self.bottom, 1.0)


def make_lines(glyphs: Iterable[Glyph], page: int = 0) -> list[Line]:
    """Return the lines of the page, from top to bottom."""
    rows: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda one: -one.middle):
        if rows and abs(rows[-1][0].middle - glyph.middle) <= 0.45 * max(rows[-1][0].top - rows[-1][0].bottom, 4):
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
    return [_line(row, page) for row in rows]


def _line(row: list[Glyph], page: int) -> Line:
    row.sort(key=lambda one: one.left)
    size = median(one.top - one.bottom for one in row)
    segments: list[tuple[float, str]] = []
    text, left = "", row[0].left
    last: Glyph | None = None
    for glyph in row:
        gap = glyph.left - last.right if last else 0.0
        if last and gap > COLUMN * size:
            segments.append((left, text))
            text, left = "", glyph.left
        elif last and (gap > BLANK * size or (glyph.is_spaced and gap > -0.1 * size)):
            text += " "
        text += glyph.text
        last = glyph
    segments.append((left, text))
    return Line(
        " ".join(part for _left, part in segments),
        row[0].left,
        max(one.right for one in row),
        min(one.bottom for one in row),
        max(one.top for one in row),
        tuple(segments),
        page,
    )


def make_paragraphs(lines: Sequence[Line]) -> list[str]:
    """Return the paragraphs of these lines, page breaks bridged."""
    if not lines:
        return []
    left = Counter(round(line.left) for line in lines).most_common(1)[0][0]
    right = sorted(line.right for line in lines)[int(len(lines) * 0.9)]
    step = _line_step(lines)
    paragraphs = [lines[0].text]
    for last, line in itertools.pairwise(lines):
        if _continues(last, line, left, right, step):
            paragraphs[-1] = _glued(paragraphs[-1], line.text)
        else:
            paragraphs.append(line.text)
    return paragraphs


def _line_step(lines: Sequence[Line]) -> float:
    steps = [last.bottom - line.bottom for last, line in itertools.pairwise(lines) if last.page == line.page]
    return median(steps) if steps else 0.0


def _continues(last: Line, line: Line, left: float, right: float, step: float) -> bool:
    size = last.size
    if read_label(line.text) or BULLET.match(line.text):
        return False
    if abs(last.size - line.size) > 0.25 * size:
        return False
    if last.page == line.page and step and last.bottom - line.bottom > 1.6 * step:
        return False
    is_chinese = bool(HAS_CHINESE.search(last.text))
    if right - last.right > _room(last, line, is_chinese=is_chinese):
        return False
    is_indented = line.left > left + 1.2 * size
    starts_indented = last.left > left + 1.2 * size
    return not is_indented or (starts_indented and abs(last.left - line.left) < 2 and last.text[-1] not in TERMINAL)


def _room(last: Line, line: Line, *, is_chinese: bool) -> float:
    """Return the free width that a full line may have: a word, or signs that cannot begin a line."""
    if is_chinese:
        return last.size * (ROOM if last.text[-1] in TERMINAL else OPEN_ROOM)
    return last.size * (0.3 + 0.55 * len(line.text.split(" ", 1)[0]))


def _glued(first: str, second: str) -> str:
    if HAS_CHINESE.search(first[-1:]) or HAS_CHINESE.search(second[:1]):
        return first + second
    if HAS_CHINESE.search(first) and not (first[-1:].isalpha() and second[:1].isalpha()):
        return first + second
    if first.endswith("-") and second[:1].islower():
        return first[:-1] + second
    return f"{first} {second}"
