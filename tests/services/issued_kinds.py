"""Reports of every kind in tests: issued, and what their workbooks hold."""

from pathlib import Path

import openpyxl
from django.utils import translation
from openpyxl.worksheet.worksheet import Worksheet

from tests.factories import NOW, SHANXI, period, region
from tracker.documents.files import WORKBOOK
from tracker.models import IssuedReport
from tracker.queries.documents.kinds import KINDS
from tracker.services.documents import reports

MONTH = "2020-09"
#: The kinds whose files are workbooks.
WORKBOOKS = [kind for kind in KINDS if KINDS[kind].file_type is WORKBOOK]
GANGUE = "coal_gangue_utilised"


def issue(plan, kind: str, place: str = SHANXI, language: str = "en", code: str = MONTH, **options) -> IssuedReport:
    with translation.override(language):
        return reports.issue_report(
            kind=kind,
            period=period(plan, code),
            region=region(place),
            language=language,
            options=options,
            acting_user=None,
            now=NOW,
            clock=lambda: NOW,
        )


def figures_in(path: Path) -> dict[tuple[str, str], object]:
    """Every cell's value, a number to the ninth digit: programs differ in the sixteenth."""
    book = openpyxl.load_workbook(path, data_only=True)
    return {
        (sheet.title, cell.coordinate): round(cell.value, 9) + 0 if isinstance(cell.value, int | float) else cell.value
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }


def sheet_of(report: IssuedReport, name: str) -> Worksheet:
    return sheet_in(Path(report.file.path), name)


def sheet_in(path: Path, name: str) -> Worksheet:
    """One of a workbook's sheets, with the values that its formulas carry."""
    return openpyxl.load_workbook(path, data_only=True)[name]


def rows_of(sheet: Worksheet) -> list[tuple]:
    """The numbered rows of a sheet's table."""
    return [row for row in sheet.iter_rows(values_only=True) if isinstance(row[0], int)]
