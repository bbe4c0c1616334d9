"""Rows of a table: a value cell or a cell with a sentence becomes a target with the row's bodies, date and nature."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from tracker.uploads.policy.chinese import bodies
from tracker.uploads.policy.chinese.bases import in_unit
from tracker.uploads.policy.chinese.bounds import FALLING, HARMFUL
from tracker.uploads.policy.chinese.sentence import read_sentence
from tracker.uploads.policy.chinese.times import find_times
from tracker.uploads.policy.columns import Column, Layout, Role
from tracker.uploads.policy.content import Cell, Span
from tracker.uploads.policy.context import Draft, PlanYears, SentenceContext
from tracker.uploads.policy.english import bodies as english_bodies
from tracker.uploads.policy.english.sentence import read_sentence as read_english_sentence
from tracker.uploads.policy.english.times import find_times as find_english_times
from tracker.uploads.policy.proposals import (
    Base,
    Bodies,
    Bound,
    Change,
    Doubt,
    RejectedNumber,
    Rejection,
    TargetProposal,
)
from tracker.uploads.policy.quantities import Quantity, find_quantities
from tracker.uploads.policy.table_values import Value, read_value, unit_in, unit_of, without_unit

NATURES = (
    ("约束", "binding"),
    ("预期", "expected"),
    ("binding", "binding"),
    ("expected", "expected"),
    ("indicative", "expected"),
)
ROLES = {Role.LEAD: bodies.LEAD, Role.RESPONSIBLE: bodies.RESPONSIBLE, Role.SUPPORTING: bodies.SUPPORTING}
#: A cell with fewer characters than this is no sentence.
SENTENCE = 7

Row = Sequence[Cell]


@dataclass(frozen=True)
class BaseCell:
    """Base value of a row, and its year."""

    value: Value
    year: int | None


@dataclass
class RowReader:
    """Reader of the rows of one table. `unit` is the one that the caption states for the whole table."""

    layout: Layout
    clause: str
    years: PlanYears
    unit: str
    is_chinese: bool
    targets: list[TargetProposal] = field(default_factory=list)
    rejected: list[RejectedNumber] = field(default_factory=list)

    def add_value(
        self,
        row: Row,
        column: Column,
        indicator: str,
        base: BaseCell | None,
        *,
        year: int | None = None,
        places: tuple[str, ...] = (),
    ) -> None:
        """Add the target of a value cell. Read a cell with a sentence as text; ignore an empty one."""
        cell = row[column.at]
        value = read_value(cell.text)
        if value is None:
            if len(cell.text) >= SENTENCE and find_quantities(cell.text):
                self.add_text(row, cell)
            return
        unit = value.unit or self._unit(row, column, indicator)
        name = without_unit(indicator)
        change = Change.DECREASE if FALLING.search(name) else Change.LEVEL
        due = self._due(row)
        self._add(
            TargetProposal(
                clause=self.clause,
                indicator=name,
                value=value.value,
                high=value.high,
                unit=unit,
                bound=value.bound or _bound(name, value, base, change),
                change=change,
                sentence=_span_of(row),
                number=Span(cell.span.start + value.start, cell.span.start + value.end),
                base=Base(in_unit(base.value.value, base.value.unit or unit, unit), base.year) if base else None,
                year=year or (due.year if due else None) or self.years.last,
                due_on=due,
                places=places,
                bodies=self._bodies(row),
                is_approximate=value.is_approximate,
                nature=self._nature(row),
                is_from_table=True,
                doubts=() if unit else (Doubt.UNIT_MISSING,),
            )
        )

    def add_text(self, row: Row, cell: Cell) -> None:
        """Add the targets of a cell with a sentence in it, with the row's bodies and due date."""
        due = self._due(row)
        context = SentenceContext(self.years, is_goal_section=True, year=due.year if due else None, due_on=due)
        read = read_sentence if self.is_chinese else read_english_sentence
        reading = read(cell.text, context)
        for draft in reading.drafts:
            self._add(self._from_draft(row, cell, draft))
        for one in reading.rejected:
            self._reject(cell, one.quantity, one.reason)

    def reject(self, cell: Cell, reason: Rejection) -> None:
        """Keep the numbers of a cell as rejected."""
        for quantity in find_quantities(cell.text):
            self._reject(cell, quantity, reason)

    def base_of(self, row: Row, column: Column) -> BaseCell | None:
        """Return the base value in this column, and keep its number as rejected."""
        value = read_value(row[column.at].text)
        if value is None:
            return None
        self.reject(row[column.at], Rejection.BASE_VALUE)
        return BaseCell(value, column.year)

    def _add(self, target: TargetProposal) -> None:
        """Add a target, unless a merged cell gave it already."""
        if not any(one.number == target.number for one in self.targets):
            self.targets.append(target)

    def _from_draft(self, row: Row, cell: Cell, draft: Draft) -> TargetProposal:
        quantity = draft.quantity
        return TargetProposal(
            clause=self.clause,
            indicator=draft.indicator,
            value=quantity.value,
            high=quantity.high,
            unit=quantity.unit,
            bound=draft.bound,
            change=draft.change,
            sentence=cell.span,
            number=_span_in(cell, quantity),
            base=draft.base,
            year=draft.year,
            due_on=draft.due_on,
            frequency=draft.frequency,
            places=draft.places,
            bodies=self._bodies(row),
            is_approximate=draft.is_approximate,
            is_from_table=True,
            doubts=tuple(one for one in draft.doubts if one is not Doubt.YEAR_FROM_BEFORE),
        )

    def _unit(self, row: Row, column: Column, indicator: str) -> str:
        own = self.layout.first(Role.UNIT)
        stated = unit_of(row[own.at].text) if own else ""
        return stated or unit_in(indicator) or unit_in(column.heading) or unit_in(self.unit)

    def _bodies(self, row: Row) -> Bodies:
        read = bodies.read_cell if self.is_chinese else english_bodies.read_cell
        columns = [column for column in self.layout.columns if column.role in ROLES]
        return bodies.merge(read(row[column.at].text, ROLES[column.role]) for column in columns)

    def _due(self, row: Row) -> date | None:
        column = self.layout.first(Role.DUE)
        if not column:
            return None
        text = row[column.at].text
        if self.is_chinese:
            return next((time.due_on for time in find_times(f"{text}前", self.years.only) if time.due_on), None)
        return next((time.due_on or date(time.year, 12, 31) for time in find_english_times(text)), None)

    def _nature(self, row: Row) -> str:
        column = self.layout.first(Role.NATURE)
        text = row[column.at].text if column else "".join(cell.text for cell in row if "性" in cell.text)
        return next((name for word, name in NATURES if word in text.lower()), "")

    def _reject(self, cell: Cell, quantity: Quantity, reason: Rejection) -> None:
        number = _span_in(cell, quantity)
        self.rejected.append(RejectedNumber(reason, number, cell.span, quantity.value, quantity.unit))


def _span_in(cell: Cell, quantity: Quantity) -> Span:
    return Span(cell.span.start + quantity.start, cell.span.start + quantity.end)


def _span_of(row: Row) -> Span:
    own = [cell.span for cell in row if cell.text]
    return Span(min(one.start for one in own), max(one.end for one in own))


def _bound(name: str, value: Value, base: BaseCell | None, change: Change) -> Bound:
    """Return the bound of a bare value: downwards where the base is higher or the indicator is held down."""
    if value.high is not None:
        return Bound.BETWEEN
    if change is Change.DECREASE:
        return Bound.AT_LEAST
    if base and base.value.value != value.value and base.value.high is None:
        return Bound.AT_MOST if value.value < base.value.value else Bound.AT_LEAST
    return Bound.AT_MOST if HARMFUL.search(name) else Bound.AT_LEAST
