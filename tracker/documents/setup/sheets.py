"""Sheets of the workbook that holds everything that is set up, in their order."""

from tracker.documents.setup import organisation_sheets, plan_sheets, reporting_sheets, target_sheets
from tracker.documents.setup.columns import SetupGrid, SetupSheet

#: In this order they stand in the workbook, are filled in, and are imported.
ALL_SHEETS: tuple[SetupSheet | SetupGrid, ...] = (
    plan_sheets.PLAN,
    plan_sheets.DEADLINE,
    organisation_sheets.LEVEL,
    organisation_sheets.REGION,
    target_sheets.MEASURE,
    organisation_sheets.REPORTING_UNIT,
    organisation_sheets.EARLIER,
    organisation_sheets.PERSON,
    organisation_sheets.ROLE,
    plan_sheets.CLAUSE,
    target_sheets.INDICATOR_SHEET,
    organisation_sheets.ALIAS,
    target_sheets.TARGET,
    target_sheets.VERSION,
    target_sheets.MILESTONE,
    target_sheets.POINT,
    target_sheets.PROGRAMME,
    target_sheets.RULE_CHANGE,
    target_sheets.SPLIT,
    plan_sheets.COMMITMENT,
    reporting_sheets.OBLIGATION,
    reporting_sheets.LINK,
    reporting_sheets.CHECK,
    reporting_sheets.RANGE,
    reporting_sheets.CAPACITY,
    reporting_sheets.SCHEDULE,
    reporting_sheets.SUBSCRIPTION,
)
SHEETS = tuple(sheet for sheet in ALL_SHEETS if isinstance(sheet, SetupSheet))
GRIDS = tuple(sheet for sheet in ALL_SHEETS if isinstance(sheet, SetupGrid))
ORDER = tuple(sheet.table for sheet in ALL_SHEETS)
BY_TABLE = {sheet.table: sheet for sheet in ALL_SHEETS}
