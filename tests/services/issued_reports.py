"""The compliance report in tests: issued, and what its sheets say."""

from decimal import Decimal

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from tests.factories import NOW, SHANXI, period, region
from tracker.calculation.quantities import round_half_up
from tracker.models import IssuedReport
from tracker.services.documents import reports


def clock():
    return NOW


def issue(plan, code="2020-08", place=SHANXI, language="zh-hans", acting_user=None) -> IssuedReport:
    return reports.issue_report(
        period=period(plan, code),
        region=region(place),
        language=language,
        acting_user=acting_user,
        now=NOW,
        clock=clock,
    )


def sheets_of(report: IssuedReport) -> list[Worksheet]:
    return openpyxl.load_workbook(report.file.path).worksheets


def sheet_of(report: IssuedReport, name: str) -> Worksheet:
    """One of the sheets, with the values that its formulas carry."""
    return openpyxl.load_workbook(report.file.path, data_only=True)[name]


def summary_of(report: IssuedReport) -> Worksheet:
    return sheet_of(report, "指标汇总")


def barometer_of(report: IssuedReport) -> Worksheet:
    return sheet_of(report, "晴雨表")


def ledger_of(report: IssuedReport) -> Worksheet:
    return sheet_of(report, "台账")


def printed(value: object, decimals: int) -> Decimal:
    """A cell's value as the number format prints it."""
    return round_half_up(Decimal(repr(value)), decimals)


def table(sheet: Worksheet, first_heading: str = "序号") -> list[dict[str, object]]:
    """The rows of a sheet's table by heading; of two heading rows the lower names the column, with its group."""
    rows = list(sheet.iter_rows(values_only=True))
    top = next(number for number, row in enumerate(rows) if row[0] == first_heading)
    depth = 2 if any(str(merged).startswith(f"A{top + 1}:A{top + 2}") for merged in sheet.merged_cells.ranges) else 1
    groups = list(rows[top])
    for number, value in enumerate(groups):
        groups[number] = value if value is not None or depth == 1 else groups[number - 1]
    lower = rows[top + depth - 1]
    headings = [
        group if low is None else f"{group}·{low}" if depth == 2 else low
        for group, low in zip(groups, lower, strict=True)
    ]
    found = []
    for row in rows[top + depth :]:
        if row[1] is None:
            break
        found.append(dict(zip(headings, row, strict=True)))
    return found


def texts(sheet: Worksheet) -> str:
    return "\n".join(str(value) for row in sheet.iter_rows(values_only=True) for value in row if value is not None)


def figures_in(sheet: Worksheet) -> list[dict[str, object]]:
    """The sheet's table, its numbers to the ninth digit: programs differ in the sixteenth."""
    rows = table(sheet)
    return [
        {key: printed(value, 9) if isinstance(value, int | float) else value for key, value in row.items()}
        for row in rows
    ]
