"""One value as a cell: what is stored, how it is shown, and how it reads when its width is measured."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

from tracker.calculation.levels import Level
from tracker.calculation.quantities import round_half_up
from tracker.calculation.text import FORBIDDEN
from tracker.documents import wording
from tracker.documents.shape import Column, Formula, Kind, MovedLevel, ProvisionalLevel, Row, Shown, Value
from tracker.documents.workbook.long_figures import LEAST_LONG, is_long
from tracker.documents.workbook.styles import Styles

LONGEST = 32_767
#: Text that begins so would become a formula, or lose its beginning, when somebody edits the cell.
QUOTED = "=+-@'"
#: In number formats: the width of a space, so that figures do not touch the line at their right.
GAP = "_ "


@dataclass(frozen=True)
class PrintedCell:
    """A cell to be written. `is_text` keeps text from being read as a formula, an error or a number.

    With an `expression` the program reckons it, and the value is what the system did.
    """

    value: str | int | Decimal | date | datetime
    style: str
    shown: str
    is_text: bool = False
    expression: str = ""


def cell_for(value: Value, column: Column, row: Row, styles: Styles) -> PrintedCell:
    """Return the cell of a value in its column and row; figures are rounded here, once, to what is printed.

    Values that formulas use, and the formulas' own values, keep every digit: the number format rounds what is printed.
    """
    if isinstance(value, Formula):
        column = replace(column, is_unrounded=True)
        if value.decimals is not None:
            column, row = replace(column, decimals=value.decimals), replace(row, decimals=value.decimals)
        return replace(_cell(value.value, column, row, styles), expression=value.expression)
    return _cell(value, column, row, styles)


def _cell(value: Shown, column: Column, row: Row, styles: Styles) -> PrintedCell:
    if column.kind is Kind.LEVEL and (value is None or isinstance(value, Level)):
        words = wording.brief_level(value) if column.is_brief else wording.marked_level(value)
        return _text(words, styles.level(value, row.is_total))
    if isinstance(value, MovedLevel):
        return _text(wording.brief_level(value.now, value.then), styles.level(value.now, row.is_total))
    if isinstance(value, ProvisionalLevel):
        words = wording.provisional_level(value.level, is_brief=column.is_brief)
        return _text(words, styles.level(value.level, row.is_total))
    if isinstance(value, str):
        return _text(value, styles.text(row.is_total, centred=column.kind is not Kind.TEXT))
    if value is None:
        shown = "" if column.kind is Kind.TEXT else wording.MISSING
        return _text(shown, styles.text(row.is_total, centred=True))
    if isinstance(value, datetime):
        local = timezone.localtime(value).replace(tzinfo=None, microsecond=0)
        return PrintedCell(
            local, styles.figure("Moment", f"yyyy-mm-dd hh:mm{GAP}", row.is_total), f"{local:%Y-%m-%d %H:%M}"
        )
    if isinstance(value, date):
        return PrintedCell(value, styles.figure("Day", f"yyyy-mm-dd{GAP}", row.is_total), value.isoformat())
    return _number(Decimal(value), column, row, styles)


def _number(value: Decimal, column: Column, row: Row, styles: Styles) -> PrintedCell:
    if column.kind is Kind.COUNT:
        return PrintedCell(int(value), styles.figure("Count", f"0{GAP}", row.is_total), str(value))
    if column.kind is Kind.RATE:
        style = styles.figure(f"Rate {column.decimals}", f"#,##0.{'0' * column.decimals}%{GAP}", row.is_total)
        held = value if column.is_unrounded else round_half_up(value, column.decimals)
        return _kept(held, PrintedCell(held / 100, style, wording.rate(value)))
    if column.kind is Kind.POINTS:
        digits = "0" * column.decimals
        number_format = f"+#,##0.{digits}{GAP};-#,##0.{digits}{GAP};0.{digits}{GAP}"
        style = styles.figure(f"Points {column.decimals}", number_format, row.is_total)
        held = value if column.is_unrounded else round_half_up(value, column.decimals)
        return _kept(held, PrintedCell(held, style, wording.points(value)))
    decimals = column.decimals if row.decimals is None else row.decimals
    if column.is_exact:
        decimals = max(decimals, _digits_after_point(value))
    number_format = "#,##0" + ("." + "0" * decimals if decimals else "") + GAP
    style = styles.figure(f"Amount {decimals}", number_format, row.is_total)
    held = value if column.is_unrounded else round_half_up(value, decimals)
    return _kept(held, PrintedCell(held, style, wording.amount(value, decimals)))


def _kept(held: Decimal, cell: PrintedCell) -> PrintedCell:
    """Return the cell as a number, or as its printed text if that has more digits than a number keeps."""
    if abs(held) < LEAST_LONG or not is_long(Decimal(cell.shown.replace(",", "").rstrip("%"))):
        return cell
    return replace(cell, value=cell.shown, is_text=True)


def _digits_after_point(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _text(text: str, style: str) -> PrintedCell:
    text = clean(text)
    return PrintedCell(text, style, text, is_text=True)


def clean(text: str) -> str:
    """Text that a workbook can hold.

    Forbidden characters are shown as replaced and an overlong end as cut. Every kind of line end becomes a line feed:
    a reader of XML takes a bare carriage return for one, and Excel breaks a line at nothing else.
    """
    text = FORBIDDEN.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
