"""Plain text files: paragraphs from lines, and tables from columns set with tabs, bars or blanks."""

import re

from tracker.uploads.decoding import decode
from tracker.uploads.policy.content import Content, ContentBuilder
from tracker.uploads.policy.files.joining import join_lines

#: Columns of a table in plain text: tabs, bars, or three blanks and more.
COLUMNS = re.compile(r"\s*[|│┃]\s*|(?<=\S) {3,}(?=\S)")
RULE = re.compile(r"^[\s|+\-—─━┌┬┐├┼┤└┴┘:]+$")


def read_plain_text(content: bytes) -> Content:
    """Return the content of a text file. Raise `UploadRefused` if its encoding is unknown."""
    builder = ContentBuilder()
    lines: list[str] = []
    rows: list[list[str]] = []
    for line in decode(content).replace("\f", "\n").splitlines():
        cells = _cells(line)
        if cells or (rows and RULE.match(line) and line.strip()):
            _add_paragraphs(builder, lines)
            rows += [cells] if cells else []
            continue
        _add_table(builder, rows, lines)
        lines.append(line)
    _add_table(builder, rows, lines)
    _add_paragraphs(builder, lines)
    return builder.content()


def _cells(line: str) -> list[str]:
    """Return the cells of a table row, or nothing where the line is no row."""
    if "\t" in line.strip():
        return [cell.strip() for cell in line.split("\t")]
    body = line.strip().strip("|│┃")
    if RULE.match(line) or not body.strip():
        return []
    cells = [cell.strip() for cell in COLUMNS.split(body)]
    return cells if len(cells) >= 2 else []


def _add_paragraphs(builder: ContentBuilder, lines: list[str]) -> None:
    for paragraph in join_lines(lines):
        builder.add_paragraph(paragraph)
    lines.clear()


def _add_table(builder: ContentBuilder, rows: list[list[str]], lines: list[str]) -> None:
    """Add the rows as a table. A single row is a line of text with wide blanks in it."""
    if len(rows) > 1:
        builder.add_table(rows)
    elif rows:
        lines.append("  ".join(rows[0]))
    rows.clear()
