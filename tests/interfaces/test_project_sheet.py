"""The project sheet of a return: all projects of a unit on one page, entered, submitted and read."""

from datetime import date

import pytest
from django.urls import reverse

from tests import factories
from tests.factories import NOW, TAIYUAN
from tests.projects import make_list, members, project
from tracker.models import ReportingUnit, Role
from tracker.services import returns
from tracker.services.projects.lists import set_reporting
from tracker.services.returns.project_reports import save_and_submit_projects


@pytest.fixture
def unit(plan):
    return ReportingUnit.objects.create(code="park", name="太原开发区", region=factories.region(TAIYUAN))


@pytest.fixture
def clerk(unit):
    return factories.make_user("clerk", Role.REPORTER, TAIYUAN, unit)


@pytest.fixture
def filed(plan, unit, clerk):
    """An open return of a unit with two projects."""
    listed = make_list(plan, [project(1, unit=unit), project(2, unit=unit)])
    start = date(2020, 8, 1)
    set_reporting(listed, frequency="month", preparation_frequency="", reports_from=start, acting_user=None, now=NOW)
    return returns.open_return(unit, factories.period(plan), acting_user=clerk, now=NOW)


def sheet(unit_return):
    return reverse("project_sheet", args=[unit_return.pk])


def posted(unit_return, *lines, **more):
    rows = members_of(unit_return)
    typed = {f"{row.pk}-{name}": text for row, line in zip(rows, lines, strict=True) for name, text in line.items()}
    return {"version": unit_return.version, **typed, **more}


def members_of(unit_return):
    listed = unit_return.period.plan.project_lists.get()
    return members(listed)


def test_a_unit_saves_and_submits_all_its_projects_on_one_page(client, filed, clerk):
    client.force_login(clerk)
    page = client.get(sheet(filed)).content.decode()
    assert page.count('name="version"') == 1
    assert "项目1" in page and "项目2" in page
    client.post(sheet(filed), posted(filed, {"investment": "100"}, {}, _save="1"))
    filed.refresh_from_db()
    assert (filed.state, filed.project_reports.count()) == ("draft", 1)
    lines = {"progress": "桩基"}, {"investment": "0", "progress": "未动工"}
    answer = client.post(sheet(filed), posted(filed, *lines, _submit="1"))
    filed.refresh_from_db()
    assert (answer.status_code, filed.state) == (302, "submitted")


def test_what_is_wrong_is_said_at_its_cell_and_what_was_typed_stays(client, filed, clerk):
    client.force_login(clerk)
    one = members_of(filed)[0]
    answer = client.post(sheet(filed), posted(filed, {"investment": "abc"}, {"progress": "桩基"}, _submit="1"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="error_{one.pk}-investment"' in page
    assert 'value="abc"' in page and 'value="桩基"' in page
    assert not filed.project_reports.exists()


def test_a_reviewer_reads_the_sheet_once_it_is_submitted(client, filed, clerk, reviewer):
    client.force_login(clerk)
    lines = {"investment": "1200", "progress": "封顶", "note": "概算调整"}, {"investment": "0", "progress": "未动工"}
    client.force_login(reviewer)
    assert client.get(sheet(filed)).status_code == 404
    client.force_login(clerk)
    client.post(sheet(filed), posted(filed, *lines, _submit="1"))
    client.force_login(reviewer)
    page = client.get(sheet(filed)).content.decode()
    assert "概算调整" in page and "封顶" in page
    assert "<input" not in page.partition('class="list"')[2].partition("</table>")[0]
    assert client.post(sheet(filed), {}).status_code == 404
    entering = client.get(reverse("admin:tracker_return_change", args=[filed.pk])).content.decode()
    assert sheet(filed) in entering


def test_a_projects_page_has_its_money_against_plan_and_its_reports_with_who_verified(client, filed, clerk, reviewer):
    member = members_of(filed)[0]
    texts = {one.pk: {"investment": "250", "progress": "主体封顶"} for one in members_of(filed)}
    sent = save_and_submit_projects(filed, texts, acting_user=clerk, now=NOW, expected=filed.version)
    client.force_login(reviewer)
    address = f"/lists/members/{member.pk}/"
    waiting = client.get(address).content.decode()
    assert "主体封顶" in waiting and "25.00%" not in waiting
    returns.verify_return(sent, acting_user=reviewer, now=NOW, expected_version=sent.version)
    verified = client.get(address).content.decode()
    assert "25.00%" in verified and str(reviewer) in verified


def test_the_plan_manager_sets_how_often_projects_are_reported(client, plan, unit):
    listed = make_list(plan, [project(1, unit=unit)])
    address = reverse("project_list_reports", args=[listed.pk])
    client.force_login(factories.make_user("reader", Role.LEADER))
    assert client.get(address).status_code == 404
    client.force_login(factories.make_user("manager", Role.PLAN_MANAGER))
    assert client.get(address).status_code == 200
    client.post(address, {"frequency": "week", "preparation_frequency": "", "reports_from": "2020-08-01"})
    listed.refresh_from_db()
    assert (listed.frequency, listed.reports_from) == ("week", date(2020, 8, 1))
    assert plan.periods.filter(kind="week").exists()
