"""Stopping mail from within it, without logging in; and the switch for reminders on one's own page."""

from datetime import time

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.factories import NOW
from tracker.models import Role, Schedule, Subscription, User
from tracker.queries.mail.recipients import recipients_of
from tracker.services.mail import unsubscribe


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
