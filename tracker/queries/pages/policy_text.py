"""The text of a policy document in pages: paragraphs, sentences, and the marked parts of them."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tracker.uploads.policy.content import Span
from tracker.uploads.policy.sentences import split_sentences

#: Characters on a page, about ten sheets of paper. A paragraph is never split.
PAGE = 16_000


@dataclass(frozen=True)
class Mark:
    """Characters that are marked, and what they lead to."""

    start: int
    end: int
    key: str
    state: str = ""


@dataclass(frozen=True)
class Piece:
    """Part of a sentence, marked or plain."""

    start: int
    text: str
    mark: Mark | None = None


@dataclass(frozen=True)
class Sentence:
    """Sentence with its pieces; it is `cited` where something rests on it."""

    start: int
    end: int
    pieces: tuple[Piece, ...]
    is_cited: bool = False


@dataclass(frozen=True)
class TextPage:
    """One page of the text."""

    number: int
    count: int
    start: int
    end: int
    paragraphs: tuple[tuple[Sentence, ...], ...]

    def holds(self, start: int) -> bool:
        """Return True if the page holds this character."""
        return self.start <= start < self.end


def page_starts(text: str) -> list[int]:
    """Return the first character of each page."""
    starts = [0]
    while len(text) - starts[-1] > PAGE:
        end = text.rfind("\n", starts[-1], starts[-1] + PAGE) + 1 or text.find("\n", starts[-1] + PAGE) + 1
        if not end or end >= len(text):
            break
        starts.append(end)
    return starts


def page_of(text: str, start: int) -> int:
    """Return the number of the page, from 1, that holds a character."""
    return page_among(page_starts(text), start)


def page_among(starts: Sequence[int], start: int) -> int:
    """Return the number of the page that holds a character, of the pages that start there."""
    return bisect_right(starts, start)


def text_page(text: str, number: int, marks: Sequence[Mark] = (), cited: Sequence[tuple[int, int]] = ()) -> TextPage:
    """Return a page of the text; the nearest one where there is no such page."""
    starts = page_starts(text)
    number = min(max(number, 1), len(starts))
    start, end = starts[number - 1], starts[number] if number < len(starts) else len(text)
    chosen = [mark for mark in sorted(marks, key=lambda one: one.start) if start <= mark.start < end]
    is_chinese = any("\u4e00" <= sign <= "\u9fff" for sign in text[:2_000])
    paragraphs = tuple(
        tuple(_sentence(text, span, chosen, cited) for span in split_sentences(text, paragraph, is_chinese=is_chinese))
        for paragraph in _paragraphs(text, start, end)
    )
    return TextPage(number, len(starts), start, max(end, start + 1), paragraphs)


def _paragraphs(text: str, start: int, end: int) -> Iterator[Span]:
    at = start
    while at < end:
        line_end = text.find("\n", at, end)
        line_end = end if line_end < 0 else line_end
        if text[at:line_end].strip():
            yield Span(at, line_end)
        at = line_end + 1


def _sentence(text: str, span: Span, marks: Sequence[Mark], cited: Sequence[tuple[int, int]]) -> Sentence:
    pieces: list[Piece] = []
    at = span.start
    for mark in marks:
        if not at <= mark.start < span.end:
            continue
        end = min(mark.end, span.end)
        if mark.start > at:
            pieces.append(Piece(at, text[at : mark.start]))
        pieces.append(Piece(mark.start, text[mark.start : end], mark))
        at = end
    if at < span.end:
        pieces.append(Piece(at, text[at : span.end]))
    is_cited = any(first < span.end and last > span.start for first, last in cited)
    return Sentence(span.start, span.end, tuple(pieces), is_cited)
