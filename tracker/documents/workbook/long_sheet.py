"""A sheet whose rows are too many to hold: openpyxl makes all around them, they are streamed into their place."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from openpyxl.utils import get_column_letter

from tracker.documents.shape import Column, Kind, LongRows, Row, Sheet
from tracker.documents.workbook import layout
from tracker.documents.workbook.cells import PrintedCell
from tracker.documents.workbook.package import Stream
from tracker.documents.workbook.row_xml import CHUNK, RowXml, xml_of
from tracker.documents.workbook.sheet import MEASURED_ROWS, SheetWriter

#: What Excel's sheets can hold.
ROW_LIMIT = 1_048_576
#: Of these no more than so many stand above the table and in its foot.
AROUND = 12
#: Rows from one report of progress to the next.
ROWS_PER_STEP = 4 * CHUNK
#: What comes after the measured rows may be longer than they are: a figure must not, a text had better not.
LONGEST_FIGURE, USUAL_TEXT = 16, 12
#: "-999,999,999,999,999.999999"
LONGEST_OF_ALL = 27
#: Hears how many rows are written, and of how many.
Step = Callable[[int, int], None]


class LongSheetWriter(SheetWriter):
    """Writes what stands around the rows, and gives the whole sheet's XML as a stream."""

    def write(self, step: Callable[[], None]) -> None:
        """Write all but the rows."""
        self.file = str(self.target._writer.out)  # type: ignore[attr-defined]
        self.below: list[str] = []
        self.is_below = False
        self.target.sheet_format.defaultRowHeight = layout.ROW_HEIGHT
        self.target.sheet_format.customHeight = True
        super().write(step)

    def stream(self, rows: Iterator[tuple[Any, ...]], step: Step) -> Stream:
        """Return the sheet's stream with the next of these rows in it; `step` receives the progress."""
        for done, piece in self._xml().chunks(islice(self._rows().read(), CHUNK), self.first):
            return Stream(lambda: self._pieces(rows, step), len(self.sheet.rows) * (len(piece) // done + 100))
        return Stream(lambda: self._pieces(rows, step), 0)

    def _rows(self) -> LongRows:
        if not isinstance(self.sheet.rows, LongRows):
            raise TypeError("only a long list is streamed")
        return self.sheet.rows

    def _xml(self) -> RowXml:
        return RowXml(self.sheet.columns, self.rooms, self.styles, self._stored)

    def _measure(self) -> list[float]:
        first = islice(self._rows().read(), MEASURED_ROWS)
        figure = LONGEST_OF_ALL if self._rows().has_long_figures else LONGEST_FIGURE
        sample = [Row(values, decimals=decimals) for *values, decimals in first]
        return [
            max(
                layout.column_width(column, (self._cell(row, number).shown for row in sample)),
                _narrowest(column, figure),
            )
            for number, column in enumerate(self.sheet.columns)
        ]

    def _write_rows(self, step: Callable[[], None]) -> None:
        self.first = self.row_number + 1
        self.target.append([])  # where they come
        self.row_number += len(self.sheet.rows)
        self.is_below = True
        if self.sheet.rows:
            self._colour_levels(self.first)

    def _append(self, cells: Iterable[PrintedCell | None], height: float) -> None:
        if not self.is_below:
            super()._append(cells, height)
            return
        self.row_number += 1
        letters = map(get_column_letter, range(1, self.last_column + 1))
        stored = [
            f'<c r="{letter}{self.row_number}{xml_of(self._stored(cell))}'
            for letter, cell in zip(letters, cells, strict=False)
            if cell
        ]
        self.below.append(f'<row r="{self.row_number}" ht="{height}" customHeight="1">{"".join(stored)}</row>')

    def _pieces(self, rows: Iterator[tuple[Any, ...]], step: Step) -> Iterator[bytes]:
        head, tail = self._frame()
        yield head
        count, done = len(self.sheet.rows), 0
        for done, piece in self._xml().chunks(islice(rows, count), self.first):
            yield piece
            if done % ROWS_PER_STEP == 0:
                step(done, count)
        if done != count:
            raise ValueError(f"{self.target.title}: {count} rows were announced, {done} came")
        yield "".join(self.below).encode()
        yield tail

    def _frame(self) -> tuple[bytes, bytes]:
        """Return what openpyxl wrote, before the place of the rows and after it."""
        xml = Path(self.file).read_bytes()
        place = re.search(rb'<row r="%d"\s*(/>|></row>)' % self.first, xml)
        if place is None:
            raise ValueError("openpyxl wrote no row where the rows come")
        return xml[: place.start()], xml[place.end() :]


def parts_of(sheet: Sheet, row_limit: int) -> list[Sheet]:
    """Return the sheets that a long list fills, each with the same head: one, and more above Excel's limit."""
    rows = sheet.rows
    if not isinstance(rows, LongRows):
        return [sheet]
    each = row_limit - AROUND - len(sheet.notes)
    counts = [min(each, rows.count - start) for start in range(0, rows.count, each)] or [0]
    return [
        replace(
            sheet,
            name=_part_name(sheet.name, number),
            rows=replace(rows, count=count),
            key=sheet.key if number == 1 else "",
        )
        for number, count in enumerate(counts, 1)
    ]


def _part_name(name: str, number: int) -> str:
    suffix = f"({number})" if number > 1 else ""
    return name[: layout.LONGEST_NAME - len(suffix)] + suffix


def _narrowest(column: Column, figure: int) -> float:
    if column.kind is Kind.AMOUNT:
        return figure * layout.AIR
    return float(USUAL_TEXT) if column.kind is Kind.TEXT else 0.0
