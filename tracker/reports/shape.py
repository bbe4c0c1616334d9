"""What a report is: sheets of typed columns, which one writer renders."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from tracker.calculation.levels import Level

#: What a cell can hold. Text is text, also when it begins with "="; None prints as "—" in number columns.
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
    """A column: its heading, the kind of its values, the decimals printed."""

    heading: str
    kind: Kind = Kind.TEXT
    decimals: int = 2


@dataclass(frozen=True)
class Row:
    """A row's values, one per column. `decimals` overrides the columns' for amounts (a row of whole numbers)."""

    values: Sequence[Value]
    is_total: bool = False
    decimals: int | None = None


@dataclass(frozen=True)
class Sheet:
    """A table with its title, the line under it (left, middle, right), and what stands at its foot."""

    name: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    left: str = ""
    middle: str = ""
    right: str = ""
    foot: Sequence[str] = ()
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class Report:
    """A report: what it is called, who issues it, and its sheets. `marker` stands on every sheet if not empty."""

    identifier: str
    title: str
    issuer: str
    sheets: Sequence[Sheet]
    marker: str = ""
    properties: dict[str, str] = field(default_factory=dict)
