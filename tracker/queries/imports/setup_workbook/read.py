"""Content of an uploaded workbook: rows by table with the cell of each value, and the cells of the grids."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from tracker.calculation.years import YEARS, is_sensible
from tracker.documents.setup.columns import (
    SEPARATORS,
    GridColumn,
    Kind,
    SetupColumn,
    SetupGrid,
)
from tracker.documents.setup.content import LISTS_SHEET, TOTAL_MARK
from tracker.queries.imports.setup_workbook.choices import choices_in_words, codes_by_word, plain
from tracker.queries.imports.setup_workbook.layout import Layout, is_guide, layout_of
from tracker.uploads.faults import Fault
from tracker.uploads.places import cell_name
from tracker.uploads.workbook import CellKind, UploadedCell, UploadedSheet, Workbook

DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
GROUPED = re.compile(r"-?\d{1,3}([,，]\d{3})+(\.\d+)?")
YES = {"是", "yes", "y", "true", "1", "√", "有"}
NO = {"否", "no", "n", "false", "0", "×", "无"}


@dataclass(frozen=True)
class SetupRow:
    """A row as understood: its values by key, and the cell of each."""

    table: str
    sheet: str
    number: int
    values: dict[str, Any]
    cells: dict[str, str]

    def cell(self, key: str) -> str:
        """Return the cell of a key, or the row's first."""
        return self.cells.get(key) or next(iter(self.cells.values()), f"A{self.number}")


@dataclass(frozen=True)
class GridCell:
    """A cell of a grid: the row's own values, the column's indicator as it is written, and the value."""

    row: SetupRow
    column: GridColumn
    heading_cell: str
    cell: str
    text: str


