"""A plain table as it was sent in: the first rows of its sheets, and then its rows, read within bounds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tracker.uploads.bounded import run_bounded
from tracker.uploads.faults import UploadRefused
from tracker.uploads.package import MAX_FILE, MB, OLE, ZIP, check_package

READER = "tracker.uploads.read_table"
TEXT_ENDINGS = (".csv", ".txt", ".tsv")

#: What a cell holds: text (dates come as text), a number, or nothing.
Scalar = str | float | int | bool | None
#: Cells merged into one: top, bottom, left and right, counted from 1.
Range = tuple[int, int, int, int]


@dataclass(frozen=True)
class SheetHead:
    """A sheet's name (a text has none), its size, its first rows, and what is merged in them."""

    name: str
    rows: int
    columns: int
    head: tuple[tuple[Scalar, ...], ...]
    merged: tuple[Range, ...] = ()


@dataclass(frozen=True)
class TableRows:
    """How many rows the sheet has, how many of them are hidden, the rows asked for with their numbers, and what is
    merged in them."""

    total: int
    hidden_rows: int
    rows: Iterator[tuple[int, Sequence[Scalar]]]
    merged: tuple[Range, ...] = ()


def look_at_table(path: Path, file_name: str) -> list[SheetHead]:
    """Check the file and read the first rows of its sheets. Raises UploadRefused."""
    kind = _kind_of(path, file_name)
    heads = [
        SheetHead(
            line["sheet"],
            line["rows"],
            line["columns"],
            tuple(tuple(row) for row in line["head"]),
            _ranges(line["merged"]),
        )
        for line in run_bounded(READER, ["look", str(path), kind])
    ]
    filled = [head for head in heads if head.rows and head.columns]
    if not filled:
        raise UploadRefused.because("empty_table")
    return filled


def read_table(path: Path, file_name: str, sheet: str, first_row: int, columns: Sequence[int]) -> TableRows:
    """Return the rows from `first_row` on, of these columns in this order (all counted from 1). Raise UploadRefused."""
    wanted = ",".join(str(column) for column in columns)
    lines = run_bounded(READER, ["rows", str(path), _kind_of(path, file_name), sheet, str(first_row), wanted])
    facts = next(lines)
    rows = ((number, row) for line in lines for number, row in enumerate(line["rows"], start=line["first"]))
    return TableRows(facts["total"], facts["hidden_rows"], rows, _ranges(facts["merged"]))


def _ranges(found: Sequence[Sequence[int]]) -> tuple[Range, ...]:
    return tuple((top, bottom, left, right) for top, bottom, left, right in found)


def _kind_of(path: Path, file_name: str) -> str:
    """ "workbook" or "text", by the content: a name alone proves nothing. Checks either."""
    with path.open("rb") as file:
        start = file.read(8)
    size = path.stat().st_size
    if start == OLE or start.startswith(ZIP) or not file_name.lower().endswith(TEXT_ENDINGS):
        check_package(path)
        return "workbook"
    if size > MAX_FILE:
        raise UploadRefused.because("file_too_large", limit=MAX_FILE // MB)
    if size == 0:
        raise UploadRefused.because("empty_file")
    return "text"
