"""The pages of a workbook's charts, which follow the cells of its tables."""

from collections.abc import Mapping, Sequence

from openpyxl.cell import WriteOnlyCell
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, TwoCellAnchor
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from tracker.documents.shape import ChartPage, Sheet
from tracker.documents.workbook.addresses import Addresses
from tracker.documents.workbook.cells import clean
from tracker.documents.workbook.drawn_chart import DrawnChart
from tracker.documents.workbook.layout import page_height, set_page, title_height
from tracker.documents.workbook.styles import Styles

#: Six charts fill a page, two by two by two.
PER_LINE, LINES_PER_PAGE = 2, 3
#: The two charts of a line and what is between them; charts of many places beside narrower ones of a target's course.
WIDTHS, WIDTHS_OF_PLACES = (68.0, 2.0, 68.0), (60.0, 2.0, 76.0)
#: A chart is so high, less where a title of several lines leaves less of the page: nothing is made smaller for it.
CHART_HEIGHT = 146.0


def write_charts(
    target: Worksheet,
    page: ChartPage,
    sheets: Mapping[str, Sheet],
    marker: str,
    styles: Styles,
    addresses: Addresses,
) -> None:
    """Write a page of charts; `sheets` are those of the workbook, by their keys."""
    has_places = any(chart.bars.rows[1:] for chart in page.charts)
    widths = WIDTHS_OF_PLACES if has_places else WIDTHS
    _begin(target, widths, has_marker=bool(marker))
    heads = [(page.title, styles.title(), title_height(page.title, sum(widths)))]
    heads += [(marker, styles.banner(), 22.0)] if marker else []
    left = page_height(widths) - sum(height for _text, _style, height in heads)
    chart_height = min(CHART_HEIGHT, left / LINES_PER_PAGE - 1)
    row = 0
    for row, (text, style, height) in enumerate(heads, 1):
        cell = WriteOnlyCell(target, value=clean(text))
        cell.style, cell.data_type = style, "s"
        target.row_dimensions[row].height = height
        target.merged_cells.add(f"A{row}:C{row}")
        target.append([cell])
    for number, chart in enumerate(page.charts):
        line = number // PER_LINE
        if number % PER_LINE == 0:
            target.row_dimensions[row + 1 + line].height = chart_height
            target.append([])
            if line and line % LINES_PER_PAGE == 0:
                target.row_breaks.append(Break(id=row + line))
        drawn = DrawnChart(chart, sheets, addresses).drawn()
        drawn.anchor = _filling(column=number % PER_LINE * 2, row=row + line)
        target.add_chart(drawn)
    target.print_area = f"A1:C{row + -(-len(page.charts) // PER_LINE)}"


def _begin(target: Worksheet, widths: Sequence[float], *, has_marker: bool) -> None:
    set_page(target, repeated_rows=2 if has_marker else 1)
    for letter, width in zip("ABC", widths, strict=True):
        target.column_dimensions[letter].width = width
    target.sheet_view.showGridLines = False
    target._writer.write_top()  # type: ignore[attr-defined]


def _filling(column: int, row: int) -> TwoCellAnchor:
    """Return a cell, counted from 0, which the chart fills whatever the program makes of its width."""
    margin = 60_000
    start = AnchorMarker(col=column, row=row, colOff=margin, rowOff=margin)
    return TwoCellAnchor(editAs="oneCell", _from=start, to=AnchorMarker(col=column + 1, row=row + 1))
