"""Rows as the XML of a sheet, for lists so long that a cell object for each would take minutes.

Python's own loops are kept out of it as far as may be: a chunk of rows is turned into columns, each column into the
XML of its cells, looked up where values repeat, and the columns are put together again by `map` and `str.format`.
A test holds that every cell reads as the one that openpyxl would have written.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from itertools import islice, repeat
from typing import Any
from xml.sax.saxutils import escape

from openpyxl.cell import Cell as StoredCell
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel

from tracker.calculation.periods import SHANGHAI
from tracker.calculation.quantities import round_half_up
from tracker.reports.shape import Column, Kind, Row, Value
from tracker.reports.workbook import layout
from tracker.reports.workbook.cells import QUOTED, Cell, cell_for, clean
from tracker.reports.workbook.styles import Styles

CHUNK = 500
#: A column forgets what its values look like when there are so many of them, or so many characters.
REMEMBERED, REMEMBERED_CHARACTERS = 4_096, 1_000_000
EPOCH = datetime(1899, 12, 30, tzinfo=UTC)
END = "</v></c>"
Store = Callable[[Cell], StoredCell]


class RowXml:
    """Turns rows into XML. `rooms` are the widths free for text; `store` gives a cell with its style registered."""

    def __init__(self, columns: Sequence[Column], rooms: Sequence[float], styles: Styles, store: Store) -> None:
        self.columns = [_Column(*pair, styles, store) for pair in zip(columns, rooms, strict=True)]
        places = (f'<c r="{get_column_letter(number)}{{0}}{{{number + 1}}}' for number in range(1, len(columns) + 1))
        self.template = f'<row r="{{0}}"{{1}}>{"".join(places)}</row>'

    def chunks(self, rows: Iterable[tuple[Any, ...]], first: int) -> Iterator[tuple[int, bytes]]:
        """How many rows so far, and the XML of the newest of them; the first has that number in the sheet."""
        source, number = iter(rows), first
        while chunk := list(islice(source, CHUNK)):
            *values, decimals = zip(*chunk, strict=True)
            cells = [column.cells(own, decimals) for column, own in zip(self.columns, values, strict=True)]
            numbers = map(str, range(number, number + len(chunk)))
            number += len(chunk)
            lines = map(self.template.format, numbers, self._heights(values), *cells)
            yield number - first, "".join(lines).encode()

    def _heights(self, values: Sequence[Sequence[Value]]) -> Iterable[str]:
        """Of each row what its longest text needs; nothing where one line is enough."""
        heights = [map(column.height, own) for column, own in zip(self.columns, values, strict=True) if column.tall]
        if not heights:
            return repeat("")
        return [f' ht="{max(row)}" customHeight="1"' if any(row) else "" for row in zip(*heights, strict=True)]


class _Column:
    """One column: the XML of its cells, and which of its texts take several lines."""

    def __init__(self, column: Column, room: float, styles: Styles, store: Store) -> None:
        self.column, self.room, self.styles, self.store = column, room, styles, store
        self.tall: dict[Value, float] = {}
        self.looked_up = _LookedUp(self.work_out)
        self.plain, self.quoted = (self.slow(mark).removesuffix(f">{mark}</t></is></c>") for mark in "x=")
        self.number_heads = _LookedUp(lambda places: self._head(Decimal(0), places))
        self.moment_heads = _LookedUp(lambda _any: self._head(EPOCH.replace(year=2020), None))

    def height(self, value: Value) -> float:
        """What a value's text needs; 0 where one line is enough."""
        return self.tall.get(value, 0.0)

    def cells(self, values: Sequence[Value], decimals: Sequence[int | None]) -> Iterable[str]:
        """The XML of the values' cells, from behind the row's number on."""
        if len(self.looked_up) > REMEMBERED or self.looked_up.characters > REMEMBERED_CHARACTERS:
            self.looked_up.forget()
            self.tall.clear()
        if self.column.kind is Kind.COUNT:
            head = self.number_heads[None]
            return [f"{head}{value}{END}" if type(value) is int else self.work_out(value) for value in values]
        figure = self._figure()
        if figure is None:
            return list(map(self.looked_up.__getitem__, values))
        return [
            figure(value, places) if type(value) is Decimal else self.other(value, places)
            for value, places in zip(values, decimals, strict=True)
        ]

    def other(self, value: Value, places: int | None) -> str:
        """What is no figure in a column of figures."""
        return self.looked_up[value] if value is None or type(value) is str else self.slow(value, places)

    def work_out(self, value: Value) -> str:
        """The XML of one value that was not seen yet."""
        if type(value) is str and value:
            return self.text(value)
        if type(value) is datetime and value.tzinfo and value.year > EPOCH.year + 1:
            return f"{self.moment_heads[None]}{_serial(value)}{END}"
        return self.slow(value)

    def text(self, value: str) -> str:
        """The XML of a text; its height is kept if it takes several lines."""
        text = clean(value)
        if "\n" in text or len(text) * 2 * layout.AIR > self.room:
            height = layout.row_height([(text, self.room)])
            if height > layout.ROW_HEIGHT:
                self.tall[value] = height
        space = ' xml:space="preserve"' if text != text.strip() else ""
        return f"{self.quoted if text[0] in QUOTED else self.plain}{space}>{escape(text)}</t></is></c>"

    def slow(self, value: Value, places: int | None = None) -> str:
        """The XML of any value, by way of the cell that openpyxl would write."""
        return xml_of(self.store(cell_for(value, self.column, Row([value], decimals=places), self.styles)))

    def exact(self, value: Decimal, places: int | None) -> str:
        """An amount with every digit."""
        text = f"{value:f}"
        digits = 0
        if "." in text:
            text = text.rstrip("0")
            digits = len(text) - text.index(".") - 1
            text = text if digits else text[:-1]
        return f"{self.number_heads[max(self.column.decimals if places is None else places, digits)]}{text}{END}"

    def amount(self, value: Decimal, places: int | None) -> str:
        """An amount rounded to what is printed."""
        places = self.column.decimals if places is None else places
        return f"{self.number_heads[places]}{round_half_up(value, places):f}{END}"

    def rate(self, value: Decimal, _places: int | None) -> str:
        """A rate in %, stored as its hundredth."""
        return f"{self.number_heads[None]}{round_half_up(value, self.column.decimals) / 100:f}{END}"

    def points(self, value: Decimal, _places: int | None) -> str:
        """A difference in percentage points."""
        return f"{self.number_heads[None]}{round_half_up(value, 2):f}{END}"

    def _figure(self) -> Callable[[Decimal, int | None], str] | None:
        if self.column.kind is Kind.AMOUNT:
            return self.exact if self.column.is_exact else self.amount
        return {Kind.RATE: self.rate, Kind.POINTS: self.points}.get(self.column.kind)

    def _head(self, value: Value, places: int | None) -> str:
        return self.slow(value, places).partition("<v>")[0] + "<v>"


