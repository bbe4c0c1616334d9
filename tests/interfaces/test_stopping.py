"""Stopping mail from within it, without logging in; and the switch for reminders on one's own page."""

from datetime import time

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.factories import NOW
from tracker.models import Event, Role, Schedule, Subscription, User
from tracker.queries.errors import Refused
from tracker.queries.mail.recipients import recipients_of
from tracker.services.mail import subscriptions, unsubscribe


@pytest.fixture
def subscription(plan, reviewer):
    schedule = Schedule.objects.create(plan=plan, name="月度简报", time_of_day=time(8, 30))
    return Subscription.objects.create(schedule=schedule, user=reviewer, active_from=NOW)


@pytest.fixture
def of_a_role(plan, reviewer):
    """The reviewer gets it by being one; so does a second."""
    factories.make_user("second-reviewer", Role.REVIEWER)
    schedule = Schedule.objects.create(plan=plan, name="审核简报")
    return Subscription.objects.create(
        schedule=schedule, audience="role", role=Role.REVIEWER, region=plan.region, active_from=NOW
    )


@pytest.fixture(params=["subscription", "by role", "reminders"])
def mail(request, subscription, of_a_role, reviewer):
    by_name = {"subscription": subscription, "by role": of_a_role, "reminders": None}
    return unsubscribe.StoppableMail(by_name[request.param], reviewer)


def is_on(mail):
    return unsubscribe.find_stoppable(unsubscribe.key_of(mail)).is_on


def test_opening_the_address_asks_first(mail):
    answer = Client().get(reverse("mail_stop", args=[unsubscribe.key_of(mail)]))
    assert answer.status_code == 200
    assert is_on(mail)
    assert "no-store" in answer["Cache-Control"]


def test_a_mail_program_stops_it_at_once_and_without_a_token(mail):
    client = Client(enforce_csrf_checks=True)
    address = reverse("mail_stop", args=[unsubscribe.key_of(mail)])
    assert client.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not is_on(mail)


def test_what_was_stopped_can_be_taken_up_again(mail):
    address = reverse("mail_stop", args=[unsubscribe.key_of(mail)])
    Client().post(address, {"active": "0"})
    Client().post(address, {"active": "1"})
    assert is_on(mail)


def test_who_gets_it_by_a_role_stops_it_for_oneself_alone(of_a_role, reviewer):
    Client().post(reverse("mail_stop", args=[unsubscribe.key_of(unsubscribe.StoppableMail(of_a_role, reviewer))]))
    assert [str(one) for one in recipients_of(of_a_role)] == ["second-reviewer"]
    of_a_role.refresh_from_db()
    assert of_a_role.is_active


def test_a_wrong_key_does_not_exist(mail):
    key = unsubscribe.key_of(mail)
    wrong = key[:-1] + ("0" if key[-1] != "0" else "1")
    assert Client().post(reverse("mail_stop", args=[wrong])).status_code == 404
    assert is_on(mail)


def test_other_methods_are_refused(mail):
    assert Client().delete(reverse("mail_stop", args=[unsubscribe.key_of(mail)])).status_code == 405


def test_a_reporter_switches_reminders_on_the_page_of_mail(plan):
    reporter = factories.make_user("clerk", Role.REPORTER, factories.TAIYUAN)
    client = Client(headers={"host": "localhost"})
    client.force_login(reporter)
    assert reverse("reminders_switch") in client.get(reverse("deliveries")).content.decode()
    client.post(reverse("reminders_switch"), {"active": "0"})
    assert not User.objects.get(pk=reporter.pk).gets_reminders
    client.post(reverse("reminders_switch"), {"active": "1"})
    assert User.objects.get(pk=reporter.pk).gets_reminders


def test_who_reports_for_nobody_is_offered_no_reminders(plan, reviewer):
    client = Client(headers={"host": "localhost"})
    client.force_login(reviewer)
    assert reverse("reminders_switch") not in client.get(reverse("deliveries")).content.decode()


# A key names its recipient and dies with it


def post(key, **data):
    return Client().post(reverse("mail_stop", args=[key]), data).status_code


def test_the_event_names_the_key_and_no_person(mail):
    key = unsubscribe.key_of(mail)
    post(key)
    event = Event.objects.get(action=Event.Action.CONFIGURED)
    assert event.actor is None
    assert event.after == {"sent": False, "key": key.partition("-")[0]}


def test_a_key_undoes_a_stop_that_a_key_made_and_no_other(mail, subscription, of_a_role, reviewer):
    key = unsubscribe.key_of(mail)
    if mail.subscription is None:
        unsubscribe.switch_reminders(reviewer, False, acting_user=reviewer, now=NOW)
    elif mail.is_a_part:
        subscriptions.set_stopped(of_a_role, reviewer, True, acting_user=reviewer, now=NOW)
    else:
        subscriptions.set_subscription_active(subscription, False, acting_user=reviewer, now=NOW)
    assert post(key, active="1") == 409
    assert not is_on(mail)
    assert "active" not in Client().get(reverse("mail_stop", args=[key])).content.decode()


def test_a_stop_by_a_key_that_a_person_made_ones_own_is_no_longer_the_keys(subscription, reviewer):
    key = unsubscribe.key_of(unsubscribe.StoppableMail(subscription, reviewer))
    post(key)
    for active in (True, False):
        subscriptions.set_subscription_active(subscription, active, acting_user=reviewer, now=NOW)
    assert post(key, active="1") == 409


def test_a_key_of_an_earlier_recipient_opens_nothing(subscription, reviewer, plan):
    manager, other = factories.make_user("manager", Role.PLAN_MANAGER), factories.make_user("other", Role.LEADER)
    key = unsubscribe.key_of(unsubscribe.StoppableMail(subscription, reviewer))
    for user in (other, reviewer):  # back to the first: what was sent before is of an earlier version
        subscription.user = user
        subscriptions.save_subscription(subscription, acting_user=manager, now=NOW)
        assert post(key) == 404
    subscription.refresh_from_db()
    assert subscription.is_active


def test_a_key_dies_with_the_address(mail, reviewer):
    key = unsubscribe.key_of(mail)
    User.objects.filter(pk=reviewer.pk).update(email="new@example.com")
    assert post(key) == 404


def test_a_key_dies_with_the_account(mail, reviewer):
    key = unsubscribe.key_of(mail)
    User.objects.filter(pk=reviewer.pk).update(is_active=False)
    assert post(key) == 404


def test_a_key_of_a_role_dies_with_the_role(of_a_role, reviewer):
    key = unsubscribe.key_of(unsubscribe.StoppableMail(of_a_role, reviewer))
    reviewer.memberships.all().delete()
    assert post(key) == 404


def test_a_key_dies_with_the_subscription(subscription, reviewer):
    key = unsubscribe.key_of(unsubscribe.StoppableMail(subscription, reviewer))
    subscription.delete()
    assert post(key) == 404


@pytest.mark.parametrize("name", ["s1", "s1_1_1", "r", "r1_1", "p1_1", "x1", "s" + "9" * 40 + "_1", "s٣_1"])
def test_a_name_of_another_form_is_no_key(plan, name):
    with pytest.raises(Refused):
        unsubscribe.find_stoppable(f"{name}-0")
