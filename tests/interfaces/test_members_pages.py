"""Pages that change several members at once, split one, and carry a list over; views of a list kept by name."""

from datetime import date

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from tests import factories
from tests.factories import DATONG, NOW, TAIYUAN
from tests.projects import firm, make_list, make_roster, members, project, unit_of
from tracker.models import ProjectList, Role, SavedView, TakenStep

DOCUMENT = {"document_number": "9号", "issued_on": "2020-09-05", "effective_from": "2020-10-01", "reason": "机构改革"}


@pytest.fixture(autouse=True)
def september(plan):
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def manager(plan):
    return factories.make_user("keeper", Role.PLAN_MANAGER)


@pytest.fixture
def listed(plan):
    return make_list(plan, [project(1), project(2), project(3, DATONG)])


def signed_in(person) -> Client:
    client = Client(headers={"host": "localhost"})
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"
    client.force_login(person)
    return client


def page(person, address: str) -> str:
    answer = signed_in(person).get(address, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def several(user, listed, deed: str, **fields):
    address = f"/lists/{listed.pk}/several{fields.pop('query', '')}"
    return signed_in(user).post(address, {"deed": deed, **fields}, follow=True)


def numbers(listed, *chosen: int) -> list[int]:
    return [members(listed)[number - 1].pk for number in chosen]


def test_a_keeper_chooses_members_on_the_list_and_others_do_not(listed, manager, leader):
    shown = page(manager, f"/lists/{listed.pk}/")
    assert f'name="member" value="{numbers(listed, 1)[0]}"' in shown
    assert "移交责任单位" in shown and "填报多项的步骤" not in shown
    assert 'name="member"' not in page(leader, f"/lists/{listed.pk}/")


def test_several_are_moved_to_another_unit(listed, manager, plan):
    unit = unit_of(plan, TAIYUAN)
    asked = several(manager, listed, "move", member=numbers(listed, 1, 2)).content.decode()
    assert "项目1" in asked and "项目2" in asked and "项目3" not in asked
    fields = {"member": numbers(listed, 1, 2), "apply": "1", "unit": unit.pk, **DOCUMENT}
    assert "已移交2个项目" in several(manager, listed, "move", **fields).content.decode()
    assert [one.project.unit for one in members(listed)] == [unit, unit, None]
    first = members(listed)[0]
    history = page(manager, f"/lists/members/{first.pk}/")
    assert "责任单位变更" in history and "机构改革" in history


def test_what_is_wrong_is_named_by_the_number_on_the_list(listed, manager, plan):
    fields = {"member": numbers(listed, 1, 3), "apply": "1", "unit": unit_of(plan, TAIYUAN).pk, **DOCUMENT}
    answer = several(manager, listed, "move", **fields)
    assert answer.status_code == 422
    assert "序号3" in answer.content.decode() and "大同" in answer.content.decode()


def test_all_that_fit_the_filters_are_taken_off_the_list(listed, manager):
    fields = {"all": "1", "apply": "1", "query": f"?region={TAIYUAN}", **DOCUMENT}
    several(manager, listed, "remove", **fields)
    assert [one.ends for one in members(listed)] == [date(2020, 10, 1), date(2020, 10, 1), None]


def test_taking_off_needs_a_reason(listed, manager):
    fields = {"member": numbers(listed, 1), "apply": "1", **DOCUMENT, "reason": ""}
    assert several(manager, listed, "remove", **fields).status_code == 422
    assert members(listed)[0].ends is None


def test_a_reporter_reports_one_step_of_several_of_its_own(listed, reporter):
    fields = {"all": "1", "apply": "1", "step": listed.steps.get(code="started").pk, "day": "2020-09-01"}
    several(reporter, listed, "step", **fields, evidence="开工令1号", note="集中开工")
    taken = TakenStep.objects.order_by("member__number")
    assert [(one.member.number, one.evidence, one.note) for one in taken] == [
        (1, "开工令1号", "集中开工"),
        (2, "开工令1号", "集中开工"),
    ]


def test_a_step_in_the_future_is_named_for_each(listed, reporter):
    fields = {"all": "1", "apply": "1", "step": listed.steps.get(code="started").pk, "day": "2021-09-01"}
    answer = several(reporter, listed, "step", **fields, evidence="开工令1号")
    assert "序号1" in answer.content.decode() and "序号2" in answer.content.decode()
    assert not TakenStep.objects.exists()


def test_choosing_nobody_says_so(listed, manager):
    assert "请先选择" in several(manager, listed, "remove").content.decode()


def split(user, member, parts, **fields):
    posted = {"part-TOTAL_FORMS": 8, "part-INITIAL_FORMS": 0, **DOCUMENT, **fields}
    for number, (name, total) in enumerate(parts):
        region = member.project.region_id
        posted |= {f"part-{number}-name": name, f"part-{number}-region": region}
        posted |= {f"part-{number}-total_investment": total}
    return signed_in(user).post(f"/lists/members/{member.pk}/split", posted, follow=True)


def test_a_package_project_is_split_on_its_page(listed, manager):
    whole = members(listed)[0]
    assert "拆分项目" in page(manager, f"/lists/members/{whole.pk}/")
    answer = split(manager, whole, [("一期", 600), ("二期", 400)])
    assert "一期" in answer.content.decode()
    assert [(one.project.name, one.part_of) for one in members(listed)[3:]] == [("一期", whole), ("二期", whole)]
    assert members(listed)[0].ends == date(2020, 10, 1)


def test_parts_above_the_whole_or_a_single_part_are_refused_on_the_page(listed, manager):
    whole = members(listed)[0]
    for parts, words in (([("一期", 600), ("二期", 500)], "1000"), ([("一期", 600)], "至少")):
        answer = split(manager, whole, parts)
        assert answer.status_code == 422 and words in answer.content.decode()
    assert len(members(listed)) == 3


def test_a_part_that_is_on_the_list_already_is_named_in_its_row(listed, manager):
    whole = members(listed)[0]
    fields = {"part-1-code": "2020-140100-002"}
    answer = split(manager, whole, [("一期", 600), ("二期", 300)], **fields)
    assert answer.status_code == 422 and "名单第2号" in answer.content.decode()


def test_a_closed_roster_is_not_split(plan, manager):
    roster = make_roster(plan, [firm(1), firm(2)])
    assert "拆分项目" not in page(manager, f"/lists/members/{members(roster)[0].pk}/")


def test_a_list_is_carried_over_into_the_next_year(listed, manager, plan):
    address = f"/lists/{listed.pk}/carry"
    assert "新开工 (3)" in page(manager, address)
    fields = {"name": "2021年名单", "plan": plan.pk, "code": "key-2021", "year": 2021, "categories": ["new"]}
    answer = signed_in(manager).post(address, {**fields, **DOCUMENT, "effective_from": "2021-01-01"}, follow=True)
    assert "已结转3项" in answer.content.decode()
    following = ProjectList.objects.get(code="key-2021")
    assert following.carried_from == listed and following.members.count() == 3
    assert "重点项目名单" in page(manager, f"/lists/{following.pk}/?period=2020-12")


def test_a_view_of_a_list_is_kept_by_name_for_this_list(listed, plan, manager):
    address = f"/lists/{listed.pk}/"
    kept = {"view_action": "save", "name": "大同的"}
    signed_in(manager).post(f"{address}?region={DATONG}&membership=on&sort=-total", kept, follow=True)
    assert SavedView.objects.get().query == f"region={DATONG}&membership=on&sort=-total"
    assert "大同的" in page(manager, address)
    other = make_roster(plan, [firm(1)])
    assert "大同的" not in page(manager, f"/lists/{other.pk}/")
