"""Writes a document as the file that its type calls for."""

from dataclasses import dataclass
from pathlib import Path

from tracker.documents import pdf, workbook
from tracker.documents.brief import BriefPage
from tracker.documents.shape import Report
from tracker.documents.workbook.writer import Progress, ignore_progress


@dataclass(frozen=True)
class FileType:
    """A type of file: the ending of its name and its type on the network."""

    ending: str
    content_type: str


WORKBOOK = FileType(".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
PDF = FileType(".pdf", "application/pdf")
WORD = FileType(".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document")
#: What is ready to be written: a workbook's sheets, or a page.
Document = Report | BriefPage


def count_steps(document: Document) -> int:
    """Return how often `write_document` will report progress."""
    return 1 if isinstance(document, BriefPage) else workbook.count_steps(document)


def write_document(document: Document, path: Path, *, progress: Progress = ignore_progress) -> None:
    """Write the document to this path, in the active language, or leave nothing there."""
    if isinstance(document, BriefPage):
        progress(document.heading)
        pdf.write_brief(document, path)
    else:
        workbook.write_workbook(document, path, progress=progress)


def type_of(name: str) -> FileType:
    """Return the type of a file by its name; a workbook where the ending says nothing else."""
    return next((one for one in (PDF, WORD) if name.endswith(one.ending)), WORKBOOK)
