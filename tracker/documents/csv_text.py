"""A sheet as CSV: what any program reads, with a mark by which Excel knows that the text is UTF-8."""

import csv
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from io import StringIO

from tracker.calculation.levels import Level
from tracker.documents import wording
from tracker.documents.shape import Formula, LongRows, MovedLevel, ProvisionalLevel, Sheet, Value

#: Text that begins like this would be reckoned by a spreadsheet that opens the file.
BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
BYTE_ORDER_MARK = "\ufeff"


def csv_of(sheet: Sheet) -> bytes:
    """The headings and the rows. Figures are unrounded; text that looks like a formula stays text."""
    written = StringIO(newline="")
    lines = csv.writer(written)
    lines.writerow([_as_text(column.heading) for column in sheet.columns])
    lines.writerows([_written(value) for value in values] for values in _rows(sheet))
    return (BYTE_ORDER_MARK + written.getvalue()).encode()


def _rows(sheet: Sheet) -> Iterable[Iterable[Value]]:
    if isinstance(sheet.rows, LongRows):
        return (values for *values, _decimals in sheet.rows.read())
    return (row.values for row in sheet.rows)


def _written(value: Value) -> str:
    match value:
        case None:
            return ""
        case Formula():
            return _written(value.value)
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
            return f"{value:f}"
        case int():
            return str(value)
    return _as_text(str(value))


def _as_text(text: str) -> str:
    return f"'{text}" if text.startswith(BEGINS_A_FORMULA) else text
