"""Lists in the compliance report, the bulletin, the brief and the mail: one definition, and nothing without lists."""

from datetime import date

import pytest

from tests import factories
from tests.factories import DATONG, NOW
from tests.projects import count_from, document, make_list, make_roster, members, project, take
from tests.projects import firm as an_enterprise
from tests.services.issued_kinds import issue, sheet_of
from tracker.calculation.lists.counting import Counts
from tracker.documents.brief import build_brief
from tracker.models import Project
from tracker.queries.documents.bulletins import figures_of, text_of_report
from tracker.queries.documents.kinds import KINDS
from tracker.queries.documents.request import ReportRequest
from tracker.queries.mail.summary_facts import MailScope, facts_of
from tracker.queries.projects.members import NewMember
from tracker.services.projects.members import add_members, remove_member

CHINESE = {"language": "zh-hans", "code": "2020-08"}
MAY = date(2020, 5, 1)
SIZE = "重点项目名单共4项，总投资0.40亿元，其中已达“开工”2项。"
RATES = (
    "重点项目名单：新开工率（占全年计划）66.67%（2／3，分母为全年计划新开工项目）；"
    "新开工率（占截至本期应开工）100.00%（2／2，分母为截至本期应开工的新建项目；提前开工1、逾期未开工1）；"
    "复工率0.00%（0／1，分母为续建项目）；"
    "开复工率66.67%（2／3，分母为截至本期应开工的新建项目和续建项目；提前开工1、逾期未开工1）。"
)


@pytest.fixture
def lists(plan, reviewer):
    """A list of four, of which two started, and a closed roster of three, of which one is not inspected yet."""
    everybody = factories.make_user("all", "reporter")
    listed = make_list(
        plan,
        [
            project(1, planned_start=MAY),
            project(2, planned_start=MAY),
            project(3, planned_start=date(2020, 10, 1)),
        ],
    )
    add_members(listed, [NewMember(project(4, DATONG), "carried")], document=document(), acting_user=None, now=NOW)
    how = {"reporter": everybody, "reviewer": reviewer}
    take([members(listed)[0], members(listed)[2]], "started", date(2020, 6, 1), **how)
    roster = make_roster(plan, [an_enterprise(number) for number in (1, 2, 3)])
    count_from(roster, "enterprises_supervised", Counts.STEP, "inspected")
    take(members(roster)[:2], "inspected", date(2020, 7, 1), **how)
    return listed, roster


def texts_of(report, name):
    return [" ".join(str(cell.value) for cell in row if cell.value) for row in sheet_of(report, name).iter_rows()]


def test_the_report_has_the_funnel_and_the_rates_with_their_denominators(plan, lists):
    report = issue(plan, "compliance", **CHINESE)
    stages = texts_of(report, "项目分阶段")
    assert any("企业3" in text and "2／3" in text for text in stages)
    assert any(text.startswith("重点项目名单 合计 4 4") for text in stages)
    assert any("全年计划新开工项目" in text for text in texts_of(report, "项目比率"))


def test_the_bulletin_has_a_sentence_whose_numbers_are_tagged(plan, lists):
    text = text_of_report(issue(plan, "compliance", **CHINESE))
    sentences = {one.key: one for one in text.sentences}
    assert sentences["list:key"].text == SIZE
    assert sentences["list:key:rates"].text == RATES
    assert sentences["list:key"].figures == {
        "list:key@140000:size": "4",
        "list:key@140000:total": "0.40",
        "list:key@140000:started": "2",
    }
    assert sentences["list:key:rates"].figures["list:key@140000:started_of_due:of"] == "2"
    assert "1家尚未完成：企业3" in sentences["list:roster"].text


def test_brief_and_mail_say_the_same(plan, lists):
    report = issue(plan, "compliance", **CHINESE)
    brief = build_brief(figures_of(report), "zh-hans")
    facts = facts_of(MailScope(report.period, report.region))
    assert brief.lists == facts.lists
    assert SIZE + RATES.removeprefix("重点项目名单：") in brief.lists


def test_a_mail_on_some_targets_tells_the_lists_behind_them_alone(plan, lists):
    indicator = lists[1].rules.get().indicator_id
    scope = MailScope(factories.period(plan), plan.region, frozenset([indicator]))
    (line,) = facts_of(scope).lists
    assert line.startswith("监察名单")


def test_nothing_is_said_of_lists_where_there_are_none(plan):
    report = issue(plan, "compliance", **CHINESE)
    assert "lists" not in report.book
    text = text_of_report(report)
    assert "lists" not in [section.key for section in text.sections]
    assert build_brief(figures_of(report), "zh-hans").lists_heading == ""
    assert facts_of(MailScope(report.period, report.region)).lists == []


def test_a_report_issued_in_august_tells_its_lists_unchanged_after_a_removal_in_september(plan, lists):
    august = issue(plan, "compliance", **CHINESE)
    before = text_of_report(august)
    gone = document("9号", date(2020, 9, 1), "停建")
    remove_member(members(lists[0])[0], document=gone, acting_user=None, now=NOW)
    Project.objects.filter(pk=members(lists[0])[2].project_id).update(name="改名")
    assert text_of_report(august) == before
    request = ReportRequest("compliance", august.period, august.region, "zh-hans", august.as_of, kept=august)
    assert KINDS["compliance"].read(request).inputs_sha256 == august.inputs_sha256
    present = ReportRequest("compliance", august.period, august.region, "zh-hans", NOW)
    assert KINDS["compliance"].read(present).inputs_sha256 == august.inputs_sha256
