"""A sheet as CSV: what any program reads, with a mark by which Excel knows that the text is UTF-8."""

import csv
import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from io import StringIO

from django.utils.translation import pgettext

from tracker.calculation.levels import Level
from tracker.calculation.quantities import round_half_up
from tracker.documents import wording
from tracker.documents.shape import Column, Formula, Kind, LongRows, MovedLevel, ProvisionalLevel, Sheet, Value

#: Text that begins like this would be reckoned by a spreadsheet that opens the file.
BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
BYTE_ORDER_MARK = "\ufeff"
#: A count of a count, such as a coverage: a spreadsheet that opens the file would take it for a day.
FRACTION = re.compile(r"(\d+)/(\d+)", re.ASCII)


def csv_of(sheet: Sheet) -> bytes:
    """Return the headings and the rows, with the digits of the screen and % behind rates.

    Figures have no commas between thousands. Text that looks like a formula or a day stays text.
    """
    written = StringIO(newline="")
    lines = csv.writer(written)
    lines.writerow([_as_text(column.heading) for column in sheet.columns])
    for values, decimals in _rows(sheet):
        lines.writerow([_written(value, column, decimals) for value, column in zip(values, sheet.columns, strict=True)])
    return (BYTE_ORDER_MARK + written.getvalue()).encode()


def _rows(sheet: Sheet) -> Iterable[tuple[Iterable[Value], int | None]]:
    if isinstance(sheet.rows, LongRows):
        return ((values, decimals) for *values, decimals in sheet.rows.read())
    return ((row.values, row.decimals) for row in sheet.rows)


def _written(value: Value, column: Column, decimals: int | None) -> str:
    match value:
        case None:
            return ""
        case Formula():
            own = decimals if value.decimals is None else value.decimals
            return _written(value.value, column, own)
        case MovedLevel():
            return wording.level_name(value.now)
        case ProvisionalLevel():
            return wording.provisional_level(value.level)
        case Level():
            return wording.level_name(value)
        case datetime():
            return wording.stamp(value)
        case date():
            return value.isoformat()
        case Decimal():
            return _figure(value, column, decimals)
        case int():
            return str(value)
    return _as_text(str(value))


def _figure(value: Decimal, column: Column, decimals: int | None) -> str:
    """Return a figure as the screen rounds it: "6611.79", "66.12%", "+0.55"."""
    if column.kind is Kind.RATE:
        return f"{round_half_up(value, column.decimals):f}%"
    if column.kind is Kind.POINTS:
        rounded = round_half_up(value, column.decimals)
        return f"{rounded:+f}" if rounded else f"{abs(rounded):f}"
    if column.is_exact:
        return wording.exact(value, column.decimals if decimals is None else decimals).replace(",", "")
    return f"{round_half_up(value, column.decimals if decimals is None else decimals):f}"


def _as_text(text: str) -> str:
    if found := FRACTION.fullmatch(text):
        return pgettext("count in a file", "%(count)s of %(all)s") % {"count": found[1], "all": found[2]}
    return f"'{text}" if text.startswith(BEGINS_A_FORMULA) else text
