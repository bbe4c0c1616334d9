"""Lists: who is on them, from when on, by which document, and what a second person verified."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from tests import factories, projects
from tests.factories import DATONG, NOW, TAIYUAN
from tests.projects import JANUARY, credit_code, document, firm, make_list, make_roster, members, project, take
from tracker.models import Event, ListChange, ListMember, Project, ProjectPermit, Role, StepDecision, TakenStep
from tracker.queries.errors import ChangedMeanwhile, NotAllowed, Refused
from tracker.queries.projects.members import NewMember
from tracker.services.documents import reports
from tracker.services.projects.members import (
    add_members,
    declare_inapplicable,
    remove_member,
    replace_member,
    split_member,
)
from tracker.services.projects.steps import ReportedStep, decide_steps, report_steps

MAY, AUGUST, SEPTEMBER = (date(2020, month, 1) for month in (5, 8, 9))
Verdict = StepDecision.Verdict


@pytest.fixture
def manager(plan):
    return factories.make_user("manager", Role.PLAN_MANAGER)


def add(listed, new, number="晋工信〔2020〕2号", day=MAY, **more):
    doc = document(number, day)
    return add_members(listed, list(map(NewMember, new)), document=doc, acting_user=None, now=NOW, **more)


def test_batches_are_numbered_and_keep_their_documents(plan, manager):
    listed = make_list(plan, [project(1), project(2)])
    add_members(listed, [NewMember(project(3))], document=document("第2批", MAY), acting_user=manager, now=NOW)
    batches = [(one.number, one.document_number, one.added.count()) for one in listed.batches.order_by("number")]
    assert batches == [(1, "晋工信〔2020〕1号", 2), (2, "第2批", 1)]
    assert [one.begins for one in members(listed)] == [JANUARY, JANUARY, MAY]
    assert ListChange.objects.get(batch__number=2).recorded_by == manager
    event = Event.objects.filter(action="list_changed").first()
    assert (event.object_type, event.after["document"], event.after["number"]) == ("projectlist", "第2批", 1)


def test_only_a_plan_manager_of_the_plans_region_changes_a_list(plan, reviewer):
    listed = make_list(plan)
    for person in (reviewer, factories.make_user("city", Role.PLAN_MANAGER, TAIYUAN)):
        with pytest.raises(NotAllowed):
            add_members(listed, [NewMember(project(1))], document=document(), acting_user=person, now=NOW)
    assert not ListMember.objects.exists()


def test_a_list_is_changed_by_a_document(plan):
    with pytest.raises(Refused) as refused:
        add(make_list(plan), [project(1)], number=" ")
    assert list(refused.value.fields) == ["document_number"]


def test_of_two_who_change_a_list_at_once_one_is_told(plan):
    listed = make_list(plan)
    add(listed, [project(1)], expected_version=1)
    with pytest.raises(ChangedMeanwhile):
        add(listed, [project(2)], expected_version=1)


@pytest.mark.parametrize(
    ("second", "field"),
    [
        ({"code": "2020-140100-001"}, "code"),
        ({"name": "项目1", "builder": "建设单位1", "code": "other"}, "name"),
        ({"credit_code": "91350100M000100Y44"}, "credit_code"),
        ({"planned_start": MAY, "planned_finish": JANUARY}, "planned_finish"),
        ({"name": " "}, "name"),
        ({"longitude": Decimal(190)}, "longitude"),
    ],
)
def test_a_bad_project_is_refused_at_its_place_and_nothing_is_added(plan, second, field):
    listed = make_list(plan)
    with pytest.raises(Refused) as refused:
        add(listed, [project(1), project(2, **second)])
    assert list(refused.value.fields) == [f"2: {field}"]
    assert not Project.objects.exists()


def test_the_same_firm_twice_is_refused_on_a_roster_and_its_code_is_needed(plan):
    listed = make_roster(plan, [firm(1)], is_closed=False)
    with pytest.raises(Refused) as refused:
        add(listed, [firm(2), firm(1, place=DATONG), firm(3), Project(name="x", region=factories.region(TAIYUAN))])
    assert list(refused.value.fields) == ["2: credit_code", "4: credit_code"]


def test_a_project_under_two_units_is_refused(plan, taiyuan):
    datong = factories.make_unit(plan, DATONG)
    listed = make_list(plan, [project(1, unit=taiyuan)])
    with pytest.raises(Refused) as refused:
        add(listed, [project(1, unit=datong, place=DATONG)])
    assert "1: unit" in refused.value.fields
    other = make_list(plan, code="other")
    with pytest.raises(Refused) as refused:
        add(other, [project(1, unit=datong, place=DATONG)])
    assert list(refused.value.fields) == ["1: unit"]


def test_a_project_may_be_on_the_lists_of_several_years(plan):
    make_list(plan, [project(1)])
    make_list(plan, [project(1)], code="next")
    assert (Project.objects.count(), ListMember.objects.count()) == (1, 2)


def test_removing_needs_a_document_a_reason_and_a_later_day(plan):
    (member,) = members(make_list(plan, [project(1)]))
    for doc, field in [
        (document("", MAY, "停建"), "document_number"),
        (document("晋〔2020〕9号", MAY), "reason"),
        (document("晋〔2020〕9号", JANUARY, "停建"), "effective_from"),
    ]:
        with pytest.raises(Refused) as refused:
            remove_member(member, document=doc, acting_user=None, now=NOW)
        assert list(refused.value.fields) == [field]
    remove_member(member, document=document("晋〔2020〕9号", MAY, "停建"), acting_user=None, now=NOW)
    assert (member.ends, member.ended_by.document_number) == (MAY, "晋〔2020〕9号")
    with pytest.raises(ChangedMeanwhile):
        remove_member(member, document=document("晋〔2020〕9号", MAY, "停建"), acting_user=None, now=NOW)


def test_a_day_that_an_issued_document_covers_is_refused(plan, leader):
    (member,) = members(make_list(plan, [project(1)]))
    august = factories.period(plan)
    reports.issue_report(period=august, region=plan.region, language="zh-hans", acting_user=leader, now=NOW)
    with pytest.raises(Refused) as refused:
        remove_member(member, document=document("晋9号", AUGUST, "停建"), acting_user=None, now=NOW)
    assert list(refused.value.fields) == ["effective_from"]
    remove_member(member, document=document("晋9号", SEPTEMBER, "停建"), acting_user=None, now=NOW)


def test_a_closed_roster_keeps_its_size(plan):
    listed = make_roster(plan, [firm(number) for number in range(1, 4)])
    with pytest.raises(Refused):
        add(listed, [firm(9)])
    first = members(listed)[0]
    new = replace_member(
        first, NewMember(firm(9)), document=document("晋8号", AUGUST, "停产"), acting_user=None, now=NOW
    )
    assert new.replaces == first
    assert ListMember.objects.filter(project_list=listed).on_list(date(2020, 7, 31)).count() == 3
    assert set(ListMember.objects.filter(project_list=listed).on_list(AUGUST)) == {new, *members(listed)[1:3]}


@pytest.mark.parametrize(("counts_parts", "counted"), [(True, 3), (False, 2)])
def test_a_package_project_is_split_and_the_list_says_what_counts(plan, counts_parts, counted):
    listed = make_list(plan, [project(1), project(2)], counts_parts=counts_parts)
    projects.count_from(listed, "projects_advanced", projects.Counts.MEMBERS, step="")
    parts = [NewMember(project(number, total_investment=Decimal(500))) for number in (11, 12)]
    split_member(
        members(listed)[0], parts, document=document("晋8号", AUGUST, "打捆项目拆分"), acting_user=None, now=NOW
    )
    assert count(plan, "2020-07") == 2
    assert count(plan, "2020-08") == counted


def test_parts_above_the_whole_are_refused(plan):
    (member,) = members(make_list(plan, [project(1)]))
    parts = [NewMember(project(number, total_investment=Decimal("500.5"))) for number in (11, 12)]
    with pytest.raises(Refused) as refused:
        split_member(member, parts, document=document("晋8号", AUGUST, "拆分"), acting_user=None, now=NOW)
    assert list(refused.value.fields) == ["parts"]
    assert Project.objects.count() == 1


def test_a_firm_that_closed_down_leaves_the_denominator_only_where_the_roster_says_so(plan):
    listed = make_roster(plan, [firm(1), firm(2)])
    closing = document("晋8号", AUGUST, "企业注销")
    one, other = members(listed)
    declare_inapplicable(one, document=closing, acting_user=None, now=NOW)
    listed.inapplicable_leaves = False
    listed.save()
    other.project_list.refresh_from_db()
    declare_inapplicable(other, document=closing, acting_user=None, now=NOW)
    assert [(row.ends, row.inapplicable_reason) for row in members(listed)] == [
        (AUGUST, "企业注销"),
        (None, "企业注销"),
    ]


def count(plan, month):
    from tests.services.test_listed_figures import to_date

    return to_date(plan, month, "projects_advanced")


def test_a_stage_is_shown_once_a_second_person_verified_it(plan, reporter, reviewer):
    listed = make_list(plan, [project(1)])
    (member,) = members(listed)
    taken = projects.report([member], "started", MAY, reporter=reporter)
    assert members(listed)[0].stage is None
    decide_steps(taken, Verdict.VERIFIED, acting_user=reviewer, now=NOW)
    (member,) = members(listed)
    assert (member.stage.code, member.stage_on, member.state) == ("started", MAY, "active")


def test_who_reported_a_step_does_not_verify_it(plan):
    both = factories.make_user("both", Role.REPORTER)
    from tracker.models import Membership

    Membership.objects.create(user=both, role=Role.REVIEWER, region=plan.region)
    taken = projects.report(members(make_list(plan, [project(1)])), "started", MAY, reporter=both)
    with pytest.raises(NotAllowed):
        decide_steps(taken, Verdict.VERIFIED, acting_user=both, now=NOW)


def test_units_report_for_their_own_projects_and_the_plans_reviewer_verifies(plan, taiyuan, reviewer, reporter):
    listed = make_list(plan, [project(1, unit=taiyuan)])
    stranger = factories.make_user("datong", Role.REPORTER, DATONG)
    with pytest.raises(NotAllowed):
        projects.report(members(listed), "started", MAY, reporter=stranger)
    taken = projects.report(members(listed), "started", MAY, reporter=reporter)
    city = factories.make_user("city-reviewer", Role.REVIEWER, TAIYUAN)
    with pytest.raises(NotAllowed):
        decide_steps(taken, Verdict.VERIFIED, acting_user=city, now=NOW)


def test_what_was_not_accepted_or_withdrawn_is_no_stage(plan, reporter, reviewer):
    listed = make_list(plan, [project(1), project(2)])
    one, two = members(listed)
    refused = projects.report([one], "started", MAY, reporter=reporter)
    with pytest.raises(Refused) as without_reason:
        decide_steps(refused, Verdict.REFUSED, acting_user=reviewer, now=NOW)
    assert list(without_reason.value.fields) == ["comment"]
    decide_steps(refused, Verdict.REFUSED, acting_user=reviewer, now=NOW, comment="无开工令")
    with pytest.raises(ChangedMeanwhile):
        decide_steps(refused, Verdict.VERIFIED, acting_user=reviewer, now=NOW)
    verified = take([two], "started", MAY, reporter=reporter, reviewer=reviewer)
    decide_steps(verified, Verdict.WITHDRAWN, acting_user=reviewer, now=NOW, comment="日期有误")
    assert [row.stage for row in members(listed)] == [None, None]
    assert TakenStep.objects.verified().count() == 0
    assert StepDecision.objects.count() == 3


@pytest.mark.parametrize(
    ("day", "evidence", "field"),
    [(NOW.date() + timedelta(days=1), "开工令", "day"), (MAY, " ", "evidence")],
)
def test_a_step_in_the_future_or_without_evidence_is_refused(plan, reporter, day, evidence, field):
    listed = make_list(plan, [project(1)])
    (member,) = members(listed)
    with pytest.raises(Refused) as refused:
        report_steps(
            [ReportedStep(member, listed.steps.get(code="started"), day, evidence)], acting_user=reporter, now=NOW
        )
    assert list(refused.value.fields) == [f"1: {field}"]


def test_a_removed_project_reports_nothing_after_its_day(plan, reporter):
    listed = make_list(plan, [project(1)])
    (member,) = members(listed)
    remove_member(member, document=document("晋9号", MAY, "停建"), acting_user=None, now=NOW)
    projects.report(members(listed), "signed", date(2020, 4, 1), reporter=reporter)
    with pytest.raises(Refused) as refused:
        projects.report(members(listed), "started", AUGUST, reporter=reporter)
    assert list(refused.value.fields) == ["1: day"]


def test_a_start_without_its_permits_is_flagged_and_kept_as_data(plan, reporter):
    listed = make_list(plan, [project(1)])
    (member,) = members(listed)
    ProjectPermit.objects.create(project=member.project, kind="project", state="granted", granted_on=JANUARY)
    ProjectPermit.objects.create(project=member.project, kind="construction", state="pending")
    (taken,) = projects.report([member], "started", MAY, reporter=reporter)
    assert taken.findings == [{"fault": "no_permit", "facts": {"permit": "construction"}}]


def test_backwards_is_flagged_and_the_newest_verified_stage_is_shown(plan, reporter, reviewer):
    listed = make_list(plan, [project(1)])
    take(members(listed), "producing", MAY, reporter=reporter, reviewer=reviewer)
    (back,) = take(members(listed), "building", AUGUST, reporter=reporter, reviewer=reviewer)
    assert back.findings == [{"fault": "backwards", "facts": {"step": "producing"}}]
    assert members(listed)[0].stage.code == "building"


def test_halted_resumed_and_terminated(plan, reporter, reviewer):
    listed = make_list(plan, [project(1)])
    for step, day, state in [("halted", MAY, "halted"), ("resumed", AUGUST, "active")]:
        take(members(listed), step, day, reporter=reporter, reviewer=reviewer)
        assert members(listed)[0].state == state
    take(members(listed), "terminated", AUGUST, reporter=reporter, reviewer=reviewer)
    with pytest.raises(Refused):
        projects.report(members(listed), "building", SEPTEMBER, reporter=reporter)


def test_members_are_written_in_as_many_queries_for_many_as_for_few(plan, count_queries):
    from django.db import connection

    def queries(code, number):
        listed = make_list(plan, code=code)
        new = [project(one, code=f"{code}-{one}", name=f"{code}{one}") for one in range(number)]
        with count_queries(connection) as asked:
            add(listed, new)
        return len(asked)

    assert queries("few", 2) == queries("many", 20)


def test_a_code_of_a_roster_is_stored_in_capitals_without_spaces(plan):
    listed = make_roster(plan, [firm(1)], is_closed=False)
    typed = firm(2)
    typed.credit_code = f" {credit_code(2).lower()} "
    add(listed, [typed])
    assert members(listed)[1].project.credit_code == credit_code(2)


def test_the_history_is_never_changed(plan, reporter, reviewer):
    listed = make_list(plan, [project(1)])
    projects.count_from(listed, "projects_advanced")
    take(members(listed), "started", MAY, reporter=reporter, reviewer=reviewer)
    from tracker.models import CountChange

    for model in (ListChange, TakenStep, StepDecision, CountChange):
        row = model.objects.get()
        with pytest.raises(TypeError):
            row.save()
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            model.objects.all()._raw_delete("default")
