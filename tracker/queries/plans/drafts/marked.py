"""Prefilled items from a part of the text that a person marked, or from a sentence that was chosen."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from tracker.queries.plans.drafts.draft import Draft, DraftClause, DraftCommitment, DraftTarget, Item
from tracker.queries.plans.drafts.propose import propose
from tracker.uploads.faults import UploadRefused
from tracker.uploads.patience import Patience
from tracker.uploads.policy_document import read_policy

KINDS: dict[str, type[Item]] = {"target": DraftTarget, "commitment": DraftCommitment, "clause": DraftClause}
LONGEST = 2_000
SECONDS = 15.0


def marked_item(text: str, draft: Draft, kind: str, start: int, end: int) -> Item | None:
    """Return an item without a key for these characters; None where they are none, or too many."""
    if not 0 <= start < end <= len(text) or end - start > LONGEST or kind not in KINDS:
        return None
    words = text[start:end].strip()
    clause = next((one for one in reversed(draft.clauses) if one.start <= start), None)
    number = clause.number if clause else ""
    if kind == "clause":
        return DraftClause("", start=start, end=end, number="", name=words[:60], is_own=True)
    if kind == "commitment":
        return DraftCommitment("", start=start, end=end, clause=number, is_own=True)
    item = _read(words) or DraftTarget("")
    at = item.number_start
    is_there = item.number_end > at
    return replace(
        item,
        key="",
        start=start,
        end=end,
        clauses=(number,) if number else (),
        indicator=item.indicator,
        part_of="",
        further=(),
        is_own=True,
        number_start=start + at if is_there else start,
        number_end=start + item.number_end if is_there else end,
    )


def _read(words: str) -> DraftTarget | None:
    """Return the target that the reader finds in these words, read in the bounded process."""
    is_chinese = any("\u4e00" <= sign <= "\u9fff" for sign in words)
    heading = "一、目标\n" if is_chinese else "1. Targets\n"  # words before the first heading are no sentences
    with TemporaryDirectory() as folder:
        path = Path(folder) / "marked.txt"
        path.write_text(f"{heading}{words}\n", encoding="utf-8")
        try:
            targets = propose(read_policy(path, patience=Patience(SECONDS))).targets
        except UploadRefused:
            return None
    if not targets:
        return None
    moved = len(heading)
    first = targets[0]
    return replace(first, number_start=first.number_start - moved, number_end=first.number_end - moved)
