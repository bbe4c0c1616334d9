"""Sheets of what is reported, how it is checked, and what mail goes out."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tracker.documents.setup.columns import (
    BASIS,
    INDICATOR,
    UNIT,
    Kind,
    SetupColumn,
    SetupGrid,
    SetupSheet,
    choice,
    day,
    flag,
    name,
    number,
)

LINK = SetupSheet(
    "link",
    _("linked indicators"),
    _(
        "Indicators that a unit reports once for this plan and another. A manager of the other plan agrees to a new "
        "row. A day in the last column ends the link."
    ),
    (
        INDICATOR,
        SetupColumn("other_plan", _("other action plan"), example="taiyuan-2020", is_required=True),
        SetupColumn("other_indicator", _("indicator of the other plan"), Kind.NAME, "indicator"),
        choice("frequency", _("frequency"), "frequency", default="month"),
        day("begins", _("begins"), "2020-08-01", is_required=True),
        day("until", pgettext_lazy("link of indicators", "no longer from"), "2021-01-01"),
    ),
    ("indicator", "other_plan", "other_indicator", "frequency", "begins"),
)
CHECK = SetupSheet(
    "check",
    _("checks"),
    _("Without an indicator, a rule holds for every indicator that has none of its own."),
    (
        choice("kind", _("check"), "check_kind", is_required=True),
        SetupColumn("indicator", _("indicator"), Kind.NAME, "indicator"),
        choice("severity", _("severity"), "severity", is_required=True),
        number("low", _("lower bound"), "-50"),
        number("high", _("upper bound"), "100"),
    ),
    ("kind", "indicator"),
)
RANGE = SetupSheet(
    "range",
    _("usual ranges of units"),
    _("The values that a unit's periods usually lie between, in the indicator's unit of measure."),
    (
        UNIT,
        INDICATOR,
        number("low", _("usually at least"), is_required=True),
        number("high", _("usually at most"), is_required=True),
        BASIS,
    ),
    ("unit", "indicator"),
)
CAPACITY = SetupSheet(
    "capacity",
    _("capacities of units"),
    _("The most that a unit can do of an indicator in a month."),
    (UNIT, INDICATOR, number("per_month", _("capacity per month"), is_required=True), BASIS),
    ("unit", "indicator"),
)
SCHEDULE = SetupSheet(
    "schedule",
    _("schedules"),
    _("When mail goes out. Names tell schedules apart."),
    (
        name("月报简报"),
        choice("when", _("when"), "when", is_required=True),
        SetupColumn("number", _("number"), Kind.WHOLE, example="8", default=8),
        SetupColumn("time_of_day", _("time of day"), example="08:30", default="08:30"),
        flag("is_active", _("active"), default=True),
    ),
    ("name",),
)
SUBSCRIPTION = SetupSheet(
    "subscription",
    _("subscriptions"),
    _("A row for each recipient: an account, or a role with its region, or an outside address."),
    (
        SetupColumn("schedule", _("schedule"), Kind.NAME, "schedule", is_required=True),
        SetupColumn("user", _("person"), Kind.NAME, "person", example="zhangsan"),
        choice("role", _("role"), "role"),
        SetupColumn("region", _("region of the role"), Kind.NAME, "region"),
        SetupColumn("address", _("outside address"), example="office@example.com"),
        choice("about", _("what"), "about", default="plan"),
        SetupColumn("place", _("the place"), Kind.NAME, "region"),
        SetupColumn("indicators", _("the chosen indicators"), Kind.NAMES, "indicator", default=()),
        choice("language", _("language"), "language"),
        choice("attached", _("attached"), "attached", default="workbook"),
        SetupColumn("hold_number", _("wait until so many are verified"), Kind.WHOLE, default=None),
        choice("hold_counts", _("counted"), "counted", default="returns"),
        SetupColumn("hold_days", _("at most so many days"), Kind.WHOLE, default=None),
        SetupColumn("copies_to", _("copies to"), Kind.NAMES, "person", default=()),
        SetupColumn("thresholds", _("thresholds"), Kind.NAMES, example="coal_gangue_utilised level 1", default=()),
        flag("is_active", _("active"), default=True),
    ),
    ("schedule", "user", "role", "region", "address", "about", "place"),
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
