"""Native charts below a table: they follow its cells, and carry the values for viewers that do not reckon."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from openpyxl.cell import WriteOnlyCell
from openpyxl.chart import BarChart
from openpyxl.chart.data_source import AxDataSource, NumData, NumDataSource, NumRef, NumVal, StrData, StrRef, StrVal
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.series import Series
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, TwoCellAnchor
from openpyxl.drawing.text import CharacterProperties, Paragraph, ParagraphProperties
from openpyxl.utils import quote_sheetname
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from tracker.calculation.quantities import round_half_up
from tracker.documents.shape import Chart, Formula, Sheet, Value
from tracker.documents.workbook.addresses import Addresses
from tracker.documents.workbook.cells import clean
from tracker.documents.workbook.layout import set_page
from tracker.documents.workbook.long_figures import LEAST_LONG
from tracker.documents.workbook.stored import cached_text
from tracker.documents.workbook.styles import Styles

#: Six charts fill a page, two by two by two.
PER_LINE, LINES_PER_PAGE = 2, 3
COLUMN_WIDTH, GAP_WIDTH = 68.0, 2.0
CHART_HEIGHT = 140.0
COLOUR, GRID = "2F5D8C", "D9D9D9"
TITLE_SIZE, LABEL_SIZE = 1100, 800


def write_charts(target: Worksheet, sheet: Sheet, marker: str, styles: Styles, addresses: Addresses) -> None:
    """The page of a sheet's charts, if it has one; `sheet` is the one with their cells."""
    page = sheet.chart_page
    if page is None:
        return
    _begin(target, has_marker=bool(marker))
    heads = [(page.title, styles.title(), 34.0), (marker, styles.banner(), 22.0)]
    row = 0
    for row, (text, style, height) in enumerate((head for head in heads if head[0]), 1):
        cell = WriteOnlyCell(target, value=clean(text))
        cell.style, cell.data_type = style, "s"
        target.row_dimensions[row].height = height
        target.merged_cells.add(f"A{row}:C{row}")
        target.append([cell])
    for number, chart in enumerate(page.charts):
        line = number // PER_LINE
        if number % PER_LINE == 0:
            target.row_dimensions[row + 1 + line].height = CHART_HEIGHT
            target.append([])
            if line and line % LINES_PER_PAGE == 0:
                target.row_breaks.append(Break(id=row + line))
        drawn = _drawn(chart, sheet, addresses)
        drawn.anchor = _filling(column=number % PER_LINE * 2, row=row + line)
        target.add_chart(drawn)
    target.print_area = f"A1:C{row + -(-len(page.charts) // PER_LINE)}"


def _begin(target: Worksheet, *, has_marker: bool) -> None:
    set_page(target, repeated_rows=2 if has_marker else 1)
    for letter, width in zip("ABC", (COLUMN_WIDTH, GAP_WIDTH, COLUMN_WIDTH), strict=True):
        target.column_dimensions[letter].width = width
    target.sheet_view.showGridLines = False
    target._writer.write_top()  # type: ignore[attr-defined]


def _filling(column: int, row: int) -> TwoCellAnchor:
    """A cell, counted from 0, which the chart fills whatever the program makes of its width."""
    margin = 60_000
    start = AnchorMarker(col=column, row=row, colOff=margin, rowOff=margin)
    return TwoCellAnchor(editAs="oneCell", _from=start, to=AnchorMarker(col=column + 1, row=row + 1))


def _drawn(chart: Chart, sheet: Sheet, addresses: Addresses) -> Any:
    drawn: Any = BarChart()  # its declared types forget what may be assigned
    drawn.type = "col"
    drawn.title = clean(chart.title)
    drawn.title.overlay = False
    for run in drawn.title.tx.rich.p[0].r:
        run.rPr = CharacterProperties(sz=TITLE_SIZE, b=True)
    drawn.legend = None
    drawn.gapWidth = 60
    drawn.x_axis.delete = drawn.y_axis.delete = False  # openpyxl leaves them out unless told
    drawn.x_axis.txPr = drawn.y_axis.txPr = _small()
    drawn.y_axis.number_format = "#,##0"
    drawn.y_axis.scaling.min = 0 if _is_positive(chart, sheet) else None
    drawn.y_axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill=GRID))
    series = Series(idx=0, order=0)
    series.val = _source(chart, sheet, addresses)
    series.cat = AxDataSource(strRef=_headings(chart, sheet, addresses))
    series.graphicalProperties.solidFill = COLOUR
    labels = {"showSerName": False, "showCatName": False, "showLegendKey": False, "showPercent": False}
    series.dLbls = DataLabelList(showVal=True, txPr=_small(), **labels)
    drawn.series.append(series)
    return drawn


def _small() -> RichText:
    properties = ParagraphProperties(defRPr=CharacterProperties(sz=LABEL_SIZE))
    return RichText(p=[Paragraph(pPr=properties, endParaRPr=CharacterProperties(sz=LABEL_SIZE))])


def _is_positive(chart: Chart, sheet: Sheet) -> bool:
    return all(number is None or number >= 0 for number in _numbers(chart, sheet))


def _numbers(chart: Chart, sheet: Sheet) -> list[Decimal | None]:
    row = next(row for row in sheet.held if row.key == chart.row)
    held = zip(sheet.columns, row.values, strict=True)
    return [_number(value) for column, value in held if column.key in chart.columns]


def _decimals(chart: Chart, sheet: Sheet) -> int:
    """Return the decimals that the charted row prints: the values that a chart keeps have no more."""
    row = next(row for row in sheet.held if row.key == chart.row)
    column = next(column for column in sheet.columns if column.key in chart.columns)
    return column.decimals if row.decimals is None else row.decimals


def _source(chart: Chart, sheet: Sheet, addresses: Addresses) -> NumDataSource:
    """The cells; the numbers themselves where a cell holds text because a number would lose digits."""
    if any(number is not None and abs(number) >= LEAST_LONG for number in _numbers(chart, sheet)):
        return NumDataSource(numLit=_data(_numbers(chart, sheet), _decimals(chart, sheet)))
    return NumDataSource(numRef=_values(chart, sheet, addresses))


def _data(held: Sequence[Decimal | None], decimals: int) -> NumData:
    points = [
        NumVal(idx=index, v=cached_text(round_half_up(number, decimals)))
        for index, number in enumerate(held)
        if number is not None
    ]
    return NumData(formatCode="General", ptCount=len(held), pt=points)


def _values(chart: Chart, sheet: Sheet, addresses: Addresses) -> NumRef:
    place = addresses.places[sheet.key]
    run = _run(chart, place.name, place.columns, place.rows[chart.row])
    return NumRef(f=run, numCache=_data(_numbers(chart, sheet), _decimals(chart, sheet)))


def _headings(chart: Chart, sheet: Sheet, addresses: Addresses) -> StrRef:
    place = addresses.places[sheet.key]
    shown = [column.heading for column in sheet.columns if column.key in chart.columns]
    data = StrData(ptCount=len(shown), pt=[StrVal(idx=number, v=clean(text)) for number, text in enumerate(shown)])
    return StrRef(f=_run(chart, place.name, place.columns, place.first - 1), strCache=data)


def _run(chart: Chart, name: str, columns: dict[str, str], row: int) -> str:
    first, last = columns[chart.columns[0]], columns[chart.columns[-1]]
    return f"{quote_sheetname(name)}!${first}${row}:${last}${row}"


def _number(value: Value) -> Decimal | None:
    plain = value.value if isinstance(value, Formula) else value
    return plain if isinstance(plain, Decimal) else None
