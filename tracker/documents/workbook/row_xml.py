"""Rows as the XML of a sheet, for lists so long that a cell object for each would take minutes.

Python's own loops are kept out of it as far as may be: a chunk of rows is turned into columns, each column into the
XML of its cells, looked up where values repeat, and the columns are put together again by `zip` and `str.join`.
A test holds that every cell reads as the one that openpyxl would have written.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from itertools import islice, repeat
from typing import Any
from xml.sax.saxutils import escape

from django.utils.timezone import get_current_timezone_name
from openpyxl.cell import Cell as StoredCell
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel

from tracker.calculation.deadlines import SHANGHAI
from tracker.calculation.quantities import round_half_up
from tracker.documents.shape import Column, Kind, Row, Value
from tracker.documents.workbook import layout
from tracker.documents.workbook.cells import QUOTED, PrintedCell, cell_for, clean
from tracker.documents.workbook.long_figures import LEAST_LONG, is_long
from tracker.documents.workbook.styles import Styles

CHUNK = 500
#: So many digits before the point leave room for all behind it.
LONGEST_WHOLE = 9
#: A column forgets what its values look like when there are so many of them, or so many characters.
REMEMBERED, REMEMBERED_CHARACTERS = 4_096, 1_000_000
#: Where Excel's calendar begins, by the clocks of Shanghai, which have run as they do now since the last summer time.
EPOCH = datetime(1899, 12, 29, 16, tzinfo=UTC)
SAME_CLOCKS_SINCE = datetime(1992, 1, 1, tzinfo=UTC)
Store = Callable[[PrintedCell], StoredCell]


class RowXml:
    """Turns rows into XML. `rooms` are the widths free for text; `store` gives a cell with its style registered."""

    def __init__(self, columns: Sequence[Column], rooms: Sequence[float], styles: Styles, store: Store) -> None:
        behind = [*(_before(number) for number in range(2, len(columns) + 1)), "</row>"]
        self.columns = [_Column(*each, styles, store) for each in zip(columns, rooms, behind, strict=True)]

    def chunks(self, rows: Iterable[tuple[Any, ...]], first: int) -> Iterator[tuple[int, bytes]]:
        """Return how many rows so far, and the XML of the newest of them; the first has that number in the sheet."""
        source, number = iter(rows), first
        while chunk := list(islice(source, CHUNK)):
            *values, decimals = zip(*chunk, strict=True)
            cells = [column.cells(own, decimals) for column, own in zip(self.columns, values, strict=True)]
            numbers = map(str, range(number, number + len(chunk)))
            number += len(chunk)
            # The row's number stands before each of its cells, and nowhere else: it joins them.
            pieces = zip(repeat('<row r="'), self._heads(values), *cells, strict=False)
            yield number - first, "".join(map(str.join, numbers, pieces)).encode()

    def _heads(self, values: Sequence[Sequence[Value]]) -> Iterable[str]:
        """Return what stands between a row's number and that of its first cell: the height, unless one line is
        enough.
        """
        plain = f'">{_before(1)}'
        heights = [map(column.height, own) for column, own in zip(self.columns, values, strict=True) if column.tall]
        if not heights:
            return repeat(plain)
        tallest = map(max, zip(*heights, repeat(0.0), strict=False))
        return [f'" ht="{height}" customHeight="1">{_before(1)}' if height else plain for height in tallest]


class _Column:
    """One column: the XML of its cells, each with what stands behind it, and which of its texts take several lines."""

    def __init__(self, column: Column, room: float, behind: str, styles: Styles, store: Store) -> None:
        self.column, self.room, self.behind, self.styles, self.store = column, room, behind, styles, store
        self.tall: dict[Value, float] = {}
        self.looked_up = _LookedUp(self.work_out)
        self.plain, self.quoted = (self.slow(mark).partition(f">{mark}</t>")[0] for mark in "x=")
        self.number_heads = _LookedUp(lambda places: self._head(Decimal(0), places))
        self.moment_heads = _LookedUp(lambda _any: self._head(SAME_CLOCKS_SINCE, None))
        self.end_of_number = f"</v></c>{behind}"
        self.end_of_text = f"</t></is></c>{behind}"

    def height(self, value: Value) -> float:
        """Return what a value's text needs; 0 where one line is enough."""
        return self.tall.get(value, 0.0)

    def cells(self, values: Sequence[Value], decimals: Sequence[int | None]) -> Iterable[str]:
        """Return the XML of the values' cells, starting after the row's number."""
        if len(self.looked_up) > REMEMBERED or self.looked_up.characters > REMEMBERED_CHARACTERS:
            self.looked_up.forget()
            self.tall.clear()
        kind = self.column.kind
        if kind is Kind.COUNT:
            return self.counts(values)
        if kind is Kind.MOMENT:
            return self.moments(values)
        if kind is Kind.AMOUNT and self.column.is_exact:
            return self.exact_amounts(values, decimals)
        figure = {Kind.AMOUNT: self.amount, Kind.RATE: self.rate, Kind.POINTS: self.points}.get(kind)
        if figure is None or self.column.is_unrounded:
            return list(map(self.looked_up.__getitem__, values))
        return [
            figure(value, places) if type(value) is Decimal else self.other(value, places)
            for value, places in zip(values, decimals, strict=True)
        ]

    def counts(self, values: Sequence[Value]) -> list[str]:
        """Whole numbers."""
        head, end = self.number_heads[None], self.end_of_number
        return [f"{head}{value}{end}" if type(value) is int else self.work_out(value) for value in values]

    def moments(self, values: Sequence[Value]) -> list[str]:
        """Return the days since the beginning of Excel's calendar, as clocks in the time zone in force showed them."""
        has_shanghai_clocks = get_current_timezone_name() == SHANGHAI.key
        head, end, looked_up = self.moment_heads[None], self.end_of_number, self.looked_up
        return [
            f"{head}{(since := value - EPOCH).days + since.seconds / 86_400}{end}"
            if has_shanghai_clocks and type(value) is datetime and value.tzinfo and value >= SAME_CLOCKS_SINCE
            else looked_up[value]
            for value in values
        ]

    def exact_amounts(self, values: Sequence[Value], decimals: Sequence[int | None]) -> list[str]:
        """Amounts with every digit."""
        heads, end, printed = self.number_heads, self.end_of_number, self.column.decimals
        cells = []
        for value, places in zip(values, decimals, strict=True):
            if type(value) is not Decimal:
                cells.append(self.other(value, places))
                continue
            text = str(value)
            whole, _point, fraction = (f"{value:f}" if "E" in text else text).partition(".")
            fraction = fraction.rstrip("0")
            if len(whole) > LONGEST_WHOLE and is_long(value):
                cells.append(self.slow(value, places))
                continue
            head = heads[max(printed if places is None else places, len(fraction))]
            cells.append(f"{head}{whole}.{fraction}{end}" if fraction else f"{head}{whole}{end}")
        return cells

    def amount(self, value: Decimal, places: int | None) -> str:
        """Return an amount rounded to what is printed."""
        places = self.column.decimals if places is None else places
        if abs(value) >= LEAST_LONG:
            return self.slow(value, places)
        return f"{self.number_heads[places]}{round_half_up(value, places):f}{self.end_of_number}"

    def rate(self, value: Decimal, _places: int | None) -> str:
        """Return a rate in %, stored as its hundredth."""
        return f"{self.number_heads[None]}{round_half_up(value, self.column.decimals) / 100:f}{self.end_of_number}"

    def points(self, value: Decimal, _places: int | None) -> str:
        """Return a difference in percentage points."""
        return f"{self.number_heads[None]}{round_half_up(value, 2):f}{self.end_of_number}"

    def other(self, value: Value, places: int | None) -> str:
        """Return what is no figure in a column of figures."""
        return self.looked_up[value] if value is None or type(value) is str else self.slow(value, places)

    def work_out(self, value: Value) -> str:
        """Return the XML of one value that is not in the cache yet."""
        return self.text(value) if type(value) is str and value else self.slow(value)

    def text(self, value: str) -> str:
        """Return the XML of a text; store its height if it takes several lines."""
        text = clean(value)
        if "\n" in text or len(text) * 2 * layout.AIR > self.room:
            height = layout.row_height([(text, self.room)])
            if height > layout.ROW_HEIGHT:
                self.tall[value] = height
        space = ' xml:space="preserve"' if text != text.strip() else ""
        return f"{self.quoted if text[0] in QUOTED else self.plain}{space}>{escape(text)}{self.end_of_text}"

    def slow(self, value: Value, places: int | None = None) -> str:
        """Return the XML of any value, by way of the cell that openpyxl would write."""
        cell = cell_for(value, self.column, Row([value], decimals=places), self.styles)
        return xml_of(self.store(cell)) + self.behind

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
    """Return a cell's XML, starting after its row's number."""
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
    number = f"{value:f}" if isinstance(value, Decimal) else value
    return f"{head}><v>{number}</v></c>"


def _before(column: int) -> str:
    return f'<c r="{get_column_letter(column)}'
