"""The program that reads plain tables, in the bounded process: `python -m tracker.uploads.read_table look FILE KIND`,
or `rows FILE KIND SHEET ROW COLUMNS`. KIND is "workbook" or "text"; ROW the first row to read; COLUMNS "1,2,5".

`look` answers each sheet's size and its first rows; `rows` how many there are, then the rows in blocks. Workbooks are
read with python-calamine, which is ten times as fast as any other reader and may abort its process. It leaves errors
empty and drops number formats; those cells are read from the markup.
"""

import csv
import io
import math
import re
import zipfile
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from tracker.calculation.text import is_plain_cell
from tracker.uploads import parts
from tracker.uploads.decoding import decode
from tracker.uploads.faults import Fault, UploadRefused
from tracker.uploads.marked_cells import find_marked
from tracker.uploads.places import letters, read_name
from tracker.uploads.program import run

HEAD_ROWS = 25
MAX_COLUMNS = 200
MAX_ROWS = 250_000
MAX_MERGED = 5_000
BLOCK = 1_000
SHOWN_LENGTH = 60
DELIMITERS = ",\t;，"
#: A cell with a formula and no value stored beside it: what the program that wrote it never calculated.
UNCALCULATED = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)><(?:\w+:)?f\b[^>]*?(?:/>|>[^<]*</(?:\w+:)?f>)(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?"
    rb"</(?:\w+:)?c>"
)
NAME = re.compile(rb"""\br\s*=\s*["']([A-Z]+[0-9]+)["']""")
HIDDEN_ROW = re.compile(rb"""<(?:\w+:)?row\b[^>]*\bhidden\s*=\s*["'](?:1|true)["']""")

Rows = Iterator[Sequence[Any]]


def read_table(arguments: list[str]) -> Iterator[dict[str, Any]]:
    """Yield the answer, line by line."""
    mode, path, kind, *rest = arguments
    source: _Workbook | _Text = _Workbook(Path(path)) if kind == "workbook" else _Text(Path(path))
    if mode == "look":
        for name in source.names():
            yield {"sheet": name, **source.look(name)}
        return
    sheet, first, wanted = rest[0], int(rest[1]), [int(number) for number in rest[2].split(",")]
    yield source.facts(sheet, first, wanted)
    rows = islice(source.rows(sheet, wanted), first - 1, None)
    while block := list(islice(rows, BLOCK)):
        checked = [_checked(row, sheet, at, wanted) for at, row in enumerate(block, start=first)]
        yield {"first": first, "rows": checked}
        first += len(block)


class _Workbook:
    """The sheets of an .xlsx file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.sheets: dict[str, CalamineSheet] = {}
        self.marked: dict[str, dict[tuple[int, int], str]] = {}
        try:
            self.book = CalamineWorkbook.from_path(path)
        except CalamineError:
            raise UploadRefused.because("damaged") from None

    def names(self) -> list[str]:
        """Return those that are shown."""
        return [
            one.name
            for one in self.book.sheets_metadata
            if one.typ is SheetTypeEnum.WorkSheet and one.visible is SheetVisibleEnum.Visible
        ]

    def look(self, name: str) -> dict[str, Any]:
        """Size and first rows."""
        sheet = self._sheet(name)
        whole = _marked(_whole_rows(sheet), self._find_marked(name), range(1, MAX_COLUMNS + 1))
        first = islice(whole, HEAD_ROWS)
        head = [list(map(_shown, _checked(row[:MAX_COLUMNS], name, at))) for at, row in enumerate(first, start=1)]
        rows, columns = _size(sheet)
        return {"rows": rows, "columns": columns, "head": head, "merged": _merged(sheet, last=HEAD_ROWS)}

    def facts(self, name: str, first: int, wanted: Sequence[int]) -> dict[str, Any]:
        """Return how many rows there are, how many are hidden, and what is merged. Refuses formulas never
        calculated.
        """
        text = _markup(self.path, name)
        _refuse_uncalculated(text, name, first, wanted)
        hidden = len(HIDDEN_ROW.findall(text)) if b"hidden" in text else 0
        sheet = self._sheet(name)
        return {"total": _size(sheet)[0], "hidden_rows": hidden, "merged": _merged(sheet, first=first)}

    def rows(self, name: str, wanted: Sequence[int]) -> Rows:
        """Return the wanted columns of all rows; a merged cell's value applies to each of its rows."""
        sheet = self._sheet(name)
        shift = sheet.start[1] if sheet.start else 0
        width = _size(sheet)[1] - shift
        places = [column - 1 - shift for column in wanted]
        rows: Rows = ([row[at] if 0 <= at < width else None for at in places] for row in sheet.iter_rows())
        rows = _marked(rows, self._find_marked(name), wanted)
        merged = [one for one in sheet.merged_cell_ranges or [] if one[0][1] == one[1][1] and one[0][1] + 1 in wanted]
        return _filled_down(rows, merged, wanted) if merged else rows

    def _find_marked(self, name: str) -> dict[tuple[int, int], str]:
        if name not in self.marked:
            with zipfile.ZipFile(self.path) as archive:
                percents = parts.read_percent_styles(archive, parts.find_workbook(archive))
            try:
                self.marked[name] = find_marked(_markup(self.path, name), percents)
            except ValueError:  # a cell with a name that is none
                raise UploadRefused([Fault("damaged", name)]) from None
        return self.marked[name]

    def _sheet(self, name: str) -> CalamineSheet:
        """Return the sheet, parsed once."""
        if name in self.sheets:
            return self.sheets[name]
        try:
            sheet = self.sheets[name] = self.book.get_sheet_by_name(name)
        except CalamineError:
            raise UploadRefused([Fault("damaged", name)]) from None
        if _size(sheet)[0] > MAX_ROWS:
            raise UploadRefused([Fault("too_many_rows", name)])
        return sheet


