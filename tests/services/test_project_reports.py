"""Reports of projects: lines of a unit's return, with its deadline, its review and its checks."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from tests import factories
from tests.factories import NOW, TAIYUAN
from tests.projects import Counts, count_from, document, make_list, members, project, take
from tracker.models import (
    ExpectedReturn,
    Indicator,
    ListMember,
    MeasureUnit,
    Membership,
    ProjectProblem,
    ProjectReportRevision,
    ReportingUnit,
    Return,
    Role,
)
from tracker.queries.errors import ChangedMeanwhile, NotAllowed, Refused
from tracker.queries.projects.members import NewMember
from tracker.queries.projects.reports import members_reporting, report_rows
from tracker.queries.returns.late_units import late_within
from tracker.services import returns
from tracker.services.counts.standing import differing_counts
from tracker.services.projects.lists import set_reporting
from tracker.services.projects.members import add_members, remove_member
from tracker.services.returns.project_reports import save_and_submit_projects, save_project_reports
from tracker.services.returns.verify_several import triage, verify_several

JUNE, SEPTEMBER = date(2020, 6, 1), date(2020, 9, 1)


@pytest.fixture
def unit(plan):
    """A unit of Taiyuan that reports no indicators, only projects."""
    place = factories.region(TAIYUAN)
    return ReportingUnit.objects.create(code="park", name="太原开发区", region=place)


@pytest.fixture
def listed(plan, unit):
    found = make_list(plan, [project(1, unit=unit), project(2, unit=unit), project(3)])
    return ask(found)


@pytest.fixture
def clerk(unit):
    return factories.make_user("clerk", Role.REPORTER, TAIYUAN, unit)


def ask(listed, frequency="month", preparation="quarter", start=JUNE, now=NOW):
    how = {"frequency": frequency, "preparation_frequency": preparation, "reports_from": start}
    return set_reporting(listed, **how, acting_user=None, now=now)


def opened(unit, plan, clerk, month="2020-08", now=NOW):
    return returns.open_return(unit, factories.period(plan, month), acting_user=clerk, now=now)


def line(investment="100", progress="主体封顶", **more):
    return {"investment": investment, "progress": progress, **more}


def submit(unit_return, lines, clerk, now=NOW):
    texts = dict(zip([row.member.pk for row in report_rows(unit_return)], lines, strict=True))
    return save_and_submit_projects(unit_return, texts, acting_user=clerk, now=now, expected=unit_return.version)


def verify(unit_return, reviewer, now=NOW):
    return returns.verify_return(unit_return, acting_user=reviewer, now=now, expected_version=unit_return.version)


def test_units_that_report_of_projects_have_expected_returns_with_the_periods_deadline(plan, listed, unit, leader):
    rows = ExpectedReturn.objects.filter(unit=unit).order_by("period__ends_on")
    assert [row.period.code for row in rows][:3] == ["2020-06", "2020-07", "2020-08"]
    assert rows[0].due_at == rows[0].period.due_at
    late, number = late_within(plan, plan.region, reader=leader, now=NOW, at_most=9)
    assert (number, [period.code for period in late[0].periods]) == (1, ["2020-06", "2020-07"])


def test_the_statement_and_the_queryset_name_the_same_units(plan, listed, unit, reviewer):
    clerks = factories.make_user("all", "reporter")
    take(members(listed)[:1], "terminated", date(2020, 7, 9), reporter=clerks, reviewer=reviewer)
    remove_member(members(listed)[1], document=document("9号", date(2020, 11, 1), "停建"), acting_user=None, now=NOW)
    for period in plan.periods.all():
        is_expected = ExpectedReturn.objects.filter(unit=unit, period=period).exists()
        assert is_expected == members_reporting(unit, period).exists(), period.code


def test_no_return_is_expected_once_nobody_reports(plan, listed, unit):
    for member in members(listed)[:2]:
        remove_member(member, document=document("9号", SEPTEMBER, "停建"), acting_user=None, now=NOW)
    codes = ExpectedReturn.objects.filter(unit=unit).values_list("period__code", flat=True)
    assert set(codes) == {"2020-06", "2020-07", "2020-08"}
    ask(listed, frequency="", preparation="")
    assert not ExpectedReturn.objects.filter(unit=unit).exists()


def test_a_weekly_list_opens_weeks_and_preparation_projects_report_by_the_quarter(plan, unit):
    listed = make_list(plan)
    ask(listed, frequency="week", preparation="quarter")
    new = [NewMember(project(1, unit=unit)), NewMember(project(2, unit=unit), ListMember.Category.PREPARATION)]
    add_members(listed, new, document=document(), acting_user=None, now=NOW)
    kinds = ExpectedReturn.objects.filter(unit=unit).values_list("period__kind", flat=True)
    assert set(kinds) == {"week", "quarter"}
    quarter = plan.periods.get(code="2020-Q3")
    assert [str(one) for one in members_reporting(unit, quarter)] == ["项目2"]


def test_the_cumulative_is_computed_from_what_was_reported(plan, listed, unit, clerk, reviewer):
    one = members(listed)[0]
    ListMember.objects.filter(pk=one.pk).update(invested_before=Decimal(300))
    july = submit(opened(unit, plan, clerk, "2020-07"), [line("100"), line("0")], clerk)
    verify(july, reviewer)
    august = opened(unit, plan, clerk)
    save_project_reports(
        august, {one.pk: {"investment": "50.5"}}, acting_user=clerk, now=NOW, expected_version=august.version
    )
    rows = report_rows(august)
    assert [(row.before, row.to_date) for row in rows] == [(400, Decimal("450.5")), (0, None)]


def test_only_verified_reports_count_into_investment_done(plan, listed, unit, clerk, reviewer):
    money = Indicator.objects.get(code="projects_advanced")
    money.unit = MeasureUnit.objects.get(code="100M-yuan")
    money.save()
    rule = count_from(listed, money.code, Counts.INVESTMENT, step="")
    filed = submit(opened(unit, plan, clerk), [line("20000", note="概算调整"), line("5000", note="概算调整")], clerk)
    assert not rule.changes.exists()
    verify(filed, reviewer)
    assert sum(rule.changes.values_list("micro", flat=True)) == 2_500_000
    assert [row.invested for row in members(listed)] == [20000, 5000, None]
    factories.unlock(filed, reporter=clerk, reviewer=reviewer)
    assert sum(rule.changes.values_list("micro", flat=True)) == 0
    assert members(listed)[0].invested is None
    assert differing_counts() == []


def test_investment_counts_in_a_unit_of_money_only(plan, listed):
    with pytest.raises(Refused) as refused:
        count_from(listed, "projects_advanced", Counts.INVESTMENT, step="")
    assert list(refused.value.fields) == ["indicator"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"investment": ""}, "investment"),
        ({"progress": " "}, "progress"),
        ({"investment": "-10"}, "investment"),
        ({"investment": "1001"}, "note"),
        ({"problem": "征地未完成"}, "problem_kind"),
        ({"problem_kind": "land"}, "problem"),
        ({"due_on": "2020-10-01"}, "problem"),
    ],
)
def test_a_sheet_with_a_fault_is_not_submitted_and_names_the_place(plan, listed, unit, clerk, wrong, field):
    one = members(listed)[0]
    with pytest.raises(Refused) as refused:
        submit(opened(unit, plan, clerk), [line() | wrong, line()], clerk)
    assert list(refused.value.fields) == [f"{one.pk}: {field}"]
    assert Return.objects.get().state == "draft"


@pytest.mark.parametrize("note", [{"investment": "-10"}, {"investment": "1001"}])
def test_a_reason_lets_a_doubtful_figure_pass(plan, listed, unit, clerk, note):
    filed = submit(opened(unit, plan, clerk), [line(**note, note="审计核减"), line()], clerk)
    assert filed.state == "submitted"


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("一百", "investment"),
        ("1,5", "investment"),  # 15, or 1.5?
        ("NaN", "investment"),
        ("9999999999", "investment"),
        ("2020-13-01", "due_on"),
    ],
)
def test_what_cannot_be_read_is_refused_at_its_cell_and_nothing_is_stored(plan, listed, unit, clerk, text, field):
    one, two = members(listed)[:2]
    filed = opened(unit, plan, clerk)
    texts = {one.pk: {field: text}, two.pk: line()}
    with pytest.raises(Refused) as refused:
        save_project_reports(filed, texts, acting_user=clerk, now=NOW, expected_version=filed.version)
    assert list(refused.value.fields) == [f"{one.pk}: {field}"]
    assert not filed.project_reports.exists()


@pytest.mark.parametrize(
    ("text", "stored"),
    [("1,234.5", "1234.5"), ("１２３", "123"), ("1.2亿元", "12000"), ("5000元", "0.5"), ("0.12345678", "0.123457")],
)
def test_amounts_are_read_as_everywhere(plan, listed, unit, clerk, text, stored):
    one = members(listed)[0]
    filed = opened(unit, plan, clerk)
    how = {"acting_user": clerk, "now": NOW, "expected_version": filed.version}
    save_project_reports(filed, {one.pk: line(text)}, **how)
    assert filed.project_reports.get().investment == Decimal(stored)


def test_an_amount_in_another_unit_than_usual_needs_a_note(plan, listed, unit, clerk, reviewer):
    for month in ("2020-06", "2020-07"):
        verify(submit(opened(unit, plan, clerk, month), [line("100"), line("100")], clerk), reviewer)
    filed = opened(unit, plan, clerk)
    with translation.override("en"), pytest.raises(Refused) as refused:
        submit(filed, [line("1000000", note=""), line("9000")], clerk)
    assert any("usual 100" in text for text in refused.value.fields.values())
    filed = Return.objects.get(pk=filed.pk)
    assert submit(filed, [line("1000000", note="设备集中付款"), line("9000", note="同上")], clerk).state == "submitted"


def test_a_return_with_project_lines_is_opened_to_be_verified(plan, listed, unit, clerk, reviewer):
    filed = submit(opened(unit, plan, clerk), [line(), line()], clerk)
    candidate = triage([filed], acting_user=reviewer)[0]
    assert "项目" in candidate.obstacle
    assert verify_several([candidate.sight], acting_user=reviewer, now=NOW)[0].left_because == candidate.obstacle


def test_a_removed_project_does_not_report(plan, listed, unit, clerk):
    one, _two = members(listed)[:2]
    remove_member(one, document=document("9号", date(2020, 8, 15), "停建"), acting_user=None, now=NOW)
    filed = opened(unit, plan, clerk)
    with pytest.raises(Refused) as refused:
        save_project_reports(filed, {one.pk: line()}, acting_user=clerk, now=NOW, expected_version=filed.version)
    assert "2020-08-15" in refused.value.fields[f"{one.pk}: investment"]


def test_another_units_project_is_refused(plan, listed, unit, clerk):
    other = members(listed)[2]
    filed = opened(unit, plan, clerk)
    with pytest.raises(Refused):
        save_project_reports(filed, {other.pk: line()}, acting_user=clerk, now=NOW, expected_version=filed.version)


def test_who_typed_a_line_does_not_verify_the_return(plan, listed, unit, clerk):
    both = factories.make_user("both", Role.REPORTER, TAIYUAN, unit)
    Membership.objects.create(user=both, role=Role.REVIEWER, region=plan.region)
    filed = opened(unit, plan, clerk)
    one = members(listed)[0]
    save_project_reports(filed, {one.pk: line()}, acting_user=both, now=NOW, expected_version=filed.version)
    filed = submit(filed, [{}, line()], clerk)
    assert filed not in Return.objects.waiting_for(both)
    with pytest.raises(NotAllowed):
        verify(filed, both)


def test_a_sheet_is_sent_back_with_a_reason_and_withdrawn_like_any_return(plan, listed, unit, clerk, reviewer):
    filed = submit(opened(unit, plan, clerk), [line(), line()], clerk)
    returns.withdraw_return(filed, acting_user=clerk, now=NOW, expected_version=filed.version)
    filed = submit(filed, [line("120"), {}], clerk, now=NOW + timedelta(hours=1))
    returns.send_back_return(
        filed, acting_user=reviewer, now=NOW, expected_version=filed.version, comment="核对项目1投资"
    )
    filed = submit(filed, [line("110"), {}], clerk, now=NOW + timedelta(hours=2))
    verify(filed, reviewer)
    assert members(listed)[0].invested == 110
    revisions = ProjectReportRevision.objects.filter(report__member=members(listed)[0]).order_by("pk")
    assert [one.content["investment"] for one in revisions] == ["100", "120", "110"]


def test_of_two_who_write_a_sheet_at_once_one_is_told(plan, listed, unit, clerk):
    filed = opened(unit, plan, clerk)
    one = members(listed)[0]
    seen = filed.version
    save_project_reports(filed, {one.pk: line()}, acting_user=clerk, now=NOW, expected_version=seen)
    with pytest.raises(ChangedMeanwhile):
        save_project_reports(filed, {one.pk: line("7")}, acting_user=clerk, now=NOW, expected_version=seen)


def test_a_verified_problem_is_one_of_the_projects_problems_once(plan, listed, unit, clerk, reviewer):
    told = {"problem_kind": "land", "problem": "征地未完成", "demand": "协调供地", "due_on": "2020-10-01"}
    for month in ("2020-07", "2020-08"):
        filed = submit(opened(unit, plan, clerk, month), [line(**told), line()], clerk)
        assert ProjectProblem.objects.count() == (0 if month == "2020-07" else 1)
        verify(filed, reviewer)
    problem = ProjectProblem.objects.get()
    assert (problem.kind, problem.due_on, problem.raised_by) == ("land", date(2020, 10, 1), clerk)


def test_a_unit_with_indicators_reports_its_projects_in_the_same_return(plan, reporter, reviewer, taiyuan):
    listed = ask(make_list(plan, [project(1, unit=taiyuan)]))
    month = factories.period(plan)
    values = {"coal_gangue_utilised": "6500", "fly_ash_utilised": "100"}
    with pytest.raises(Refused) as refused:
        factories.file_return(taiyuan, month, values, reporter=reporter)
    assert list(refused.value.fields) == [f"{members(listed)[0].pk}: {name}" for name in ("investment", "progress")]
