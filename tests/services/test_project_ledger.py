"""The ledger of projects as a document: official columns, funnel, changes of the list, and the dispatch sheet."""

from datetime import date

import pytest

from tests import factories
from tests.factories import DATONG, NOW, TAIYUAN
from tests.projects import document, make_list, make_roster, members, project, take
from tests.projects import firm as an_enterprise
from tests.services.issued_kinds import figures_in, issue, sheet_of
from tracker.documents.workbook.layout import A3, A4, LARGER, MOST_ACROSS
from tracker.models import ReportingUnit, Role
from tracker.queries.documents.kinds import KINDS
from tracker.queries.documents.request import ReportRequest
from tracker.services import returns
from tracker.services.projects.facts import raise_problem
from tracker.services.projects.lists import set_reporting
from tracker.services.projects.members import remove_member
from tracker.services.returns.project_reports import save_and_submit_projects

AUGUST = date(2020, 8, 1)
CHINESE = {"language": "zh-hans", "code": "2020-08"}


@pytest.fixture
def listed(plan, reviewer):
    """A list of four: one started in August, one due and late, one with a problem, one quiet."""
    unit = ReportingUnit.objects.create(code="park", name="太原开发区", region=factories.region(TAIYUAN))
    clerk = factories.make_user("clerk", Role.REPORTER, TAIYUAN, unit)
    found = make_list(
        plan,
        [
            project(1, unit=unit, nature="new", planned_start=AUGUST, leader="王市长"),
            project(2, unit=unit, planned_start=date(2020, 5, 1)),
            project(3, place=DATONG),
            project(4, place=DATONG),
        ],
    )
    everybody = factories.make_user("all", "reporter")
    take(members(found)[:1], "started", date(2020, 8, 9), reporter=everybody, reviewer=reviewer)
    manager = factories.make_user("manager", Role.PLAN_MANAGER)
    raise_problem(
        members(found)[2],
        "land",
        "征地未完成",
        demand="协调供地",
        due_on=date(2020, 10, 1),
        acting_user=manager,
        now=NOW.replace(month=8, day=20),
    )
    how = {"frequency": "month", "preparation_frequency": "", "reports_from": AUGUST}
    set_reporting(found, **how, acting_user=None, now=NOW)
    filed = returns.open_return(unit, factories.period(plan), acting_user=clerk, now=NOW)
    texts = {
        member.pk: {"investment": amount, "progress": "主体封顶"}
        for member, amount in zip(members(found)[:2], ("120", "0"), strict=True)
    }
    filed = save_and_submit_projects(filed, texts, acting_user=clerk, now=NOW, expected=filed.version)
    returns.verify_return(filed, acting_user=reviewer, now=NOW, expected_version=filed.version)
    return found


def cells(report, name):
    return [[cell.value for cell in row] for row in sheet_of(report, name).iter_rows()]


def rows_with(report, name, text):
    return [row for row in cells(report, name) if text in row]


def test_the_ledger_has_the_official_columns_in_their_order(plan, listed):
    report = issue(plan, "projects", **CHINESE)
    heading = rows_with(report, "重点项目名单", "项目名称")[0]
    shown = [str(one) for one in heading if one]
    assert shown[:12] == [
        *("序号", "项目名称", "项目代码", "建设单位", "建设地点", "建设性质", "建设内容及规模", "总投资"),
        *("年度计划投资", "至上期累计完成投资", "本期完成投资", "形象进度"),
    ]
    (line,) = rows_with(report, "重点项目名单", "项目1")
    assert (line[10], line[11]) == (120, "主体封顶")
    assert "王市长" in line


def test_the_ledger_is_printed_on_a3_with_its_columns_at_nine_points(plan, listed):
    report = issue(plan, "projects", **CHINESE)
    ledger, funnel = sheet_of(report, "重点项目名单"), sheet_of(report, "漏斗")
    assert (ledger.page_setup.paperSize, funnel.page_setup.paperSize) == (A3, A4)
    assert sum(one.width for one in ledger.column_dimensions.values()) <= MOST_ACROSS * LARGER * 1.05


