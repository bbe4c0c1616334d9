"""Grids of the set-up workbook: who has which share, with the balance, and who reports what."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.worksheet import Worksheet

from tracker.documents.setup.columns import FIRST_ROW, HEADING_ROW, KEYS_ROW, Kind, SetupColumn, SetupGrid
from tracker.documents.setup.content import TOTAL_MARK, Grid, GridHead
from tracker.documents.setup.sheets import BY_TABLE
from tracker.documents.workbook.layout import display_width, set_page
from tracker.documents.workbook.setup_cells import LAST_LISTED, SetupCells

#: Rows and columns that are ready to be filled in beside what is there.
FREE_ROWS, FREE_COLUMNS, FEW_COLUMNS = 60, 20, 4
SPLIT_ROWS = 3
GRID_WIDTH = 15
BELOW_ZERO = PatternFill(bgColor="FFF4B6B0")


class GridWriter:
    """Writes grids with the cells of the workbook."""

    def __init__(self, cells: SetupCells) -> None:
        self.cells = cells

    def write(self, target: Worksheet, of: SetupGrid, grid: Grid) -> None:
        """Write a sheet with a row for each place or unit and a column for each indicator."""
        own, is_split = len(of.columns), of.table == "split"
        self.cells.head(target, of, own + 8)
        first = FIRST_ROW + (SPLIT_ROWS if is_split else 0)
        last = first + len(grid.rows) + FREE_ROWS - 1
        heads: list[GridHead | None] = [*grid.heads, *[None] * (FEW_COLUMNS if grid.heads else FREE_COLUMNS)]
        for number, head in enumerate(heads, own + 1):
            if head is not None:
                self.cells.put(target, KEYS_ROW, number, f"{of.table}.{head.column.key}")
            self.cells.put(target, HEADING_ROW, number, head.heading if head else "", self.cells.styles.heading())
            target.column_dimensions[get_column_letter(number)].width = GRID_WIDTH
        lines = max((display_width(head.heading) for head in grid.heads), default=0) // (GRID_WIDTH - 2) + 1
        target.row_dimensions[HEADING_ROW].height = max(36, 15 * lines + 6)
        for at in range(first, last + 1):
            row = grid.rows[at - first] if at - first < len(grid.rows) else {}
            for number, column in enumerate(of.columns, 1):
                self.cells.put_value(target, at, number, column, row.get(column.key))
            for number in range(len(heads)):
                self._put_cell(target, at, own + 1 + number, grid.cells.get((at - first, number)), is_split)
        self.cells.add_choices(target, of.columns, first, last)
        names = self.cells.list_of(SetupColumn("indicator", "", Kind.NAME, "indicator"))
        for number in range(own + 1 + len(grid.heads), own + 1 + len(heads)):
            self.cells.validate(target, names, number, HEADING_ROW, HEADING_ROW, is_strict=False)
        if is_split:
            self._write_totals(target, own, heads, grid, first, last)
        else:
            for number in range(own + 1, own + 1 + len(heads)):
                self.cells.validate(target, self.cells.lists["frequency"], number, first, last, is_strict=False)
        corner = f"{get_column_letter(own + 1)}{first}"
        set_page(target, repeated_rows=HEADING_ROW, first_scrolled_cell=corner)

    def _put_cell(self, target: Worksheet, at: int, number: int, value: Any, is_amount: bool) -> None:
        if is_amount:
            target.cell(at, number).style = self.cells.styles.figure("Set-up number", "General", False)
            target.cell(at, number).value = value
        else:
            self.cells.put(target, at, number, value or "", self.cells.styles.text(False, centred=True))

    def _write_totals(
        self, target: Worksheet, own: int, heads: list[GridHead | None], grid: Grid, first: int, last: int
    ) -> None:
        """Write the target, what is allocated to the places below, and the balance, with their values stored."""
        style = self.cells.styles.figure("Set-up total", "General", True)
        labels = (_("Target value"), _("Allocated"), _("Not allocated (balance)"))
        for offset, label in enumerate(labels):
            self.cells.put(target, FIRST_ROW + offset, 1, f"{TOTAL_MARK} {label}", self.cells.styles.text(True))
            for number in range(2, own + 1):
                self.cells.put(target, FIRST_ROW + offset, number, "", self.cells.styles.text(True))
        stored = self.cells.stored.setdefault(target.title, {})
        within = f"${get_column_letter(own)}${first}:${get_column_letter(own)}${last}"
        for number, head in enumerate(heads):
            letter = get_column_letter(own + 1 + number)
            cells = [target[f"{letter}{FIRST_ROW + offset}"] for offset in range(SPLIT_ROWS)]
            for cell in cells:
                cell.style = style
            if head is not None and not head.is_shared:
                for cell in cells:
                    self.cells.put(target, cell.row, cell.column, "—")
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
        name = quote_sheetname(self.cells.names["target"])

        def run(key: str) -> str:
            return f"{name}!${places[key]}${FIRST_ROW}:${places[key]}${LAST_LISTED}"

        return f'=IFERROR(INDEX({run("value")},MATCH({letter}${HEADING_ROW},{run("indicator")},0)),"")'


def _direct(grid: Grid, number: int) -> Iterator[Decimal]:
    """Return the cells of a column that the whole is divided into: not those within another place."""
    for at, row in enumerate(grid.rows):
        value = grid.cells.get((at, number))
        if isinstance(value, Decimal) and not row.get("within"):
            yield value
