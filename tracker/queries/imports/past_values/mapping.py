"""Which column of a table says what: guessed from its headings, corrected by who sends it in, kept with the upload.

A long table has one column of values and says in others which unit, period and indicator each is of. A wide one has
a column of values for each indicator, or for each period.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from tracker.queries.errors import Refused
from tracker.queries.imports.past_values.cells import Scalar, TableCell, as_text
from tracker.queries.imports.past_values.names import UnknownName, Vocabulary

INDICATOR_COLUMN, PERIOD_COLUMN = "indicator:", "period:"


class Role(StrEnum):
    """What a column says. A column of one indicator's or one period's values has INDICATOR_COLUMN or PERIOD_COLUMN
    and its code instead."""

    IGNORE = ""
    UNIT = "unit"
    PERIOD = "period"
    YEAR = "year"
    INDICATOR = "indicator"
    VALUE = "value"
    MEASURE = "measure"
    NOTE = "note"


@dataclass(frozen=True)
class Mapping:
    """The sheet, the row of its headings (0: none), each column's role in order, and what no column says.

    `measures` gives for each column of values the unit of measure that it is in, "" for the indicator's own.
    """

    sheet: str
    heading_row: int
    roles: tuple[str, ...]
    measures: tuple[str, ...] = ()
    period: str = ""
    indicator: str = ""

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
        """The column with this role, counted from 1."""
        return next((column for column, found in self.used if found == role), None)

    @property
    def columns_of_words(self) -> dict[str, int]:
        """Where the words beside a value stand, by the names of a table cell's fields."""
        named = {"unit": Role.UNIT, "period": Role.PERIOD, "indicator": Role.INDICATOR, "note": Role.NOTE}
        return {field: column for field, role in named.items() if (column := self.column_of(role))}

    @property
    def value_columns(self) -> list[tuple[int, str]]:
        """The columns that hold values, with their roles."""
        return [(column, role) for column, role in self.used if role == Role.VALUE or ":" in role]

    def measure_of(self, column: int) -> str:
        """The unit of measure that a column of values is in, where its heading or a person has said so."""
        return self.measures[column - 1] if column <= len(self.measures) else ""

    def require_complete(self) -> None:
        """Raise Refused, with what is missing for each of unit, period, indicator and value."""
        wrong = dict(_gaps(self))
        if wrong:
            raise Refused(_("The columns are not clear yet. Nothing was checked."), wrong)


def _gaps(mapping: Mapping) -> Iterator[tuple[str, str]]:
    roles = [role for _column, role in mapping.used]
    of_indicators = any(role.startswith(INDICATOR_COLUMN) for role in roles)
    of_periods = any(role.startswith(PERIOD_COLUMN) for role in roles)
    for role in Role:
        if role and roles.count(role) > 1:
            yield "columns", _("Two columns are marked “%(role)s”. Keep one of them.") % {"role": role_name(role)}
    if any(":" in role and roles.count(role) > 1 for role in roles):
        yield "columns", _("Two columns hold the values of the same indicator or period. Keep one of them.")
    if Role.UNIT not in roles:
        yield "unit", _("Mark the column that names the unit.")
    if of_indicators + of_periods + (Role.VALUE in roles) != 1:
        yield "value", _("Mark one column of values, or a column of values for each indicator, or for each period.")
    if not (of_periods or {Role.PERIOD, Role.YEAR} & set(roles) or mapping.period):
        yield "period", _("Mark the column that names the period, or choose the period that all rows are of.")
    if not (of_indicators or Role.INDICATOR in roles or mapping.indicator):
        yield "indicator", _("Mark the column that names the indicator, or choose the one that all rows are of.")


def role_name(role: Role) -> str:
    """What a column says, in words."""
    names = {
        Role.IGNORE: _("leave out"),
        Role.UNIT: _("unit or region"),
        Role.PERIOD: _("period"),
        Role.YEAR: _("year, beside a month"),
        Role.INDICATOR: _("indicator"),
        Role.VALUE: _("value"),
        Role.MEASURE: _("unit of measure"),
        Role.NOTE: _("note"),
    }
    return names[role]


def table_cells(mapping: Mapping, rows: Iterable[tuple[int, Sequence[Scalar]]]) -> Iterator[TableCell]:
    """A cell for each value of the rows, which hold the mapping's used columns in their order."""
    used = mapping.used
    places = {role: at for at, (_column, role) in enumerate(used)}
    unit, period, year = places.get(Role.UNIT), places.get(Role.PERIOD), places.get(Role.YEAR)
    indicator, note, measure = places.get(Role.INDICATOR), places.get(Role.NOTE), places.get(Role.MEASURE)
    values = [
        (places[role], column, mapping.measure_of(column), *_fixed_by(role, mapping))
        for column, role in mapping.value_columns
    ]
    for number, row in rows:
        in_row = row[period] if period is not None else None
        if year is not None:
            in_row = _dated(row[year], in_row)
        of = row[indicator] if indicator is not None else None
        where = row[unit] if unit is not None else None
        for at, column, in_measure, fixed_period, fixed_indicator in values:
            yield TableCell(
                number,
                column,
                where,
                fixed_period or in_row,
                fixed_indicator or of,
                row[at],
                row[note] if note is not None else None,
                (row[measure] if measure is not None else None) or in_measure,
            )


def _fixed_by(role: str, mapping: Mapping) -> tuple[str, str]:
    """The period and the indicator that a column of values is of, where no other column says so."""
    period = role.removeprefix(PERIOD_COLUMN) if role.startswith(PERIOD_COLUMN) else mapping.period
    indicator = role.removeprefix(INDICATOR_COLUMN) if role.startswith(INDICATOR_COLUMN) else mapping.indicator
    return period, indicator


def _dated(year: Scalar, month: Scalar) -> Scalar:
    """A year and a month in two columns as one period; a whole year where no month stands beside it."""
    in_year, in_month = as_text(year).removesuffix("年度").removesuffix("年"), as_text(month)
    if not in_month or not in_year:
        return in_month or in_year
    return f"{in_year}年{in_month}月" if in_month.isdigit() else f"{in_year}年{in_month}"


def check_codes(mapping: Mapping, words: Vocabulary) -> None:
    """Raise Refused where the mapping names an indicator or a period that the plan does not have."""
    try:
        for _column, role in mapping.used:
            if role.startswith(INDICATOR_COLUMN):
                words.indicator(role.removeprefix(INDICATOR_COLUMN))
            elif role.startswith(PERIOD_COLUMN):
                words.period(role.removeprefix(PERIOD_COLUMN))
        if mapping.period:
            words.period(mapping.period)
        if mapping.indicator:
            words.indicator(mapping.indicator)
    except UnknownName as unknown:
        raise Refused(str(unknown)) from None
