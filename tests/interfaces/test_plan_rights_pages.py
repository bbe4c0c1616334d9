"""Rights per plan on the screens: memberships limited to a plan, and the choice of plans."""

import pytest

from tests import factories
from tests.city_plan import limited_to, make_city_plan
from tests.factories import DATONG, NOW, TAIYUAN
from tests.interfaces.admin_forms import address, errors_of
from tests.interfaces.test_admin_reviewing import english, page
from tracker.models import Event, Membership, Role


@pytest.fixture
def city_plan(taiyuan):
    return make_city_plan(taiyuan)


@pytest.fixture
def security(plan):
    return factories.make_user("security", Role.SECURITY_ADMIN)


def given(user, plan, place=TAIYUAN, role=Role.REVIEWER):
    return {"user": user.pk, "role": role, "region": factories.region(place).pk, "unit": "", "plan": plan.pk}


def test_a_membership_is_limited_to_a_plan_with_an_event(client, security, city_plan, time_machine):
    time_machine.move_to(NOW)
    person = factories.make_user("person")
    english(client, security).post(address("membership", "add"), given(person, city_plan))
    assert Membership.objects.get(user=person).plan == city_plan
    assert Event.objects.filter(action="permission_changed").latest("pk").after["plan"] == str(city_plan)
    assert "太原市行动计划" in client.get(address("membership")).content.decode()


def test_a_membership_for_a_closed_plan_is_refused_at_its_field(client, security, city_plan, time_machine):
    time_machine.move_to(NOW.replace(year=2026))
    person = factories.make_user("person")
    refused = english(client, security).post(address("membership", "add"), given(person, city_plan))
    assert list(errors_of(refused)) == ["plan"]
    assert not Membership.objects.filter(user=person).exists()


def test_a_plan_in_which_the_region_has_no_part_is_refused_at_its_field(client, security, city_plan, time_machine):
    time_machine.move_to(NOW)
    refused = english(client, security).post(
        address("membership", "add"), given(factories.make_user("person"), city_plan, DATONG)
    )
    assert list(errors_of(refused)) == ["plan"]


def test_the_choice_of_a_plan_is_always_there(client, plan, leader, time_machine):
    time_machine.move_to(NOW)
    for where in ("/", "/targets/", "/returns/", "/entries/", "/timeliness/"):
        assert '<select name="plan"' in english(client, leader).get(where).content.decode(), where


def test_a_person_is_shown_the_plans_of_their_scope(client, plan, city_plan, time_machine):
    time_machine.move_to(NOW)
    for person, shown in (
        (factories.make_user("datong", Role.LEADER, DATONG), [plan.code]),
        (limited_to(city_plan, "city", Role.LEADER), [city_plan.code]),
    ):
        form = english(client, person).get("/").context["form"]
        assert list(form.fields["plan"].objects) == shown


def test_what_lies_in_another_plan_does_not_exist_for_who_is_limited(
    client, plan, city_plan, taiyuan, reporter, time_machine
):
    time_machine.move_to(NOW)
    values = {"coal_gangue_utilised": "5", "fly_ash_utilised": "1"}
    filed = [
        factories.file_return(taiyuan, factories.period(one), values, reporter=reporter) for one in (plan, city_plan)
    ]
    person = limited_to(city_plan, "city", Role.REVIEWER)
    assert [english(client, person).get(page(one)).status_code for one in filed] == [404, 200]
    assert [client.get(f"/returns/{one.pk}/").status_code for one in filed] == [404, 200]
    manager = limited_to(city_plan, "manager", Role.PLAN_MANAGER)
    asked = [english(client, manager).get(address("plan", "change", one.pk)) for one in (plan, city_plan)]
    assert [answer.status_code for answer in asked] == [404, 200]
    assert client.get(address("plan", "add")).status_code == 403
    assert client.get(address("indicator", "add")).status_code == 403
