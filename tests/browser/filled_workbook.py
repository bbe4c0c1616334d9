"""A set-up workbook as a person fills it in: cell by cell, in the words that its lists offer."""

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from django.utils import translation

from tests.services.setup_workbooks import Edited
from tracker.documents.setup.columns import Kind, SetupSheet
from tracker.documents.setup.sheets import BY_TABLE
from tracker.queries.imports.setup_workbook.choices import choices_in_words

Row = Mapping[str, Any]
Tables = dict[str, list[Row]]
#: Rows within the row of a target that have a sheet of their own.
NESTED = {"milestones": "milestone", "points": "point", "programme": "programme", "versions": "version"}


def tables_of(*paths: Path) -> Tables:
    """Return the tables of plan documents. The pace that a plan sets is each target's own in the workbook."""
    tables: Tables = {}
    for path in paths:
        for table, rows in tomllib.loads(path.read_text(encoding="utf-8")).items():
            tables.setdefault(table, []).extend([rows] if isinstance(rows, dict) else rows)
    pace = tables["plan"][0].get("pace", "even_by_month")
    tables["target"] = [{"pace": pace, **row} for row in tables.get("target", [])]
    return tables


class FilledWorkbook(Edited):
    """A downloaded workbook that is filled in in a language."""

    def __init__(self, path: Path, language: str) -> None:
        super().__init__(path.read_bytes())
        self.language = language

    def fill(self, tables: Tables) -> None:
        """Write the rows of these tables into their sheets, what stands within targets included."""
        for table, rows in tables.items():
            if isinstance(BY_TABLE.get(table), SetupSheet):
                self.fill_rows(table, rows)
        for target in tables.get("target", []):
            for key, sheet in NESTED.items():
                self.fill_rows(sheet, [{"indicator": target["indicator"], **one} for one in target.get(key, [])])

    def fill_rows(self, table: str, rows: Iterable[Row]) -> None:
        """Write rows into the first free ones of a sheet; a row whose code is there already is left alone."""
        sheet = BY_TABLE[table]
        assert isinstance(sheet, SetupSheet)
        for row in rows:
            if table in ("unit", "region") and self.has(table, row["code"]):
                continue
            cells = {one.key: self.words(one, row[one.key]) for one in sheet.columns if row.get(one.key) is not None}
            self.set(table, "", **cells)

    def has(self, table: str, code: str) -> bool:
        """Return True if a sheet has a row of this code."""
        try:
            self.row(table, code)
        except KeyError:
            return False
        return True

    def fill_grid(self, table: str, rows: Iterable[str], columns: Mapping[str, Mapping[str, Any]]) -> None:
        """Name the rows of a grid and head its columns with indicators, each with its cells by row."""
        key = BY_TABLE[table].columns[0].key
        for name in rows:
            if not self.has(table, name):
                self.set(table, "", **{key: name})
        for indicator, cells in columns.items():
            self.add_column(table, indicator, dict(cells))

    def words(self, column: Any, value: Any) -> Any:
        """Return what a person writes or chooses for a value."""
        with translation.override(self.language):
            choices = choices_in_words().get(column.of, {})
        if column.kind is Kind.FLAG:
            return {"zh-hans": ("否", "是"), "en": ("no", "yes")}[self.language][bool(value)]
        if column.kind is Kind.CHOICE:
            return choices.get(str(value), value)
        if column.kind in (Kind.NAMES, Kind.CHOICES):
            return "；".join(choices.get(one, one) for one in value)
        return value
