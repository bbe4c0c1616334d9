"""Clauses of a document: the tree of its labelled paragraphs, with their numbers and titles."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tracker.uploads.policy.content import Content, Span
from tracker.uploads.policy.labels import ENGLISH_RANKS, Label, read_label

#: A heading runs into the paragraph up to the first full stop or colon, if that comes early enough.
RUN_IN = re.compile(r"([^。；;]{1,60}?)(?:。|：(?=\S{12})|$)")
RUN_IN_ENGLISH = re.compile(r"([A-Z][^.:;]{1,80}?)(?:\.\s+(?=[A-Z])|:\s|\.?$)")
LONGEST_TITLE = 60
#: Added to the rank of named clauses (Goal 1) below numbered ones.
BELOW_NUMBERS = 10
#: Entry of a table of contents: leaders, or a page number at the end of a heading.
CONTENTS_ENTRY = re.compile(r"(?:…{1,}|[.．·]{3,}|\s…)\s*\d{0,3}$|[\u4e00-\u9fff]\s\d{1,3}$")
LIST_OF_ANNEXES = re.compile(r"附件[：:]\s*\S|附件[：:]?$")
SENTENCE = re.compile(r"[。；;]")


@dataclass(frozen=True)
class Clause:
    """Clause with its number and title. `body` spans its own text up to the next clause, the label left out."""

    number: str
    title: str
    level: int
    span: Span
    body: Span


@dataclass(frozen=True)
class _Open:
    label: Label
    number: str


def find_clauses(content: Content) -> tuple[Clause, ...]:
    """Return the clauses in the order of the text."""
    found: list[tuple[Span, Label]] = []
    for at, paragraph in enumerate(content.paragraphs):
        label = read_label(paragraph.of(content.text))
        if label and _is_clause(content, at, label):
            found.append((paragraph, label))
    kept = _in_sequence(found)
    return tuple(_without_contents(content.text, _tree(content, kept)))


def titles_above(clauses: Sequence[Clause]) -> list[tuple[str, ...]]:
    """Return for each clause the titles of the clauses above it, the nearest first."""
    above: list[tuple[str, ...]] = []
    open_clauses: list[Clause] = []
    for clause in clauses:
        while open_clauses and open_clauses[-1].level >= clause.level:
            open_clauses.pop()
        above.append(tuple(one.title for one in reversed(open_clauses)))
        open_clauses.append(clause)
    return above


def paragraphs_by_clause(content: Content, clauses: Sequence[Clause]) -> list[tuple[Clause | None, list[Span]]]:
    """Return the paragraphs before the first clause, and those of each clause from its heading on."""
    groups: list[tuple[Clause | None, list[Span]]] = [(None, []), *((clause, []) for clause in clauses)]
    at = 0
    for paragraph in content.paragraphs:
        while at < len(clauses) and paragraph.start >= clauses[at].span.start:
            at += 1
        groups[at][1].append(paragraph)
    return groups


def _is_clause(content: Content, at: int, label: Label) -> bool:
    """Return True unless the label only looks like one, or belongs to a table of contents or a list of annexes."""
    line = content.paragraphs[at].of(content.text)
    rest = line[label.length :].strip(" 　.、:：")
    if CONTENTS_ENTRY.search(line) and len(line) < 80:
        return False
    if label.kind in ("annex", "box"):
        return _has_content(content, at, label)
    if at and LIST_OF_ANNEXES.match(content.paragraphs[at - 1].of(content.text)) and not SENTENCE.search(line):
        return False
    return bool(rest) or label.kind in ("part", "chapter", "section", "article", "numeral")


def _has_content(content: Content, at: int, label: Label) -> bool:
    """Return True if the annex or box itself follows, not only its mention."""
    line = content.paragraphs[at].of(content.text)
    if re.match(r"[：:]?\s*\d[.、]", line[label.length :]) or SENTENCE.search(line):
        return False
    end = content.paragraphs[at].end
    following = content.paragraphs[at + 1 : at + 4]
    until = following[0].start if following else len(content.text)
    if any(end <= table.span.start < max(until, end + 80) for table in content.tables):
        return True
    if any(table.span.start >= end for table in content.tables) and len(following) <= 2:
        return True
    texts = [one.of(content.text) for one in following]
    return any(SENTENCE.search(text) or (read_label(text) and "附" not in text[:1]) for text in texts)


def _in_sequence(found: Sequence[tuple[Span, Label]]) -> list[tuple[Span, Label]]:
    """Return the labels without numbers that follow no other: amounts and years at the start of a line."""
    kept: list[tuple[Span, Label]] = []
    last = dict[str, int]()
    bare = [label for _span, label in found if label.kind == "bare number"]
    for span, label in found:
        if label.kind in ("number", "bare number"):
            number, before = int(label.number), last.get(label.kind, 0)
            if number not in (1, before + 1, before + 2) or (label.kind == "bare number" and len(bare) < 2):
                continue
            last[label.kind] = number
        elif label.rank < 23:
            last.setdefault("number", 0)
        kept.append((span, label))
    return kept


def _tree(content: Content, found: Sequence[tuple[Span, Label]]) -> list[Clause]:
    clauses: list[Clause] = []
    stack: list[_Open] = []
    for at, (span, label) in enumerate(found):
        label = _below_numbers(stack, label)
        while stack and stack[-1].label.rank >= label.rank:
            stack.pop()
        number = _number(stack, label)
        end = found[at + 1][0].start if at + 1 < len(found) else len(content.text)
        clauses.append(
            Clause(number, _title(span.of(content.text), label), len(stack), span, Span(span.start + label.length, end))
        )
        stack.append(_Open(label, number))
    return clauses


def _below_numbers(stack: Sequence[_Open], label: Label) -> Label:
    """Return the label, ranked below plain numbers if these are the document's uppermost clauses."""
    if stack and stack[0].label.kind in ("number", "bare number", "roman") and label.kind in ENGLISH_RANKS:
        return replace(label, rank=label.rank + BELOW_NUMBERS) if label.rank >= ENGLISH_RANKS["Pillar"] else label
    return label


def _number(stack: Sequence[_Open], label: Label) -> str:
    annex = next((one.number for one in stack if one.label.kind == "annex"), "")
    if label.is_unique:
        return f"{annex}-{label.number}" if annex and label.kind not in ("annex", "box") else label.number
    if not stack:
        return label.number
    joint = label.joint or ("-" if stack[-1].label.kind == "annex" else "")
    return f"{stack[-1].number}{joint}{label.number}"


def _title(line: str, label: Label) -> str:
    """Return the heading after the label, or an empty string where the paragraph begins at once."""
    rest = line[label.length :].lstrip(" ：:.、-\u2013\u2014")
    for pattern in (RUN_IN, RUN_IN_ENGLISH):
        found = pattern.match(rest)
        if found and len(found[1]) <= LONGEST_TITLE:
            return found[1].strip()
    return ""


def _without_contents(text: str, clauses: Sequence[Clause]) -> list[Clause]:
    """Return the clauses without the entries of a table of contents, which come again with a body."""
    last = {(clause.number, clause.title): at for at, clause in enumerate(clauses)}
    return [
        clause
        for at, clause in enumerate(clauses)
        if clause.body.of(text)[len(clause.title) + 2 :].strip() or last[clause.number, clause.title] == at
    ]
