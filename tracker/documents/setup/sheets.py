"""Sheets and columns of the workbook that holds everything that is set up."""

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


def _code(example: str) -> SetupColumn:
    return SetupColumn("code", _("code"), example=example, is_required=True)


def _name(example: str) -> SetupColumn:
    return SetupColumn("name", _("name"), example=example, is_required=True)


NAME_EN = SetupColumn("name_en", _("English name"))
INDICATOR = SetupColumn("indicator", _("indicator"), Kind.NAME, "indicator", is_required=True)
UNIT = SetupColumn("unit", _("reporting unit"), Kind.NAME, "reporting_unit", is_required=True)
#: A target's version is one of the same day; empty means the first one, as the plan was issued.
EFFECTIVE = SetupColumn("effective_from", _("in force from"), Kind.DAY, example="2020-07-01", is_required=True)
BASIS = SetupColumn("basis", _("basis"))


def _flag(key: str, label: Text, *, default: bool = False) -> SetupColumn:
    return SetupColumn(key, label, Kind.FLAG, default=default)


def _number(key: str, label: Text, example: str = "", *, is_required: bool = False, default: Any = None) -> SetupColumn:
    return SetupColumn(key, label, Kind.NUMBER, example=example, is_required=is_required, default=default)


def _day(key: str, label: Text, example: str, *, is_required: bool = False) -> SetupColumn:
    return SetupColumn(key, label, Kind.DAY, example=example, is_required=is_required, default=None)


def _choice(key: str, label: Text, of: str, *, is_required: bool = False, default: Any = "") -> SetupColumn:
    return SetupColumn(key, label, Kind.CHOICE, of, is_required=is_required, default=default)


