"""Changing several members of a list at once by one document: all of them, or none."""

from datetime import date

import pytest

from tests import factories
from tests.factories import DATONG, NOW, TAIYUAN
from tests.projects import document, make_list, members, project, unit_of
from tracker.models import ListChange, Role
from tracker.queries.errors import NotAllowed, Refused
from tracker.services.projects.members import remove_members
from tracker.services.projects.move import move_members

SEPTEMBER = date(2020, 9, 1)


@pytest.fixture
def listed(plan):
    return make_list(plan, [project(1), project(2), project(3, DATONG)])


@pytest.fixture
def manager(plan):
    return factories.make_user("manager", Role.PLAN_MANAGER)


def test_several_are_removed_by_one_document(listed, manager):
    gone = document("9号", SEPTEMBER, "停建")
    remove_members(members(listed)[:2], document=gone, acting_user=manager, now=NOW)
    assert [one.ends for one in members(listed)] == [SEPTEMBER, SEPTEMBER, None]
    assert listed.batches.count() == 2
    assert ListChange.objects.filter(kind="removed", reason="停建", batch__document_number="9号").count() == 2


def test_none_is_removed_where_one_cannot_be(listed, manager):
    gone = document("9号", SEPTEMBER, "停建")
    remove_members(members(listed)[:1], document=gone, acting_user=manager, now=NOW)
    with pytest.raises(Refused):
        remove_members(members(listed)[:2], document=gone, acting_user=manager, now=NOW)
    assert [one.ends for one in members(listed)] == [SEPTEMBER, None, None]


def test_several_move_to_another_unit_under_a_document_and_a_reason(listed, manager, plan):
    unit = unit_of(plan, TAIYUAN)
    moved = document("10号", SEPTEMBER, "机构改革")
    move_members(members(listed)[:2], unit, document=moved, acting_user=manager, now=NOW)
    assert [one.project.unit for one in members(listed)] == [unit, unit, None]
    changes = ListChange.objects.filter(kind="moved")
    assert {(one.reason, one.batch.document_number) for one in changes} == {("机构改革", "10号")}


@pytest.mark.parametrize("reason", ["", " "])
def test_moving_needs_a_reason(listed, manager, plan, reason):
    with pytest.raises(Refused) as caught:
        how = {"document": document("10号", SEPTEMBER, reason), "acting_user": manager, "now": NOW}
        move_members(members(listed)[:1], unit_of(plan, TAIYUAN), **how)
    assert "reason" in caught.value.fields


def test_a_project_outside_the_units_region_is_named(listed, manager, plan):
    how = {"document": document("10号", SEPTEMBER, "机构改革"), "acting_user": manager, "now": NOW}
    with pytest.raises(Refused) as caught:
        move_members(members(listed), unit_of(plan, TAIYUAN), **how)
    assert list(caught.value.fields) == ["3: unit"]
    assert members(listed)[0].project.unit is None


def test_others_change_nothing(listed, reviewer, plan):
    how = {"document": document("10号", SEPTEMBER, "机构改革"), "acting_user": reviewer, "now": NOW}
    with pytest.raises(NotAllowed):
        move_members(members(listed)[:1], unit_of(plan, TAIYUAN), **how)
    with pytest.raises(NotAllowed):
        remove_members(members(listed)[:1], **how)
