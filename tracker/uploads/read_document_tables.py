"""The program that reads the tables of a document: `python -m tracker.uploads.read_document_tables FILE KIND`.

KIND is ".docx" or ".pdf". It answers each table with the paragraphs above it, in the bounded process.
"""

from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tracker.uploads.faults import UploadRefused
from tracker.uploads.policy.content import Cell, Content
from tracker.uploads.policy.files.reader import read_file
from tracker.uploads.program import run

MAX_CHARACTERS = 2_000_000
MAX_CELLS = 1_000_000
#: So many paragraphs above a table may name it or its unit of measure.
ABOVE = 3
#: A paragraph of this length is no title.
LONGEST_TITLE = 120


def read_tables(arguments: list[str]) -> Iterator[dict[str, Any]]:
    """Return the tables, and the pages that are scans, line by line."""
    path, kind = arguments
    content, scanned_pages = read_file(Path(path), kind)
    if len(content.text) > MAX_CHARACTERS or sum(one.width * len(one.rows) for one in content.tables) > MAX_CELLS:
        raise UploadRefused.because("policy_too_long")
    yield {"scanned_pages": list(scanned_pages)}
    starts = [one.start for one in content.paragraphs]
    before = 0
    for table in content.tables:
        yield {
            "above": _above(content, starts, before, table.span.start),
            "rows": [[one.text for one in row] for row in table.rows],
            "whole_rows": [number for number, row in enumerate(table.rows) if _is_one_cell(row)],
        }
        before = table.span.end


def _above(content: Content, starts: list[int], after: int, before: int) -> list[str]:
    """Return the last short paragraphs between the table before and this one."""
    found = content.paragraphs[bisect_left(starts, after) : bisect_left(starts, before)][-ABOVE:]
    return [text for one in found if len(text := one.of(content.text)) <= LONGEST_TITLE]


def _is_one_cell(row: tuple[Cell, ...]) -> bool:
    """Return True if one cell covers the whole row: a heading within the table."""
    return len(row) > 1 and len({one.span for one in row}) == 1


if __name__ == "__main__":
    run(read_tables)