def test_the_dispatch_sheet_has_only_what_changed_is_late_or_has_a_problem(plan, listed):
    report = issue(plan, "projects", **CHINESE)
    sheet = cells(report, "调度")
    names = [name for row in sheet for name in row if str(name).startswith("项目")]
    assert names == ["项目1", "项目2", "项目3"]
    texts = [" ".join(str(cell) for cell in row if cell) for row in sheet]
    assert any("项目1" in text and "开工" in text for text in texts)
    assert any("项目2" in text and "计划2020年5月1日" in text for text in texts)
    assert any("项目3" in text and "征地未完成" in text and "协调供地" in text for text in texts)


def test_a_list_reported_weekly_has_a_weekly_dispatch_sheet(plan, reviewer):
    unit = ReportingUnit.objects.create(code="park", name="太原开发区", region=factories.region(TAIYUAN))
    clerk = factories.make_user("clerk", Role.REPORTER, TAIYUAN, unit)
    found = make_list(plan, [project(1, unit=unit), project(2, unit=unit), project(3, unit=unit)])
    how = {"frequency": "week", "preparation_frequency": "", "reports_from": AUGUST}
    set_reporting(found, **how, acting_user=None, now=NOW)
    week = plan.periods.get(kind="week", starts_on__lte=date(2020, 8, 12), ends_on__gte=date(2020, 8, 12))
    everybody = factories.make_user("all", "reporter")
    take(members(found)[:1], "started", date(2020, 8, 11), reporter=everybody, reviewer=reviewer)
    filed = returns.open_return(unit, week, acting_user=clerk, now=NOW)
    texts = {member.pk: {"investment": "5", "progress": "桩基"} for member in members(found)}
    texts[members(found)[1].pk] |= {"problem_kind": "land", "problem": "征地未完成"}
    filed = save_and_submit_projects(filed, texts, acting_user=clerk, now=NOW, expected=filed.version)
    returns.verify_return(filed, acting_user=reviewer, now=NOW, expected_version=filed.version)
    report = issue(plan, "projects", language="zh-hans", code=week.code)
    names = [name for row in cells(report, "调度") for name in row if str(name).startswith("项目")]
    assert names == ["项目1", "项目2"]
    (line,) = rows_with(report, "重点项目名单", "项目3")
    assert line[10] == 5


def test_the_funnel_adds_up_and_each_rate_names_its_denominator(plan, listed):
    report = issue(plan, "projects", **CHINESE)
    funnel = [row for row in cells(report, "漏斗") if row[0] == "重点项目名单"]
    assert sum(row[2] for row in funnel[:-1]) == funnel[-1][2] == 4
    (rate,) = [row for row in cells(report, "比率") if row[1] == "新开工率（占全年计划）"]
    assert (rate[2], rate[3], rate[5]) == (1, 4, "全年计划新开工项目")


def test_changes_name_their_document(plan, listed):
    remove_member(members(listed)[3], document=document("晋工信〔2020〕9号", AUGUST, "停建"), acting_user=None, now=NOW)
    (removed,) = [row for row in cells(issue(plan, "projects", **CHINESE), "名单变动") if "停建" in row]
    assert "晋工信〔2020〕9号" in removed


def test_a_ledger_issued_in_august_is_unchanged_after_a_project_is_removed_in_september(plan, listed, leader):
    august = issue(plan, "projects", **CHINESE)
    before = figures_in(august.file.path)
    remove_member(members(listed)[0], document=document("9号", date(2020, 9, 1), "停建"), acting_user=None, now=NOW)
    request = ReportRequest(
        "projects", august.period, august.region, "zh-hans", august.as_of, kept=august, prepared_by=""
    )
    again = KINDS["projects"].read(request)
    assert again.inputs_sha256 == august.inputs_sha256
    assert figures_in(august.file.path) == before
    september = issue(plan, "projects", language="zh-hans", code="2020-09")
    assert rows_with(september, "重点项目名单", "项目1") == []
    assert rows_with(issue(plan, "projects", **CHINESE), "重点项目名单", "项目1")


def test_a_roster_prints_its_members_and_a_plan_without_lists_an_empty_ledger(plan):
    assert issue(plan, "projects", **CHINESE).file
    make_roster(plan, [an_enterprise(1)])
    report = issue(plan, "projects", **CHINESE)
    assert rows_with(report, "监察名单", "企业1")
