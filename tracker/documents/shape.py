"""What a report is: sheets of typed columns, which one writer renders."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from tracker.calculation.levels import Level


@dataclass(frozen=True)
class MovedLevel:
    """A warning level beside the one that the last issue had, for brief columns: an arrow says which way it moved."""

    now: Level
    then: Level


@dataclass(frozen=True)
class ProvisionalLevel:
    """A warning level that rests on those places alone that have reported; None where none has a share."""

    level: Level | None


#: What a cell shows. Text is text in every column, also when it begins with "="; None prints as "—" in columns
#: of figures, as an empty cell in columns of text, and as "not graded" in columns of levels.
Shown = str | int | Decimal | date | datetime | Level | MovedLevel | ProvisionalLevel | None


@dataclass(frozen=True)
class Formula:
    """A value that the workbook reckons from its own cells, and what the system reckoned, which the file carries too.

    In the expression, Excel's own language, {...} stands for cells by the keys of columns, rows and sheets:
    {column} in the same row, {column@row}, {column@first:last} for the rows from one to another,
    {column:column@row} for the columns from one to another, {sheet!column@row} on another sheet, and
    {sheet!column} for all rows of a column. A rate's expression gives the fraction that the cell holds, 66.12% as
    0.6612; its `value` is in %, like every rate. `decimals` are those printed where they are not the column's. An
    empty expression is a plain value.
    """

    expression: str
    value: Shown
    decimals: int | None = None


Value = Shown | Formula


class Kind(StrEnum):
    """How a column's values read."""

    TEXT = "text"
    AMOUNT = "amount"  # Decimal in the row's or column's unit
    RATE = "rate"  # Decimal in %
    POINTS = "points"  # Decimal in percentage points, signed
    COUNT = "count"  # int
    LEVEL = "level"  # Level or None (not graded)
    MOMENT = "moment"  # aware datetime, printed in Asia/Shanghai
    DAY = "day"


@dataclass(frozen=True)
class Column:
    """A column: its heading, the kind of its values, the decimals printed.

    Neighbours with the same `group` stand under that common heading. An exact column keeps every digit of its
    amounts, so that whoever adds them up arrives at the system's totals. A brief column is kept narrow, where many
    stand side by side: of a level it prints the mark and the numeral alone. An unrounded column prints its decimals
    and keeps the rest in the cell, for formulas to reckon with. A wide column
    holds whole sentences. Formulas name the column by its `key`.
    """

    heading: str
    kind: Kind = Kind.TEXT
    decimals: int = 2
    group: str = ""
    is_exact: bool = False
    is_brief: bool = False
    is_unrounded: bool = False
    is_wide: bool = False
    key: str = ""


@dataclass(frozen=True)
class Row:
    """A row's values, one per column. `decimals` overrides the columns' for amounts (a row of whole numbers).

    Formulas name the row by its `key`. Rows from one that begins a block to the next such row are printed on one page,
    as far as a page holds them.
    """

    values: Sequence[Value]
    is_total: bool = False
    decimals: int | None = None
    key: str = ""
    begins_block: bool = False


@dataclass(frozen=True)
class Run:
    """Cells that a chart draws, by the key of their sheet: a row over columns, or a column over rows.

    Without rows it is the headings of its columns. `name` stands in the legend.
    """

    sheet: str
    columns: Sequence[str]
    rows: Sequence[str] = ()
    name: str = ""


@dataclass(frozen=True)
class Chart:
    """A chart: bars, and lines over them, with what stands along its foot.

    Each bar carries its figure, or the last one alone, where lines run through the bars.
    """

    title: str
    across: Run
    bars: Run
    lines: Sequence[Run] = ()
    labels_last: bool = False


@dataclass(frozen=True)
class ChartPage:
    """Charts of a report's tables, on a sheet of their own after one of them."""

    name: str
    title: str
    charts: Sequence[Chart]


@dataclass(frozen=True)
class LongRows:
    """Rows that may be too many to hold: how many there are, and a way to read them, from the first, again and again.

    Each row is a tuple: a value for each column, then the decimals of its amounts (None: the columns' own). They are
    written one after the other, so that a million need no more memory than a hundred. `has_long_figures` keeps room
    for those that a spreadsheet cannot hold as numbers.
    """

    count: int
    read: Callable[[], Iterable[tuple[Any, ...]]]
    has_long_figures: bool = False

    def __len__(self) -> int:
        return self.count


@dataclass(frozen=True)
class Sheet:
    """A table with its title, the line under it (left, middle, right), and what stands at its foot.

    `basis` is a second such line: what the figures rest on. A notice is what the reader must know first ("no
    verified data"); notes explain, below the table. The first `frozen_columns` stay in sight when one scrolls.
    Formulas of other sheets name this one by its `key`. Its charts stand on the sheet after it. A sheet
    `on_one_page` is printed on a single one; of an annex only its head is printed with the others. An optional sheet
    is left out of a document in which it has no rows. Supporting sheets stand behind the report proper, and their pages
    say that they are annexes. A large one is printed on A3.
    """

    name: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Row] | LongRows
    left: str = ""
    middle: str = ""
    right: str = ""
    basis: tuple[str, str, str] | None = None
    foot: Sequence[str] = ()
    notes: Sequence[str] = ()
    notice: str = ""
    has_filter: bool = False
    frozen_columns: int = 0
    key: str = ""
    chart_page: ChartPage | None = None
    on_one_page: bool = False
    is_annex: bool = False
    is_optional: bool = False
    is_supporting: bool = False
    is_large: bool = False

    @property
    def held(self) -> Sequence[Row]:
        """The rows themselves; none of a long list, which nobody holds."""
        return () if isinstance(self.rows, LongRows) else self.rows


@dataclass(frozen=True)
class Cover:
    """The first page: a title, the issuing body, lines of what and what it says, and findings in words."""

    name: str
    title: str
    issuer: str
    lines: Sequence[tuple[str, Value]]
    findings_heading: str = ""
    findings: Sequence[str] = ()


@dataclass(frozen=True)
class Report:
    """A report: what it is called, who issues it, and its sheets. `marker` stands on every sheet if not empty.

    `names` are the workbook's defined names: each stands for the cells that a formula's {...} would name. `made_at` is
    the moment that the file gives as its own: without one, that of writing.
    """

    identifier: str
    title: str
    issuer: str
    sheets: Sequence[Sheet]
    marker: str = ""
    properties: dict[str, str] = field(default_factory=dict)
    cover: Cover | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    made_at: datetime | None = None
