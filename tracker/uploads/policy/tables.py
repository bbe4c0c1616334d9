"""Tables of a plan: indicators with base and target columns, splits over places, tasks with bodies, project lists."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tracker.uploads.policy.chinese.places import is_place
from tracker.uploads.policy.clauses import Clause
from tracker.uploads.policy.columns import FIRMS, NOT_A_VALUE, PROJECTS, TOTAL, YEAR, YEAR_ROW, Column, Role, lay_out
from tracker.uploads.policy.content import Content, Span, Table
from tracker.uploads.policy.context import PlanYears
from tracker.uploads.policy.proposals import Doubt, RejectedNumber, Rejection, TableReading, TargetProposal
from tracker.uploads.policy.relations import same_amount, same_indicator
from tracker.uploads.policy.table_rows import BaseCell, Row, RowReader
from tracker.uploads.policy.table_values import read_value

CAPTION_UNIT = re.compile(r"(?:计量)?单位[：:]\s*([^\s，。；）)]+)")
PROJECT_CAPTION = re.compile(r"项目(?:清单|名单|库|计划表|表)")
FIRM_CAPTION = re.compile(r"(?:企业|单位)(?:清单|名单|名录)")
KIND_OF_VALUE = re.compile(r"(?:完成|实际|目标|计划|任务|预计)(?:值|数|量)?(?:年)?$|[Tt]arget|[Bb]aseline")
BODIES = (Role.LEAD, Role.RESPONSIBLE, Role.SUPPORTING, Role.DUE)
TEXTS = (Role.NAME, Role.VALUE, Role.TARGET)
#: Characters between a caption and its table.
NEAR = 200


@dataclass(frozen=True)
class TablesReading:
    """Tables with the targets and rejected numbers found in them."""

    tables: tuple[TableReading, ...]
    targets: tuple[TargetProposal, ...]
    rejected: tuple[RejectedNumber, ...]

    def without_duplicates(self, in_text: Sequence[TargetProposal]) -> list[TargetProposal]:
        """Return the targets of the tables that the text does not state as well."""
        known = [_with_unit_of_text(one, in_text) for one in self.targets]
        return [one for one in known if not any(_is_same(one, other) for other in in_text)]


def _with_unit_of_text(one: TargetProposal, in_text: Sequence[TargetProposal]) -> TargetProposal:
    """Return a target whose table states no unit with the one that the text has for its indicator. The doubt stays."""
    if Doubt.UNIT_MISSING not in one.doubts:
        return one
    units = {other.unit for other in in_text if same_indicator(one.indicator, other.indicator) and not other.places}
    return replace(one, unit=units.pop()) if len(units) == 1 else one


def _is_same(one: TargetProposal, other: TargetProposal) -> bool:
    same_year = one.year == other.year or not one.year or not other.year or Doubt.PLAN_YEAR in other.doubts
    same_name = same_indicator(one.indicator, other.indicator)
    return same_year and same_name and one.places == other.places and same_amount(one, other)


def read_tables(content: Content, clauses: Sequence[Clause], years: PlanYears, *, is_chinese: bool) -> TablesReading:
    """Return what the tables of the document hold."""
    readers = [_TableReader(content, table, clauses, years, is_chinese=is_chinese) for table in content.tables]
    tables = tuple(TableReading(one.rows.clause, one.read(), one.table) for one in readers)
    return TablesReading(
        tables,
        tuple(target for one in readers for target in one.rows.targets),
        tuple(rejected for one in readers for rejected in one.rows.rejected),
    )


class _TableReader:
    """Reader of one table, which finds its kind and reads its rows accordingly."""

    def __init__(
        self, content: Content, table: Table, clauses: Sequence[Clause], years: PlanYears, *, is_chinese: bool
    ) -> None:
        self.table = table
        self.layout = lay_out(table, years)
        start = table.span.start
        above = [one.of(content.text) for one in content.paragraphs if one.end <= start <= one.end + NEAR]
        self.caption = f"{self.layout.caption} {' '.join(above[-2:])}"
        unit = CAPTION_UNIT.search(self.caption)
        clause = next((one.number for one in reversed(clauses) if one.span.start <= start), "")
        self.rows = RowReader(self.layout, clause, years, unit[1] if unit else "", is_chinese)

    def read(self) -> str:
        """Read the table and return its kind."""
        layout = self.layout
        headings = "".join(column.heading for column in layout.columns)
        places = [one for one in layout.columns if is_place(one.heading) and one.role is not Role.PLACE]
        if len(PROJECTS.findall(headings)) >= 2 or PROJECT_CAPTION.search(self.caption[-30:]):
            return self._reject_all("projects", Rejection.PROJECT_SIZE)
        if FIRMS.search(headings) or (FIRM_CAPTION.search(self.caption[-30:]) and not self._numeric_columns()):
            return self._reject_all("roster", Rejection.NAME)
        if len(places) >= 2:
            return self._read_columns_of_places(places)
        if layout.first(Role.PLACE) and self._value_columns():
            return self._read_rows_of("split", layout.first(Role.PLACE))
        if self._has_years_as_rows() and self._value_columns():
            return self._read_rows_of("indicators", layout.columns[0])
        numeric = self._numeric_columns()
        has_bodies = any(layout.first(role) for role in BODIES)
        if numeric:
            return self._read_indicators(numeric)
        if has_bodies or layout.first(Role.NAME):
            return self._read_tasks()
        return self._reject_all("other", Rejection.NO_REQUIREMENT)

    def _value_columns(self) -> list[Column]:
        return [column for column in self.layout.columns if column.has_values]

    def _has_years_as_rows(self) -> bool:
        labels = [row[0].text for row in self.layout.rows if row[0].text]
        return bool(labels) and all(YEAR_ROW.match(label) for label in labels)

    def _numeric_columns(self) -> list[Column]:
        """Return the value columns in which most cells are nothing but a value."""
        has_units = self.layout.first(Role.UNIT)
        columns = [one for one in self._value_columns() if one.role is not Role.VALUE or one.year or has_units]
        return [column for column in columns if self._is_numeric(column)]

    def _is_numeric(self, column: Column) -> bool:
        texts = [row[column.at].text for row in self.layout.rows]
        values = sum(1 for text in texts if read_value(text))
        return values * 2 >= max(1, sum(1 for text in texts if not NOT_A_VALUE.match(text)))

    def _read_indicators(self, columns: Sequence[Column]) -> str:
        """Read rows of indicators with a column for each year or kind of value."""
        name = self.layout.first(Role.NAME) or self.layout.first(Role.VALUE) or self.layout.columns[0]
        cumulative = self.layout.first(Role.CUMULATIVE)
        for row in self.layout.rows:
            indicator = row[name.at].text
            if len({cell.span for cell in row}) == 1 or not indicator or indicator.isdigit():
                continue
            stated = [self.rows.base_of(row, one) for one in columns if one.role is Role.BASE]
            base = next((one for one in stated if one), None)
            before = len(self.rows.targets)
            for column in columns:
                if column.role is not Role.BASE:
                    self.rows.add_value(row, column, indicator, base, year=column.year)
            if cumulative and len(self.rows.targets) == before:
                self.rows.add_value(row, cumulative, indicator, base)
        return "indicators"

    def _read_rows_of(self, kind: str, head: Column | None) -> str:
        """Read a table with places, or years, as its rows and indicators as its columns."""
        at = head.at if head else 0
        columns = [one for one in self._value_columns() if one.at != at]
        for row in self.layout.rows:
            label = row[at].text
            year = int(label[:4]) if YEAR_ROW.match(label) else None
            places = () if year or TOTAL.match(label) or not label else (label,)
            for column in columns:
                if column.role is not Role.BASE:
                    base, indicator = self._base_beside(row, column, columns), _plain(column.heading)
                    self.rows.add_value(row, column, indicator, base, year=year or column.year, places=places)
        return kind

    def _base_beside(self, row: Row, column: Column, columns: Sequence[Column]) -> BaseCell | None:
        """Return the base value for a column: of the base column with the same heading but for year and kind."""
        wanted = _plain(column.heading)
        beside = [one for one in columns if one.role is Role.BASE and _plain(one.heading) == wanted]
        return self.rows.base_of(row, beside[0]) if beside else None

    def _read_columns_of_places(self, columns: Sequence[Column]) -> str:
        name = self.layout.first(Role.NAME) or self.layout.columns[0]
        for row in self.layout.rows:
            for column in columns:
                self.rows.add_value(row, column, row[name.at].text, None, places=(column.heading,))
        return "split"

    def _read_tasks(self) -> str:
        """Read a table of tasks, whose cells hold sentences."""
        for row in self.layout.rows:
            read: set[Span] = set()
            for column in self.layout.columns:
                cell = row[column.at]
                if column.role in TEXTS and cell.span not in read and len(cell.text) > 3:
                    read.add(cell.span)
                    self.rows.add_text(row, cell)
        return "tasks"

    def _reject_all(self, kind: str, reason: Rejection) -> str:
        for row in self.layout.rows:
            for cell in row:
                self.rows.reject(cell, reason)
        return kind


def _plain(heading: str) -> str:
    """Return a heading without its year and without the words for base and target."""
    return KIND_OF_VALUE.sub("", YEAR.sub("", heading)).strip()
