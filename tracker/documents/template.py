"""The month's template: what a unit fills in away from the system, and how its cells are found again afterwards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

#: Changes when the places of cells change: a template of another version is not read.
VERSION = "2"
KEYS_SHEET = "_keys"
FIRST_ROW = 6
#: The columns of a project sheet before those that are filled in: number, name, list, total, cumulative before.
PROJECT_FACTS = 5


class TemplatePlace(IntEnum):
    """The columns of a sheet, from 1."""

    NUMBER = 1
    INDICATOR = 2
    MEASURE = 3  # filled in where the dimension has several units of measure
    TARGET = 4
    LAST_MONTH = 5
    LAST_YEAR = 6
    VALUE = 7  # filled in
    NIL = 8  # filled in
    TO_DATE = 9
    COMPLETION = 10
    NOTE = 11  # filled in


@dataclass(frozen=True)
class Measure:
    """A unit of measure that may be chosen: its symbol, and how many of the indicator's own unit one of it is."""

    symbol: str
    factor: Decimal


@dataclass(frozen=True)
class TemplateRow:
    """One indicator. `value` and `note` stand in the draft already; `before` is the verified cumulative so far."""

    code: str
    name: str
    measures: Sequence[Measure]
    decimals: int = 2
    target: Decimal | None = None
    last_month: Decimal | None = None
    last_year: Decimal | None = None
    before: Decimal = Decimal(0)
    adds_up: bool = True
    value: Decimal | None = None
    note: str = ""

    @property
    def measure(self) -> str:
        """The indicator's own unit of measure: the first."""
        return self.measures[0].symbol


@dataclass(frozen=True)
class ProjectTemplateRow:
    """A project of a unit; `texts` is what its report has already, by field in the order of the columns."""

    member: int
    number: int
    name: str
    listed: str
    total: Decimal | None
    before: Decimal
    texts: Mapping[str, str]


@dataclass(frozen=True)
class ProjectColumn:
    """A column of a project sheet that is filled in: its field, its heading, and the choices there are."""

    field: str
    heading: str
    choices: Sequence[str] = ()


@dataclass(frozen=True)
class TemplateSheet:
    """One unit's sheet: its rows from FIRST_ROW on, and its own deadline.

    `version` is the return's, 0 while it is not opened.
    """

    name: str
    unit_code: str
    unit_name: str
    version: int
    phone: str
    deadline: str
    rows: Sequence[TemplateRow]
    projects_name: str = ""
    projects: Sequence[ProjectTemplateRow] = ()


@dataclass(frozen=True)
class Template:
    """A workbook of one or many units for one period; `keys` are the rows of its hidden sheet."""

    title: str
    period: str
    sheets: Sequence[TemplateSheet]
    keys: Sequence[Sequence[str]]
    marker: str = ""
    project_columns: Sequence[ProjectColumn] = ()
    is_one_year: bool = True


def headings(*, is_one_year: bool = True) -> dict[TemplatePlace, str]:
    """Return the columns' headings. A plan of several years has no annual target."""
    return {
        TemplatePlace.NUMBER: _("No."),
        TemplatePlace.INDICATOR: _("Indicator"),
        TemplatePlace.MEASURE: pgettext("template", "Unit of measure"),
        TemplatePlace.TARGET: _("Annual target\n(split)") if is_one_year else _("Target\n(split)"),
        TemplatePlace.LAST_MONTH: _("Last period"),
        TemplatePlace.LAST_YEAR: _("Same period last year"),
        TemplatePlace.VALUE: _("This period\n(fill in)"),
        TemplatePlace.NIL: _("Nil return\n(choose)"),
        TemplatePlace.TO_DATE: _("Cumulative"),
        TemplatePlace.COMPLETION: _("Completion"),
        TemplatePlace.NOTE: _("Note\n(fill in)"),
    }
