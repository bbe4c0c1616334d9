"""The pages of lists: who sees which names, what they lead to, and what is done on them."""

from datetime import date

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests import factories, projects
from tests.factories import DATONG, NOW, TAIYUAN
from tests.projects import Counts, count_from, document, firm, make_list, make_roster, members, project, take
from tests.services.test_listed_figures import to_date
from tracker.models import Indicator, ListMember, ProjectList, Role, Target
from tracker.services.projects.members import remove_member

MAY = date(2020, 5, 1)


@pytest.fixture(autouse=True)
def in_september(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def listed(plan, reviewer):
    """Three projects of Taiyuan, the first started in May, and one of Datong."""
    found = make_list(plan, [project(1), project(2), project(3), project(4, place=DATONG)])
    count_from(found, "projects_advanced")
    everybody = factories.make_user("everybody", Role.REPORTER)
    take(members(found)[:1], "started", MAY, reporter=everybody, reviewer=reviewer)
    return found


def browser(person) -> Client:
    client = Client(headers={"host": "localhost"})
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(person)
    return client


def page(person, address: str, status: int = 200) -> str:
    answer = browser(person).get(address, follow=True)
    assert answer.status_code == status
    return answer.content.decode()


def test_the_lists_of_a_plan_with_their_figures(listed, leader):
    text = page(leader, reverse("project_lists"))
    assert "1 / 4" in text
    assert "3 not yet" in text


def test_a_plan_without_lists_says_so(plan, leader):
    assert "no lists yet" in page(leader, reverse("project_lists"))


def test_a_list_filters_by_what_the_figure_counts(listed, leader):
    address = reverse("project_list", args=[listed.pk])
    counted, missing = (page(leader, f"{address}?figure={which}") for which in ("counted", "missing"))
    assert ("项目1" in counted, "项目2" in counted) == (True, False)
    assert ("项目1" in missing, "项目2" in missing) == (False, True)
    assert "项目1" not in page(leader, f"{address}?figure=counted&period=2020-04")


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("stage=started", {"项目1"}),
        ("stage=none", {"项目2", "项目3", "项目4"}),
        (f"region={DATONG}", {"项目4"}),
        ("words=项目3", {"项目3"}),
        ("words=2020-140100-002", {"项目2"}),
        ("state=halted", set()),
        ("membership=left", set()),
    ],
)
def test_filters(listed, leader, query, names):
    text = page(leader, f"{reverse('project_list', args=[listed.pk])}?{query}")
    assert {name for name in ("项目1", "项目2", "项目3", "项目4") if f">{name}</a>" in text} == names


def test_a_city_sees_its_own_names_alone(listed, plan):
    city = factories.make_user("city", Role.LEADER, TAIYUAN)
    address = reverse("project_list", args=[listed.pk])
    assert "项目4" not in page(city, address)
    assert "项目3" in page(city, address)
    foreign = members(listed)[3]
    assert browser(city).get(reverse("project", args=[foreign.pk])).status_code == 404
    assert "项目4" not in page(city, reverse("project_list_funnel", args=[listed.pk]))


def test_a_list_is_exported_with_its_filters(listed, leader):
    answer = browser(leader).get(f"{reverse('project_list', args=[listed.pk])}?_export=csv&stage=started")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert ("项目1" in text, "项目2" in text) == (True, False)


def test_a_list_page_asks_as_many_queries_for_many_as_for_few(plan, leader, count_queries):
    from django.db import connection

    few = make_list(plan, [project(1), project(2)], code="few")
    many = make_list(plan, [project(number) for number in range(10, 40)], code="many")
    client, numbers = browser(leader), []
    for one in (few, few, many):
        with count_queries(connection) as asked:
            client.get(reverse("project_list", args=[one.pk]))
        numbers.append(len(asked))
    assert numbers[1] == numbers[2]


def test_the_funnel_adds_up_and_leads_to_the_names(listed, leader):
    text = page(leader, f"{reverse('project_list_funnel', args=[listed.pk])}?period=2020-08")
    assert "stage=started" in text
    assert "4 at the start" not in text
    assert "0 at the start + 4 added − 0 removed = 4" in text
    assert "new projects on the list for the year" in text


