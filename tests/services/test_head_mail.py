"""The head of the event log leaves the house: once a day to each audit administrator, and to nobody else."""

import email
import json
from datetime import timedelta
from email import policy

import pytest
from django.core.management import call_command

from tests import factories
from tests.factories import NOW, TAIYUAN
from tests.interfaces.test_pages import signed_in
from tests.smtp_peer import Mailbox, free_port, mail_server
from tracker import tasks
from tracker.models import Delivery, Event, Membership, PausedAddress, Role
from tracker.services.audit import export_head
from tracker.services.audit.sealing import seal_events
from tracker.services.mail import deliveries, head_mail
from tracker.services.mail.mail_log import stored_message

State = Delivery.State


@pytest.fixture
def audit_admin(plan):
    return factories.make_user("audit", Role.AUDIT_ADMIN)


@pytest.fixture
def port(settings) -> int:
    settings.EMAIL_SENDING, settings.EMAIL_HOST, settings.EMAIL_PORT = True, "127.0.0.1", free_port()
    return settings.EMAIL_PORT


@pytest.fixture
def exported(audit_admin, port):
    """A day's head, exported."""
    export_head.write_daily_head(now=NOW)
    return Event.objects.get(action=Event.Action.HEAD_EXPORTED)


def made(now=NOW) -> list[str]:
    return sorted(delivery.recipient for delivery in head_mail.due_heads(now=now))


def test_each_audit_administrator_gets_one_a_day_however_often_the_scheduler_asks(exported, audit_admin):
    other = factories.make_user("audit-2", Role.AUDIT_ADMIN)
    Membership.objects.create(user=other, role=Role.AUDIT_ADMIN, region=factories.region(TAIYUAN))  # twice the role
    assert made() == sorted([audit_admin.email, other.email])
    assert made() == made(NOW + timedelta(hours=3)) == []
    tomorrow = NOW + timedelta(days=1)
    assert made(tomorrow) == []  # its head is not exported yet
    export_head.write_daily_head(now=tomorrow)
    assert len(made(tomorrow)) == 2


def test_nobody_else_gets_it(exported, audit_admin, leader):
    factories.make_user("auditor", Role.AUDITOR)
    closed = factories.make_user("closed", Role.AUDIT_ADMIN)
    closed.is_active = False
    closed.save()
    without = factories.make_user("without", Role.AUDIT_ADMIN)
    without.email = ""
    without.save()
    assert made() == [audit_admin.email]


def test_two_schedulers_in_the_same_moment_make_one(exported, monkeypatch):
    new = head_mail.of_the_day

    def first_the_other(kind, user, day, *, now):
        monkeypatch.setattr(head_mail, "of_the_day", new)
        head_mail.due_heads(now=now)
        return new(kind, user, day, now=now)

    monkeypatch.setattr(head_mail, "of_the_day", first_the_other)
    assert made() == []
    assert Delivery.objects.count() == 1


def test_without_a_mail_server_none_is_made(exported, settings):
    settings.EMAIL_SENDING = False
    assert made() == []


@pytest.mark.parametrize(("language", "words"), [("en", "Keep this message"), ("zh-hans", "保存在本系统之外")])
def test_it_leaves_with_the_head_as_a_file_in_the_persons_language(
    exported, audit_admin, port, language, words, tmp_path
):
    audit_admin.language = language
    audit_admin.save()
    (delivery,) = head_mail.due_heads(now=NOW)
    with mail_server(Mailbox(), port) as mailbox:
        for _time in range(2):  # a message of the broker's that comes twice
            deliveries.send_delivery(delivery.pk, clock=lambda: NOW)
    assert mailbox.recipients == [audit_admin.email]
    message = email.message_from_bytes(mailbox.messages[0], policy=policy.SMTP)
    assert words in message.get_body(("plain",)).get_content()
    assert words in message.get_body(("html",)).get_content()
    assert exported.after["hash"] in message.get_body(("plain",)).get_content()
    assert message["List-Unsubscribe"] is None
    (file,) = message.iter_attachments()
    content = file.get_content()
    path = tmp_path / file.get_filename()
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    assert json.loads(path.read_text())["hash"] == exported.after["hash"]
    seal_events(now=NOW)
    call_command("verify_events", "--head", str(path))  # what came by mail is what the command takes


def test_who_lost_the_role_since_gets_none(exported, audit_admin):
    (delivery,) = head_mail.due_heads(now=NOW)
    audit_admin.memberships.all().delete()
    deliveries.send_delivery(delivery.pk, clock=lambda: NOW)
    delivery.refresh_from_db()
    assert (delivery.state, "no longer has the role" in delivery.server_answer) == (State.FAILED, True)


def test_a_paused_address_gets_none(exported, audit_admin):
    PausedAddress.objects.create(address=audit_admin.email, paused_at=NOW)
    (delivery,) = head_mail.due_heads(now=NOW)
    deliveries.send_delivery(delivery.pk, clock=lambda: NOW)
    delivery.refresh_from_db()
    assert (delivery.state, "paused" in delivery.server_answer) == (State.FAILED, True)


def test_the_tick_makes_it_after_the_head(audit_admin, port, no_broker):
    tasks.tick()
    delivery = Delivery.objects.get(kind=Delivery.Kind.HEAD)
    assert ("tracker.tasks.send_deliveries", delivery.pk) in no_broker


def test_who_manages_mail_sees_how_it_went_and_the_recipient_takes_the_file(exported, audit_admin, leader):
    keeper = factories.make_user("keeper", Role.SYSTEM_ADMIN)
    (delivery,) = head_mail.due_heads(now=NOW)
    deliveries.send_delivery(delivery.pk, clock=lambda: NOW)  # nobody answers; the message is made and kept
    delivery.refresh_from_db()
    assert stored_message(delivery) is not None
    assert signed_in(audit_admin).get(f"/mail/{delivery.pk}/").status_code == 200
    assert signed_in(audit_admin).get(f"/mail/{delivery.pk}/attachments/1").status_code == 200
    assert signed_in(keeper).get(f"/mail/{delivery.pk}/").status_code == 200
    assert signed_in(keeper).get(f"/mail/{delivery.pk}/attachments/1").status_code == 404
    assert signed_in(leader).get(f"/mail/{delivery.pk}/").status_code == 404
