"""Checking level by level on the screens: what each level is offered, told and shown."""

import pytest

from tests import factories
from tests.factories import NOW, TAIYUAN
from tests.interfaces.admin_forms import address, errors_of
from tests.interfaces.test_admin_reviewing import GANGUE, english, form_of, page
from tracker.models import Plan, Return, Role

ASH = "fly_ash_utilised"


@pytest.fixture(autouse=True)
def in_september(time_machine):
    """The tests live in September 2020, before August's deadline."""
    time_machine.move_to(NOW)


@pytest.fixture
def levels(plan):
    Plan.objects.filter(pk=plan.pk).update(checking_levels=["city", "province"])
    plan.refresh_from_db()
    return plan


@pytest.fixture
def city(levels):
    return factories.make_user("city", Role.REVIEWER, TAIYUAN)


@pytest.fixture
def filed(levels, taiyuan, reporter):
    return factories.file_return(taiyuan, factories.period(levels), {GANGUE: "500", ASH: "0"}, reporter=reporter)


def text(response) -> str:
    return response.content.decode()


def test_a_level_below_the_last_accepts_as_reported_and_passes_on(client, filed, city, reviewer):
    shown = text(english(client, city).get(page(filed)))
    assert f'name="verified-{GANGUE}"' not in shown
    assert "Accept and pass on to Shanxi" in shown
    told = text(client.post(page(filed), form_of(filed, _verify="1"), follow=True))
    assert "It now waits for Shanxi" in told
    filed.refresh_from_db()
    assert (filed.state, filed.checking_region) == (Return.State.SUBMITTED, None)
    shown = text(english(client, reviewer).get(page(filed)))
    assert f'name="verified-{GANGUE}"' in shown and "Send down to Taiyuan" in shown


def test_the_comment_of_a_level_is_shown_to_the_level_above(client, filed, city, reviewer):
    english(client, city).post(page(filed), form_of(filed, comment="已与企业核对", _verify="1"))
    filed.refresh_from_db()
    assert filed.checking_region is None
    shown = text(english(client, reviewer).get(page(filed)))
    assert "太原市 accepted this return on" in shown and "已与企业核对" in shown


def test_a_comment_on_a_cell_still_keeps_a_level_from_accepting(client, filed, city):
    sent = form_of(filed, _verify="1") | {f"comment-{GANGUE}": "偏大"}
    assert "Nothing was verified: there are comments" in text(english(client, city).post(page(filed), sent))
    filed.refresh_from_db()
    assert filed.checking_region is not None


def test_the_last_level_sends_it_down_with_its_comments(client, filed, city, reviewer):
    english(client, city).post(page(filed), form_of(filed, _verify="1"))
    sent = form_of(filed, comment="核对", _send_down="1") | {f"comment-{GANGUE}": "偏大"}
    told = text(english(client, reviewer).post(page(filed), sent, follow=True))
    assert "was sent down to Taiyuan" in told
    shown = text(english(client, city).get(page(filed)))
    assert "山西省 sent this return down" in shown and "核对" in shown and "偏大" in shown
    history = text(client.get(address("return", "history", filed.pk)))
    assert "Return sent down one level" in history and "Return accepted at a level" in history


def test_a_reviewer_of_another_level_reads_the_return_and_cannot_act(client, filed, reviewer):
    shown = english(client, reviewer).get(page(filed))
    assert shown.context["page"].mode == "read"
    assert "waits for</dt><dd>Taiyuan" in text(shown)
    assert client.post(page(filed), form_of(filed, _verify="1")).status_code == 403


def test_the_list_says_where_a_return_waits_and_can_be_narrowed_by_it(client, filed, city, reviewer):
    def found(person, waits) -> int:
        shown = english(client, person).get(address("return"), {"waits": waits})
        return len(shown.context["cl"].result_list)

    choices = ("me", "city", "province", "accepted")
    assert [found(city, one) for one in choices] == [1, 1, 0, 0]
    assert [found(reviewer, one) for one in choices] == [0, 1, 0, 0]
    english(client, city).post(page(filed), form_of(filed, _verify="1"))
    assert [found(city, one) for one in choices] == [0, 0, 1, 1]
    assert [found(reviewer, one) for one in choices] == [1, 0, 1, 0]


def test_the_first_page_shows_each_level_its_own_work(client, filed, city, reviewer, reporter):
    def first_page(person) -> str:
        return text(english(client, person).get("/"))

    assert page(filed) in first_page(city) and page(filed) not in first_page(reviewer)
    assert "waits for Taiyuan" in first_page(reporter)
    client.force_login(city)
    client.post(page(filed), form_of(filed, _verify="1"))
    assert "1 return accepted by your level so far" in first_page(city)
    assert page(filed) in first_page(reviewer)
    assert "waits for Shanxi" in first_page(reporter)


def test_many_at_once_are_accepted_at_ones_own_level_alone(client, filed, city, reviewer):
    several = address("return", "verify_several")
    assert english(client, reviewer).get(several).context["ready"] == []
    ((_candidate, sight),) = english(client, city).get(several).context["ready"]
    client.post(several, {"sight": sight})
    filed.refresh_from_db()
    assert (filed.state, filed.checking_region) == (Return.State.SUBMITTED, None)
    assert len(english(client, reviewer).get(several).context["ready"]) == 1


def plan_form(plan, **fields):
    names = [field.name for field in Plan._meta.fields if field.editable and field.name != "id"]
    data = {name: getattr(plan, name) for name in names}
    data |= {"region": plan.region_id, "deadline_on_working_day": "on"}
    return {name: "" if value is None else value for name, value in (data | fields).items()}


def test_the_plan_managers_tick_the_levels(client, plan):
    manager = factories.make_user("manager", Role.PLAN_MANAGER)
    english(client, manager).post(
        address("plan", "change", plan.pk), plan_form(plan, checking_levels=["province", "county", "city"])
    )
    plan.refresh_from_db()
    assert plan.checking_levels == ["county", "city", "province"]


def test_a_hole_in_the_levels_is_told_at_the_field_and_nothing_is_stored(client, plan):
    manager = factories.make_user("manager", Role.PLAN_MANAGER)
    refused = english(client, manager).post(
        address("plan", "change", plan.pk), plan_form(plan, checking_levels=["province", "county"])
    )
    assert errors_of(refused) == {
        "checking_levels": ["The order has a hole. These levels lie between its levels: City."]
    }
    plan.refresh_from_db()
    assert plan.checking_levels == []
