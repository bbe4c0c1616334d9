"""Columns, sheets and grids of the set-up workbook, and the columns that several sheets have."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

#: The rows of a sheet: its title, how to fill it in, the keys of its columns (hidden), their headings, examples.
TITLE_ROW, NOTE_ROW, KEYS_ROW, HEADING_ROW, FIRST_ROW = 1, 2, 3, 4, 5
#: Between several names in one cell.
SEPARATORS = "；;\n"
Text = Any


class Kind(StrEnum):
    """Kind of value in a column."""

    TEXT = "text"
    NUMBER = "number"
    WHOLE = "whole"
    DAY = "day"
    FLAG = "flag"
    CHOICE = "choice"
    CHOICES = "choices"
    NAME = "name"  # of one row of another sheet
    NAMES = "names"


@dataclass(frozen=True)
class SetupColumn:
    """A column. `of` names the set of choices, or the table whose rows are named. `default` is what empty means."""

    key: str
    label: Text
    kind: Kind = Kind.TEXT
    of: str = ""
    example: str = ""
    is_required: bool = False
    default: Any = ""


@dataclass(frozen=True)
class SetupSheet:
    """A sheet with a row for each thing; `identity` are the keys that tell rows apart."""

    table: str
    title: Text
    note: Text
    columns: tuple[SetupColumn, ...]
    identity: tuple[str, ...]

    def column(self, key: str) -> SetupColumn | None:
        """Return the column of this key."""
        return next((column for column in self.columns if column.key == key), None)


#: The version that a target was issued with, in the key of a column.
FIRST = "first"
#: What a region may have beside its target value, in a column of its own.
LINES = {"upper_value": _("upper end"), "base_value": _("base value")}


@dataclass(frozen=True)
class GridColumn:
    """A column of a grid: an indicator, with the version of its target: its first day, or FIRST. Empty: the newest."""

    indicator: str
    effective: str = ""
    line: str = "value"

    @property
    def key(self) -> str:
        """Return the key in the hidden row: "coal_gangue_utilised@2020-07-01#value"."""
        return f"{self.indicator}@{self.effective}#{self.line}"


@dataclass(frozen=True)
class SetupGrid:
    """A sheet with a row for each place or unit and a column for each indicator."""

    table: str
    title: Text
    note: Text
    columns: tuple[SetupColumn, ...]


def code(example: str) -> SetupColumn:
    """Return the column of codes, with an example."""
    return SetupColumn("code", _("code"), example=example, is_required=True)


def name(example: str) -> SetupColumn:
    """Return the column of names, with an example."""
    return SetupColumn("name", _("name"), example=example, is_required=True)


NAME_EN = SetupColumn("name_en", _("English name"))
INDICATOR = SetupColumn("indicator", _("indicator"), Kind.NAME, "indicator", is_required=True)
UNIT = SetupColumn("unit", _("reporting unit"), Kind.NAME, "reporting_unit", is_required=True)
#: A target's version is one of the same day; empty means the first one, as the plan was issued.
EFFECTIVE = SetupColumn("effective_from", _("in force from"), Kind.DAY, example="2020-07-01", is_required=True)
BASIS = SetupColumn("basis", _("basis"))


def flag(key: str, label: Text, *, default: bool = False) -> SetupColumn:
    """Return a column of yes and no."""
    return SetupColumn(key, label, Kind.FLAG, default=default)


def number(key: str, label: Text, example: str = "", *, is_required: bool = False, default: Any = None) -> SetupColumn:
    """Return a column of numbers."""
    return SetupColumn(key, label, Kind.NUMBER, example=example, is_required=is_required, default=default)


def day(key: str, label: Text, example: str, *, is_required: bool = False) -> SetupColumn:
    """Return a column of days."""
    return SetupColumn(key, label, Kind.DAY, example=example, is_required=is_required, default=None)


def choice(key: str, label: Text, of: str, *, is_required: bool = False, default: Any = "") -> SetupColumn:
    """Return a column with one of a set of choices."""
    return SetupColumn(key, label, Kind.CHOICE, of, is_required=is_required, default=default)
