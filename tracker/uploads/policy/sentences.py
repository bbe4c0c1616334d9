"""Sentences of a paragraph, as spans of the document's text."""

import re
from collections.abc import Iterator

from tracker.uploads.policy.content import Span

CHINESE_END = re.compile(r"[。！？](?:[”』」）)])?|；(?=\s*$)")
#: An English sentence ends at a full stop before a capital; abbreviations and single letters do not end it.
ENGLISH_END = re.compile(
    r"(?<!\b[A-Z])(?<!\bNo)(?<!\bvs)(?<!\be\.g)(?<!\bi\.e)(?<!\bapprox)(?<!\bDr)(?<!\bSt)"
    r"[.!?](?:[\"”)])?(?=\s+[A-Z(\"“]|\s*$)"
)
#: A longer sentence is read in parts: no rule reaches further, and the time grows with the square of the length.
LONGEST = 600
COMMAS = re.compile(r"[，；、,;]")


def split_sentences(text: str, paragraph: Span, *, is_chinese: bool) -> Iterator[Span]:
    """Return the spans of the paragraph's sentences, in order. A very long one comes in parts."""
    for sentence in _sentences(text, paragraph, CHINESE_END if is_chinese else ENGLISH_END):
        start = sentence.start
        while sentence.end - start > LONGEST:
            end = max((one.end() for one in COMMAS.finditer(text, start, start + LONGEST)), default=start + LONGEST)
            yield Span(start, end)
            start = end
        yield Span(start, sentence.end)


def _sentences(text: str, paragraph: Span, pattern: re.Pattern[str]) -> Iterator[Span]:
    start, depth, at = paragraph.start, 0, paragraph.start
    for found in pattern.finditer(text, paragraph.start, paragraph.end):
        opened = text.count("（", at, found.start()) + text.count("(", at, found.start())
        depth = max(0, depth + opened - text.count("）", at, found.start()) - text.count(")", at, found.start()))
        at = found.start()
        if depth:
            continue
        yield Span(start, found.end())
        start = at = found.end()
    if text[start : paragraph.end].strip():
        yield Span(start, paragraph.end)
