"""The rolling year: what goes on in the next one, what stays behind, and where stage and cumulative begin."""

from datetime import date
from decimal import Decimal

import pytest

from tests import factories
from tests.factories import NOW
from tests.projects import document, make_list, members, project, take
from tracker.models import ListMember, ProjectList
from tracker.queries.errors import Refused
from tracker.queries.pages.project_lists import load_funnel_page
from tracker.queries.projects.members import NewMember
from tracker.services.projects.carry_over import carry_over
from tracker.services.projects.members import add_members

JULY = date(2020, 7, 1)
EVERY = ("carried", "new", "preparation")


@pytest.fixture
def listed(plan, reviewer):
    """Six: started, in production, halted, terminated, not started, and in preparation."""
    found = make_list(plan, [project(number) for number in range(1, 6)])
    preparing = NewMember(project(6), ListMember.Category.PREPARATION)
    add_members(found, [preparing], document=document(), acting_user=None, now=NOW)
    everybody = factories.make_user("all", "reporter")
    how = {"reporter": everybody, "reviewer": reviewer}
    take(members(found)[:4], "started", date(2020, 5, 1), **how)
    for number, step in ((1, "producing"), (2, "halted"), (3, "terminated")):
        take([members(found)[number]], step, date(2020, 6, 1), **how)
    return found


def carried(listed, categories=EVERY, year=2021, **fields):
    following = ProjectList(plan=listed.plan, code="key-2021", name="2021年重点项目名单", year=year)
    how = {"document": document("晋工信〔2020〕20号", JULY), "acting_user": None, "now": NOW, **fields}
    return following, carry_over(listed, following, categories, **how)


def test_what_started_is_carried_over_and_what_is_finished_stays_behind(listed):
    _following, added = carried(listed)
    assert [(one.project.name, one.category) for one in added] == [
        ("项目1", "carried"),
        ("项目5", "new"),
        ("项目6", "preparation"),
    ]


def test_the_stage_goes_on_from_verified_steps(listed, leader, plan):
    following, added = carried(listed)
    first = ListMember.objects.get(pk=added[0].pk)
    assert (first.stage.code, first.stage.project_list, first.stage_on) == ("started", following, date(2020, 5, 1))
    page = load_funnel_page(following, factories.make_user("reads", "leader"), date(2020, 8, 31))
    assert {line.stage.code: line.line.number for line in page.stages if line.stage}["started"] == 1
    (decision,) = first.taken.get().decisions.all()
    assert "重点项目名单" in decision.comment


def test_the_cumulative_goes_on_from_what_was_invested(listed):
    ListMember.objects.filter(pk=members(listed)[0].pk).update(invested_before=Decimal(20), invested=Decimal(100))
    _following, added = carried(listed)
    assert [one.invested_before for one in added] == [120, None, None]


def test_only_the_categories_that_are_chosen_go_on(listed):
    assert [one.project.name for one in carried(listed, ["carried"])[1]] == ["项目1"]


@pytest.mark.parametrize(("categories", "year", "field"), [((), 2021, "categories"), (EVERY, 2020, "year")])
def test_nobody_and_the_same_year_are_refused(listed, categories, year, field):
    with pytest.raises(Refused) as caught:
        carried(listed, categories, year)
    assert field in caught.value.fields
    assert not ProjectList.objects.filter(code="key-2021").exists()


def test_a_carried_list_is_kept_by_the_plans_manager_alone(listed, reviewer):
    with pytest.raises(Refused):
        carried(listed, acting_user=reviewer)
