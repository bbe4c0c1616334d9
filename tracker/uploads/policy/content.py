"""Extracted content of a document: one text, with its paragraphs and tables as spans of that text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum

from tracker.uploads.policy.normalising import normalise


@dataclass(frozen=True)
class Span:
    """Half-open range of characters in the document's text."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """Return the characters of the span."""
        return text[self.start : self.end]


class Merged(Enum):
    """Position of the cell that a merged cell continues."""

    LEFT = "left"
    ABOVE = "above"


#: Text of a cell to be added, or the neighbour that it continues.
CellText = str | Merged


@dataclass(frozen=True)
class Cell:
    """Cell of a table. A merged cell is repeated, with the same span, in every row and column that it covers."""

    text: str
    span: Span


@dataclass(frozen=True)
class Table:
    """Rows of cells, all of one length."""

    span: Span
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def width(self) -> int:
        """Return the number of columns."""
        return len(self.rows[0]) if self.rows else 0


@dataclass(frozen=True)
class Content:
    """Text of a document. Paragraphs and tables are in the order of the text and do not overlap."""

    text: str
    paragraphs: tuple[Span, ...]
    tables: tuple[Table, ...]


@dataclass
class ContentBuilder:
    """Collector that appends paragraphs and tables to one text."""

    parts: list[str] = field(default_factory=list)
    length: int = 0
    paragraphs: list[Span] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)

    def add_paragraph(self, text: str) -> None:
        """Append a paragraph. Ignore an empty one."""
        if plain := normalise(text):
            self.paragraphs.append(self._append(plain))
            self._append("\n")

    def add_table(self, rows: Sequence[Sequence[CellText]]) -> None:
        """Append a table."""
        width = max((len(row) for row in rows), default=0)
        if not width:
            return
        start, done = self.length, list[tuple[Cell, ...]]()
        for row in rows:
            done.append(self._row([*row, *[""] * (width - len(row))], done[-1] if done else ()))
            self._append("\n")
        self.tables.append(Table(Span(start, self.length), tuple(done)))

    def content(self) -> Content:
        """Return what was collected."""
        return Content("".join(self.parts), tuple(self.paragraphs), tuple(self.tables))

    def _row(self, texts: Iterable[CellText], above: Sequence[Cell]) -> tuple[Cell, ...]:
        cells: list[Cell] = []
        for column, text in enumerate(texts):
            if text is Merged.LEFT and cells:
                cells.append(cells[-1])
                continue
            if text is Merged.ABOVE and above:
                cells.append(above[column])
                continue
            plain = normalise(text) if isinstance(text, str) else ""
            cells.append(Cell(plain, self._append(plain)))
            self._append("\t")
        return tuple(cells)

    def _append(self, text: str) -> Span:
        self.parts.append(text)
        self.length += len(text)
        return Span(self.length - len(text), self.length)
