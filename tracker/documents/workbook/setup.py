"""Writes the workbook of everything that is set up: a sheet for each kind of thing, and two grids."""

from pathlib import Path

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.worksheet import Worksheet

from tracker.documents.setup.columns import FIRST_ROW, HEADING_ROW, KEYS_ROW, TITLE_ROW, SetupGrid, SetupSheet
from tracker.documents.setup.content import LISTS_SHEET, Grid, SetupContent
from tracker.documents.setup.sheets import BY_TABLE, ORDER
from tracker.documents.workbook.cells import clean
from tracker.documents.workbook.layout import set_page, sheet_names
from tracker.documents.workbook.setup_cells import SetupCells
from tracker.documents.workbook.setup_grids import FREE_ROWS, GridWriter
from tracker.documents.workbook.stored_values import store_values


def write_setup(content: SetupContent, path: Path) -> None:
    """Write the workbook to this path, in the active language."""
    workbook = Workbook()
    del workbook["Sheet"]
    workbook.properties.title = clean(content.title)
    names = dict(zip(ORDER, sheet_names(capfirst(str(BY_TABLE[table].title)) for table in ORDER), strict=True))
    cells = SetupCells(workbook, content, names)
    _Writer(workbook, content, cells).write()
    workbook.save(path)
    store_values(path, [cells.stored.get(name, {}) for name in workbook.sheetnames])


class _Writer:
    """Writes sheet after sheet."""

    def __init__(self, workbook: Workbook, content: SetupContent, cells: SetupCells) -> None:
        self.workbook, self.content, self.cells = workbook, content, cells

    def write(self) -> None:
        """Write the guide, the sheets in their order, and the hidden lists of choices."""
        self._write_guide(self.workbook.create_sheet(capfirst(_("How to fill this in"))))
        sheets = {table: self.workbook.create_sheet(self.cells.names[table]) for table in ORDER}
        self._write_lists(self.workbook.create_sheet(LISTS_SHEET))
        grids = GridWriter(self.cells)
        for table, target in sheets.items():
            of = BY_TABLE[table]
            if isinstance(of, SetupGrid):
                grids.write(target, of, self.content.grids.get(table, Grid()))
            else:
                self._write_rows(target, of)

    def _write_rows(self, target: Worksheet, of: SetupSheet) -> None:
        self.cells.head(target, of, len(of.columns))
        rows = self.content.rows.get(of.table, [])
        last = FIRST_ROW + len(rows) + FREE_ROWS - 1
        for at in range(FIRST_ROW, last + 1):
            row = rows[at - FIRST_ROW] if at - FIRST_ROW < len(rows) else {}
            for number, column in enumerate(of.columns, 1):
                self.cells.put_value(target, at, number, column, row.get(column.key))
        self.cells.add_choices(target, of.columns, FIRST_ROW, last)
        corner = f"{get_column_letter(min(2, len(of.columns)))}{FIRST_ROW}"
        set_page(target, repeated_rows=HEADING_ROW, first_scrolled_cell=corner)

    def _write_guide(self, target: Worksheet) -> None:
        lines = [
            _("Each sheet has one kind of thing, a row for each. Fill in what you need; empty sheets change nothing."),
            _("What is known already is changed, what is new is added. Rows that are left out stay as they are."),
            _("Columns with * must be filled in. Several names in one cell are separated by “；”."),
            _("Nothing is imported before you have seen what is new, changed and wrong. It is imported whole or not."),
            _("Example values are in the comments of the headings."),
        ]
        target.column_dimensions["A"].width, target.column_dimensions["B"].width = 26, 110
        self.cells.put(target, TITLE_ROW, 1, self.content.title, self.cells.styles.line("left"))
        self.cells.put(target, KEYS_ROW, 1, "guide")
        target.row_dimensions[KEYS_ROW].hidden = True
        at = HEADING_ROW
        for line in lines:
            self.cells.put(target, at, 2, line, self.cells.styles.line("left"))
            at += 1
        for table in ORDER:
            at += 1
            self.cells.put(target, at, 1, self.cells.names[table], self.cells.styles.text(False))
            self.cells.put(target, at, 2, str(BY_TABLE[table].note), self.cells.styles.text(False))
            target.cell(at, 1).hyperlink = f"#{quote_sheetname(self.cells.names[table])}!A1"
            target.row_dimensions[at].height = 32

    def _write_lists(self, target: Worksheet) -> None:
        target.sheet_state = "veryHidden"
        sets = {**self.content.choices, "flag": {"1": _("yes"), "0": _("no")}}
        for number, (name, words) in enumerate(sets.items(), 1):
            for row, word in enumerate(words.values(), 1):
                self.cells.put(target, row, number, word)
            letter = get_column_letter(number)
            self.cells.lists[name] = f"{LISTS_SHEET}!${letter}$1:${letter}${max(len(words), 1)}"
