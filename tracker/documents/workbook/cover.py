"""The first page: a large title, who issues it, what it covers, and what it finds."""

from openpyxl.cell import Cell as StoredCell
from openpyxl.cell import WriteOnlyCell
from openpyxl.worksheet.worksheet import Worksheet

from tracker.documents.shape import Column, Cover, Row
from tracker.documents.workbook import layout
from tracker.documents.workbook.addresses import Addresses
from tracker.documents.workbook.breaking import balanced
from tracker.documents.workbook.cells import PrintedCell, cell_for, clean
from tracker.documents.workbook.stored import FormulaCell
from tracker.documents.workbook.styles import Styles

LABEL_WIDTH, TEXT_WIDTH = 22.0, 64.0
#: Lines of large letters are set closer than their size says.
LARGEST_LINE = 2.0
#: The room between title and lines, as on the cover of an official document.
ABOVE_TITLE, BELOW_TITLE = 60.0, 40.0


class CoverWriter:
    """Fills the worksheet from top to bottom, in two columns."""

    def __init__(self, target: Worksheet, cover: Cover, marker: str, styles: Styles, addresses: Addresses) -> None:
        self.target = target
        self.cover = cover
        self.marker = marker
        self.styles = styles
        self.addresses = addresses
        self.row_number = 0

    def write(self) -> None:
        """Write everything."""
        self._begin()
        self._append([], ABOVE_TITLE)
        self._in_large(self.cover.title, self.styles.cover_title(), 46.0)
        self._in_large(self.cover.issuer, self.styles.issuer(), BELOW_TITLE)
        if self.marker:
            self._across(self.marker, self.styles.banner())
        for label, value in self.cover.lines:
            self._line(label, cell_for(value, Column("", key="value"), Row([]), self.styles))
        if self.cover.findings:
            self._across(self.cover.findings_heading, self.styles.findings_heading(), 34.0)
        for finding in self.cover.findings:
            self._across(finding, self.styles.finding())
        self.target.print_area = f"A1:B{self.row_number}"

    def _begin(self) -> None:
        layout.set_page(self.target, on_one_page=True)
        self.target.page_setup.orientation = "portrait"
        self.target.column_dimensions["A"].width = LABEL_WIDTH
        self.target.column_dimensions["B"].width = TEXT_WIDTH
        self.target._writer.write_top()  # type: ignore[attr-defined]

    def _in_large(self, text: str, style: str, least: float) -> None:
        """Write text in large letters with balanced line breaks: in large letters a break is seen."""
        self._across(balanced(text, self._room(style)), style, least)

    def _room(self, style: str) -> float:
        return (LABEL_WIDTH + TEXT_WIDTH - layout.PADDING) / self.styles.scale_of(style)

    def _across(self, text: str, style: str, least: float = 0) -> None:
        text = clean(text)
        room = self._room(style)
        height = max(least, layout.row_height([(text, room)]) * min(self.styles.scale_of(style), LARGEST_LINE))
        self.target.merged_cells.add(f"A{self.row_number + 1}:B{self.row_number + 1}")
        self._append([self._text(text, style)], height)

    def _line(self, label: str, cell: PrintedCell) -> None:
        height = layout.row_height([(label, LABEL_WIDTH - layout.PADDING), (cell.shown, TEXT_WIDTH - layout.PADDING)])
        self._append([self._text(clean(label), self.styles.heading()), self._stored(cell)], height + 4)

    def _stored(self, cell: PrintedCell) -> StoredCell:
        if not cell.expression:
            return self._text(cell.shown, cell.style)
        stored = FormulaCell(self.target, self.addresses.resolve(cell.expression), cell.shown)
        stored.style = cell.style
        return stored

    def _text(self, text: str, style: str) -> StoredCell:
        stored = WriteOnlyCell(self.target, value=text or None)
        stored.style = style
        if text:
            stored.data_type = "s"
        return stored

    def _append(self, cells: list[StoredCell], height: float) -> None:
        self.row_number += 1
        self.target.row_dimensions[self.row_number].height = height
        self.target.append(cells)