def test_a_target_names_who_is_counted_and_who_is_missing(plan, leader, reviewer):
    roster = make_roster(plan, [firm(number) for number in range(1, 28)])
    count_from(roster, "enterprises_supervised", Counts.STEP, "inspected")
    everybody = factories.make_user("everybody", Role.REPORTER)
    rows = members(roster)
    take([*rows[:12], *rows[13:]], "inspected", MAY, reporter=everybody, reviewer=reviewer)
    target = Target.objects.get(plan=plan, indicator__code="enterprises_supervised")
    text = page(leader, f"{reverse('target', args=[target.pk])}?period=2020-08")
    assert "26 of 27 counted" in text
    missing = text[text.index("1 not yet") : text.index("26 counted")]
    assert (missing.count("<li>"), "企业13" in missing) == (1, True)
    figure = page(leader, f"{reverse('figure', args=['enterprises_supervised'])}?period=2020-08")
    assert "Counted from a list of names" in figure
    assert "26 of 27 counted" in figure


def test_clauses_and_regions_show_the_lists_behind_them(listed, plan, leader):
    clause = plan.clauses.get(number="三-3")
    assert str(listed) in page(leader, f"{reverse('clause', args=[clause.pk])}?period=2020-08")
    text = page(leader, f"{reverse('region', args=[DATONG])}?period=2020-08")
    assert (str(listed) in text, "1 name" in text) == (True, True)


def test_a_unit_reports_a_step_and_a_reviewer_verifies_it(listed, taiyuan, reporter, reviewer):
    second = members(listed)[1]
    address = reverse("project", args=[second.pk])
    assert "Report a step" in page(reporter, address)
    step = {"step": listed.steps.get(code="started").pk, "day": "2020-06-01", "evidence": "开工令〔2020〕5号"}
    answer = browser(reporter).post(reverse("project_step", args=[second.pk]), step, follow=True)
    assert "counts once a reviewer has verified" in answer.content.decode()
    waiting = reverse("project_list_steps", args=[listed.pk])
    assert browser(reporter).get(waiting).status_code == 404
    assert "项目2" in page(reviewer, waiting)
    taken = second.taken.get()
    answer = browser(reviewer).post(waiting, {"step": [taken.pk], "verdict": "verified"}, follow=True)
    assert "1 step verified." in answer.content.decode()
    assert ListMember.objects.get(pk=second.pk).stage.code == "started"
    text = page(reviewer, address)
    assert "开工令〔2020〕5号" in text
    withdraw = {"step": taken.pk, "comment": "日期有误"}
    browser(reviewer).post(reverse("project_withdraw", args=[second.pk]), withdraw)
    assert ListMember.objects.get(pk=second.pk).stage is None


@pytest.mark.parametrize(
    ("changed", "words"),
    [({"day": "2020-12-01"}, "lies in the future"), ({"evidence": ""}, "required"), ({"step": "x"}, "valid choice")],
)
def test_a_bad_step_is_refused_at_its_field(listed, reporter, changed, words):
    second = members(listed)[1]
    step = {"step": listed.steps.get(code="started").pk, "day": "2020-06-01", "evidence": "x", **changed}
    answer = browser(reporter).post(reverse("project_step", args=[second.pk]), step)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not second.taken.exists()


def test_a_step_that_is_not_accepted_needs_a_comment(listed, reporter, reviewer):
    (taken,) = projects.report(members(listed)[1:2], "started", MAY, reporter=reporter)
    address = reverse("project_list_steps", args=[listed.pk])
    answer = browser(reviewer).post(address, {"step": [taken.pk], "verdict": "refused"}, follow=True)
    assert "Give the reason" in answer.content.decode()
    browser(reviewer).post(address, {"step": [taken.pk], "verdict": "refused", "comment": "无证明"})
    assert taken.decisions.get().verdict == "refused"
    assert "Choose the steps first" in browser(reviewer).post(address, {}, follow=True).content.decode()


def test_a_plan_manager_adds_removes_and_replaces_by_document(listed, plan):
    manager = browser(factories.make_user("manager", Role.PLAN_MANAGER))
    by = {
        "document_number": "晋工信〔2020〕9号",
        "issued_on": "2020-08-20",
        "effective_from": "2020-09-01",
        "reason": "停建",
    }
    new = {"name": "项目5", "region": factories.region(TAIYUAN).pk, "category": "new", "total_investment": "500"}
    added = manager.post(reverse("project_list_add", args=[listed.pk]), by | new)
    assert added.status_code == 302
    fifth = ListMember.objects.get(project__name="项目5")
    assert (fifth.begins, fifth.added_by.document_number) == (date(2020, 9, 1), "晋工信〔2020〕9号")
    again = manager.post(reverse("project_list_add", args=[listed.pk]), by | new)
    assert (again.status_code, "on the list already" in again.content.decode()) == (422, True)
    leave = reverse("project_leave", args=[members(listed)[0].pk])
    assert manager.get(leave).status_code == 200
    form = {f"leave-{name}": value for name, value in by.items()} | {"deed": "leave", "leave-how": "remove"}
    without = manager.post(leave, form | {"leave-reason": ""})
    assert (without.status_code, "Give the reason" in without.content.decode()) == (422, True)
    assert manager.post(leave, form).status_code == 302
    assert members(listed)[0].ends == date(2020, 9, 1)
    replace = {f"replace-{name}": value for name, value in (by | new | {"name": "项目6"}).items()}
    second = members(listed)[1]
    assert manager.post(reverse("project_leave", args=[second.pk]), replace | {"deed": "replace"}).status_code == 302
    assert second.replaced_by.get().project.name == "项目6"


