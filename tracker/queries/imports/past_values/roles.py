"""The roles of a table's columns: words beside a value, values, and cumulative values to compare with."""

from enum import StrEnum
from typing import NamedTuple

from django.utils.translation import gettext as _

INDICATOR_COLUMN, PERIOD_COLUMN, CUMULATIVE_COLUMN = "indicator:", "period:", "cumulative:"
#: Stands before the unit that all values of a column are of; no code of an indicator or a period has it.
OF_UNIT = "#"
#: Marks what a person must say before a table is checked: a unit of measure or a period that is not clear.
QUESTION = "?"
#: Stands before a heading that may name a unit.
UNIT_QUESTION = f"{QUESTION}{OF_UNIT}"


class ColumnRole(StrEnum):
    """The meaning of a column. A column of one indicator's or one period's values has INDICATOR_COLUMN or PERIOD_COLUMN
    and its code instead; one of both has the indicator's, "@" and the period. CUMULATIVE_COLUMN is only compared. A
    column of one unit's values has OF_UNIT and the unit's code behind all of these. In place of a unit or a period
    stands the word of a total where the column holds totals of them."""

    IGNORE = ""
    UNIT = "unit"
    PERIOD = "period"
    YEAR = "year"
    INDICATOR = "indicator"
    VALUE = "value"
    MEASURE = "measure"
    NOTE = "note"


class ValueRole(NamedTuple):
    """A column of values: the indicator, the period and the unit that all of them are of, "" where other columns say
    so."""

    indicator: str
    period: str
    is_cumulative: bool
    unit: str = ""

    @property
    def layout(self) -> tuple[bool, bool, bool]:
        """Return what the heading says: columns of values in one table say the same."""
        return bool(self.indicator), bool(self.period), bool(self.unit)

    @property
    def role(self) -> str:
        """Return the role as it is kept and chosen."""
        return role_of_values(self.indicator, self.period, self.unit, is_cumulative=self.is_cumulative)


def value_role(role: str) -> ValueRole | None:
    """Return what a column of values is of, None for a column of words."""
    if role.startswith(QUESTION):
        return None
    said, _mark, unit = role.partition(OF_UNIT)
    if said == ColumnRole.VALUE:
        return ValueRole("", "", is_cumulative=False, unit=unit)
    kind, colon, rest = said.partition(":")
    if not colon:
        return None
    if f"{kind}:" == PERIOD_COLUMN:
        return ValueRole("", rest, is_cumulative=False, unit=unit)
    indicator, _at, period = rest.partition("@")
    return ValueRole(indicator, period, is_cumulative=f"{kind}:" == CUMULATIVE_COLUMN, unit=unit)


def role_of_values(indicator: str, period: str, unit: str = "", *, is_cumulative: bool) -> str:
    """Return the role of a column of values, as it is kept and chosen."""
    of_unit = f"{OF_UNIT}{unit}" if unit else ""
    if is_cumulative:
        return f"{CUMULATIVE_COLUMN}{indicator}{'@' if period else ''}{period}{of_unit}"
    if not indicator:
        return f"{PERIOD_COLUMN}{period}{of_unit}" if period else f"{ColumnRole.VALUE.value}{of_unit}"
    return f"{INDICATOR_COLUMN}{indicator}{'@' if period else ''}{period}{of_unit}"


def role_name(role: ColumnRole) -> str:
    """Return the meaning of a column in words."""
    names = {
        ColumnRole.IGNORE: _("leave out"),
        ColumnRole.UNIT: _("unit or region"),
        ColumnRole.PERIOD: _("period"),
        ColumnRole.YEAR: _("year, beside a month"),
        ColumnRole.INDICATOR: _("indicator"),
        ColumnRole.VALUE: _("value"),
        ColumnRole.MEASURE: _("unit of measure"),
        ColumnRole.NOTE: _("note"),
    }
    return names[role]
