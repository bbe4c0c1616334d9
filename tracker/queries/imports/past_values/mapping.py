"""Which column of a table says what: guessed from its headings, corrected by who sends it in, kept with the upload.

A long table has one column of values and says in others which unit, period and indicator each is of. A wide one has
a column of values for each indicator, for each period or for each unit.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from tracker.queries.errors import Refused
from tracker.queries.imports.past_values.cells import Scalar, TableCell, as_text
from tracker.queries.imports.past_values.names import UnknownName, Vocabulary
from tracker.queries.imports.past_values.roles import (
    QUESTION,
    UNIT_QUESTION,
    ColumnRole,
    ValueRole,
    role_name,
    value_role,
)
from tracker.queries.imports.past_values.total_words import is_total_word
from tracker.uploads.places import letters
from tracker.uploads.table import Range


@dataclass(frozen=True)
class Mapping:
    """The sheet, the row of its headings (0: none), each column's role in order, and what no column says.

    `measures` gives for each column of values the unit of measure that it is in, "" for the indicator's own; one that
    begins with QUESTION must be chosen. `heading_rows` counts the rows of the headings, the last of which is
    `heading_row`. `year` completes months. `answers`, `notes` and `reason` are what a person says about the table:
    names that are not known, cells that look odd ("C9", or "*" for all others), and why loaded values are corrected.
    """

    sheet: str
    heading_row: int
    roles: tuple[str, ...]
    measures: tuple[str, ...] = ()
    period: str = ""
    indicator: str = ""
    unit: str = ""
    heading_rows: int = 1
    year: int | None = None
    answers: dict[str, dict[str, str]] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    reason: str = ""

    def as_json(self) -> dict[str, Any]:
        """As the upload keeps it."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Mapping":
        """As it was kept."""
        return cls(**{**kept, "roles": tuple(kept["roles"]), "measures": tuple(kept["measures"])})

    @property
    def first_row(self) -> int:
        """The first row below the headings."""
        return self.heading_row + 1

    @property
    def used(self) -> list[tuple[int, str]]:
        """The columns that say something, counted from 1, with their roles."""
        return [(column, role) for column, role in enumerate(self.roles, start=1) if role]

    def column_of(self, role: str) -> int | None:
        """Return the column with this role, counted from 1; None if there is none."""
        return next((column for column, found in self.used if found == role), None)

    @property
    def columns_of_words(self) -> dict[str, int]:
        """Return where the words beside a value stand, by the names of a table cell's fields."""
        named = {
            "unit": ColumnRole.UNIT,
            "period": ColumnRole.PERIOD,
            "indicator": ColumnRole.INDICATOR,
            "note": ColumnRole.NOTE,
        }
        return {field: column for field, role in named.items() if (column := self.column_of(role))}

    @property
    def value_columns(self) -> list[tuple[int, ValueRole]]:
        """The columns that hold values, cumulative ones too, with what these are of."""
        return [(column, found) for column, role in self.used if (found := value_role(role))]

    @property
    def says(self) -> tuple[bool, bool, bool]:
        """Return whether headings of columns say of which indicator, period and unit their values are."""
        layouts = [found.layout for _column, found in self.value_columns if not found.is_cumulative]
        indicators, periods, units = (any(layout[at] for layout in layouts) for at in (0, 1, 2))
        return indicators, periods, units

    @property
    def top_row(self) -> int:
        """The first row of the headings."""
        return max(self.heading_row - self.heading_rows + 1, 0)

    def merged_values(self, merged: Iterable[Range]) -> list[Range]:
        """Return the merged ranges that hold a value of several rows, or of several columns of values."""
        columns = [column for column, _role in self.value_columns]
        return [
            (top, bottom, left, right)
            for top, bottom, left, right in merged
            if (covered := sum(left <= column <= right for column in columns))
            and bottom > self.heading_row
            and (bottom > top or covered > 1)
        ]

    def measure_of(self, column: int) -> str:
        """Return the unit of measure of a column of values, "" unless its heading or a user has given it."""
        return self.measures[column - 1] if column <= len(self.measures) else ""

    def require_complete(self) -> None:
        """Raise Refused, with what is missing for each of unit, period, indicator and value."""
        wrong = dict(_gaps(self))
        if wrong:
            raise Refused(_("The columns are not clear yet. Nothing was checked."), wrong)