SHEETS: tuple[SetupSheet, ...] = (
    SetupSheet(
        "plan",
        _("action plan"),
        _("One row. The code tells plans apart and stays; a code that is not known yet makes a new plan."),
        (
            _code("shanxi-2020"),
            _name("山西省节能与资源综合利用2020年行动计划"),
            NAME_EN,
            SetupColumn("issuer", _("issuing body"), example="山西省工业和信息化厅", is_required=True),
            SetupColumn("issuer_en", _("issuing body in English")),
            SetupColumn("document_number", _("document number"), example="晋工信节能字〔2020〕002号"),
            _day("issued_on", _("issued on"), "2020-03-24", is_required=True),
            _day("starts_on", _("starts on"), "2020-01-01", is_required=True),
            _day("ends_on", _("ends on"), "2020-12-31", is_required=True),
            SetupColumn("region", _("scope"), Kind.NAME, "region", example="140000", is_required=True),
            _choice("graded_by", _("gaps measured"), "graded_by", default="due"),
            _number("level_two_below", _("level II below a gap of"), "0", default=0),
            _number("level_one_below", _("level I below a gap of"), "-10", default=-10),
            _number("level_band", _("band around the bounds"), "1", default=1),
            SetupColumn("deadline_day", _("deadline: day of the next month"), Kind.WHOLE, example="5", default=5),
            _flag("deadline_on_working_day", _("deadline on a working day"), default=True),
            SetupColumn("lock_after_days", _("locked after the deadline (days)"), Kind.WHOLE, default=None),
            SetupColumn(
                "remind_days_before",
                _("first reminder: working days before the deadline"),
                Kind.WHOLE,
                example="3",
                default=None,
            ),
            SetupColumn(
                "remind_every_days",
                _("reminder interval after the deadline (working days)"),
                Kind.WHOLE,
                example="3",
                default=None,
            ),
            SetupColumn("checking_levels", _("levels that check"), Kind.CHOICES, "level", default=()),
            SetupColumn("fiscal_year_starts", _("first month of the year"), Kind.WHOLE, example="1", default=1),
            SetupColumn("time_zone", _("time zone"), example="Asia/Shanghai", default="Asia/Shanghai"),
            SetupColumn("calendar", _("calendar of working days"), example="CN", default="CN"),
        ),
        ("code",),
    ),
    SetupSheet(
        "level",
        _("levels of regions"),
        _("Only levels that the installation does not know: an air district, a department. Others need no row."),
        (_code("park"), _name("园区"), NAME_EN),
        ("code",),
    ),
    SetupSheet(
        "region",
        _("regions"),
        _("A row for each region, with the one that it is part of. Codes stay; in China they are those of GB/T 2260."),
        (
            _code("140100"),
            _choice("level", _("level"), "level", is_required=True),
            _name("太原市"),
            NAME_EN,
            SetupColumn("part_of", _("region above"), Kind.NAME, "region", example="140000"),
        ),
        ("code",),
    ),
    SetupSheet(
        "unit",
        _("units of measure"),
        _("Units of one dimension convert by their factor: 万吨 has 10000 of 吨, which has 1."),
        (
            _code("10kt"),
            SetupColumn("symbol", _("symbol"), example="万吨", is_required=True),
            SetupColumn("symbol_en", _("English symbol"), example="10kt", is_required=True),
            SetupColumn("dimension", _("dimension"), example="mass", is_required=True),
            _number("factor", _("factor to base unit"), "10000", is_required=True),
            _flag("is_countable", _("counts whole things")),
        ),
        ("code",),
    ),
    SetupSheet(
        "reporting_unit",
        _("reporting units"),
        _("Each body that reports, with its region. A unit that no longer reports has a closing day and stays."),
        (
            _code("taiyuan-gxj"),
            _name("太原市工业和信息化局"),
            NAME_EN,
            SetupColumn("region", _("region"), Kind.NAME, "region", example="140100", is_required=True),
            SetupColumn("contact_phone", _("contact phone"), example="0351-1234567"),
            _day("closed_on", _("closed on"), "2020-12-01"),
        ),
        ("code",),
    ),
    SetupSheet(
        "person",
        _("users"),
        _("One row for each account. New accounts get a temporary password, which is shown once after the import."),
        (
            SetupColumn("username", _("account name"), example="zhangsan", is_required=True),
            SetupColumn("display_name", _("name"), example="张三"),
            SetupColumn("email", _("e-mail"), example="zhangsan@example.com"),
            SetupColumn("phone", _("phone"), example="0351-1234567"),
            _choice("language", _("language of pages and mail"), "language", default="zh-hans"),
        ),
        ("username",),
    ),
    SetupSheet(
        "role",
        _("memberships"),
        _("A row for each role. A reporter has the unit; other roles have a region, with all below it."),
        (
            SetupColumn("username", _("account name"), Kind.NAME, "person", example="zhangsan", is_required=True),
            _choice("role", _("role"), "role", is_required=True),
            SetupColumn("region", _("region"), Kind.NAME, "region", example="140100"),
            SetupColumn("unit", _("only this unit"), Kind.NAME, "reporting_unit", example="taiyuan-gxj"),
            _flag("only_plan", _("only this plan")),
        ),
        ("username", "role", "region", "unit", "only_plan"),
    ),
    SetupSheet(
        "clause",
        _("clauses"),
        _("The plan's numbered parts, in its order."),
        (
            SetupColumn("number", _("clause"), example="三-1", is_required=True),
            _name("国家级工业资源综合利用基地"),
            NAME_EN,
            SetupColumn("wording", _("clause text")),
        ),
        ("number",),
    ),
    SetupSheet(
        "indicator",
        _("indicators"),
        _("A total names its parts, a ratio its numerator and denominator; neither is ever entered."),
        (
            SetupColumn("code", _("code"), example="coal_gangue_utilised", is_required=True),
            _name("煤矸石综合利用量"),
            NAME_EN,
            SetupColumn("unit", _("unit of measure"), Kind.NAME, "unit", example="万吨", is_required=True),
            SetupColumn("decimals", _("decimals shown"), Kind.WHOLE, example="2", default=2),
            _choice("direction", _("direction"), "direction", default="more"),
            _choice("over_periods", _("aggregation over time"), "over_periods", default="sum"),
            _choice("over_places", _("aggregation over regions"), "over_places", default="sum"),
            SetupColumn("parts", _("parts"), Kind.NAMES, "indicator", default=()),
            SetupColumn("numerator", _("numerator"), Kind.NAME, "indicator"),
            SetupColumn("denominator", _("denominator"), Kind.NAME, "indicator"),
            SetupColumn("included_in", _("of which: part of"), Kind.NAME, "indicator"),
            SetupColumn("weight", _("weighted by"), Kind.NAME, "indicator"),
            _flag("allows_negative", _("may be below zero")),
            SetupColumn("definition", _("definition")),
        ),
        ("code",),
    ),
    SetupSheet(
        "target",
        _("targets"),
        _("What the plan sets, as it was issued. Later changes have a row in the sheet of versions of targets."),
        (
            INDICATOR,
            SetupColumn(
                "clauses", _("clauses"), Kind.NAMES, "clause", example="二；三-3", is_required=True, default=()
            ),
            _choice("kind", _("kind"), "kind"),
            _choice("bound", _("requirement"), "bound", is_required=True),
            _number("value", _("target value"), "6500"),
            _number("upper_value", _("upper end")),
            _flag("is_approximate", _("the plan says “about”")),
            _flag("is_key", _("key target")),
            _choice("nature", _("binding or expected"), "nature"),
            _choice("pace", _("pace curve"), "pace", default="even_by_month"),
            _number("base_value", _("base value")),
            SetupColumn("base_year", _("base year"), Kind.WHOLE, example="2015", default=None),
            SetupColumn("base_source", _("source of the base value")),
            _choice("graded_by", _("gaps measured"), "graded_by"),
            _number("level_two_below", _("level II below a gap of")),
            _number("level_one_below", _("level I below a gap of")),
            SetupColumn("responsible", _("responsible body"), example="省工信厅"),
            SetupColumn("supporting", _("supporting bodies"), Kind.NAMES, "body", default=()),
            SetupColumn("places", _("limited to regions"), Kind.NAMES, "region", default=()),
            SetupColumn("document_number", _("document number")),
            SetupColumn("stretch_note", _("reason for allocating more than the target")),
        ),
        ("indicator",),
    ),
    SetupSheet(
        "version",
        _("versions of targets"),
        _("A row for each change of a target after the plan was issued: the new value, its day, the document number."),
        (
            INDICATOR,
            EFFECTIVE,
            _number("value", _("target value"), "6600", is_required=True),
            _number("upper_value", _("upper end")),
            SetupColumn("document_number", _("document number"), example="晋工信〔2020〕9号", is_required=True),
            SetupColumn("stretch_note", _("reason for allocating more than the target")),
        ),
        ("indicator", "effective_from"),
    ),
    SetupSheet(
        "milestone",
        _("milestones of targets"),
        _("Dated values on the way to the goal: the annual goals of a five-year plan."),
        (
            INDICATOR,
            _day("day", _("end of day"), "2021-12-31", is_required=True),
            _number("value", _("value due"), "40", is_required=True),
        ),
        ("indicator", "day"),
    ),
    SetupSheet(
        "point",
        _("points of a pace curve"),
        _("Only for targets whose pace curve is set by points: the share of the target due at the end of a day."),
        (
            INDICATOR,
            _day("day", _("end of day"), "2020-03-31", is_required=True),
            _number("share", _("share due (%)"), "20", is_required=True),
        ),
        ("indicator", "day"),
    ),
    SetupSheet(
        "programme",
        _("longer programmes of targets"),
        _("Where a target is part of a longer programme, such as a five-year plan: its span and its own target."),
        (
            INDICATOR,
            _day("starts_on", _("starts on"), "2016-01-01", is_required=True),
            _day("ends_on", _("ends on"), "2020-12-31", is_required=True),
            _number("value", _("target value"), "30000", is_required=True),
            _number("done_before", _("done before this plan"), "23500", is_required=True),
        ),
        ("indicator",),
    ),
    SetupSheet(
        "commitment",
        _("commitments"),
        _("Tasks and measures that are not a number, with the clause that sets them."),
        (
            SetupColumn("clause", _("clause"), Kind.NAME, "clause", example="三-1", is_required=True),
            _choice("kind", _("kind"), "commitment_kind", is_required=True),
            SetupColumn("part_of", _("parent task"), Kind.NAME, "clause"),
            SetupColumn("places", _("regions"), Kind.NAMES, "region", default=()),
            SetupColumn("bodies", _("responsible bodies"), Kind.NAMES, "body", default=()),
        ),
        ("clause",),
    ),
    SetupSheet(
        "check",
        _("checks"),
        _("Without an indicator, a rule holds for every indicator that has none of its own."),
        (
            _choice("kind", _("check"), "check_kind", is_required=True),
            SetupColumn("indicator", _("indicator"), Kind.NAME, "indicator"),
            _choice("severity", _("severity"), "severity", is_required=True),
            _number("low", _("lower bound"), "-50"),
            _number("high", _("upper bound"), "100"),
        ),
        ("kind", "indicator"),
    ),
    SetupSheet(
        "range",
        _("usual ranges of units"),
        _("The values that a unit's periods usually lie between, in the indicator's unit of measure."),
        (
            UNIT,
            INDICATOR,
            _number("low", _("usually at least"), is_required=True),
            _number("high", _("usually at most"), is_required=True),
            BASIS,
        ),
        ("unit", "indicator"),
    ),
    SetupSheet(
        "capacity",
        _("capacities of units"),
        _("The most that a unit can do of an indicator in a month."),
        (UNIT, INDICATOR, _number("per_month", _("capacity per month"), is_required=True), BASIS),
        ("unit", "indicator"),
    ),
    SetupSheet(
        "schedule",
        _("schedules"),
        _("When mail goes out. Names tell schedules apart."),
        (
            _name("月报简报"),
            _choice("when", _("when"), "when", is_required=True),
            SetupColumn("number", _("number"), Kind.WHOLE, example="8", default=8),
            SetupColumn("time_of_day", _("time of day"), example="08:30", default="08:30"),
            _flag("is_active", _("active"), default=True),
        ),
        ("name",),
    ),
    SetupSheet(
        "subscription",
        _("subscriptions"),
        _("A row for each recipient: an account, or a role with its region, or an outside address."),
        (
            SetupColumn("schedule", _("schedule"), Kind.NAME, "schedule", is_required=True),
            SetupColumn("user", _("person"), Kind.NAME, "person", example="zhangsan"),
            _choice("role", _("role"), "role"),
            SetupColumn("region", _("region of the role"), Kind.NAME, "region"),
            SetupColumn("address", _("outside address"), example="office@example.com"),
            _choice("about", _("what"), "about", default="plan"),
            SetupColumn("place", _("the place"), Kind.NAME, "region"),
            SetupColumn("indicators", _("the chosen indicators"), Kind.NAMES, "indicator", default=()),
            _choice("language", _("language"), "language"),
            _choice("attached", _("attached"), "attached", default="workbook"),
            _flag("is_active", _("active"), default=True),
        ),
        ("schedule", "user", "role", "region", "address", "about", "place"),
    ),
)
SPLIT = SetupGrid(
    "split",
    _("allocations"),
    _(
        "A row for each place, a column for each target. Write an indicator's code or name into an empty heading. The "
        "balance is the target less the places directly below the plan's region."
    ),
    (
        SetupColumn("place", _("region"), Kind.NAME, "region", example="140100", is_required=True),
        SetupColumn("unit", _("reporting unit"), Kind.NAME, "reporting_unit"),
        SetupColumn("within", _("within another"), Kind.FLAG, default=False),
    ),
)
OBLIGATION = SetupGrid(
    "obligation",
    _("obligations to report"),
    _(
        "A row for each unit, a column for each indicator: how often it is reported. Dates may follow: "
        "“monthly 2020-03-01~2020-09-30”. Write an indicator's code or name into an empty heading."
    ),
    (SetupColumn("unit", _("reporting unit"), Kind.NAME, "reporting_unit", is_required=True),),
)
GRIDS = (SPLIT, OBLIGATION)
#: The order of the sheets, which is the order in which they are filled in and imported.
ORDER = (
    *("plan", "level", "region", "unit", "reporting_unit", "person", "role", "clause", "indicator", "target"),
    *("version", "milestone", "point", "programme", "split", "commitment", "obligation", "check", "range"),
    *("capacity", "schedule", "subscription"),
)
ALL_SHEETS: tuple[SetupSheet | SetupGrid, ...] = (*SHEETS, *GRIDS)
BY_TABLE = {sheet.table: sheet for sheet in ALL_SHEETS}
