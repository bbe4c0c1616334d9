"""What a table of past periods says, cell by cell: as read, as understood, and what is wrong with it."""

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

#: What a cell of a sheet holds when read: text, a number, or nothing. Dates come as text.
Scalar = str | float | int | bool | None


class TableCell(NamedTuple):
    """One value of the table with the words beside it, as they stand there. `column` and `row` count from 1."""

    row: int
    column: int
    unit: Scalar
    period: Scalar
    indicator: Scalar
    value: Scalar
    note: Scalar = None
    measure: Scalar = None
    is_cumulative: bool = False


class PastValue(NamedTuple):
    """One value as understood, with the primary keys of what it is about; `text` as entered in the unit `measure`.

    `page_note` is a note for all values that look odd; it is kept with those only.
    """

    row: int
    column: int
    unit: int
    period: int
    indicator: int
    value: Decimal
    text: str
    measure: int
    note: str
    is_rounded: bool = False
    page_note: str = ""


class TotalCell(NamedTuple):
    """A value of a row or a column of totals, and what it is the total of where that is understood.

    `unit` and `period` are None where it is a total of all of them. `is_across`: its parts stand in its row, not above
    it.
    """

    row: int
    column: int
    text: str
    unit: int | None
    period: int | None
    indicator: int | None
    value: Decimal | None
    is_subtotal: bool
    is_across: bool
    is_cumulative: bool = False


@dataclass(frozen=True)
class Problem:
    """Why a value cannot be loaded: its place in the sheet ("D17"), what stands there, and what to do."""

    place: str
    text: str
    message: str


def as_text(scalar: Scalar) -> str:
    """Return a cell as its sheet shows it.

    Excel keeps fifteen digits of a number; any digits beyond are binary noise.
    """
    if isinstance(scalar, str):
        return scalar.strip()
    if scalar is None:
        return ""
    if isinstance(scalar, float) and not scalar.is_integer():
        text = f"{scalar:.15g}"
        return f"{Decimal(text):f}" if "e" in text else text
    if isinstance(scalar, float):
        return str(int(scalar))
    return str(scalar)
