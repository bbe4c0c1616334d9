"""The rows of an annex, whatever file it came in: a workbook, a text, or the tables of a document."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from django.utils.translation import gettext as _

from tracker.queries.errors import Refused
from tracker.queries.imports.project_lists.headings import HEADINGS, Columns, find_columns
from tracker.uploads.document_tables import DocumentTable, is_document, read_document_tables
from tracker.uploads.places import cell_name
from tracker.uploads.policy.normalising import normalise
from tracker.uploads.table import Scalar, look_at_table, read_table

#: A row with this key alone is a heading among the rows: "一、续建项目（10个）".
FIRST_CELL = "first_cell"
HEADING = re.compile(r"^(?:[（(]?[一二三四五六七八九十]{1,3}[）)]|[一二三四五六七八九十]{1,3}[、.．]|第.{1,3}[类批])")
#: Rows that add up others.
SUMS = {"合计", "总计", "小计", "总投资合计", "total"}
LONGEST_TITLE = 60
#: The columns that say the same where one is not there.
BESIDE = {"planned_start": "years", "planned_finish": "years", "unit": "unit_code", "region": "region_code"}
UNIT_AT_END = re.compile(r"[（(]?单\s*位\s*[:：].*$")


@dataclass(frozen=True)
class AnnexRow:
    """A row of an annex: its number and what stands in its columns. `columns` are those of its table."""

    number: int
    values: Mapping[str, Scalar]
    columns: Columns
    table: int = 0
    row: int = 0

    @property
    def heading(self) -> str:
        """Return the text of a row that only heads others; empty for any other row."""
        filled = {key: str(value).strip() for key, value in self.values.items() if value not in (None, "")}
        texts = set(filled.values())
        text = next(iter(texts), "")
        is_alone = set(filled) == {FIRST_CELL} and not text.replace(".", "").isdecimal()
        return text if len(texts) == 1 and (is_alone or HEADING.match(text)) else ""

    @property
    def is_empty(self) -> bool:
        """Return True if nothing but a number stands in the row."""
        return not any(value not in (None, "") for key, value in self.values.items() if key != FIRST_CELL)

    @property
    def is_sum(self) -> bool:
        """Return True if the row adds up others."""
        words = ("".join(str(self.values.get(column) or "").split()).lower() for column in (FIRST_CELL, "name"))
        return any(one.partition("（")[0].partition("(")[0] in SUMS for one in words)


@dataclass
class Annex:
    """The rows of an annex in their order, with what is to be said about the file as a whole."""

    is_document: bool
    titles: Sequence[str] = ()
    rows: dict[int, AnnexRow] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def place(self, number: int, column: str) -> str:
        """Return where a value stands: a cell's name; in a document the table, its row and the heading."""
        row = self.rows.get(number)
        if row is None:
            return str(number)
        if column not in row.columns.at:
            column = BESIDE.get(column, column)
        if not self.is_document:
            at = row.columns.at.get(column)
            return cell_name(number, at) if at else str(number)
        words = {"table": self.titles[row.table], "row": row.row}
        heading = HEADINGS[column][0] if column in row.columns.at else ""
        if not heading:
            return _("%(table)s, row %(row)s") % words
        return _("%(table)s, row %(row)s, “%(heading)s”") % {**words, "heading": heading}

    def take(self, rows: Iterable[AnnexRow]) -> None:
        """Add rows."""
        self.rows |= {row.number: row for row in rows}


def read_source(path: Path, file_name: str, *, is_roster: bool) -> Annex:
    """Return the rows of a file. Raise Refused where no table has a heading for the name, UploadRefused for others."""
    return _document(path, is_roster=is_roster) if is_document(file_name) else _workbook(path, file_name)


def _workbook(path: Path, file_name: str) -> Annex:
    for head in look_at_table(path, file_name):
        columns = find_columns(head.head)
        if columns is not None:
            names = dict(columns.at)
            if 1 not in names.values():
                names[FIRST_CELL] = 1
            table = read_table(path, file_name, head.name, columns.heading_row + 1, list(names.values()))
            annex = Annex(is_document=False, titles=(head.name,))
            annex.take(
                AnnexRow(number, dict(zip(names, row, strict=False)), columns, row=number) for number, row in table.rows
            )
            return annex
    raise _no_heading()


