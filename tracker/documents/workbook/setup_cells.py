"""Cells, headings and lists of choices of the set-up workbook."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from tracker.documents.setup.columns import (
    FIRST_ROW,
    HEADING_ROW,
    KEYS_ROW,
    NOTE_ROW,
    TITLE_ROW,
    Kind,
    SetupColumn,
    SetupGrid,
    SetupSheet,
)
from tracker.documents.setup.content import SetupContent
from tracker.documents.setup.sheets import BY_TABLE
from tracker.documents.workbook.cells import clean
from tracker.documents.workbook.styles import Styles

LAST_LISTED = 2000
WIDTHS = {Kind.TEXT: 24, Kind.NAMES: 28, Kind.NAME: 22, Kind.CHOICE: 18, Kind.CHOICES: 18}
WIDE = {"name": 34, "definition": 40, "wording": 40, "code": 24}
#: In which column of its sheet a thing has the name that other sheets use.
NAMED_BY = {
    "indicator": "name",
    "unit": "symbol",
    "region": "name",
    "reporting_unit": "name",
    "person": "username",
    "clause": "number",
    "schedule": "name",
}


class SetupCells:
    """Writes cells of any sheet. `names` are the sheets' names by table, `stored` values of formulas by sheet."""

    def __init__(self, workbook: Workbook, content: SetupContent, names: dict[str, str]) -> None:
        self.content, self.names = content, names
        self.styles = Styles(workbook)
        self.lists: dict[str, str] = {}
        self.stored: dict[str, dict[str, Decimal | None]] = {}

    def head(self, target: Worksheet, of: SetupSheet | SetupGrid, width: int) -> None:
        """Write title, note, the hidden keys and the headings of a sheet."""
        self.put(target, TITLE_ROW, 1, capfirst(str(of.title)), self.styles.line("left"))
        self.put(target, NOTE_ROW, 1, str(of.note), self.styles.line("left"))
        last = get_column_letter(max(width, 4))
        target.merge_cells(f"A{NOTE_ROW}:{last}{NOTE_ROW}")
        target.row_dimensions[NOTE_ROW].height = 34
        target.row_dimensions[KEYS_ROW].hidden = True
        for number, column in enumerate(of.columns, 1):
            self.put(target, KEYS_ROW, number, f"{of.table}.{column.key}")
            mark = " *" if column.is_required else ""
            heading = target.cell(HEADING_ROW, number)
            self.put(target, HEADING_ROW, number, f"{capfirst(str(column.label))}{mark}", self.styles.heading())
            if column.example:
                heading.comment = Comment(
                    _("For example: %(example)s") % {"example": column.example}, self.content.title
                )
            letter = get_column_letter(number)
            target.column_dimensions[letter].width = WIDE.get(column.key, WIDTHS.get(column.kind, 14))
        target.row_dimensions[HEADING_ROW].height = 36

    def put_value(self, target: Worksheet, at: int, number: int, column: SetupColumn, value: Any) -> None:
        """Write a value as its column asks."""
        if column.kind in (Kind.NUMBER, Kind.WHOLE):
            target.cell(at, number).style = self.styles.figure("Set-up number", "General", False)
            target.cell(at, number).value = value
        elif column.kind is Kind.DAY:
            target.cell(at, number).style = self.styles.figure("Set-up day", "yyyy-mm-dd", False)
            target.cell(at, number).value = value
        else:
            self.put(target, at, number, self.words(column, value), self.styles.text(False))

    def words(self, column: SetupColumn, value: Any) -> str:
        """Return a value as it is read; nothing for one that is not there."""
        if value is None or value == "":
            return ""
        if column.kind is Kind.FLAG:
            return _("yes") if value else _("no")
        choices = self.content.choices.get(column.of, {})
        if column.kind is Kind.CHOICE:
            return choices.get(value, str(value))
        if column.kind is Kind.CHOICES:
            return "；".join(choices.get(one, one) for one in value)
        return "；".join(value) if column.kind is Kind.NAMES else str(value)

    def put(self, target: Worksheet, row: int, column: int, text: str, style: str = "") -> None:
        """Write text that stays text, whatever it begins with."""
        cell = target.cell(row, column)
        if text:
            cell.value = clean(text)
            cell.data_type = "s"
        if style:
            cell.style = style

    def add_choices(self, target: Worksheet, columns: Iterable[SetupColumn], first: int, last: int) -> None:
        """Let the cells of these columns be chosen from lists, where they have one."""
        for number, column in enumerate(columns, 1):
            formula = self.list_of(column)
            if formula:
                self.validate(target, formula, number, first, last, is_strict=column.kind is not Kind.NAME)

    def validate(self, target: Worksheet, formula: str, number: int, first: int, last: int, *, is_strict: bool) -> None:
        """Let a column be chosen from a list; strictly, or with a warning for anything else."""
        rule = DataValidation("list", formula1=formula, allow_blank=True)
        rule.errorStyle = "stop" if is_strict else "warning"
        rule.showErrorMessage = True
        letter = get_column_letter(number)
        rule.add(f"{letter}{first}:{letter}{last}")
        target.add_data_validation(rule)

    def list_of(self, column: SetupColumn) -> str:
        """Return the cells that hold the choices of a column, empty where it has none."""
        if column.kind is Kind.FLAG:
            return self.lists["flag"]
        if column.kind is Kind.CHOICE:
            return self.lists.get(column.of, "")
        if column.kind is Kind.NAME and column.of in NAMED_BY:
            sheet = BY_TABLE[column.of]
            number = next(at for at, one in enumerate(sheet.columns, 1) if one.key == NAMED_BY[column.of])
            letter = get_column_letter(number)
            return f"{quote_sheetname(self.names[column.of])}!${letter}${FIRST_ROW}:${letter}${LAST_LISTED}"
        return ""
