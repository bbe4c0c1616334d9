"""What a report is: sheets of typed columns, which one writer renders."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from tracker.calculation.levels import Level

#: What a cell can hold. Text is text in every column, also when it begins with "="; None prints as "—" in columns
#: of figures, as an empty cell in columns of text, and as "not graded" in columns of levels.
Value = str | int | Decimal | date | datetime | Level | None


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
    amounts, so that whoever adds them up arrives at the system's totals. A brief column of levels prints the mark
    and the numeral alone, where many stand side by side.
    """

    heading: str
    kind: Kind = Kind.TEXT
    decimals: int = 2
    group: str = ""
    is_exact: bool = False
    is_brief: bool = False


@dataclass(frozen=True)
class Row:
    """A row's values, one per column. `decimals` overrides the columns' for amounts (a row of whole numbers)."""

    values: Sequence[Value]
    is_total: bool = False
    decimals: int | None = None


@dataclass(frozen=True)
class Sheet:
    """A table with its title, the line under it (left, middle, right), and what stands at its foot.

    `basis` is a second such line: what the figures rest on. A notice is what the reader must know first ("no verified data"); notes explain, below the table. The first
    `frozen_columns` stay in sight when one scrolls to the right.
    """

    name: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    left: str = ""
    middle: str = ""
    right: str = ""
    basis: tuple[str, str, str] | None = None
    foot: Sequence[str] = ()
    notes: Sequence[str] = ()
    notice: str = ""
    has_filter: bool = False
    frozen_columns: int = 0


@dataclass(frozen=True)
class Report:
    """A report: what it is called, who issues it, and its sheets. `marker` stands on every sheet if not empty."""

    identifier: str
    title: str
    issuer: str
    sheets: Sequence[Sheet]
    marker: str = ""
    properties: dict[str, str] = field(default_factory=dict)
