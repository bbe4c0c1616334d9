"""A native chart: it follows the cells of its tables, and carries the values for viewers that do not calculate."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal

from openpyxl.chart import BarChart, LineChart
from openpyxl.chart.data_source import AxDataSource, NumData, NumDataSource, NumRef, NumVal, StrData, StrRef, StrVal
from openpyxl.chart.label import DataLabel, DataLabelList
from openpyxl.chart.marker import Marker
from openpyxl.chart.series import Series, SeriesLabel
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import CharacterProperties, Font, Paragraph, ParagraphProperties
from openpyxl.utils import quote_sheetname

from tracker.calculation.quantities import round_half_up
from tracker.documents.shape import Chart, Column, Formula, Kind, Row, Run, Sheet, Value
from tracker.documents.workbook.addresses import Addresses
from tracker.documents.workbook.cells import clean
from tracker.documents.workbook.long_figures import LEAST_LONG
from tracker.documents.workbook.stored import cached_text
from tracker.documents.workbook.styles import FIGURE_FACE

#: Bars are light, so that their figures read on them, where no line runs.
BARS, EDGE, GRID = "A9C6E3", "2F5D8C", "D9D9D9"
#: The schedule is a solid line, the target a dashed one: they differ in print without colour as well.
LINES: tuple[tuple[str, Literal["solid", "dash"]], ...] = (("C0392B", "solid"), ("595959", "dash"))
LINE_WIDTH, EDGE_WIDTH = 22_225, 9_525  # in English metric units: 1.75 and 0.75 points
#: The mark of a schedule that is each bar's own.
MARK_SIZE = 14
#: In hundredths of a point; the page is printed unscaled, so that labels are 9 points on paper.
TITLE_SIZE, LABEL_SIZE = 1100, 900
#: From this amount on, labels are whole numbers: with decimals those of twelve months would touch.
LONG_LABEL = 100
#: Of more bars, only the table gives the figures: labels would lie over each other.
MOST_LABELS = 12


class DrawnChart:
    """One chart, with the sheets that its runs of cells lie on."""

    def __init__(self, chart: Chart, sheets: Mapping[str, Sheet], addresses: Addresses) -> None:
        self.chart = chart
        self.sheets = sheets
        self.addresses = addresses

    def drawn(self) -> Any:
        """Return the chart as openpyxl writes it."""
        drawn: Any = BarChart()  # its declared types forget what may be assigned
        drawn.type = "col"
        drawn.title = clean(self.chart.title)
        drawn.title.overlay = False
        for run in drawn.title.tx.rich.p[0].r:
            run.rPr = _characters(TITLE_SIZE, is_bold=True)
        drawn.roundedCorners = False
        drawn.gapWidth = 25
        drawn.x_axis.delete = drawn.y_axis.delete = False  # openpyxl leaves them out unless told
        drawn.x_axis.txPr = drawn.y_axis.txPr = _small()
        drawn.y_axis.number_format = "0%" if self._column(self.chart.bars).kind is Kind.RATE else "#,##0"
        drawn.y_axis.scaling.min = 0 if self._is_positive() else None
        drawn.y_axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill=GRID))
        bars = self._series(0, self.chart.bars)
        bars.graphicalProperties.solidFill = BARS
        bars.graphicalProperties.line = LineProperties(w=EDGE_WIDTH, solidFill=EDGE)
        bars.dLbls = self._labels()
        drawn.series.append(bars)
        if self.chart.lines:
            drawn.legend.position = "b"
            drawn.legend.txPr = _small()
            drawn += self._lines(drawn)
        else:
            drawn.legend = None
        return drawn

    def _lines(self, bars: Any) -> Any:
        lines: Any = LineChart()
        lines.x_axis, lines.y_axis = bars.x_axis, bars.y_axis
        for number, (run, (colour, dash)) in enumerate(zip(self.chart.lines, LINES, strict=False), 1):
            series = self._series(number, run)
            if run.rows[1:]:  # of a column: each bar has its own, and none leads to the next
                series.graphicalProperties.line.noFill = True
                series.marker = _mark(colour)
            else:
                series.graphicalProperties.line = LineProperties(w=LINE_WIDTH, solidFill=colour, prstDash=dash)
                series.marker = Marker("none")
            series.smooth = False
            lines.series.append(series)
        return lines

    def _series(self, number: int, run: Run) -> Series:
        series = Series(idx=number, order=number)
        series.tx = SeriesLabel(v=clean(run.name)) if run.name else None
        series.val = self._source(run)
        series.cat = AxDataSource(strRef=self._texts(self.chart.across))
        series.graphicalProperties = GraphicalProperties()
        return series

    def _labels(self) -> DataLabelList | None:
        numbers = self._numbers(self.chart.bars)
        shown = {"showSerName": False, "showCatName": False, "showLegendKey": False, "showPercent": False}
        if self.chart.labels_last:
            last = max((at for at, number in enumerate(numbers) if number is not None), default=None)
            if last is None:
                return None
            label = DataLabel(
                idx=last, showVal=True, dLblPos="inBase", numFmt=self._label_format(), txPr=_small(), **shown
            )
            return DataLabelList(dLbl=[label], showVal=False, **shown)
        if len(numbers) > MOST_LABELS:
            return None
        return DataLabelList(showVal=True, dLblPos="inBase", txPr=_small(), numFmt=self._label_format(), **shown)

    def _label_format(self) -> str:
        column = self._column(self.chart.bars)
        if column.kind is Kind.RATE:
            return f"0.{'0' * column.decimals}%"
        decimals = self._decimals(self.chart.bars)
        held = [abs(number) for number in self._numbers(self.chart.bars) if number is not None]
        is_whole = not decimals or (not self.chart.labels_last and max(held, default=Decimal(0)) >= LONG_LABEL)
        return "#,##0" if is_whole else f"#,##0.{'0' * decimals}"

    def _is_positive(self) -> bool:
        runs = (self.chart.bars, *self.chart.lines)
        return all(number is None or number >= 0 for run in runs for number in self._numbers(run))

    def _column(self, run: Run) -> Column:
        return next(column for column in self.sheets[run.sheet].columns if column.key == run.columns[0])

    def _row(self, run: Run) -> Row:
        return next(row for row in self.sheets[run.sheet].held if row.key == run.rows[0])

    def _values(self, run: Run) -> list[Value]:
        """Return the cells of a run, in the order of the sheet."""
        sheet = self.sheets[run.sheet]
        columns, rows = set(run.columns), set(run.rows)
        return [
            value
            for row in sheet.held
            if row.key in rows
            for column, value in zip(sheet.columns, row.values, strict=True)
            if column.key in columns
        ]

    def _numbers(self, run: Run) -> list[Decimal | None]:
        """Return the amounts that the cells hold: of a rate the fraction."""
        share = 100 if self._column(run).kind is Kind.RATE else 1
        found = [_number(value) for value in self._values(run)]
        return [None if number is None else number / share for number in found]

    def _decimals(self, run: Run) -> int:
        """Return the decimals that the charted cells print: the values that a chart keeps have no more."""
        column, row = self._column(run), self._row(run)
        if column.kind is Kind.RATE:
            return column.decimals
        return column.decimals if row.decimals is None else row.decimals

    def _source(self, run: Run) -> NumDataSource:
        """Return the cells; the numbers themselves where a cell holds text because a number would lose digits."""
        digits = self._decimals(run) + (2 if self._column(run).kind is Kind.RATE else 0)
        data = _data(self._numbers(run), digits)
        if any(number is not None and abs(number) >= LEAST_LONG for number in self._numbers(run)):
            return NumDataSource(numLit=data)
        return NumDataSource(numRef=NumRef(f=self._cells(run), numCache=data))

    def _texts(self, run: Run) -> StrRef:
        if run.rows:
            shown = [str(value) for value in self._values(run)]
        else:
            shown = [column.heading for column in self.sheets[run.sheet].columns if column.key in run.columns]
        data = StrData(ptCount=len(shown), pt=[StrVal(idx=number, v=clean(text)) for number, text in enumerate(shown)])
        return StrRef(f=self._cells(run), strCache=data)

    def _cells(self, run: Run) -> str:
        place = self.addresses.places[run.sheet]
        rows = [place.rows[key] for key in run.rows] or [place.first - 1]
        letters = [place.columns[key] for key in run.columns]
        return f"{quote_sheetname(place.name)}!${letters[0]}${rows[0]}:${letters[-1]}${rows[-1]}"


def _mark(colour: str) -> Marker:
    """Return a short line across a bar."""
    filled = GraphicalProperties(solidFill=colour, ln=LineProperties(solidFill=colour))
    return Marker("dash", MARK_SIZE, filled)


def _characters(size: int, *, is_bold: bool = False) -> CharacterProperties:
    """Return letters of a size: figures in the narrow face of the tables, which every program has."""
    return CharacterProperties(sz=size, b=is_bold, latin=Font(typeface=FIGURE_FACE))


def _small() -> RichText:
    letters = _characters(LABEL_SIZE)
    return RichText(p=[Paragraph(pPr=ParagraphProperties(defRPr=letters), endParaRPr=letters)])


def _data(held: Sequence[Decimal | None], decimals: int) -> NumData:
    points = [
        NumVal(idx=index, v=cached_text(round_half_up(number, decimals)))
        for index, number in enumerate(held)
        if number is not None
    ]
    return NumData(formatCode="General", ptCount=len(held), pt=points)


def _number(value: Value) -> Decimal | None:
    plain = value.value if isinstance(value, Formula) else value
    return plain if isinstance(plain, Decimal) else None