def _document(path: Path, *, is_roster: bool) -> Annex:
    """Return the rows of a document's tables of names: of a list of projects those with projects, else with firms."""
    found = read_document_tables(path)
    known: list[tuple[int, DocumentTable, Columns]] = []
    for number, table in enumerate(found.tables):
        columns = find_columns(table.rows[:6], table.above)
        before = known[-1] if known and known[-1][0] == number - 1 else None
        if columns is None and before is not None and _goes_on(before[1], table):
            columns = Columns(0, before[2].at, before[2].units, before[2].assumed, before[2].year)
        if columns is not None:
            known.append((number, table, columns))
    fitting = [one for one in known if one[2].names_firms == is_roster] or known
    if not fitting:
        raise _no_heading()
    titles = [title_of(table, at) for at, (_number, table, _columns) in enumerate(fitting, 1)]
    annex = Annex(is_document=True, titles=titles)
    for at, (_number, table, columns) in enumerate(fitting):
        annex.take(_rows(table, columns, at, max(annex.rows, default=0) + 1))
        if found.has_pages:
            _join_rows(annex, at)
    annex.notes += _notes(
        found.scanned_pages, titles, [len(table.rows) - columns.heading_row for _n, table, columns in fitting]
    )
    left = [title_of(table, number + 1) for number, table, columns in known if (number, table, columns) not in fitting]
    annex.notes += [_("Not read, as it holds other names: %(table)s") % {"table": title} for title in left]
    return annex


def _rows(table: DocumentTable, columns: Columns, at: int, first: int) -> Iterator[AnnexRow]:
    names = dict(columns.at)
    if 1 not in names.values():
        names[FIRST_CELL] = 1
    for place, cells in enumerate(table.rows[columns.heading_row :], columns.heading_row):
        if place in table.whole_rows:
            values: dict[str, Scalar] = {FIRST_CELL: cells[0]}
        else:
            values = {name: cells[column - 1] for name, column in names.items() if column <= len(cells)}
        yield AnnexRow(first, values, columns, table=at, row=place + 1)
        first += 1


def _join_rows(annex: Annex, table: int) -> None:
    """Join the rows of a numbered table that have no number with the rows above: they go on after a page break."""
    rows = [row for row in annex.rows.values() if row.table == table]
    numbered = sum(str(row.values.get(FIRST_CELL) or "").isdecimal() for row in rows)
    if numbered * 2 < len(rows):
        return
    above: AnnexRow | None = None
    for row in rows:
        number = str(row.values.get(FIRST_CELL) or "").strip()
        if above is not None and not number and not row.is_empty:
            values = {
                key: normalise(f"{above.values.get(key) or ''} {value or ''}") for key, value in row.values.items()
            }
            above = annex.rows[above.number] = replace(above, values={**above.values, **values})
            del annex.rows[row.number]
            words = {"table": annex.titles[table], "row": row.row}
            annex.notes.append(_("%(table)s, row %(row)s: joined with the row above, which goes on there.") % words)
        else:
            above = row if number.isdecimal() else None


def _goes_on(before: DocumentTable, table: DocumentTable) -> bool:
    """Return True if a table without headings goes on with the one before: it has its columns and nothing between."""
    return not table.above and bool(table.rows) and bool(before.rows) and len(table.rows[0]) == len(before.rows[0])


def title_of(table: DocumentTable, number: int) -> str:
    """Return what a table is called: the last line above it that states no unit, else its number."""
    lines = [text for line in table.above if (text := UNIT_AT_END.sub("", line).strip()) and len(text) <= LONGEST_TITLE]
    return lines[-1] if lines else _("table %(number)s") % {"number": number}


def _notes(scanned: Sequence[int], titles: Sequence[str], lengths: Sequence[int]) -> Iterator[str]:
    if len(titles) > 1:
        for title, length in zip(titles, lengths, strict=True):
            yield _("Read: %(table)s (rows: %(number)s)") % {"table": title, "number": length}
    if scanned:
        pages = ", ".join(map(str, scanned[:20]))
        yield _("These pages are pictures, and what stands there was not read: %(pages)s") % {"pages": pages}


def _no_heading() -> Refused:
    words = " / ".join(HEADINGS["name"][:3])
    return Refused(_("No sheet or table has a heading for the name: %(words)s.") % {"words": words})