@dataclass
class ReadSetup:
    """All that was read, and what is wrong with it."""

    rows: dict[str, list[SetupRow]] = field(default_factory=dict)
    grids: dict[str, list[GridCell]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    notices: list[Fault] = field(default_factory=list)


def read_setup(workbook: Workbook) -> ReadSetup:
    """Return what a workbook says. Nothing is looked up here: names stand as they are written."""
    found = ReadSetup()
    words = codes_by_word()
    for sheet in workbook.sheets:
        layout = layout_of(sheet)
        if layout is None:
            if sheet.cells and not is_guide(sheet) and sheet.name != LISTS_SHEET:
                found.notices.append(Fault("sheet_ignored", sheet.name))
            continue
        if not sheet.is_shown:
            found.faults.append(Fault("sheet_hidden", sheet.name))
            continue
        _SheetReading(sheet, layout, words, workbook.from_1904, found).read()
    if not found.rows and not found.grids and not found.faults:
        found.faults.append(Fault("said", details={"text": _no_setup()}))
    return found


def _no_setup() -> str:
    return _(
        "The workbook has no sheet of the set-up workbook, or none of its rows is filled in. Download the workbook "
        "here, fill it in and upload that."
    )


class _SheetReading:
    """Reads the rows of one sheet."""

    def __init__(
        self,
        sheet: UploadedSheet,
        layout: Layout,
        words: dict[str, dict[str, str]],
        from_1904: bool,
        found: ReadSetup,
    ) -> None:
        self.sheet, self.layout, self.words, self.found = sheet, layout, words, found
        self.first_day = date(1904, 1, 1) if from_1904 else date(1899, 12, 30)
        self.readers: dict[Kind, Callable[[SetupColumn, UploadedCell], Any]] = {
            Kind.TEXT: lambda _column, cell: cell.text.strip(),
            Kind.NAME: lambda _column, cell: cell.text.strip(),
            Kind.NAMES: lambda _column, cell: split_names(cell.text),
            Kind.NUMBER: lambda _column, cell: read_number(cell),
            Kind.WHOLE: self._whole,
            Kind.DAY: lambda _column, cell: self.day(cell),
            Kind.FLAG: self._flag,
            Kind.CHOICE: lambda column, cell: self._choice(column, cell.text),
            Kind.CHOICES: lambda column, cell: tuple(self._choice(column, one) for one in split_names(cell.text)),
        }

    def read(self) -> None:
        """Read every row below the headings that holds anything."""
        table = self.layout.of.table
        used = {row for row, column in self.sheet.cells if column in {*self.layout.columns, *self.layout.grid}}
        for number in sorted(row for row in used if row > self.layout.headings):
            if not self._holds(number):
                continue
            row = self._row(number)
            if row is None:
                continue
            if isinstance(self.layout.of, SetupGrid):
                self.found.grids.setdefault(table, []).extend(self._grid_cells(row))
            else:
                self.found.rows.setdefault(table, []).append(row)

    def _holds(self, number: int) -> bool:
        """Return True for a row of content. In a grid, rows of totals have no name and are calculated."""
        if isinstance(self.layout.of, SetupGrid):
            texts = [self.sheet.cell(number, column).text.strip() for column in self.layout.columns]
            is_total = texts and texts[0].startswith(TOTAL_MARK)
            filled = any(self.sheet.cell(number, column).text.strip() for column in self.layout.grid)
            return not is_total and (any(texts) or filled)
        cells = (self.sheet.cell(number, column) for column in self.layout.columns)
        return any(cell.text.strip() for cell in cells)

    def _row(self, number: int) -> SetupRow | None:
        """Return the row, or None where a cell of it cannot be understood."""
        values: dict[str, Any] = {column.key: _default(column) for column in self.layout.of.columns}
        cells: dict[str, str] = {}
        is_wrong = False
        for column_number, column in sorted(self.layout.columns.items()):
            cell = self.sheet.cell(number, column_number)
            place = cells[column.key] = cell_name(number, column_number)
            fault = _fault_of(cell)
            if fault:
                self.found.faults.append(Fault(fault, self.sheet.name, place, {"text": cell.text}))
                is_wrong = True
            elif cell.text.strip():
                try:
                    values[column.key] = self.readers[column.kind](column, cell)
                except ValueError as error:
                    self._complain(place, str(error))
                    is_wrong = True
            elif column.is_required:
                self._complain(place, _("“%(column)s” is required. Fill in this cell.") % {"column": column.label})
                is_wrong = True
        missing = [column for column in self.layout.of.columns if column.is_required and column.key not in cells]
        for column in missing:
            message = _("The column “%(column)s” is missing. Download the workbook again.") % {"column": column.label}
            self._complain(cell_name(self.layout.headings, 1), message)
        return None if is_wrong or missing else SetupRow(self.layout.of.table, self.sheet.name, number, values, cells)

    def _grid_cells(self, row: SetupRow) -> Iterator[GridCell]:
        for number, column in sorted(self.layout.grid.items()):
            cell = self.sheet.cell(row.number, number)
            place = cell_name(row.number, number)
            fault = _fault_of(cell)
            if fault:
                self.found.faults.append(Fault(fault, self.sheet.name, place, {"text": cell.text}))
                continue
            yield GridCell(row, column, cell_name(self.layout.headings, number), place, cell.text.strip())

    def _complain(self, place: str, text: str) -> None:
        fault = Fault("said", self.sheet.name, place, {"text": text})
        if fault not in self.found.faults:
            self.found.faults.append(fault)

    def _whole(self, column: SetupColumn, cell: UploadedCell) -> int:
        number = read_number(cell)
        if number % 1 or abs(number) > 9999:
            raise ValueError(_("Enter a whole number instead of “%(text)s”.") % {"text": cell.text[:40]})
        return int(number)

    def day(self, cell: UploadedCell) -> date:
        """Return the day of a cell: a date of the program, or text such as 2020-07-01 or 2020年7月1日."""
        try:
            if cell.kind == CellKind.DATE and not DAY.match(cell.text):
                day = self.first_day + timedelta(days=int(Decimal(cell.text)))
            else:
                match = DAY.match(cell.text.strip())
                if match is None:
                    raise ValueError
                day = date(*map(int, match.groups()))
        except (ValueError, ArithmeticError):
            raise ValueError(
                _("“%(text)s” is not a date. Write it as 2020-07-01.") % {"text": cell.text[:40]}
            ) from None
        if not is_sensible(day):
            raise ValueError(_("The year must lie between %(first)s and %(last)s.") % YEARS)
        return day

    def _flag(self, column: SetupColumn, cell: UploadedCell) -> bool:
        word = plain(cell.text)
        if word not in YES | NO:
            raise ValueError(_("“%(text)s” is not understood. Choose yes or no.") % {"text": cell.text[:40]})
        return word in YES

    def _choice(self, column: SetupColumn, text: str) -> str:
        codes = self.words[column.of]
        code = codes.get(plain(text))
        if code is None:
            words = _("; ").join(sorted(set(choices_of(column.of))))
            raise ValueError(
                _("“%(text)s” is not a choice. Choose one of: %(choices)s") % {"text": text[:40], "choices": words}
            )
        return code


def choices_of(name: str) -> list[str]:
    """Return the words of a set of choices in the active language."""
    return list(choices_in_words()[name].values())


def split_names(text: str) -> list[str]:
    """Return the names of a cell that holds several, each once."""
    parts = re.split(f"[{SEPARATORS}]", text)
    return list(dict.fromkeys(part.strip() for part in parts if part.strip()))


def read_number(cell: UploadedCell) -> Decimal:
    """Return the number of a cell, without its percent sign. Raise ValueError, with what to do, for anything else."""
    text = cell.text.strip().rstrip("%％").replace(" ", "")
    if GROUPED.fullmatch(text):
        text = text.replace(",", "").replace("，", "")
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if cell.kind == CellKind.DATE or not number.is_finite():
        raise ValueError(_("“%(text)s” is not a number. Enter the number alone.") % {"text": cell.text[:40]})
    return number


def _default(column: SetupColumn) -> Any:
    return list(column.default) if isinstance(column.default, tuple) else column.default


def _fault_of(cell: UploadedCell) -> str:
    """Return the code of what is wrong with a cell as such."""
    if cell.kind == CellKind.ERROR:
        return "error_value"
    if cell.has_formula and cell.kind == CellKind.EMPTY:
        return "formula_without_value"
    return ""
