"""One sheet, from top to bottom: title, banners, lines, headings, rows, notes, foot."""

from collections.abc import Callable, Iterable, Sequence
from copy import copy
from datetime import date
from itertools import accumulate, groupby

from openpyxl.cell import Cell as StoredCell
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from tracker.documents.shape import Column, Kind, Row, Sheet
from tracker.documents.workbook import layout
from tracker.documents.workbook.addresses import Addresses, key_of
from tracker.documents.workbook.balance import balanced
from tracker.documents.workbook.cells import QUOTED, PrintedCell, cell_for, clean
from tracker.documents.workbook.measure import packed
from tracker.documents.workbook.stored import FormulaCell
from tracker.documents.workbook.styles import Horizontal, Styles, level_rules

ROWS_PER_STEP = 200
#: Of a longer list, columns are measured on a sample.
MEASURED_ROWS = 2_000
HEADING_HEIGHT = 22.0
#: Rows of this height stand on the last page at least: none holds the notes and the signatures alone.
KEPT_TOGETHER = 3 * layout.ROW_HEIGHT
#: Stands between texts that share a line.
JOINT = "　　"
SIDES: tuple[Horizontal, ...] = ("left", "center", "right")


class SheetWriter:
    """Fills one worksheet from top to bottom."""

    def __init__(self, target: Worksheet, sheet: Sheet, marker: str, styles: Styles, addresses: Addresses) -> None:
        self.target = target
        self.sheet = sheet
        self.marker = marker
        self.styles = styles
        self.addresses = addresses
        self.style_arrays: dict[str, StyleArray] = {}
        self.row_number = 0
        self.height = 0.0
        self.last_column = max(len(sheet.columns), 1)
        self.has_groups = layout.has_groups(sheet)
        measured = self._measure()
        fitted = layout.fitted(measured, sheet.columns, is_large=sheet.is_large)
        self.is_large = sheet.is_large or layout.pages_across(fitted) > 1
        if self.is_large and not sheet.is_large:
            fitted = layout.fitted(measured, sheet.columns, is_large=True)
        self.widths = layout.widened(fitted, sheet.title)
        self.across = layout.pages_across(self.widths, is_large=self.is_large)
        self.rooms = self._rooms()
        self.notes = list(sheet.notes)
        if self._is_to_balance(measured):
            self.widths = self._balanced(fitted, measured)
            self.rooms = self._rooms()
        self.notes = self._notes()

    def _rooms(self) -> list[float]:
        """Return what is free for the text of each column's cells."""
        return [width - layout.padding(column) for width, column in zip(self.widths, self.sheet.columns, strict=True)]

    def write(self, step: Callable[[], None]) -> None:
        """Write everything; `step` is called each ROWS_PER_STEP rows."""
        self._begin()
        room = sum(layout.on_first_page(self.widths, self.across))
        height = layout.title_height(self.sheet.title, room)
        self._write_line([(self.sheet.title, self.styles.title())], height=height)
        for banner in layout.banners(self.sheet, self.marker):
            self._write_line([(banner, self.styles.banner())])
        for texts in layout.lines_under_title(self.sheet):
            self._write_sides(texts)
        self._write_headings()
        self._write_rows(step)
        self._write_below()
        if self.height > layout.MOST_DOWN:  # smaller than 9 points on a single page
            self.target.page_setup.fitToHeight = 0
        last = layout.heading_rows(self.sheet, self.marker) if self.sheet.is_annex else self.row_number
        self.target.print_area = f"A1:{get_column_letter(self.last_column)}{last}"

    def _is_to_balance(self, measured: Sequence[float]) -> bool:
        """Return True if columns of text gave up width to stand on the page, or the table takes more than one."""
        if self.across > 1 or not 0 < len(self.sheet.held) <= MEASURED_ROWS:
            return False
        return sum(measured) > sum(self.widths) + 1 or self._height_of_all() > layout.MOST_DOWN

    def _height_of_all(self) -> float:
        """Return about what the sheet takes on paper."""
        columns = range(len(self.sheet.columns))
        room = sum(self.widths)
        above = layout.title_height(self.sheet.title, room) + HEADING_HEIGHT * 2
        above += layout.ROW_HEIGHT * (len(layout.banners(self.sheet, self.marker)) + 2)
        rows = (self._height_of([self._cell(row, at) for at in columns]) for row in self.sheet.held)
        return above + sum(rows) + self._height_below()

    def _balanced(self, fitted: Sequence[float], measured: Sequence[float]) -> list[float]:
        """Return widths that take the whole page, and share it among the columns of text so that rows are low."""
        columns, rows = self.sheet.columns, self.sheet.held
        figures = [min(pair) for pair in zip(fitted, layout.closer(measured, columns), strict=True)]
        texts = [at for at, column in enumerate(columns) if layout.is_text(column)]
        cells = {at: [columns[at].heading, *(self._cell(row, at).shown for row in rows)] for at in texts}
        least = [layout.least_width(columns[at], cells[at], self.widths[at]) for at in texts]
        others = sum(width for at, width in enumerate(figures) if at not in cells)
        total = layout.MOST_ACROSS * (layout.LARGER if self.is_large else 1.0) - others
        if not texts or sum(least) > total:
            return self.widths
        shared = balanced(least, total, list(cells.values()), [layout.padding(columns[at]) for at in texts])
        found = dict(zip(texts, shared, strict=True))
        return [found.get(at, width) for at, width in enumerate(figures)]

    def _begin(self) -> None:
        """Set views and column widths, which stand before the rows in the file."""
        repeated = layout.heading_rows(self.sheet, self.marker)
        scrolled = f"{get_column_letter(self.sheet.frozen_columns + 1)}{repeated + 1}"
        layout.set_page(
            self.target,
            repeated_rows=repeated,
            first_scrolled_cell=scrolled,
            on_one_page=self.sheet.on_one_page,
            is_supporting=self.sheet.is_supporting,
            is_large=self.is_large,
            across=self.across,
            repeated_columns=self.sheet.frozen_columns,
        )
        for number, width in enumerate(self.widths, 1):
            self.target.column_dimensions[get_column_letter(number)].width = width
        self.target._writer.write_top()  # type: ignore[attr-defined]

    def _measure(self) -> list[float]:
        rows = self.sheet.held
        sample = rows if len(rows) <= MEASURED_ROWS else rows[:: len(rows) // MEASURED_ROWS]
        return [
            layout.column_width(column, (self._cell(row, number).shown for row in sample))
            for number, column in enumerate(self.sheet.columns)
        ]

    def _cell(self, row: Row, number: int) -> PrintedCell:
        return cell_for(row.values[number], self.sheet.columns[number], row, self.styles)

    def _write_sides(self, texts: Sequence[str]) -> None:
        self._write_line([(text, self.styles.line(side)) for text, side in zip(texts, SIDES, strict=True)])

    def _write_headings(self) -> None:
        columns, style = self.sheet.columns, self.styles.heading()
        if self.has_groups:
            upper = self._merge_groups(columns)
            self._append([_text_cell(column.group or column.heading, style) for column in columns], upper)
        shown = zip((column.heading for column in columns), self.rooms, strict=True)
        lower = layout.row_height(item for item, column in zip(shown, columns, strict=True) if self._is_lower(column))
        self._append([_text_cell(column.heading, style) for column in columns], max(lower, HEADING_HEIGHT))
        if self.sheet.has_filter and self.sheet.rows:
            last = f"{get_column_letter(self.last_column)}{self.row_number + len(self.sheet.rows)}"
            self.target.auto_filter.ref = f"A{self.row_number}:{last}"

    def _is_lower(self, column: Column) -> bool:
        """Return True if the heading has the lower of two rows, or the only one, to itself."""
        return bool(column.group) or not self.has_groups

    def _merge_groups(self, columns: Sequence[Column]) -> float:
        """In the first of two heading rows a group spans its columns; a column without one spans both rows.

        The height that the groups' names need.
        """
        upper, shown = self.row_number + 1, []
        for group, members in groupby(enumerate(columns, 1), key=lambda item: item[1].group or item[0]):
            numbers = [number for number, _column in members]
            if isinstance(group, int):
                self._merge(upper, group, group, last_row=upper + 1)
            else:
                self._merge(upper, numbers[0], numbers[-1])
                shown.append((group, sum(self.widths[number - 1] for number in numbers) - layout.BRIEF_PADDING))
        return max(layout.row_height(shown), HEADING_HEIGHT)

    def _write_rows(self, step: Callable[[], None]) -> None:
        first = self.row_number + 1
        self._break_between_blocks()
        for index, row in enumerate(self.sheet.held, 1):
            cells = [self._cell(row, number) for number in range(len(self.sheet.columns))]
            self._append(cells, self._height_of(cells))
            if index % ROWS_PER_STEP == 0:
                step()
        if self.sheet.rows:
            self._colour_levels(first)

    def _height_of(self, cells: Sequence[PrintedCell]) -> float:
        shown = ((cell.shown, room) for cell, room in zip(cells, self.rooms, strict=True) if cell.is_text)
        return layout.row_height(shown)

    def _break_between_blocks(self) -> None:
        """End pages between blocks of rows, so that none is parted that a page holds."""
        rows = self.sheet.held
        if not rows or self.sheet.is_annex:
            return
        starts = [index for index, row in enumerate(rows) if row.begins_block]
        if not starts and len(rows) > MEASURED_ROWS:
            return
        columns = range(len(self.sheet.columns))
        heights = [self._height_of([self._cell(row, number) for number in columns]) for row in rows]
        starts = starts or _starts_of_rows(heights)
        below = [0.0, *accumulate(heights)]
        blocks = [below[end] - below[start] for start, end in zip(starts, [*starts[1:], len(rows)], strict=True)]
        blocks[-1] += self._height_below()
        page = layout.page_height(self.widths, is_large=self.is_large, across=self.across)
        for number in layout.breaks_between(blocks, above=self.height, page=page):
            self.target.row_breaks.append(Break(id=self.row_number + starts[number]))

    def _height_below(self) -> float:
        """Return what the notes and the foot take, which stand with the last block."""
        room = sum(self.widths) - layout.PADDING
        texts = [*self.notes, *(["", ""] if self.sheet.foot else [])]
        return sum(layout.row_height([(note, room)]) for note in texts)

    def _notes(self) -> list[str]:
        """Return the lines of notes: one each, but several in a line on a page that is a little too full."""
        notes = list(self.sheet.notes)
        if self.across > 1 or not 0 < len(self.sheet.held) <= MEASURED_ROWS:
            return notes
        if not layout.MOST_DOWN < self._height_of_all() <= 2 * layout.MOST_DOWN:
            return notes
        return packed(notes, JOINT, sum(self.widths) - layout.PADDING)

    def _colour_levels(self, first: int) -> None:
        """Let a level's colour follow the cell, also when somebody calculates again."""
        for number, column in enumerate(self.sheet.columns, 1):
            if column.kind is Kind.LEVEL:
                letter = get_column_letter(number)
                cells = f"{letter}{first}:{letter}{self.row_number}"
                for rule in level_rules(f"{letter}{first}"):
                    self.target.conditional_formatting.add(cells, rule)

    def _write_below(self) -> None:
        for note in self.notes:
            self._write_line([(note, self.styles.line("left"))])
        if self.sheet.foot:
            self._append([], 10)
            self._write_line([(text, self.styles.line("left")) for text in self.sheet.foot])

    def _write_line(self, texts: Sequence[tuple[str, str]], height: float = 0) -> None:
        """Write a line across the table, its texts in merged runs of columns; in one when the table is too narrow."""
        widths = layout.on_first_page(self.widths, self.across)
        runs = layout.split_columns(widths, len(texts))
        if len(runs) < len(texts) or self._is_better_joined(texts, runs):
            runs = [(1, max(len(widths), 1))]
            texts = [(JOINT.join(text for text, _style in texts if text), texts[0][1])]
        cells: list[PrintedCell | None] = [None] * self.last_column
        shown = []
        for (first, last), (text, style) in zip(runs, texts, strict=True):
            cells[first - 1] = _text_cell(text, style)
            shown.append((text, sum(self.widths[first - 1 : last]) - layout.PADDING))
            self._merge(self.row_number + 1, first, last)
        self._append(cells, height or layout.row_height(shown))

    def _is_better_joined(self, texts: Sequence[tuple[str, str]], runs: Sequence[tuple[int, int]]) -> bool:
        """Return True if a text takes several lines beside the others, and all of them one line together."""
        rooms = [sum(self.widths[first - 1 : last]) - layout.PADDING for first, last in runs]
        if all(layout.lines_needed(text, room) == 1 for (text, _style), room in zip(texts, rooms, strict=True)):
            return False
        joined = JOINT.join(text for text, _style in texts if text)
        return layout.lines_needed(joined, sum(layout.on_first_page(self.widths, self.across)) - layout.PADDING) == 1

    def _merge(self, row: int, first: int, last: int, *, last_row: int = 0) -> None:
        if first < last or last_row > row:
            self.target.merged_cells.add(f"{get_column_letter(first)}{row}:{get_column_letter(last)}{last_row or row}")

    def _append(self, cells: Iterable[PrintedCell | None], height: float) -> None:
        self.row_number += 1
        self.height += height
        self.target.row_dimensions[self.row_number].height = height
        self.target.append([cell and self._stored(cell) for cell in cells])
        del self.target.row_dimensions[self.row_number]  # written; a long list must not pile them up

    def _stored(self, cell: PrintedCell) -> StoredCell:
        if cell.expression:
            return self._reckoned(cell)
        stored = WriteOnlyCell(self.target, value=cell.value if cell.shown else None)  # type: ignore[arg-type]
        self._style(stored, cell.style)
        if cell.is_text and cell.shown:
            stored.data_type = "s"  # openpyxl takes "=1+1" for a formula and "#N/A" for an error
            stored.quotePrefix = cell.shown[0] in QUOTED  # Excel keeps it text also when somebody edits the cell
        return stored

    def _reckoned(self, cell: PrintedCell) -> StoredCell:
        formula = self.addresses.resolve(cell.expression, key_of(self.sheet), self.row_number)
        if isinstance(cell.value, date):
            raise TypeError("a formula gives text or a number")
        stored = FormulaCell(self.target, formula, cell.value)
        self._style(stored, cell.style)
        return stored

    def _style(self, stored: StoredCell, name: str) -> None:
        """Give a cell its named style; openpyxl looks a name up in a list each time, which here is done once."""
        if name not in self.style_arrays:
            stored.style = name
            self.style_arrays[name] = stored._style  # type: ignore[attr-defined]
        stored._style = copy(self.style_arrays[name])  # type: ignore[attr-defined]


def _text_cell(text: str, style: str) -> PrintedCell:
    text = clean(text)
    return PrintedCell(text, style, text, is_text=True)


def _starts_of_rows(heights: Sequence[float]) -> list[int]:
    """Return where pages may end where no row begins a block: the last rows stand with the notes below them."""
    first = len(heights) - 1
    while first > 0 and sum(heights[first - 1 :]) <= KEPT_TOGETHER:
        first -= 1
    return list(range(first + 1))
