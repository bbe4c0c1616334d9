"""The screen of a subscription: what its mail waits for, copies, and what it says on being saved."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from tests import factories
from tests.factories import SHANXI, TAIYUAN
from tests.interfaces.admin_forms import address, errors_of
from tracker.models import Event, Indicator, Role, Schedule, Subscription

GANGUE, ASH = "coal_gangue_utilised", "fly_ash_utilised"


@pytest.fixture
def manager(client, plan):
    """Who manages the plan's mail, signed in."""
    user = factories.make_user("manager", Role.PLAN_MANAGER)
    client.force_login(user)
    return user


@pytest.fixture
def data(plan, leader):
    """A form for the leader's subscription, without bounds."""
    schedule = Schedule.objects.create(name="月报", plan=plan)
    return {
        "schedule": schedule.pk,
        "audience": "person",
        "user": leader.pk,
        "about": "plan",
        "attached": "brief",
        "hold_counts": "returns",
        "is_active": "on",
        "active_from_0": "2020-09-01",
        "active_from_1": "08:00:00",
        "thresholds-TOTAL_FORMS": "0",
        "thresholds-INITIAL_FORMS": "0",
    }


def with_bound(data, code, measure, value):
    indicator = Indicator.objects.get(code=code)
    row = {"indicator": indicator.pk, "measure": measure, "bound": value}
    return {**data, "thresholds-TOTAL_FORMS": "1", **{f"thresholds-0-{name}": given for name, given in row.items()}}


def told(response) -> list[str]:
    return [str(one) for one in get_messages(response.wsgi_request)]


def test_hold_bounds_and_copies_are_kept_and_recorded(client, manager, data, plan):
    deputy = factories.make_user("deputy", Role.LEADER)
    form = with_bound({**data, "hold_number": "11", "hold_days": "3", "copies_to": [deputy.pk]}, GANGUE, "level", "1")
    assert client.post(address("subscription", "add"), form).status_code == 302
    made = Subscription.objects.get()
    assert (made.hold_number, made.hold_days, list(made.copies_to.all())) == (11, 3, [deputy])
    assert [(one.indicator.code, one.measure, one.bound) for one in made.thresholds.all()] == [(GANGUE, "level", 1)]
    recorded = {(one.object_type, *sorted(one.after)) for one in Event.objects.filter(action="configured")}
    assert ("subscription", "copies_to") in recorded
    assert any(kind == "mailthreshold" for kind, *_names in recorded)
    assert client.get(address("subscription", "change", made.pk)).status_code == 200


def test_saving_says_that_mail_would_not_be_sent_and_why(client, manager, data, leader, settings):
    settings.EMAIL_SENDING = False
    leader.email = ""
    leader.save()
    to_leaders = {**data, "audience": "role", "user": "", "role": "leader", "region": factories.region(SHANXI).pk}
    response = client.post(address("subscription", "add"), to_leaders)
    assert response.status_code == 302
    said = told(response)
    assert "leader：该人员未登记电子邮箱。" in said
    assert any("未设置邮件服务器" in one for one in said)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"hold_number": "3"}, "hold_days"),
        ({"hold_days": "3"}, "hold_number"),
        ({"hold_number": "0", "hold_days": "3"}, "hold_number"),
        ({"hold_number": "3", "hold_days": "29"}, "hold_days"),
        ({"hold_number": "3", "hold_days": "2", "about": "chasing"}, "hold_number"),
    ],
)
def test_half_a_hold_is_refused_at_its_field(client, manager, data, changes, field):
    response = client.post(address("subscription", "add"), {**data, **changes})
    assert response.status_code == 200
    assert field in errors_of(response)


def test_a_copy_to_somebody_who_may_not_read_it_is_refused(client, manager, data):
    city = factories.make_user("city", Role.LEADER, TAIYUAN)
    response = client.post(address("subscription", "add"), {**data, "copies_to": [city.pk]})
    assert errors_of(response)["copies_to"] == ["以下人员无权查看山西省的数据：city。"]


@pytest.mark.parametrize(
    ("code", "measure", "value", "said"),
    [
        (GANGUE, "level", "3", "请填写1或2"),
        (GANGUE, "completion", "0", "完成率须大于0"),
        ("unplanned", "level", "1", "没有参与评价的目标"),
    ],
)
def test_a_bound_that_cannot_be_passed_is_refused(client, manager, data, plan, code, measure, value, said):
    if code == "unplanned":
        plan.targets.filter(indicator__code=ASH).update(bound="reference")
        code = ASH
    response = client.post(address("subscription", "add"), with_bound(data, code, measure, value))
    assert response.status_code == 200
    assert said in str(response.context["inline_admin_formsets"][0].formset.errors)


def test_resuming_ones_own_says_why_nothing_would_come(client, leader, data, plan, settings):
    settings.EMAIL_SENDING = False
    schedule = Schedule.objects.get()
    made = Subscription.objects.create(schedule=schedule, user=leader, active_from=factories.NOW, is_active=False)
    client.force_login(leader)
    response = client.post(reverse("subscription_switch", args=[made.pk]), {"active": "1"})
    assert response.status_code == 302
    assert any("未设置邮件服务器" in one for one in told(response))