def test_others_change_no_list(listed, leader, reviewer):
    for person in (leader, reviewer):
        for name, key in (("project_list_add", listed.pk), ("project_leave", members(listed)[0].pk)):
            assert browser(person).post(reverse(name, args=[key])).status_code == 404


def test_a_member_that_left_says_so(listed, leader):
    first = members(listed)[0]
    remove_member(first, document=document("晋9号", date(2020, 9, 1), "停建"), acting_user=None, now=NOW)
    text = page(leader, reverse("project", args=[first.pk]))
    assert "No longer on the list" in text
    assert "停建" in text


@pytest.fixture
def manager(plan):
    return browser(factories.make_user("manager", Role.PLAN_MANAGER))


def test_a_plan_manager_creates_a_roster_and_counts_a_figure_from_it(plan, manager):
    new = {"name": "监察名单", "code": "supervised", "kind": "roster", "year": "2020", "is_closed": "on"}
    address = f"{reverse('project_list_new')}?plan={plan.code}"
    without = manager.post(address, new)
    assert (without.status_code, "Name the step" in without.content.decode()) == (422, True)
    assert manager.post(address, new | {"done": "监察完成"}).status_code == 302
    roster = ProjectList.objects.get(code="supervised")
    assert [step.name for step in roster.steps.all()] == ["已启动", "监察完成"]
    again = manager.post(address, new | {"done": "监察完成"})
    assert (again.status_code, "already" in again.content.decode()) == (422, True)
    indicator = Indicator.objects.get(code="enterprises_supervised")
    rule = {"indicator": indicator.pk, "counts": "step", "without_terminated": "on"}
    counting = reverse("project_list_rule", args=[roster.pk])
    assert manager.get(counting).status_code == 200
    assert manager.post(counting, rule).status_code == 422
    assert manager.post(counting, rule | {"step": roster.steps.get(code="done").pk}).status_code == 302
    assert roster.rules.get().indicator == indicator


def test_a_projects_fields_change_with_their_checks(listed, manager, plan):
    member = members(listed)[0]
    address = reverse("project_edit", args=[member.pk])
    form = {"name": "项目1", "code": member.project.code, "region": factories.region(DATONG).pk, "version": "1"}
    bad = manager.post(address, form | {"planned_start": "2020-05-01", "planned_finish": "2020-01-01"})
    assert (bad.status_code, "before the planned start" in bad.content.decode()) == (422, True)
    assert manager.post(address, form | {"leader": "张三"}).status_code == 302
    member.project.refresh_from_db()
    assert (member.project.leader, member.project.region.code, member.project.version) == ("张三", DATONG, 2)
    assert to_date(plan, "2020-08", "projects_advanced", factories.region(DATONG)) == 1
    late = manager.post(address, form)
    assert (late.status_code, "Somebody else changed" in late.content.decode()) == (422, True)


def test_permits_and_problems_are_recorded_by_the_unit_and_settled(listed, reporter):
    member, client = members(listed)[1], browser(reporter)
    permit = reverse("project_permit", args=[member.pk])
    assert client.post(permit, {"kind": "land", "state": "granted"}).status_code == 422
    assert client.post(permit, {"kind": "land", "state": "granted", "granted_on": "2021-01-01"}).status_code == 422
    assert client.post(permit, {"kind": "land", "state": "granted", "granted_on": "2020-03-01"}).status_code == 302
    problem = {"kind": "funds", "description": "资金缺口", "demand": "协调贷款", "due_on": "2020-10-01"}
    assert client.post(reverse("project_problem", args=[member.pk]), problem).status_code == 302
    row = member.project.problems.get()
    text = page(reporter, reverse("project", args=[member.pk]))
    assert ("资金缺口" in text, "协调贷款" in text) == (True, True)
    settle = reverse("project_settle", args=[member.pk])
    client.post(settle, {"problem": row.pk, "settlement": " "})
    row.refresh_from_db()
    assert row.settled_on is None
    client.post(settle, {"problem": row.pk, "settlement": "贷款已到位"})
    row.refresh_from_db()
    assert (row.settled_on, row.settlement) == (NOW.date(), "贷款已到位")
