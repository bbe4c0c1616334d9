"""Figures of more digits than a spreadsheet holds: text, so that none is rounded in silence.

Excel keeps fifteen significant digits of a number. 12345678901.123456 has seventeen: as a number the cell would show
12,345,678,901.123500. It is written as text. A formula would pass over that text or calculate with rounded digits, so a
workbook that holds such a figure has values alone, and each of its sheets has a note that says so.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal

from django.utils.translation import gettext as _

from tracker.calculation.quantities import FRACTION_DIGITS, round_half_up
from tracker.documents.shape import Cover, Formula, Kind, LongRows, Report, Row, Sheet, Value

SIGNIFICANT = 15
#: A smaller value that is stored has fifteen digits at most.
LEAST_LONG = 10 ** (SIGNIFICANT - FRACTION_DIGITS)
FIGURES = (Kind.AMOUNT, Kind.RATE, Kind.POINTS)


def is_long(value: Decimal) -> bool:
    """Return True if a number has more significant digits than a cell holds.

    >>> is_long(Decimal("12345678901.123456")), is_long(Decimal("1250000000.500000"))
    (True, False)
    """
    digits = "".join(map(str, value.as_tuple().digits))
    return len(digits) > SIGNIFICANT and len(digits.strip("0")) > SIGNIFICANT


def fitted(report: Report) -> Report:
    """Return the report without formulas and with the note, if one of its figures is long; else as it is."""
    amounts = list(_amounts(report))
    long_lists = {}
    if any(abs(value) >= LEAST_LONG for value in amounts):  # sums of a list are among the rows that are held
        long_lists = {id(sheet): _has_long_rows(sheet) for sheet in report.sheets}
    if not any(map(is_long, amounts)) and not any(long_lists.values()):
        return report
    sheets = [_plain_sheet(sheet, has_long_rows=long_lists.get(id(sheet), False)) for sheet in report.sheets]
    return replace(report, sheets=sheets, cover=report.cover and _plain_cover(report.cover))


def note() -> str:
    """Return what stands at the foot of each sheet."""
    return _(
        "Figures of more than fifteen digits are text, because a spreadsheet would round them; "
        "this workbook therefore holds values and no formulas."
    )


def _amounts(report: Report) -> Iterator[Decimal]:
    for sheet in report.sheets:
        figures = [number for number, column in enumerate(sheet.columns) if column.kind in FIGURES]
        for row in sheet.held:
            for number in figures:
                value = _plain(row.values[number])
                if isinstance(value, Decimal):
                    yield _printed(value, row, sheet, number)


def _printed(value: Decimal, row: Row, sheet: Sheet, number: int) -> Decimal:
    """Return a figure with the digits that matter: all that are stored where formulas take it, or those printed."""
    column = sheet.columns[number]
    is_taken = column.is_exact or column.is_unrounded or isinstance(row.values[number], Formula)
    if column.kind is Kind.AMOUNT:
        decimals = FRACTION_DIGITS if is_taken else column.decimals if row.decimals is None else row.decimals
    else:
        decimals = column.decimals
    return round_half_up(value, decimals)


def _has_long_rows(sheet: Sheet) -> bool:
    if not isinstance(sheet.rows, LongRows):
        return False
    exact = [number for number, column in enumerate(sheet.columns) if column.kind in FIGURES and column.is_exact]
    return any(_is_long_row(row, exact) for row in sheet.rows.read())


def _is_long_row(row: tuple[Value, ...], exact: Iterable[int]) -> bool:
    return any(isinstance(row[number], Decimal) and is_long(row[number]) for number in exact)  # type: ignore[arg-type]


def _plain_sheet(sheet: Sheet, *, has_long_rows: bool) -> Sheet:
    rows = sheet.rows
    if isinstance(rows, LongRows):
        rows = replace(rows, has_long_figures=has_long_rows)
    else:
        rows = [replace(row, values=[_without_formula(value) for value in row.values]) for row in rows]
    return replace(sheet, rows=rows, notes=[*sheet.notes, note()])


def _plain_cover(cover: Cover) -> Cover:
    return replace(cover, lines=[(label, _plain(value)) for label, value in cover.lines])


def _without_formula(value: Value) -> Value:
    """Return the formula's value with the decimals that it is printed with; an empty expression is a plain value."""
    return replace(value, expression="") if isinstance(value, Formula) else value


def _plain(value: Value) -> Value:
    return value.value if isinstance(value, Formula) else value
