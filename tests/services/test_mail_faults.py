"""Many messages under each fault of a mail server: none lost, none sent twice, each ambiguous one listed."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from tests import depth, factories
from tests.factories import NOW
from tests.smtp_peer import Mailbox, free_port, mail_server
from tracker.models import Delivery, Event, Schedule, Subscription
from tracker.queries.mail.occasions import Occasion
from tracker.queries.mail.recipients import Recipient
from tracker.services.mail import deliveries
from tracker.services.mail.summaries import SCHEDULED, new_delivery

MANY = depth.amount(1000, quick=150)
#: Seconds that an answer is waited for: ample for each but those that never come.
PATIENCE = 5
State = Delivery.State
pytestmark = pytest.mark.long
MESSAGE = b"Subject: x\r\n\r\nfor the test of the server\r\n"


@pytest.fixture
def waiting(plan, leader) -> list[int]:
    """Many deliveries to as many approved outside addresses, built already."""
    schedule = Schedule.objects.create(plan=plan, name="月度简报")
    named = {"audience": "outside", "approved_by": leader, "active_from": NOW}
    addresses = [f"reader-{number}@example.com" for number in range(MANY)]
    Subscription.objects.bulk_create(Subscription(schedule=schedule, address=one, **named) for one in addresses)
    month = factories.period(plan)
    name = default_storage.save("mail/one.eml", ContentFile(MESSAGE))
    rows = []
    for subscription in Subscription.objects.all():
        recipient = Recipient(subscription.address, None)
        row = new_delivery(subscription, recipient, Occasion(month, "", NOW), revision=SCHEDULED, now=NOW)
        row.content = name
        rows.append(row)
    return [row.pk for row in Delivery.objects.bulk_create(rows)]


@pytest.fixture
def port(settings) -> int:
    settings.EMAIL_SENDING, settings.EMAIL_HOST, settings.EMAIL_PORT = True, "127.0.0.1", free_port()
    settings.EMAIL_TIMEOUT = 60  # a busy machine is no fault of the server
    return settings.EMAIL_PORT


def send_all(ids: list[int], minutes: int) -> Counter[str]:
    """One round of the scheduler and the worker; how many stand in which state after it."""
    now = NOW + timedelta(minutes=minutes)
    due = deliveries.sweep_deliveries(now=now)
    assert set(due) <= set(ids)
    deliveries.send_deliveries(due, clock=lambda: now)
    return Counter(Delivery.objects.values_list("state", flat=True))


def assert_once_each(mailbox: Mailbox, number: int) -> None:
    assert len(mailbox.recipients) == number
    assert set(Counter(mailbox.recipients).values()) == {1}


@pytest.mark.parametrize("fault", ["refused connection", "451", "before data"])
def test_what_the_server_cannot_have_is_sent_once_when_the_fault_is_over(waiting, port, fault):
    if fault == "refused connection":
        assert send_all(waiting, 0) == {State.PENDING: MANY}
        mailbox = Mailbox()
    else:
        with mail_server(Mailbox(fault), port) as mailbox:
            assert send_all(waiting, 0) == {State.PENDING: MANY}
        assert mailbox.messages == []
        mailbox.fault = ""
    with mail_server(mailbox, port):
        mailbox.connections = 0
        assert send_all(waiting, 1) == {State.SENT: MANY}
        assert send_all(waiting, 500) == {State.SENT: MANY}
    assert_once_each(mailbox, MANY)
    assert mailbox.connections == 1


def test_550_is_told_for_each_and_none_is_tried_again(waiting, port):
    with mail_server(Mailbox("550"), port) as mailbox:
        assert send_all(waiting, 0) == {State.FAILED: MANY}
        mailbox.fault = ""
        assert send_all(waiting, 500) == {State.FAILED: MANY}
    assert mailbox.messages == []
    assert mailbox.connections == 1
    assert Delivery.objects.filter(server_answer__contains="550 5.1.1").count() == MANY
    assert Event.objects.filter(action=Event.Action.MAIL_FAILED).count() == MANY


def test_a_slow_answer_is_waited_for_and_where_it_never_came_the_message_is_listed(waiting, port, monkeypatch):
    find = deliveries.mail_server
    monkeypatch.setattr(deliveries, "mail_server", lambda: replace(find(), final_timeout=PATIENCE))
    with mail_server(Mailbox("hangs", hang_at=MANY // 2), port) as mailbox:
        states = send_all(waiting, 0)
        assert states == {State.SENT: MANY - 2, State.UNCERTAIN: 2}
        mailbox.fault = ""
        assert send_all(waiting, 500) == states
    assert_once_each(mailbox, MANY)


def test_dropped_after_the_data_each_is_listed_and_none_goes_again(waiting, port):
    with mail_server(Mailbox("after data"), port) as mailbox:
        assert send_all(waiting, 0) == {State.UNCERTAIN: MANY}
        mailbox.fault = ""
        assert send_all(waiting, 500) == {State.UNCERTAIN: MANY}
    assert_once_each(mailbox, MANY)
    assert Event.objects.filter(action=Event.Action.MAIL_FAILED, after__state="uncertain").count() == MANY
