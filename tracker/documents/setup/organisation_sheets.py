"""Sheets of regions, reporting units, and people with their roles."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tracker.documents.setup.columns import NAME_EN, Kind, SetupColumn, SetupSheet, choice, code, day, flag, name

LEVEL = SetupSheet(
    "level",
    _("levels of regions"),
    _("Only levels that the installation does not know: an air district, a department. Others need no row."),
    (code("park"), name("园区"), NAME_EN),
    ("code",),
)
REGION = SetupSheet(
    "region",
    _("regions"),
    _("A row for each region, with the one that it is part of. Codes stay; in China they are those of GB/T 2260."),
    (
        code("140100"),
        choice("level", _("level"), "level", is_required=True),
        name("太原市"),
        NAME_EN,
        SetupColumn("part_of", _("region above"), Kind.NAME, "region", example="140000"),
        day("closed_on", pgettext_lazy("of a region", "closed on"), "2021-01-01"),
        SetupColumn("merged_into", _("merged into"), Kind.NAME, "region"),
    ),
    ("code",),
)
REPORTING_UNIT = SetupSheet(
    "reporting_unit",
    _("reporting units"),
    _("Each body that reports, with its region. A unit that no longer reports has a closing day and stays."),
    (
        code("taiyuan-gxj"),
        name("太原市工业和信息化局"),
        NAME_EN,
        SetupColumn("region", _("region"), Kind.NAME, "region", example="140100", is_required=True),
        SetupColumn("contact_phone", _("contact phone"), example="0351-1234567"),
        day("closed_on", _("closed on"), "2020-12-01"),
    ),
    ("code",),
)
EARLIER = SetupSheet(
    "earlier",
    _("earlier names"),
    _(
        "A row for each name that a region or a reporting unit had before a day. Periods that end before the day keep "
        "it. An earlier level or region above is only filled in where it differed; “/” means none."
    ),
    (
        SetupColumn("region", _("region"), Kind.NAME, "region", example="140100"),
        SetupColumn("unit", _("reporting unit"), Kind.NAME, "reporting_unit"),
        day("until", _("changed on"), "2019-09-01", is_required=True),
        name("雁北地区"),
        NAME_EN,
        choice("level", _("level"), "level"),
        SetupColumn("part_of", _("region above"), Kind.NAME, "region"),
    ),
    ("region", "unit", "until"),
)
ALIAS = SetupSheet(
    "alias",
    _("other names"),
    _("Names by which tables call a region, a reporting unit or an indicator. One of the three in each row."),
    (
        SetupColumn("name", _("other name"), example="并州", is_required=True),
        SetupColumn("region", _("region"), Kind.NAME, "region", example="140100"),
        SetupColumn("unit", _("reporting unit"), Kind.NAME, "reporting_unit"),
        SetupColumn("indicator", _("indicator"), Kind.NAME, "indicator"),
    ),
    ("name", "region", "unit", "indicator"),
)
PERSON = SetupSheet(
    "person",
    _("users"),
    _("One row for each account. New accounts get a temporary password, which is shown once after the import."),
    (
        SetupColumn("username", _("account name"), example="zhangsan", is_required=True),
        SetupColumn("display_name", pgettext_lazy("of a person", "name"), example="张三"),
        SetupColumn("email", _("e-mail"), example="zhangsan@example.com"),
        SetupColumn("phone", _("phone"), example="0351-1234567"),
        choice("language", _("language of pages and mail"), "language", default="zh-hans"),
    ),
    ("username",),
)
ROLE = SetupSheet(
    "role",
    _("memberships"),
    _("A row for each role. A reporter has the unit; other roles have a region, with all below it."),
    (
        SetupColumn("username", _("account name"), Kind.NAME, "person", example="zhangsan", is_required=True),
        choice("role", _("role"), "role", is_required=True),
        SetupColumn("region", _("region"), Kind.NAME, "region", example="140100"),
        SetupColumn("unit", _("only this unit"), Kind.NAME, "reporting_unit", example="taiyuan-gxj"),
        flag("only_plan", _("only this plan")),
    ),
    ("username", "role", "region", "unit", "only_plan"),
)