def _gaps(mapping: Mapping) -> Iterator[tuple[str, str]]:
    roles = [role for _column, role in mapping.used]
    values = [found for _column, found in mapping.value_columns if not found.is_cumulative]
    layouts = {found.layout for found in values}
    of_indicators, of_periods, of_units = mapping.says
    yield from _doubled(roles)
    yield from _questions(mapping)
    if not (of_units or ColumnRole.UNIT in roles or mapping.unit):
        yield "unit", _("Mark the column that names the unit, or choose the unit that all rows are of.")
    if len(layouts) != 1:
        yield (
            "value",
            _("Mark one column of values, or a column of values for each indicator, for each period or for each unit."),
        )
    if not (of_periods or {ColumnRole.PERIOD, ColumnRole.YEAR} & set(roles) or mapping.period):
        yield "period", _("Mark the column that names the period, or choose the period that all rows are of.")
    if not (of_indicators or ColumnRole.INDICATOR in roles or mapping.indicator):
        yield "indicator", _("Mark the column that names the indicator, or choose the one that all rows are of.")


def _doubled(roles: Sequence[str]) -> Iterator[tuple[str, str]]:
    for role in ColumnRole:
        if role and roles.count(role) > 1:
            yield "columns", _("Two columns are marked “%(role)s”. Keep one of them.") % {"role": role_name(role)}
    if any(roles.count(role) > 1 and _may_stand_once(role) for role in roles):
        yield "columns", _("Two columns hold the values of the same indicator, period or unit. Keep one of them.")


def _may_stand_once(role: str) -> bool:
    """Return True for a column of something's values; totals may stand in several."""
    value = value_role(role)
    is_total = value is not None and (is_total_word(value.unit) or is_total_word(value.period))
    return value is not None and role != ColumnRole.VALUE and not is_total


def _questions(mapping: Mapping) -> Iterator[tuple[str, str]]:
    """Return what only a person can tell: a unit of measure that is not known, a period that may be two."""
    for column, role in mapping.used:
        if role.startswith(UNIT_QUESTION):
            yield (
                f"role_{column}",
                _("Column %(letter)s: which unit is “%(text)s”? Choose it, or leave the column out.")
                % {"letter": letters(column), "text": role.removeprefix(UNIT_QUESTION)},
            )
        elif role.startswith(QUESTION):
            yield (
                f"role_{column}",
                _("Column %(letter)s: %(text)s may be January or October. Choose the period.")
                % {"letter": letters(column), "text": role.removeprefix(QUESTION)},
            )
        elif (measure := mapping.measure_of(column)).startswith(QUESTION) and value_role(role):
            yield (
                f"measure_{column}",
                _("Column %(letter)s: which unit of measure is “%(unit)s”? Choose it, or convert the column.")
                % {"letter": letters(column), "unit": measure.removeprefix(QUESTION)},
            )


def table_cells(mapping: Mapping, rows: Iterable[tuple[int, Sequence[Scalar]]]) -> Iterator[TableCell]:
    """Yield a cell for each value of the rows, which hold the mapping's used columns in their order."""
    places = {column: at for at, (column, _role) in enumerate(mapping.used)}
    word_places = {role: places[column] for column, role in mapping.used if not value_role(role)}
    unit, period, year = (word_places.get(role) for role in (ColumnRole.UNIT, ColumnRole.PERIOD, ColumnRole.YEAR))
    indicator, note, measure = (
        word_places.get(role) for role in (ColumnRole.INDICATOR, ColumnRole.NOTE, ColumnRole.MEASURE)
    )
    values = [(places[column], column, mapping.measure_of(column), role) for column, role in mapping.value_columns]
    for number, row in rows:
        in_row = row[period] if period is not None else None
        if year is not None:
            in_row = _dated(row[year], in_row)
        of = row[indicator] if indicator is not None else mapping.indicator
        where = row[unit] if unit is not None else mapping.unit
        for at, column, in_measure, role in values:
            yield TableCell(
                number,
                column,
                role.unit or where,
                role.period or in_row or mapping.period,
                role.indicator or of,
                row[at],
                row[note] if note is not None else None,
                (row[measure] if measure is not None else None) or in_measure,
                role.is_cumulative,
            )


def _dated(year: Scalar, month: Scalar) -> Scalar:
    """Join a year and a month in two columns into one period; return the whole year if there is no month beside it."""
    in_year, in_month = as_text(year).removesuffix("年度").removesuffix("年"), as_text(month)
    if not in_month or not in_year:
        return in_month or in_year
    return f"{in_year}年{in_month}月" if in_month.isdigit() else f"{in_year}年{in_month}"


def check_codes(mapping: Mapping, words: Vocabulary) -> None:
    """Raise Refused where the mapping names a unit, an indicator or a period that the plan does not have."""
    roles = [role for _column, role in mapping.value_columns]
    try:
        for indicator in {mapping.indicator, *(role.indicator for role in roles)} - {""}:
            words.indicator(indicator)
        for period in {mapping.period, *(role.period for role in roles)} - {""}:
            if not words.is_total_of_periods(period):
                words.period(period)
        for unit in {mapping.unit, *(role.unit for role in roles)} - {""}:
            if not words.is_total(unit):
                words.unit(unit)
    except UnknownName as unknown:
        raise Refused(str(unknown)) from None
