"""Native charts below a table: they follow its cells, and carry the values for viewers that do not reckon."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from openpyxl.chart import BarChart
from openpyxl.chart.data_source import AxDataSource, NumData, NumDataSource, NumRef, NumVal, StrData, StrRef, StrVal
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.series import Series
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.worksheet import Worksheet

from tracker.reports.shape import Chart, Formula, Sheet, Value
from tracker.reports.workbook.addresses import Addresses
from tracker.reports.workbook.cells import clean
from tracker.reports.workbook.layout import split_columns
from tracker.reports.workbook.stored import cached_text

#: Charts stand side by side; each takes so many rows of the usual height.
PER_LINE = 2
ROWS_HIGH = 15
ROW_CM, CHARACTER_CM = 0.53, 0.185
COLOUR = "2F5D8C"


def add_charts(target: Worksheet, sheet: Sheet, widths: Sequence[float], row: int, addresses: Addresses) -> int:
    """Put the sheet's charts below this row; the last row that they cover."""
    if not sheet.charts:
        return row
    runs = split_columns(widths, PER_LINE)
    for number, chart in enumerate(sheet.charts):
        first, last = runs[number % len(runs)]
        drawn: Any = _drawn(chart, sheet, addresses)
        drawn.anchor = f"{get_column_letter(first)}{row + 2 + number // len(runs) * (ROWS_HIGH + 1)}"
        drawn.width = sum(widths[first - 1 : last]) * CHARACTER_CM
        drawn.height = ROWS_HIGH * ROW_CM
        target.add_chart(drawn)
    return row + 1 + -(-len(sheet.charts) // len(runs)) * (ROWS_HIGH + 1)


def _drawn(chart: Chart, sheet: Sheet, addresses: Addresses) -> Any:
    drawn: Any = BarChart()  # its declared types forget what may be assigned
    drawn.type = "col"
    drawn.title = clean(chart.title)
    drawn.title.overlay = False
    drawn.legend = None
    drawn.gapWidth = 60
    drawn.x_axis.delete = drawn.y_axis.delete = False  # openpyxl leaves them out unless told
    drawn.y_axis.title = clean(chart.unit) or None
    drawn.y_axis.number_format = "General"
    drawn.y_axis.majorGridlines.spPr = None
    series = Series(idx=0, order=0)
    series.val = NumDataSource(numRef=_values(chart, sheet, addresses))
    series.cat = AxDataSource(strRef=_headings(chart, sheet, addresses))
    series.graphicalProperties.solidFill = COLOUR
    series.dLbls = DataLabelList(showVal=True, showSerName=False, showCatName=False, showLegendKey=False)
    drawn.series.append(series)
    return drawn


def _values(chart: Chart, sheet: Sheet, addresses: Addresses) -> NumRef:
    place = addresses.places[sheet.key]
    row = next(row for row in sheet.held if row.key == chart.row)
    held = [value for column, value in zip(sheet.columns, row.values, strict=True) if column.key in chart.columns]
    points = [
        NumVal(idx=number, v=cached_text(value)) for number, value in enumerate(map(_number, held)) if value is not None
    ]
    data = NumData(formatCode="General", ptCount=len(held), pt=points)
    return NumRef(f=_run(chart, place.name, place.columns, place.rows[chart.row]), numCache=data)


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