class _LookedUp(dict[Any, str]):
    """The XML of values, each worked out once."""

    def __init__(self, work_out: Callable[[Any], str]) -> None:
        super().__init__()
        self.work_out = work_out
        self.characters = 0

    def __missing__(self, value: Any) -> str:
        xml = self[value] = self.work_out(value)
        self.characters += len(xml)
        return xml

    def forget(self) -> None:
        """Begin anew."""
        self.clear()
        self.characters = 0


def xml_of(cell: StoredCell) -> str:
    """A cell's XML from behind its row's number on."""
    head = f'" s="{cell.style_id}"'
    if cell.value is None:
        return head + "/>"
    if cell.data_type == "s":
        text = str(cell.value)
        space = ' xml:space="preserve"' if text != text.strip() else ""
        return f'{head} t="inlineStr"><is><t{space}>{escape(text)}</t></is></c>'
    value = to_excel(cell.value) if cell.data_type == "d" else cell.value
    if cell.data_type not in "dn":
        raise TypeError(f"a long list holds no cell of the type {cell.data_type}")
    return f"{head}><v>{value:f}{END}" if isinstance(value, Decimal) else f"{head}><v>{value}{END}"


def _serial(moment: datetime) -> float:
    """The days since the beginning of Excel's calendar, as clocks in Shanghai showed them."""
    since = moment.astimezone(SHANGHAI).replace(tzinfo=UTC) - EPOCH
    return since.days + since.seconds / 86_400
