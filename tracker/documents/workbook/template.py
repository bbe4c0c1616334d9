"""Writes the month's template: locked but for its entry cells, with formulas that follow and carry their values."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from tracker.documents.template import (
    FIRST_ROW,
    KEYS_SHEET,
    Template,
    TemplatePlace,
    TemplateRow,
    TemplateSheet,
    headings,
)
from tracker.documents.workbook import layout
from tracker.documents.workbook.cells import GAP, clean
from tracker.documents.workbook.long_figures import is_long
from tracker.documents.workbook.stored_values import store_values
from tracker.documents.workbook.styles import Styles
from tracker.documents.workbook.template_projects import write_project_sheet

ENTRY = PatternFill("solid", start_color="FFFFF9DB", end_color="FFFFF9DB")
WIDTHS = {
    TemplatePlace.NUMBER: 6,
    TemplatePlace.INDICATOR: 30,
    TemplatePlace.MEASURE: 10,
    TemplatePlace.TARGET: 14,
    TemplatePlace.LAST_MONTH: 13,
    TemplatePlace.LAST_YEAR: 13,
    TemplatePlace.VALUE: 16,
    TemplatePlace.NIL: 10,
    TemplatePlace.TO_DATE: 14,
    TemplatePlace.COMPLETION: 11,
    TemplatePlace.NOTE: 26,
}
LAST = get_column_letter(max(TemplatePlace))
#: What a person may still do with a protected sheet: nothing that moves a cell.
ALLOWED = ("formatColumns", "formatRows")


def nil_word() -> str:
    """Return what one chooses to confirm that there was nothing: 零报告."""
    return pgettext("template", "Nil return")


def write_template(template: Template, path: Path) -> None:
    """Write the template to this path, in the active language."""
    workbook = Workbook()
    del workbook["Sheet"]
    workbook.properties.title = clean(template.title)
    styles = Styles(workbook)
    reckoned: dict[str, dict[str, Decimal | None]] = {}
    for sheet in template.sheets:
        target = workbook.create_sheet(sheet.name)
        reckoned[sheet.name] = _SheetOfUnit(target, template, sheet, styles).write()
        if sheet.projects:
            write_project_sheet(workbook.create_sheet(sheet.projects_name), template, sheet, styles)
    _write_keys(workbook.create_sheet(KEYS_SHEET), template)
    workbook.save(path)
    store_values(path, [reckoned.get(name, {}) for name in workbook.sheetnames])


def _write_keys(target: Worksheet, template: Template) -> None:
    target.sheet_state = "veryHidden"
    for row, texts in enumerate(template.keys, 1):
        for column, text in enumerate(texts, 1):
            _put_text(target.cell(row, column), text)
    target.protection.sheet = True


def _put_text(cell: Cell | Any, text: str, style: str = "") -> None:
    """Text stays text, whatever it begins with."""
    cell.value = clean(text)
    cell.data_type = "s"
    if style:
        cell.style = style


class _SheetOfUnit:
    """Fills one unit's sheet from top to bottom."""

    def __init__(self, target: Worksheet, template: Template, sheet: TemplateSheet, styles: Styles) -> None:
        self.target, self.template, self.sheet, self.styles = target, template, sheet, styles
        self.last_row = FIRST_ROW + len(sheet.rows) - 1
        self.reckoned: dict[str, Decimal | None] = {}

    def write(self) -> dict[str, Decimal | None]:
        """Write everything; the values of the formulas, by cell."""
        layout.set_page(self.target, repeated_rows=FIRST_ROW - 1, first_scrolled_cell=f"C{FIRST_ROW}")
        for place, width in WIDTHS.items():
            self.target.column_dimensions[get_column_letter(place)].width = width
        self._write_head()
        for number, row in enumerate(self.sheet.rows, 1):
            self._write_row(number, row)
        self._write_foot()
        self._add_choices()
        self._protect()
        return self.reckoned

    def _write_head(self) -> None:
        styles = self.styles
        self._line(1, "A", LAST, self.template.title, styles.title(), 34)
        self._line(2, "A", LAST, self.template.marker, styles.banner(), 20 if self.template.marker else 4)
        unit = _("Reporting unit (seal): %(unit)s") % {"unit": self.sheet.unit_name}
        self._line(3, "A", "C", unit, styles.line("left"), 22)
        self._line(3, "D", "G", _("Period: %(period)s") % {"period": self.template.period}, styles.line("center"), 22)
        due = _("Due by: %(moment)s") % {"moment": self.sheet.deadline}
        self._line(3, "H", LAST, due, styles.line("right"), 22)
        how = _(
            "Fill in the yellow cells only. Where nothing occurred, choose “%(nil)s”. An empty cell "
            "counts as missing, not zero."
        ) % {"nil": nil_word()}
        self._line(4, "A", LAST, how, styles.line("left"), 22)
        for place, text in headings(is_one_year=self.template.is_one_year).items():
            _put_text(self.target.cell(FIRST_ROW - 1, place), text, styles.heading())
        self.target.row_dimensions[FIRST_ROW - 1].height = 36

    def _line(self, row: int, first: str, last: str, text: str, style: str, height: float) -> None:
        self.target.merge_cells(f"{first}{row}:{last}{row}")
        _put_text(self.target[f"{first}{row}"], text, style)
        self.target.row_dimensions[row].height = height

    def _write_row(self, number: int, row: TemplateRow) -> None:
        at, amount = FIRST_ROW + number - 1, self._amount_style(row)
        self._cell(at, TemplatePlace.NUMBER, self.styles.text(False, centred=True)).value = number
        _put_text(self._cell(at, TemplatePlace.INDICATOR, self.styles.text(False)), row.name)
        _put_text(self._cell(at, TemplatePlace.MEASURE, self.styles.text(False, centred=True)), row.measure)
        for place, value in (
            (TemplatePlace.TARGET, row.target),
            (TemplatePlace.LAST_MONTH, row.last_month),
            (TemplatePlace.LAST_YEAR, row.last_year),
        ):
            _put_amount(self._cell(at, place, amount), value)
        _put_amount(self._enter(self._cell(at, TemplatePlace.VALUE, amount)), row.value)
        self._enter(self._cell(at, TemplatePlace.NIL, self.styles.text(False, centred=True)))
        note = self._enter(self._cell(at, TemplatePlace.NOTE, self.styles.text(False)))
        if row.note:
            _put_text(note, row.note)
        if len(row.measures) > 1:
            self._enter(self.target.cell(at, TemplatePlace.MEASURE))
        self._write_formulas(at, row, amount)
        names = (
            (row.name, WIDTHS[TemplatePlace.INDICATOR] - layout.PADDING),
            (row.note, WIDTHS[TemplatePlace.NOTE] - layout.PADDING),
        )
        self.target.row_dimensions[at].height = max(26.0, layout.row_height(names))

    def _write_formulas(self, at: int, row: TemplateRow, amount: str) -> None:
        value, nil, to_date = (
            f"{get_column_letter(place)}{at}"
            for place in (TemplatePlace.VALUE, TemplatePlace.NIL, TemplatePlace.TO_DATE)
        )
        before = row.before if row.adds_up else Decimal(0)
        if any(figure is not None and is_long(figure) for figure in (before, row.value, row.target)):
            self._write_sums(at, row, before, amount)
            return
        typed = f"{value}*{self._factor(at, row)}" if len(row.measures) > 1 else value
        self._cell(at, TemplatePlace.TO_DATE, amount).value = (
            f"=IF(ISNUMBER({value}),ROUND({_plain(before)}+{typed},6),"
            f'IF(AND({value}="",{nil}<>""),{_plain(before)},""))'
        )
        target = f"{get_column_letter(TemplatePlace.TARGET)}{at}"
        completion = self._cell(at, TemplatePlace.COMPLETION, self.styles.figure("Rate", f"#,##0.00%{GAP}", False))
        completion.value = f'=IF(OR({to_date}="",N({target})=0),"",{to_date}/{target})'
        cumulative = None if row.value is None else before + row.value
        self.reckoned[to_date] = cumulative
        has_rate = cumulative is not None and row.target
        self.reckoned[completion.coordinate] = (
            cumulative / row.target if has_rate and cumulative and row.target else (Decimal(0) if has_rate else None)
        )

    def _write_sums(self, at: int, row: TemplateRow, before: Decimal, amount: str) -> None:
        """Write what the formulas would give where a formula would lose digits."""
        cumulative = None if row.value is None else before + row.value
        _put_amount(self._cell(at, TemplatePlace.TO_DATE, amount), cumulative)
        rate = self._cell(at, TemplatePlace.COMPLETION, self.styles.figure("Rate", f"#,##0.00%{GAP}", False))
        rate.value = cumulative / row.target if cumulative is not None and row.target else None

    def _factor(self, at: int, row: TemplateRow) -> str:
        """Return how many of the indicator's own unit one of the chosen unit is."""
        chosen, factor = f"{get_column_letter(TemplatePlace.MEASURE)}{at}", "1"
        for measure in row.measures[1:]:
            symbol = measure.symbol.replace('"', '""')  # it stands in the formula as words, whatever it holds
            factor = f'IF({chosen}="{symbol}",{_plain(measure.factor)},{factor})'
        return factor

    def _write_foot(self) -> None:
        foot = [
            _("Head of unit:"),
            _("Checked by:"),
            _("Filled in by (name):"),
            _("Telephone: %(phone)s") % {"phone": self.sheet.phone},
            _("Submitted on:"),
        ]
        at = self.last_row + 2
        for (first, last), text in zip(
            (("A", "B"), ("C", "D"), ("E", "F"), ("G", "I"), ("J", LAST)), foot, strict=True
        ):
            self._line(at, first, last, text, self.styles.line("left"), 24)

    def _add_choices(self) -> None:
        if not self.sheet.rows:
            return
        amounts = DataValidation("decimal", operator="greaterThanOrEqual", formula1="0", allow_blank=True)
        amounts.errorStyle = "warning"  # "6500万吨" is understood too
        amounts.errorTitle, amounts.error = _("Not a plain number"), _("Type a number of zero or more. Keep it anyway?")
        amounts.promptTitle, amounts.prompt = _("This period"), _("This period's amount alone, not the cumulative.")
        self._validate(
            amounts,
            f"{get_column_letter(TemplatePlace.VALUE)}{FIRST_ROW}:{get_column_letter(TemplatePlace.VALUE)}{self.last_row}",
        )
        column = get_column_letter(TemplatePlace.NIL)
        self._validate(_list([nil_word()]), f"{column}{FIRST_ROW}:{column}{self.last_row}")
        lengths = DataValidation("textLength", operator="lessThanOrEqual", formula1="500", allow_blank=True)
        column = get_column_letter(TemplatePlace.NOTE)
        self._validate(lengths, f"{column}{FIRST_ROW}:{column}{self.last_row}")
        for symbols, cells in self._choices_of_measures():
            self._validate(_list(symbols), cells)

    def _choices_of_measures(self) -> Iterator[tuple[list[str], str]]:
        for at, row in enumerate(self.sheet.rows, FIRST_ROW):
            if len(row.measures) > 1:
                yield [measure.symbol for measure in row.measures], f"{get_column_letter(TemplatePlace.MEASURE)}{at}"

    def _validate(self, rule: DataValidation, cells: str) -> None:
        rule.showErrorMessage = rule.showInputMessage = True
        rule.add(cells)
        self.target.add_data_validation(rule)

    def _protect(self) -> None:
        protection = self.target.protection
        protection.sheet = True
        for what in ALLOWED:
            setattr(protection, what, False)
        self.target.print_area = f"A1:{LAST}{self.last_row + 2}"
        self.target.sheet_view.selection[0].activeCell = f"{get_column_letter(TemplatePlace.VALUE)}{FIRST_ROW}"
        for pane in self.target.sheet_view.selection:
            pane.activeCell = pane.sqref = f"{get_column_letter(TemplatePlace.VALUE)}{FIRST_ROW}"

    def _cell(self, row: int, place: TemplatePlace, style: str) -> Any:
        cell = self.target.cell(row, place)
        cell.style = style
        return cell

    def _enter(self, cell: Any) -> Any:
        cell.protection = Protection(locked=False)
        cell.fill = ENTRY
        return cell

    def _amount_style(self, row: TemplateRow) -> str:
        """With the indicator's decimals, or more where the draft has them, so that nothing looks rounded."""
        number_format = "#,##0" + ("." + "0" * row.decimals if row.decimals else "") + GAP
        return self.styles.figure(f"Amount {row.decimals}", number_format, False)


def _list(choices: list[str]) -> DataValidation:
    return DataValidation("list", formula1='"' + ",".join(choices) + '"', allow_blank=True)


def _put_amount(cell: Any, value: Decimal | None) -> None:
    """Write an amount; as text where a number would lose digits."""
    if value is not None and is_long(value):
        _put_text(cell, f"{value:,f}", cell.style)
    else:
        cell.value = value


def _plain(value: Decimal) -> str:
    return format(value.normalize(), "f")
