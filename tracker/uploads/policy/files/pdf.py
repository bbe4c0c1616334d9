"""PDF files with text: paragraphs and tables, without page headers and page numbers."""

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from tracker.uploads.faults import UploadRefused
from tracker.uploads.policy.content import CellText, Content, ContentBuilder
from tracker.uploads.policy.files.pdf_lines import Line, make_lines, make_paragraphs
from tracker.uploads.policy.files.pdf_page import Page, read_page
from tracker.uploads.policy.files.pdf_tables import Grid, find_grids, rows_of_columns

MAX_PAGES = 500
#: A page with fewer characters than this, and a picture, is a scan.
FEW = 12
PAGE_NUMBER = re.compile(
    r"[\s\-—–―·•~]*(?:第\s?)?(?:[Pp]age\s)?\d{1,4}(?:\s?页)?(?:\s?(?:/|of|，?\s?共)\s?\d{1,4}\s?页?)?[\s\-—–―·•~]*"
)
#: The label of a list item, which a tab sets apart from its text.
LABEL = re.compile(
    r"(?:\d{1,3}(?:\.\d{1,3})*[.．、)）]?|[（(][^（）()]{1,4}[）)]|[一二三四五六七八九十]{1,3}、|"
    r"第.{1,4}[章节条]|[A-Za-z][.)]|[•·●○▪■◆\-–—])"
)
DIGITS = re.compile(r"\d+")
SENTENCE_ENDS = ("。", "；", ".", ";")
#: How many lines at the top and the bottom of a page may be headers or footers.
MARGIN_LINES = 3

Item = Line | Grid


def read_pdf(path: Path) -> tuple[Content, tuple[int, ...]]:
    """Return the content of a PDF file, and the numbers of the pages that have no text.

    Raise `UploadRefused` if it is encrypted, damaged, longer than 500 pages, or has no text at all.
    """
    document = _open(path)
    if len(document) > MAX_PAGES:
        raise UploadRefused.because("policy_too_long")
    pages = [_read(document, number) for number in range(len(document))]
    scans = tuple(
        number for number, page in enumerate(pages, 1) if len(page.glyphs) < FEW and (page.has_images or page.unmapped)
    )
    written = sum(len(page.glyphs) for page in pages)
    if written < FEW or written < sum(page.unmapped for page in pages):
        raise UploadRefused.because("policy_no_text")
    return _content(_without_margins([_items(page, number) for number, page in enumerate(pages)])), scans


def _open(path: Path) -> Any:
    try:
        return pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        is_locked = error.err_code in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY)
        raise UploadRefused.because("policy_encrypted" if is_locked else "policy_damaged", kind="PDF") from None


def _read(document: Any, number: int) -> Page:
    try:
        page = document[number]
        read = read_page(page)
        page.close()
    except pypdfium2.PdfiumError:
        raise UploadRefused.because("policy_damaged", kind="PDF") from None
    return read


def _items(page: Page, number: int) -> list[Item]:
    """Return the lines and tables of a page, from top to bottom."""
    grids = find_grids(page)
    inside = frozenset[Any]().union(*(grid.glyphs for grid in grids))
    lines = make_lines((glyph for glyph in page.glyphs if glyph not in inside), number)
    items: list[Item] = [*grids, *lines]
    return sorted(items, key=lambda item: -item.top)


def _without_margins(pages: list[list[Item]]) -> list[list[Item]]:
    """Return the pages without the lines that repeat at their edges, and without page numbers."""
    counted = Counter(mark for page in pages for mark in {_mark(item) for item in _edges(page)} if mark)
    often = max(2, len(pages) * 0.4)
    repeated = {mark for mark, number in counted.items() if number >= often and len(pages) > 1}
    kept = []
    for page in pages:
        edges = {id(item) for item in _edges(page)}
        outermost = {id(item) for item in (page[:1] + page[-1:])}
        kept.append(
            [
                item
                for item in page
                if not (id(item) in edges and _mark(item) in repeated)
                and not (id(item) in outermost and isinstance(item, Line) and PAGE_NUMBER.fullmatch(item.text))
            ]
        )
    return kept


def _edges(page: Sequence[Item]) -> list[Item]:
    count = min(MARGIN_LINES, max(1, len(page) // 3))
    return [*page[:count], *page[-count:]]


def _mark(item: Item) -> str:
    """Return the line with its digits masked and its height, equal for headers of all pages; none for a sentence."""
    if isinstance(item, Grid) or item.text.endswith(SENTENCE_ENDS):
        return ""
    return f"{DIGITS.sub('#', item.text).replace(' ', '')}@{round(item.bottom / 6)}"


def _content(pages: list[list[Item]]) -> Content:
    builder = ContentBuilder()
    lines: list[Line] = []
    rows: list[list[CellText]] = []
    for item in (item for page in pages for item in page):
        if isinstance(item, Grid):
            _add_lines(builder, lines)
            same_width = rows and len(rows[0]) == len(item.rows[0])
            if rows and not same_width:
                _add_rows(builder, rows)
            rows += item.rows[1:] if same_width and item.rows[0] == rows[0] else item.rows
            continue
        _add_rows(builder, rows)
        lines.append(item)
    _add_rows(builder, rows)
    _add_lines(builder, lines)
    return builder.content()


def _add_rows(builder: ContentBuilder, rows: list[list[CellText]]) -> None:
    if rows:
        builder.add_table(rows)
        rows.clear()


def _add_lines(builder: ContentBuilder, lines: list[Line]) -> None:
    """Add lines as paragraphs, and runs of lines with aligned columns as tables."""
    plain: list[Line] = []
    at = 0
    while at < len(lines):
        end = at
        while end < len(lines) and len(lines[end].segments) > 1 and not LABEL.fullmatch(lines[end].segments[0][1]):
            end += 1
        rows = rows_of_columns(lines[at:end]) if end - at >= 3 else None
        if rows:
            _add_paragraphs(builder, plain)
            builder.add_table(rows)
            at = end
        else:
            plain += lines[at : max(end, at + 1)]
            at = max(end, at + 1)
    _add_paragraphs(builder, plain)
    lines.clear()


def _add_paragraphs(builder: ContentBuilder, lines: list[Line]) -> None:
    for paragraph in make_paragraphs(lines):
        builder.add_paragraph(paragraph)
    lines.clear()
