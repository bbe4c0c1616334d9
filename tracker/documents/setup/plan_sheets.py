"""Sheets of the plan, its clauses, and what it sets that is not a number."""

from django.utils.translation import gettext_lazy as _

from tracker.documents.setup.columns import (
    NAME_EN,
    Kind,
    SetupColumn,
    SetupSheet,
    choice,
    code,
    day,
    flag,
    name,
    number,
)

PLAN = SetupSheet(
    "plan",
    _("action plan"),
    _("One row. The code tells plans apart and stays; a code that is not known yet makes a new plan."),
    (
        code("shanxi-2020"),
        name("山西省节能与资源综合利用2020年行动计划"),
        NAME_EN,
        SetupColumn("issuer", _("issuing body"), example="山西省工业和信息化厅", is_required=True),
        SetupColumn("issuer_en", _("issuing body in English")),
        SetupColumn("document_number", _("document number"), example="晋工信节能字〔2020〕002号"),
        day("issued_on", _("issued on"), "2020-03-24", is_required=True),
        day("starts_on", _("starts on"), "2020-01-01", is_required=True),
        day("ends_on", _("ends on"), "2020-12-31", is_required=True),
        SetupColumn("region", _("scope"), Kind.NAME, "region", example="140000", is_required=True),
        choice("graded_by", _("gaps measured"), "graded_by", default="due"),
        number("level_two_below", _("level II below a gap of"), "0", default=0),
        number("level_one_below", _("level I below a gap of"), "-10", default=-10),
        number("level_band", _("band around the bounds"), "1", default=1),
        choice("overall_ranking", _("overall ranking of regions"), "overall_ranking", default="levels"),
        SetupColumn("deadline_day", _("deadline: day of the next month"), Kind.WHOLE, example="5", default=5),
        flag("deadline_on_working_day", _("deadline on a working day"), default=True),
        SetupColumn(
            "issue_after_days",
            _("reports planned after the deadline (working days)"),
            Kind.WHOLE,
            example="5",
            default=None,
        ),
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
        flag("joins_january_february", _("January and February are one period"), default=False),
        SetupColumn("time_zone", _("time zone"), example="Asia/Shanghai", default="Asia/Shanghai"),
        SetupColumn("calendar", _("calendar of working days"), example="CN", default="CN"),
    ),
    ("code",),
)
DEADLINE = SetupSheet(
    "deadline",
    _("deadlines of single kinds of periods"),
    _("Only where quarters, weeks or years are not due on the plan's day of the next month."),
    (
        choice("kind", _("kind of period"), "frequency", is_required=True),
        choice("basis", _("rule of the deadline"), "deadline_basis", is_required=True),
        SetupColumn("number", _("day or number of days"), Kind.WHOLE, example="10", is_required=True),
    ),
    ("kind",),
)
CLAUSE = SetupSheet(
    "clause",
    _("clauses"),
    _("The plan's numbered parts, in its order."),
    (
        SetupColumn("number", _("clause"), example="三-1", is_required=True),
        name("国家级工业资源综合利用基地"),
        NAME_EN,
        SetupColumn("wording", _("clause text")),
    ),
    ("number",),
)
COMMITMENT = SetupSheet(
    "commitment",
    _("commitments"),
    _("Tasks and measures that are not a number, with the clause that sets them."),
    (
        SetupColumn("clause", _("clause"), Kind.NAME, "clause", example="三-1", is_required=True),
        choice("kind", _("kind"), "commitment_kind", is_required=True),
        SetupColumn("part_of", _("parent task"), Kind.NAME, "clause"),
        SetupColumn("places", _("regions"), Kind.NAMES, "region", default=()),
        SetupColumn("bodies", _("responsible bodies"), Kind.NAMES, "body", default=()),
    ),
    ("clause",),
)
