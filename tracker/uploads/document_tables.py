"""Tables of an uploaded document (.docx, or .pdf with text), read in the bounded process."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tracker.uploads.bounded import run_bounded
from tracker.uploads.faults import UploadRefused
from tracker.uploads.package import WORD, check_package
from tracker.uploads.policy_document import FAULTS, KINDS, kind_of

READER = "tracker.uploads.read_document_tables"
ENDINGS = (".docx", ".pdf")


@dataclass(frozen=True)
class DocumentTable:
    """A table: the short paragraphs above it, its rows, and the numbers (from 0) of rows that are one cell."""

    above: Sequence[str]
    rows: Sequence[Sequence[str]]
    whole_rows: frozenset[int]


@dataclass(frozen=True)
class DocumentTables:
    """The tables of a document in their order, and the numbers of its pages without text.

    With `has_pages` a row that goes on after a page break is two rows.
    """

    tables: Sequence[DocumentTable]
    scanned_pages: Sequence[int]
    has_pages: bool


def is_document(file_name: str) -> bool:
    """Return True if a file's name is that of a document; its content is checked when it is read."""
    return file_name.lower().endswith(ENDINGS)


def read_document_tables(path: Path) -> DocumentTables:
    """Return the tables of a document. Raise `UploadRefused` with the fault if it cannot be read."""
    kind = kind_of(path)
    if kind not in ENDINGS:
        raise UploadRefused.because("policy_kind")
    try:
        if kind == ".docx":
            check_package(path, WORD)
        lines = run_bounded(READER, [str(path), kind])
        scanned = next(lines)["scanned_pages"]
        tables = [DocumentTable(one["above"], one["rows"], frozenset(one["whole_rows"])) for one in lines]
    except UploadRefused as refused:
        code = refused.faults[0].code
        raise UploadRefused.because(
            FAULTS.get(code, code), **dict(refused.faults[0].details) | {"kind": KINDS[kind]}
        ) from None
    return DocumentTables(tables, scanned, has_pages=kind == ".pdf")
