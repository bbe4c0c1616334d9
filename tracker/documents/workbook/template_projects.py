"""Writes the project sheet of the month's template: a row for each project, locked but for what is filled in."""

from typing import Any

from django.utils.translation import gettext as _
from openpyxl.styles import PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from tracker.documents.template import FIRST_ROW, PROJECT_FACTS, ProjectTemplateRow, Template, TemplateSheet
from tracker.documents.workbook import layout
from tracker.documents.workbook.cells import GAP, clean
from tracker.documents.workbook.styles import Styles

ENTRY = PatternFill("solid", start_color="FFFFF9DB", end_color="FFFFF9DB")
WIDTHS = (6, 28, 18, 14, 14)
#: The widths of the columns that are filled in, by field.
FIELD_WIDTHS = {"investment": 16, "problem_kind": 12, "due_on": 13}


def write_project_sheet(target: Worksheet, template: Template, sheet: TemplateSheet, styles: Styles) -> None:
    """Write the project sheet of one unit."""
    last = get_column_letter(PROJECT_FACTS + len(template.project_columns))
    layout.set_page(target, repeated_rows=FIRST_ROW - 1, first_scrolled_cell=f"C{FIRST_ROW}")
    _line(target, 1, last, _("Projects: %(title)s") % {"title": template.title}, styles.title(), 34)
    _line(target, 2, last, template.marker, styles.banner(), 20 if template.marker else 4)
    words = {"unit": sheet.unit_name, "period": template.period, "moment": sheet.deadline}
    _line(target, 3, last, _("%(unit)s · %(period)s · due by %(moment)s") % words, styles.line("left"), 22)
    how = _("Fill in the yellow cells. Amounts are in 10,000 yuan, of this period alone; enter 0 if there was none.")
    _line(target, 4, last, how, styles.line("left"), 22)
    _headings(target, template, styles)
    for number, row in enumerate(sheet.projects, 1):
        _row(target, template, number, row, styles)
    _choices(target, template, FIRST_ROW + len(sheet.projects) - 1)
    target.protection.sheet = True
    target.protection.formatColumns = target.protection.formatRows = False
    target.print_area = f"A1:{last}{FIRST_ROW + len(sheet.projects) - 1}"


def _headings(target: Worksheet, template: Template, styles: Styles) -> None:
    facts = [
        _("No."),
        _("Project"),
        _("List"),
        _("Total investment"),
        _("Cumulative before"),
    ]
    for at, heading in enumerate([*facts, *(one.heading for one in template.project_columns)], 1):
        _text(target.cell(FIRST_ROW - 1, at), heading, styles.heading())
        field = template.project_columns[at - PROJECT_FACTS - 1].field if at > PROJECT_FACTS else ""
        width = WIDTHS[at - 1] if at <= PROJECT_FACTS else FIELD_WIDTHS.get(field, 24)
        target.column_dimensions[get_column_letter(at)].width = width
    target.row_dimensions[FIRST_ROW - 1].height = 36


def _row(target: Worksheet, template: Template, number: int, row: ProjectTemplateRow, styles: Styles) -> None:
    at = FIRST_ROW + number - 1
    amount = styles.figure("Amount 2", f"#,##0.00{GAP}", False)
    target.cell(at, 1).value = row.number
    target.cell(at, 1).style = styles.text(False, centred=True)
    _text(target.cell(at, 2), row.name, styles.text(False))
    _text(target.cell(at, 3), row.listed, styles.text(False))
    for place, value in ((4, row.total), (5, row.before)):
        target.cell(at, place).value = value
        target.cell(at, place).style = amount
    for place, column in enumerate(template.project_columns, PROJECT_FACTS + 1):
        cell, text = target.cell(at, place), row.texts.get(column.field, "")
        if column.field == "investment":
            cell.value = float(text) if text else None
            cell.style = amount
        else:
            _text(cell, text, styles.text(False))
        cell.protection = Protection(locked=False)
        cell.fill = ENTRY
    longest = max((row.name, *row.texts.values()), key=len)
    target.row_dimensions[at].height = max(26.0, layout.row_height([(longest, 24 - layout.PADDING)]))


def _choices(target: Worksheet, template: Template, last_row: int) -> None:
    for place, column in enumerate(template.project_columns, PROJECT_FACTS + 1):
        if column.choices:
            rule = DataValidation("list", formula1='"' + ",".join(column.choices) + '"', allow_blank=True)
            rule.add(f"{get_column_letter(place)}{FIRST_ROW}:{get_column_letter(place)}{last_row}")
            target.add_data_validation(rule)


def _line(target: Worksheet, row: int, last: str, text: str, style: str, height: float) -> None:
    target.merge_cells(f"A{row}:{last}{row}")
    _text(target[f"A{row}"], text, style)
    target.row_dimensions[row].height = height


def _text(cell: Any, text: str, style: str) -> None:
    """Text stays text, whatever it begins with."""
    cell.value = clean(text)
    cell.data_type = "s" if text else cell.data_type
    cell.style = style
