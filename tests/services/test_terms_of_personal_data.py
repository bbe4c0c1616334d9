"""Terms of personal data: addresses of mail, closed accounts, names typed at failed sign-ins."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.utils import timezone

from tests import factories
from tests.factories import NOW
from tests.interfaces.test_signing_in import browser, log_in
from tests.services.test_subscriptions import MOMENT, subscribe
from tracker.models import Delivery, Event, PausedAddress, PersonalKey, Role, Subscription, User
from tracker.services.accounts import people
from tracker.services.mail import subscriptions, summaries
from tracker.services.personal import erase, retention

DAY = timedelta(days=1)


@pytest.fixture
def administrator(plan):
    return factories.make_user("sysadmin", Role.SYSTEM_ADMIN)


def test_a_password_typed_as_a_name_is_kept_nowhere(reporter):
    client = browser()
    reporter.username = "My-Secret-Passw0rd"
    log_in(client, reporter, "x")
    log_in(client, reporter, "x")
    attempt = AccessAttempt.objects.get()
    assert attempt.username.startswith("unknown-") and attempt.failures_since_start == 2
    kept = repr(list(AccessAttempt.objects.values()))
    assert "Secret" not in kept and attempt.username != "x"


def test_a_known_name_is_kept_so_that_the_account_is_locked_and_unlocked(reporter):
    client = browser()
    for _time in range(5):
        log_in(client, reporter, "wrong")
    assert people.locked_addresses(reporter) == 1


def test_failed_sign_ins_go_when_their_term_is_over(reporter, settings):
    log_in(browser(), reporter, "wrong")
    now = timezone.now()
    assert retention.forget_failed_sign_ins(now=now + settings.SIGN_IN_KEEP_DAYS * DAY - DAY) == 0
    assert retention.forget_failed_sign_ins(now=now + settings.SIGN_IN_KEEP_DAYS * DAY + DAY) == 1


def test_addresses_of_mail_go_when_their_term_is_over(plan, leader, settings):
    subscribe(plan, user=leader, attached="nothing")
    (made,) = summaries.due_deliveries(now=MOMENT)
    PausedAddress.objects.create(address=made.recipient)
    later = MOMENT + settings.ADDRESS_KEEP_DAYS * DAY
    assert not list(retention.old_deliveries(now=later)), "what may still be sent has its address"
    Delivery.objects.update(state=Delivery.State.SENT, server_answer=f"250 ok {made.recipient}")
    assert not list(retention.old_deliveries(now=later - DAY))
    (old,) = retention.old_deliveries(now=later)
    retention.erase_recipient(old)
    found = Delivery.objects.get()
    assert leader.email not in (found.recipient, found.server_answer) and found.recipient.endswith("@erased.invalid")
    assert not PausedAddress.objects.exists()
    assert not list(retention.old_deliveries(now=later)), "once is enough"


def test_an_outside_address_goes_when_its_subscription_ended_long_ago(plan, administrator, settings):
    manager = factories.make_user("manager", Role.PLAN_MANAGER)
    made = subscribe(plan, audience="outside", address="press@example.org", address_set_by=manager)
    made.approved_by = administrator
    made.save()
    ended, term = NOW + 900 * DAY, settings.ADDRESS_KEEP_DAYS * DAY
    assert not list(retention.ended_outside(now=NOW + 2 * term)), "it is active"
    subscriptions.set_subscription_active(made, False, acting_user=manager, now=ended)
    assert not list(retention.ended_outside(now=ended + term - DAY)), "its term began when it ended"
    (old,) = retention.ended_outside(now=ended + term + DAY)
    retention.erase_outside_address(old, now=ended + term + DAY)
    found = Subscription.objects.get()
    assert (found.address, found.approved_by) == (f"{made.pk}@erased.invalid", None)
    assert not PersonalKey.objects.filter(model="subscription", row=made.pk).exists()
    event = Event.objects.first()
    assert event.action == Event.Action.ADDRESS_ERASED and "press" not in repr([event.object_label, event.before])
    assert not list(retention.ended_outside(now=ended + 3 * term)), "once is enough"
    settings.ADDRESS_KEEP_DAYS = 0
    assert not list(retention.ended_outside(now=ended + term + DAY))


def test_an_outside_address_stays_while_there_is_younger_mail_to_it(plan, administrator, settings):
    manager = factories.make_user("manager", Role.PLAN_MANAGER)
    subscribe(plan, audience="outside", address="press@example.org", approved_by=administrator, attached="nothing")
    (mail,) = summaries.due_deliveries(now=MOMENT)
    subscriptions.set_subscription_active(mail.subscription, False, acting_user=manager, now=NOW)
    later = MOMENT + settings.ADDRESS_KEEP_DAYS * DAY
    assert not list(retention.ended_outside(now=later - DAY / 2))
    assert list(retention.ended_outside(now=later + DAY / 2))


def test_no_term_keeps_addresses_and_accounts(plan, leader, administrator, settings):
    settings.ADDRESS_KEEP_DAYS = settings.ACCOUNT_KEEP_DAYS = 0
    leader.is_active = False
    people.change_account(leader, acting_user=administrator, now=NOW)
    later = NOW + 100_000 * DAY
    assert not list(retention.old_deliveries(now=later)) and not list(retention.closed_long_ago(now=later))


def test_a_closed_account_is_erased_when_its_term_is_over(leader, administrator, settings):
    leader.is_active = False
    people.change_account(leader, acting_user=administrator, now=NOW)
    term = settings.ACCOUNT_KEEP_DAYS * DAY
    assert not list(retention.closed_long_ago(now=NOW + term - DAY))
    (found,) = retention.closed_long_ago(now=NOW + term)
    erase.erase_by_term(found, now=NOW + term)
    assert User.objects.get(pk=leader.pk).username == f"erased-{leader.pk}"
    assert not PersonalKey.objects.filter(model="user", row=leader.pk).exists()
    assert not list(retention.closed_long_ago(now=NOW + term))


def test_an_account_opened_again_has_no_term(leader, administrator):
    for is_active in (False, True):
        leader.is_active = is_active
        people.change_account(leader, acting_user=administrator, now=NOW)
    assert User.objects.get(pk=leader.pk).closed_at is None