def _size(sheet: CalamineSheet) -> tuple[int, int]:
    """Return the last row and the last column with anything in them, counted from 1."""
    return (sheet.end[0] + 1, sheet.end[1] + 1) if sheet.end else (0, 0)


def _whole_rows(sheet: CalamineSheet) -> Rows:
    """Rows from column A on; calamine leaves empty columns at the left out."""
    left = [""] * (sheet.start[1] if sheet.start else 0)
    return ([*left, *row] for row in sheet.iter_rows())


def _filled_down(rows: Rows, merged: Sequence[Any], wanted: Sequence[int]) -> Rows:
    """Each cell of a column merged over rows says what the first one says: a region's name stands once for its rows."""
    ends: dict[tuple[int, int], int] = {(top, column): bottom for (top, column), (bottom, _same) in merged}
    standing: dict[int, tuple[int, Any]] = {}
    for number, row in enumerate(rows):
        row = list(row)
        for at, column in enumerate(wanted):
            if (end := ends.get((number, column - 1))) is not None:
                standing[at] = (end, row[at])
            elif at in standing and number <= standing[at][0]:
                row[at] = standing[at][1]
        yield row


def _marked(rows: Rows, marked: dict[tuple[int, int], str], wanted: Sequence[int]) -> Rows:
    """Return the rows with errors and percentages as their cells show them."""
    if not marked:
        return rows
    return (
        [marked.get((number, column), value) for column, value in zip(wanted, row, strict=False)]
        if any((number, column) in marked for column in wanted[: len(row)])
        else row
        for number, row in enumerate(rows, start=1)
    )


def _merged(sheet: CalamineSheet, first: int = 1, last: int | None = None) -> list[list[int]]:
    """Return what is merged in these rows: top, bottom, left and right, counted from 1."""
    ranges = sheet.merged_cell_ranges or []
    found = [[top + 1, bottom + 1, left + 1, right + 1] for (top, left), (bottom, right) in ranges]
    return [one for one in found if one[1] >= first and (last is None or one[0] <= last)][:MAX_MERGED]


def _markup(path: Path, name: str) -> bytes:
    """Return the sheet's part as it is stored."""
    with zipfile.ZipFile(path) as archive:
        sheets, _from_1904 = parts.list_sheets(archive, parts.find_workbook(archive))
        part = next((one.part for one in sheets if one.name == name), None)
        if part is None:
            raise UploadRefused([Fault("damaged", name)])
        return archive.read(part)


def _refuse_uncalculated(text: bytes, name: str, first: int, wanted: Sequence[int]) -> None:
    """Raise UploadRefused where a wanted cell has a formula and no value."""
    if b"<f" not in text and b":f" not in text:
        return
    for found in UNCALCULATED.finditer(text):
        place = NAME.search(found[1])
        row, column = read_name(place[1].decode()) if place else (first, wanted[0])
        if row >= first and column in wanted:
            raise UploadRefused([Fault("formula_without_value", name, f"{letters(column)}{row}")])


class _Text:
    """A table as text: UTF-8, UTF-16 with its mark, or GB18030 (as Chinese Excel writes CSV)."""

    def __init__(self, path: Path) -> None:
        self.text = decode(path.read_bytes())
        sample = "\n".join(self.text.splitlines()[:HEAD_ROWS])
        self.delimiter = max(DELIMITERS, key=sample.count)

    def names(self) -> list[str]:
        """Return one empty name: a text has one table, without a name."""
        return [""]

    def look(self, _name: str) -> dict[str, Any]:
        """Size and first rows."""
        first = islice(self._records(), HEAD_ROWS)
        head = [list(map(_shown, _checked(row[:MAX_COLUMNS], "", at))) for at, row in enumerate(first, start=1)]
        columns = max((len(row) for row in head), default=0)
        return {"rows": self._count(), "columns": columns, "head": head, "merged": []}

    def facts(self, _name: str, _first: int, _wanted: Sequence[int]) -> dict[str, Any]:
        """Return how many rows there are."""
        return {"total": self._count(), "hidden_rows": 0, "merged": []}

    def rows(self, _name: str, wanted: Sequence[int]) -> Rows:
        """Return the wanted columns of all rows."""
        places = [column - 1 for column in wanted]
        return ([row[at] if at < len(row) else None for at in places] for row in self._records())

    def _count(self) -> int:
        number = sum(1 for _row in self._records())
        if number > MAX_ROWS:
            raise UploadRefused.because("too_many_rows")
        return number

    def _records(self) -> Iterator[list[str]]:
        try:
            yield from csv.reader(io.StringIO(self.text, newline=""), delimiter=self.delimiter)
        except csv.Error:
            raise UploadRefused.because("damaged") from None


def _checked(row: Sequence[Any], sheet: str, number: int, columns: Sequence[int] = ()) -> list[Any]:
    """Return the values of a row; infinite and NaN values become their words, as JSON has no number for them.

    `columns` are the columns of the values if they are not the first ones. Raise UploadRefused at a cell with a
    control character.
    """
    checked = []
    for at, value in enumerate(row):
        if isinstance(value, str) and not is_plain_cell(value):
            column = columns[at] if columns else at + 1
            raise UploadRefused([Fault("control_character", sheet, f"{letters(column)}{number}")])
        checked.append(str(value) if isinstance(value, float) and not math.isfinite(value) else value)
    return checked


def _shown(value: Any) -> Any:
    """Return a cell of the first rows, fit to be shown."""
    return value[:SHOWN_LENGTH] if isinstance(value, str) else value


if __name__ == "__main__":
    run(read_table)
