"""Sheets of indicators with their units of measure, and of targets with all that belongs to one."""

from django.utils.translation import gettext_lazy as _

from tracker.documents.setup.columns import (
    EFFECTIVE,
    INDICATOR,
    NAME_EN,
    Kind,
    SetupColumn,
    SetupGrid,
    SetupSheet,
    choice,
    code,
    day,
    flag,
    name,
    number,
)

MEASURE = SetupSheet(
    "unit",
    _("units of measure"),
    _("Units of one dimension convert by their factor: 万吨 has 10000 of 吨, which has 1."),
    (
        code("10kt"),
        SetupColumn("symbol", _("symbol"), example="万吨", is_required=True),
        SetupColumn("symbol_en", _("English symbol"), example="10kt", is_required=True),
        SetupColumn("dimension", _("dimension"), example="mass", is_required=True),
        number("factor", _("factor to base unit"), "10000", is_required=True),
        flag("is_countable", _("counts whole things")),
    ),
    ("code",),
)
INDICATOR_SHEET = SetupSheet(
    "indicator",
    _("indicators"),
    _("A total names its parts, a ratio its numerator and denominator; neither is ever entered."),
    (
        SetupColumn("code", _("code"), example="coal_gangue_utilised", is_required=True),
        name("煤矸石综合利用量"),
        NAME_EN,
        SetupColumn("unit", _("unit of measure"), Kind.NAME, "unit", example="万吨", is_required=True),
        SetupColumn("decimals", _("decimals shown"), Kind.WHOLE, example="2", default=2),
        choice("direction", _("direction"), "direction", default="more"),
        choice("over_periods", _("aggregation over time"), "over_periods", default="sum"),
        choice("over_places", _("aggregation over regions"), "over_places", default="sum"),
        SetupColumn("parts", _("parts"), Kind.NAMES, "indicator", default=()),
        SetupColumn("numerator", _("numerator"), Kind.NAME, "indicator"),
        SetupColumn("denominator", _("denominator"), Kind.NAME, "indicator"),
        SetupColumn("included_in", _("of which: part of"), Kind.NAME, "indicator"),
        SetupColumn("weight", _("weighted by"), Kind.NAME, "indicator"),
        flag("allows_negative", _("may be below zero")),
        SetupColumn("definition", _("definition")),
        SetupColumn("source", _("source of the data"), example="企业生产台账"),
        SetupColumn("revision_note", _("revisions of this indicator")),
    ),
    ("code",),
)
TARGET = SetupSheet(
    "target",
    _("targets"),
    _("What the plan sets, as it was issued. Later changes have a row in the sheet of versions of targets."),
    (
        INDICATOR,
        SetupColumn("clauses", _("clauses"), Kind.NAMES, "clause", example="二；三-3", is_required=True, default=()),
        choice("kind", _("kind"), "kind"),
        choice("bound", _("requirement"), "bound", is_required=True),
        number("value", _("target value"), "6500"),
        number("upper_value", _("upper end")),
        flag("is_approximate", _("the plan says “about”")),
        flag("is_key", _("key target")),
        choice("nature", _("binding or expected"), "nature"),
        choice("pace", _("pace curve"), "pace", default="even_by_month"),
        number("base_value", _("base value")),
        SetupColumn("base_year", _("base year"), Kind.WHOLE, example="2015", default=None),
        SetupColumn("base_source", _("source of the base value")),
        SetupColumn(
            "season",
            _("season table (percent of the year, January to December)"),
            example="5 4 7 8 9 9 9 9 10 10 10 10",
        ),
        choice("graded_by", _("gaps measured"), "graded_by"),
        number("level_two_below", _("level II below a gap of")),
        number("level_one_below", _("level I below a gap of")),
        SetupColumn("responsible", _("responsible body"), example="省工信厅"),
        SetupColumn("supporting", _("supporting bodies"), Kind.NAMES, "body", default=()),
        SetupColumn("places", _("limited to regions"), Kind.NAMES, "region", default=()),
        SetupColumn("document_number", _("document number")),
        SetupColumn("stretch_note", _("reason for allocating more than the target")),
    ),
    ("indicator",),
)
VERSION = SetupSheet(
    "version",
    _("versions of targets"),
    _("A row for each change of a target after the plan was issued: the new value, its day, the document number."),
    (
        INDICATOR,
        EFFECTIVE,
        number("value", _("target value"), "6600", is_required=True),
        number("upper_value", _("upper end")),
        SetupColumn("document_number", _("document number"), example="晋工信〔2020〕9号", is_required=True),
        SetupColumn("stretch_note", _("reason for allocating more than the target")),
    ),
    ("indicator", "effective_from"),
)
MILESTONE = SetupSheet(
    "milestone",
    _("milestones of targets"),
    _("Dated values on the way to the goal: the annual goals of a five-year plan."),
    (
        INDICATOR,
        day("day", _("end of day"), "2021-12-31", is_required=True),
        number("value", _("value due"), "40", is_required=True),
    ),
    ("indicator", "day"),
)
POINT = SetupSheet(
    "point",
    _("points of a pace curve"),
    _("Only for targets whose pace curve is set by points: the share of the target due at the end of a day."),
    (
        INDICATOR,
        day("day", _("end of day"), "2020-03-31", is_required=True),
        number("share", _("share due (%)"), "20", is_required=True),
    ),
    ("indicator", "day"),
)
PROGRAMME = SetupSheet(
    "programme",
    _("longer programmes of targets"),
    _("Where a target is part of a longer programme, such as a five-year plan: its span and its own target."),
    (
        INDICATOR,
        day("starts_on", _("starts on"), "2016-01-01", is_required=True),
        day("ends_on", _("ends on"), "2020-12-31", is_required=True),
        number("value", _("target value"), "30000", is_required=True),
        number("done_before", _("done before this plan"), "23500", is_required=True),
    ),
    ("indicator",),
)
RULE_CHANGE = SetupSheet(
    "rule_change",
    _("changes of rules"),
    _(
        "A row for each rule that changes after the plan began, with its day and document. Name a target or an "
        "indicator, or neither for the plan's bounds. What is empty stays as it was."
    ),
    (
        SetupColumn("target", _("target"), Kind.NAME, "indicator"),
        SetupColumn("indicator", _("indicator"), Kind.NAME, "indicator"),
        EFFECTIVE,
        SetupColumn("document_number", _("document number"), example="晋工信〔2020〕9号"),
        SetupColumn("no_document_reason", _("why there is no document")),
        choice("graded_by", _("gaps measured"), "graded_by"),
        number("level_two_below", _("level II below a gap of")),
        number("level_one_below", _("level I below a gap of"), "-15"),
        number("level_band", _("band around the bounds")),
        choice("pace", _("pace curve"), "pace"),
        SetupColumn("curve", _("points of the pace curve"), example="2020-03-31 20; 2020-06-30 45"),
        choice("over_periods", _("aggregation over time"), "over_periods"),
        choice("over_places", _("aggregation over regions"), "over_places"),
        SetupColumn("weight", _("weighted by"), Kind.NAME, "indicator"),
    ),
    ("target", "indicator", "effective_from"),
)
SPLIT = SetupGrid(
    "split",
    _("allocations"),
    _(
        "A row for each place, a column for each target. Write an indicator's code or name into an empty heading. The "
        "balance is the target less the places directly below the plan's region. For upper ends or base values of "
        "regions, add a column and write “upper end” or “base value” below the name in its heading."
    ),
    (
        SetupColumn("place", _("region"), Kind.NAME, "region", example="140100", is_required=True),
        SetupColumn("unit", _("reporting unit"), Kind.NAME, "reporting_unit"),
        SetupColumn("within", _("within another"), Kind.FLAG, default=False),
    ),
)
