"""Writes the workbook of everything that is set up: a sheet for each kind of thing, and two grids."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from tracker.documents.setup.content import LISTS_SHEET, TOTAL_MARK, Grid, GridHead, SetupContent
from tracker.documents.setup.sheets import (
    BY_TABLE,
    FIRST_ROW,
    HEADING_ROW,
    KEYS_ROW,
    NOTE_ROW,
    ORDER,
    TITLE_ROW,
    Kind,
    SetupColumn,
    SetupGrid,
    SetupSheet,
)
from tracker.documents.workbook.cells import clean
from tracker.documents.workbook.layout import display_width, set_page, sheet_names
from tracker.documents.workbook.stored_values import store_values
from tracker.documents.workbook.styles import Styles

#: Rows and columns that are ready to be filled in beside what is there.
FREE_ROWS, FREE_COLUMNS, FEW_COLUMNS, LAST_LISTED = 60, 20, 4, 2000
SPLIT_ROWS = 3
WIDTHS = {Kind.TEXT: 24, Kind.NAMES: 28, Kind.NAME: 22, Kind.CHOICE: 18, Kind.CHOICES: 18}
WIDE = {"name": 34, "definition": 40, "wording": 40, "code": 24}
GRID_WIDTH = 15
BELOW_ZERO = PatternFill(bgColor="FFF4B6B0")
#: In which column of its sheet a thing has the name that other sheets use.
NAMED_BY = {
    "indicator": "name",
    "unit": "symbol",
    "region": "name",
    "reporting_unit": "name",
    "person": "username",
    "clause": "number",
    "schedule": "name",
}


def write_setup(content: SetupContent, path: Path) -> None:
    """Write the workbook to this path, in the active language."""
    workbook = Workbook()
    del workbook["Sheet"]
    workbook.properties.title = clean(content.title)
    names = dict(zip(ORDER, sheet_names(capfirst(str(BY_TABLE[table].title)) for table in ORDER), strict=True))
    writer = _Writer(workbook, content, names)
    writer.write()
    workbook.save(path)
    store_values(path, [writer.stored.get(name, {}) for name in workbook.sheetnames])


class _Writer:
    """Writes sheet after sheet."""

    def __init__(self, workbook: Workbook, content: SetupContent, names: dict[str, str]) -> None:
        self.workbook, self.content, self.names = workbook, content, names
        self.styles = Styles(workbook)
        self.lists: dict[str, str] = {}
        self.stored: dict[str, dict[str, Decimal | None]] = {}

    def write(self) -> None:
        """Write the guide, the sheets in their order, and the hidden lists of choices."""
        self._write_guide(self.workbook.create_sheet(capfirst(_("How to fill this in"))))
        sheets = {table: self.workbook.create_sheet(self.names[table]) for table in ORDER}
        self._write_lists(self.workbook.create_sheet(LISTS_SHEET))
        for table, target in sheets.items():
            of = BY_TABLE[table]
            if isinstance(of, SetupGrid):
                self._write_grid(target, of, self.content.grids.get(table, Grid()))
            else:
                self._write_rows(target, of)

    def _write_guide(self, target: Worksheet) -> None:
        lines = [
            _("Each sheet has one kind of thing, a row for each. Fill in what you need; empty sheets change nothing."),
            _("What is known already is changed, what is new is added. Rows that are left out stay as they are."),
            _("Columns with * must be filled in. Several names in one cell are separated by “；”."),
            _("Nothing is imported before you have seen what is new, changed and wrong. It is imported whole or not."),
            _("Example values are in the comments of the headings."),
        ]
        target.column_dimensions["A"].width, target.column_dimensions["B"].width = 26, 110
        self._put(target, TITLE_ROW, 1, self.content.title, self.styles.line("left"))
        self._put(target, KEYS_ROW, 1, "guide")
        target.row_dimensions[KEYS_ROW].hidden = True
        at = HEADING_ROW
        for line in lines:
            self._put(target, at, 2, line, self.styles.line("left"))
            at += 1
        for table in ORDER:
            at += 1
            self._put(target, at, 1, self.names[table], self.styles.text(False))
            self._put(target, at, 2, str(BY_TABLE[table].note), self.styles.text(False))
            target.cell(at, 1).hyperlink = f"#{quote_sheetname(self.names[table])}!A1"
            target.row_dimensions[at].height = 32

    def _write_lists(self, target: Worksheet) -> None:
        target.sheet_state = "veryHidden"
        sets = {**self.content.choices, "flag": {"1": _("yes"), "0": _("no")}}
        for number, (name, words) in enumerate(sets.items(), 1):
            for row, word in enumerate(words.values(), 1):
                self._put(target, row, number, word)
            letter = get_column_letter(number)
            self.lists[name] = f"{LISTS_SHEET}!${letter}$1:${letter}${max(len(words), 1)}"

    def _head(self, target: Worksheet, of: SetupSheet | SetupGrid, width: int) -> None:
        self._put(target, TITLE_ROW, 1, capfirst(str(of.title)), self.styles.line("left"))
        self._put(target, NOTE_ROW, 1, str(of.note), self.styles.line("left"))
        last = get_column_letter(max(width, 4))
        target.merge_cells(f"A{NOTE_ROW}:{last}{NOTE_ROW}")
        target.row_dimensions[NOTE_ROW].height = 34
        target.row_dimensions[KEYS_ROW].hidden = True
        for number, column in enumerate(of.columns, 1):
            self._put(target, KEYS_ROW, number, f"{of.table}.{column.key}")
            mark = " *" if column.is_required else ""
            heading = target.cell(HEADING_ROW, number)
            self._put(target, HEADING_ROW, number, f"{capfirst(str(column.label))}{mark}", self.styles.heading())
            if column.example:
                heading.comment = Comment(
                    _("For example: %(example)s") % {"example": column.example}, self.content.title
                )
            letter = get_column_letter(number)
            target.column_dimensions[letter].width = WIDE.get(column.key, WIDTHS.get(column.kind, 14))
        target.row_dimensions[HEADING_ROW].height = 36

    def _write_rows(self, target: Worksheet, of: SetupSheet) -> None:
        self._head(target, of, len(of.columns))
        rows = self.content.rows.get(of.table, [])
        last = FIRST_ROW + len(rows) + FREE_ROWS - 1
        for at in range(FIRST_ROW, last + 1):
            row = rows[at - FIRST_ROW] if at - FIRST_ROW < len(rows) else {}
            for number, column in enumerate(of.columns, 1):
                self._put_value(target, at, number, column, row.get(column.key))
        self._add_choices(target, of.columns, FIRST_ROW, last)
        corner = f"{get_column_letter(min(2, len(of.columns)))}{FIRST_ROW}"
        set_page(target, repeated_rows=HEADING_ROW, first_scrolled_cell=corner)

    def _put_value(self, target: Worksheet, at: int, number: int, column: SetupColumn, value: Any) -> None:
        if column.kind in (Kind.NUMBER, Kind.WHOLE):
            target.cell(at, number).style = self.styles.figure("Set-up number", "General", False)
            target.cell(at, number).value = value
        elif column.kind is Kind.DAY:
            target.cell(at, number).style = self.styles.figure("Set-up day", "yyyy-mm-dd", False)
            target.cell(at, number).value = value
        else:
            self._put(target, at, number, self.words(column, value), self.styles.text(False))

    def words(self, column: SetupColumn, value: Any) -> str:
        """Return a value as it is read; nothing for one that is not there."""
        if value is None or value == "":
            return ""
        if column.kind is Kind.FLAG:
            return _("yes") if value else _("no")
        choices = self.content.choices.get(column.of, {})
        if column.kind is Kind.CHOICE:
            return choices.get(value, str(value))
        if column.kind is Kind.CHOICES:
            return "；".join(choices.get(one, one) for one in value)
        return "；".join(value) if column.kind is Kind.NAMES else str(value)

    def _put(self, target: Worksheet, row: int, column: int, text: str, style: str = "") -> None:
        """Write text that stays text, whatever it begins with."""
        cell = target.cell(row, column)
        if text:
            cell.value = clean(text)
            cell.data_type = "s"
        if style:
            cell.style = style

    def _add_choices(self, target: Worksheet, columns: Iterable[SetupColumn], first: int, last: int) -> None:
        for number, column in enumerate(columns, 1):
            formula = self._list_of(column)
            if formula:
                self._validate(target, formula, number, first, last, is_strict=column.kind is not Kind.NAME)

    def _validate(
        self, target: Worksheet, formula: str, number: int, first: int, last: int, *, is_strict: bool
    ) -> None:
        rule = DataValidation("list", formula1=formula, allow_blank=True)
        rule.errorStyle = "stop" if is_strict else "warning"
        rule.showErrorMessage = True
        letter = get_column_letter(number)
        rule.add(f"{letter}{first}:{letter}{last}")
        target.add_data_validation(rule)

    def _list_of(self, column: SetupColumn) -> str:
        if column.kind is Kind.FLAG:
            return self.lists["flag"]
        if column.kind is Kind.CHOICE:
            return self.lists.get(column.of, "")
        if column.kind is Kind.NAME and column.of in NAMED_BY:
            sheet = BY_TABLE[column.of]
            number = next(at for at, one in enumerate(sheet.columns, 1) if one.key == NAMED_BY[column.of])
            letter = get_column_letter(number)
            return f"{quote_sheetname(self.names[column.of])}!${letter}${FIRST_ROW}:${letter}${LAST_LISTED}"
        return ""

    def _write_grid(self, target: Worksheet, of: SetupGrid, grid: Grid) -> None:
        own, is_split = len(of.columns), of.table == "split"
        self._head(target, of, own + 8)
        first = FIRST_ROW + (SPLIT_ROWS if is_split else 0)
        last = first + len(grid.rows) + FREE_ROWS - 1
        heads: list[GridHead | None] = [*grid.heads, *[None] * (FEW_COLUMNS if grid.heads else FREE_COLUMNS)]
        for number, head in enumerate(heads, own + 1):
            if head is not None:
                self._put(target, KEYS_ROW, number, f"{of.table}.{head.column.key}")
            self._put(target, HEADING_ROW, number, head.heading if head else "", self.styles.heading())
            target.column_dimensions[get_column_letter(number)].width = GRID_WIDTH
        lines = max((display_width(head.heading) for head in grid.heads), default=0) // (GRID_WIDTH - 2) + 1
        target.row_dimensions[HEADING_ROW].height = max(36, 15 * lines + 6)
        for at in range(first, last + 1):
            row = grid.rows[at - first] if at - first < len(grid.rows) else {}
            for number, column in enumerate(of.columns, 1):
                self._put_value(target, at, number, column, row.get(column.key))
            for number in range(len(heads)):
                self._put_cell(target, at, own + 1 + number, grid.cells.get((at - first, number)), is_split)
        self._add_choices(target, of.columns, first, last)
        names = self._list_of(SetupColumn("indicator", "", Kind.NAME, "indicator"))
        for number in range(own + 1 + len(grid.heads), own + 1 + len(heads)):
            self._validate(target, names, number, HEADING_ROW, HEADING_ROW, is_strict=False)
        if is_split:
            self._write_totals(target, own, heads, grid, first, last)
        else:
            for number in range(own + 1, own + 1 + len(heads)):
                self._validate(target, self.lists["frequency"], number, first, last, is_strict=False)
        corner = f"{get_column_letter(own + 1)}{first}"
        set_page(target, repeated_rows=HEADING_ROW, first_scrolled_cell=corner)

    def _put_cell(self, target: Worksheet, at: int, number: int, value: Any, is_amount: bool) -> None:
        if is_amount:
            target.cell(at, number).style = self.styles.figure("Set-up number", "General", False)
            target.cell(at, number).value = value
        else:
            self._put(target, at, number, value or "", self.styles.text(False, centred=True))

    def _write_totals(
        self, target: Worksheet, own: int, heads: list[GridHead | None], grid: Grid, first: int, last: int
    ) -> None:
        """Write the target, what is allocated to the places below, and the balance, with their values stored."""
        style = self.styles.figure("Set-up total", "General", True)
        labels = (_("Target value"), _("Allocated"), _("Not allocated (balance)"))
        for offset, label in enumerate(labels):
            self._put(target, FIRST_ROW + offset, 1, f"{TOTAL_MARK} {label}", self.styles.text(True))
            for number in range(2, own + 1):
                self._put(target, FIRST_ROW + offset, number, "", self.styles.text(True))
        stored = self.stored.setdefault(target.title, {})
        within = f"${get_column_letter(own)}${first}:${get_column_letter(own)}${last}"
        for number, head in enumerate(heads):
            letter = get_column_letter(own + 1 + number)
            cells = [target[f"{letter}{FIRST_ROW + offset}"] for offset in range(SPLIT_ROWS)]
            for cell in cells:
                cell.style = style
            if head is not None and not head.is_shared:
                for cell in cells:
                    self._put(target, cell.row, cell.column, "—")
                continue
            if head is None:
                cells[0].value = self._looked_up(letter)
                stored[cells[0].coordinate] = None
            else:
                cells[0].value = head.whole
            cells[1].value = f'=SUMPRODUCT(--({within}=""),{letter}{first}:{letter}{last})'
            cells[2].value = f'=IF(N({cells[0].coordinate})=0,"",{cells[0].coordinate}-{cells[1].coordinate})'
            total = sum(_direct(grid, number), Decimal(0))
            stored[cells[1].coordinate] = total
            whole = head.whole if head else None
            stored[cells[2].coordinate] = whole - total if whole else None
        run = f"{get_column_letter(own + 1)}{FIRST_ROW + 2}:{letter}{FIRST_ROW + 2}"
        first_cell = f"{get_column_letter(own + 1)}{FIRST_ROW + 2}"
        rule = FormulaRule([f"N({first_cell})<0"], fill=BELOW_ZERO)
        target.conditional_formatting.add(run, rule)

    def _looked_up(self, letter: str) -> str:
        """Return the formula that finds a target's value by the name in the column's heading."""
        sheet = BY_TABLE["target"]
        places = {one.key: get_column_letter(at) for at, one in enumerate(sheet.columns, 1)}
        name = quote_sheetname(self.names["target"])

        def run(key: str) -> str:
            return f"{name}!${places[key]}${FIRST_ROW}:${places[key]}${LAST_LISTED}"

        return f'=IFERROR(INDEX({run("value")},MATCH({letter}${HEADING_ROW},{run("indicator")},0)),"")'


def _direct(grid: Grid, number: int) -> Iterator[Decimal]:
    """Return the cells of a column that the whole is divided into: not those within another place."""
    for at, row in enumerate(grid.rows):
        value = grid.cells.get((at, number))
        if isinstance(value, Decimal) and not row.get("within"):
            yield value
