"""Commitments: the tasks and measures that clauses describe, whether or not they carry numbers."""

import re
from collections.abc import Mapping, Sequence
from datetime import date

from tracker.uploads.policy.chinese.bodies import merge
from tracker.uploads.policy.chinese.places import find_places
from tracker.uploads.policy.chinese.times import find_times
from tracker.uploads.policy.clauses import Clause
from tracker.uploads.policy.content import Span
from tracker.uploads.policy.proposals import Bodies, CommitmentProposal

#: Sections that hold no tasks, and those that hold measures, by their headings.
NO_TASKS = re.compile(
    r"总体|思想|原则|目标|现状|基础|背景|形势|回顾|总则|附则|依据|范围|术语|Background|Introduction|Where we|Vision|"
    r"Targets?$|Objectives?$|Context|Scope|Definitions",
)
MEASURES = re.compile(r"措施|保障|组织|Delivery|Governance|Support|Monitoring|Reporting|Implementation")
DEADLINE = re.compile(r"(?:完成|办结|整改|落实|办理)?(?:时限|时间|期限)[：:](?P<when>[^；;。\s]+)")
PART = re.compile(r".[，；。,;]")
ANNEX = re.compile(r"附[件录表]?")
IS_SENTENCE = re.compile(r"[。；.;]")
MOST_PLACES, TITLE = 12, 40
#: A clause with no more text than this beyond its heading only introduces those below it.
LITTLE = 20


def find_commitments(
    text: str,
    paragraphs: Sequence[tuple[Clause | None, Sequence[Span]]],
    above: Mapping[int, tuple[str, ...]],
    bodies: Mapping[int, Bodies],
) -> tuple[CommitmentProposal, ...]:
    """Return the commitments in the order of the text.

    `above` has the titles above each clause by its start, `bodies` those of each paragraph by its end.
    """
    found: list[CommitmentProposal] = []
    open_clauses: list[tuple[Clause, bool]] = []
    for at, (clause, inside) in enumerate(paragraphs):
        if clause is None or not inside:
            continue
        while open_clauses and open_clauses[-1][0].level >= clause.level:
            open_clauses.pop()
        following = paragraphs[at + 1][0] if at + 1 < len(paragraphs) else None
        titles = (clause.title, *above[clause.span.start])
        is_task = _is_task(text, clause, titles, is_whole=bool(following and following.level > clause.level))
        if is_task:
            is_part = bool(open_clauses) and open_clauses[-1][1]
            found.append(_commitment(text, clause, inside, titles, bodies, is_part=is_part))
        open_clauses.append((clause, is_task))
    return tuple(found)


def _is_task(text: str, clause: Clause, titles: Sequence[str], *, is_whole: bool) -> bool:
    """Return True if the clause describes a task: a leaf with text, or a whole with more text than its heading."""
    is_table_alone = ANNEX.match(clause.number) and not re.search("[。；]", clause.body.of(text))
    if is_table_alone or any(NO_TASKS.search(title) for title in titles):
        return False
    more = len(clause.body.of(text).strip()) - len(clause.title)
    return (len(titles) > 1 and more > LITTLE) if is_whole else bool(clause.title or more > LITTLE)


def _commitment(
    text: str,
    clause: Clause,
    inside: Sequence[Span],
    titles: Sequence[str],
    bodies: Mapping[int, Bodies],
    *,
    is_part: bool,
) -> CommitmentProposal:
    body = _sentences([one.of(text) for one in inside])
    is_measure = any(MEASURES.search(title) for title in titles[-1:])
    return CommitmentProposal(
        clause.number,
        clause.title or _title(clause.body.of(text)),
        "part" if is_part else "measure" if is_measure else "task",
        inside[0],
        _places(body),
        merge(bodies.get(one.end, Bodies()) for one in inside),
        _due(*(found["when"] for one in inside for found in DEADLINE.finditer(one.of(text))), body),
    )


def _title(body: str) -> str:
    """Return the beginning of a clause without heading: whole parts of its first sentence, as far as they fit."""
    line = body.strip().split("\n", 1)[0].rstrip("。；;")
    if len(line) <= TITLE:
        return line
    return line[: max(line.rfind(mark, 0, TITLE) for mark in "，；。,;")] if PART.search(line[:TITLE]) else line[:TITLE]


def _sentences(lines: Sequence[str]) -> str:
    """Return the lines without those that are no sentences: signatures, dates, lists of annexes."""
    return "\n".join([*lines[:1], *(line for line in lines[1:] if IS_SENTENCE.search(line))])


def _places(body: str) -> tuple[str, ...]:
    names = dict.fromkeys(name for found in find_places(body) for name in found.names)
    return tuple(names)[:MOST_PLACES]


def _due(*texts: str) -> date | None:
    """Return the first date in the texts: a stated deadline comes before the dates of the sentences."""
    times = (time for text in texts for time in find_times(text, None))
    return next((time.due_on for time in times if time.due_on and not time.is_base), None)
