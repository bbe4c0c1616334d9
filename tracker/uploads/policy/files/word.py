"""Word files (.docx): paragraphs with the list numbers that Word shows, and tables with their merged cells."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docx import Document
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn

from tracker.uploads.faults import UploadRefused
from tracker.uploads.policy.content import CellText, Content, ContentBuilder, Merged
from tracker.uploads.policy.files.word_numbering import Numbering

MAX_PARAGRAPHS = 40_000
MAX_COLUMNS = 60
DELETED = {qn("w:del"), qn("w:moveFrom")}
TEXT, TAB, BREAK, HYPHEN = qn("w:t"), qn("w:tab"), {qn("w:br"), qn("w:cr")}, qn("w:noBreakHyphen")
PARAGRAPH, TABLE, ROW, CELL = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc")
WRAPPERS = {qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:smartTag"), qn("w:customXml"), qn("w:moveTo")}


def read_word(path: Path) -> Content:
    """Return the content of a Word file. Raise `UploadRefused` if it is damaged or too long."""
    try:
        document = Document(str(path))
    except (OpcError, ValueError, KeyError, AttributeError, SyntaxError):  # lxml's errors are SyntaxErrors
        raise UploadRefused.because("policy_damaged", kind="Word") from None
    numbering, builder = Numbering(document), ContentBuilder()
    for element in _blocks(document.element.body):
        if element.tag == TABLE:
            builder.add_table(_rows(element))
        else:
            _add_paragraph(builder, numbering, element)
        if len(builder.paragraphs) > MAX_PARAGRAPHS:
            raise UploadRefused.because("policy_too_long")
    return builder.content()


def _add_paragraph(builder: ContentBuilder, numbering: Numbering, element: Any) -> None:
    """Add a paragraph, split at line breaks, with its list label before the first line."""
    label = numbering.label_of(element)
    lines = _text(element).split("\n")
    if not any(line.strip() for line in lines):
        return
    first = lines[0]
    glue = "" if not label or label[-1] in "、．）)章节条" else " "
    builder.add_paragraph(f"{label}{glue}{first}")
    for line in lines[1:]:
        builder.add_paragraph(line)


def _blocks(parent: Any) -> Iterator[Any]:
    """Return paragraphs and tables in order, those in content controls and text boxes included."""
    for child in parent.iterchildren():
        if child.tag in (PARAGRAPH, TABLE):
            yield child
            if child.tag == PARAGRAPH:
                for box in child.iter(qn("w:txbxContent")):
                    yield from _blocks(box)
        elif child.tag in WRAPPERS:
            yield from _blocks(child)


def _text(paragraph: Any) -> str:
    """Return the text of a paragraph. Deleted text and the text of boxes within it are left out."""
    parts: list[str] = []
    _collect(paragraph, parts)
    return "".join(parts)


def _collect(element: Any, parts: list[str]) -> None:
    for child in element.iterchildren():
        if child.tag in DELETED or child.tag == qn("w:txbxContent") or child.tag == qn("w:pPr"):
            continue
        if child.tag == TEXT:
            parts.append(child.text or "")
        elif child.tag == TAB:
            parts.append(" ")
        elif child.tag in BREAK:
            parts.append("\n")
        elif child.tag == HYPHEN:
            parts.append("-")
        else:
            _collect(child, parts)


def _rows(table: Any) -> list[list[CellText]]:
    """Return the rows of a table. A merged cell continues into its neighbours."""
    rows: list[list[CellText]] = []
    for row in table.iterchildren(ROW):
        cells: list[CellText] = [""] * _skipped(row)
        for cell in row.iter(CELL):
            if cell.getparent() is not row and cell.getparent().tag not in WRAPPERS:
                continue  # a cell of a table within the table
            properties = cell.find(qn("w:tcPr"))
            merge = properties.find(qn("w:vMerge")) if properties is not None else None
            span = properties.find(qn("w:gridSpan")) if properties is not None else None
            continues = merge is not None and merge.get(qn("w:val"), "continue") == "continue"
            width = span.get(qn("w:val"), "1") if span is not None else "1"
            text = " ".join(part for one in cell.iter(PARAGRAPH) if (part := _text(one).strip()))
            wide = min(int(width) if width.isdigit() else 1, MAX_COLUMNS)
            cells += [Merged.ABOVE if continues else text, *[Merged.ABOVE if continues else Merged.LEFT] * (wide - 1)]
        rows.append(cells[:MAX_COLUMNS])
    return rows


def _skipped(row: Any) -> int:
    properties = row.find(qn("w:trPr"))
    before = properties.find(qn("w:gridBefore")) if properties is not None else None
    value = before.get(qn("w:val"), "0") if before is not None else "0"
    return min(int(value), MAX_COLUMNS) if value.isdigit() else 0
