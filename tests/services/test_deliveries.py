"""Sending a summary once, against a real mail server with each of its faults."""

import email
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email import policy
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from django.utils import timezone

from tests import factories
from tests.factories import NOW, SHANGHAI
from tests.smtp_peer import Mailbox, free_port, mail_server
from tracker.models import Delivery, Event, IssuedReport, Membership, Role, Schedule, Subscription, User
from tracker.queries.errors import Refused
from tracker.queries.mail import obstacles
from tracker.queries.mail.recipients import Recipient
from tracker.services.audit.personal import recipient_in_log
from tracker.services.documents import reports
from tracker.services.mail import deliveries, smtp, summaries, summary_mail, unsubscribe

MOMENT = datetime(2020, 9, 8, 8, 30, tzinfo=SHANGHAI)
State = Delivery.State


@pytest.fixture
def subscription(plan, leader) -> Subscription:
    schedule = Schedule.objects.create(plan=plan, name="月度简报")
    return Subscription.objects.create(schedule=schedule, user=leader, active_from=NOW)


@pytest.fixture
def delivery(subscription, taiyuan, reporter, reviewer, plan) -> Delivery:
    """August's summary, due; Taiyuan has reported and was verified."""
    values = {"coal_gangue_utilised": "500.5", "fly_ash_utilised": "0"}
    factories.file_return(taiyuan, factories.period(plan), values, reporter=reporter, reviewer=reviewer)
    return summaries.due_deliveries(now=MOMENT)[0]


@pytest.fixture
def port(settings) -> int:
    """Where the settings look for the mail server."""
    settings.EMAIL_SENDING, settings.EMAIL_HOST, settings.EMAIL_PORT = True, "127.0.0.1", free_port()
    settings.EMAIL_TIMEOUT = 5
    return settings.EMAIL_PORT


@pytest.fixture
def serve(port) -> Iterator[Callable[[str], Mailbox]]:
    """Start the mail server with a fault."""
    from contextlib import ExitStack

    with ExitStack() as stack:
        yield lambda fault="": stack.enter_context(mail_server(Mailbox(fault), port))


def send(delivery: Delivery, now: datetime = MOMENT) -> Delivery:
    deliveries.send_delivery(delivery.pk, clock=lambda: now)
    delivery.refresh_from_db()
    return delivery


def read(data: bytes):  # type: ignore[no-untyped-def]
    return email.message_from_bytes(data, policy=policy.SMTP)


def stored(delivery: Delivery) -> bytes:
    with delivery.content.open("rb") as file:
        return file.read()


def test_without_a_mail_server_the_message_is_kept_and_can_be_read(delivery):
    assert send(delivery).state == State.KEPT
    assert delivery.content.name == f"mail/2020/{delivery.pk}.eml"
    assert Path(delivery.content.path).stat().st_mode & 0o777 == 0o600
    assert "大宗工业固废综合利用量" in read(stored(delivery))["Subject"]
    assert not Event.objects.filter(action=Event.Action.MAIL_SENT).exists()


def test_it_arrives_once_with_text_html_and_a_workbook_that_opens(delivery, serve):
    mailbox = serve()
    assert send(delivery).state == State.SENT
    send(delivery)
    assert mailbox.recipients == ["leader@example.com"]
    message = read(mailbox.messages[0])
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ]
    workbook = openpyxl.load_workbook(BytesIO(next(message.iter_attachments()).get_content()))
    values = {cell.value for sheet in workbook for row in sheet.iter_rows() for cell in row}
    assert any(isinstance(value, int | float) and round(float(value), 4) == 500.5 for value in values)
    assert "500.50" in message.get_body(("plain",)).get_content()


def test_the_octets_sent_are_the_octets_stored(delivery, serve):
    mailbox = serve()
    send(delivery)
    assert mailbox.messages == [stored(delivery)]


def test_headers_name_the_delivery_the_date_and_the_way_out(delivery, serve, settings):
    settings.BASE_URL = "https://tracker.example"
    mailbox = serve()
    send(delivery)
    message = read(mailbox.messages[0])
    assert message["Message-ID"] == delivery.message_id
    key = unsubscribe.key_of(unsubscribe.stoppable(delivery))
    assert message["List-Unsubscribe"] == f"<https://tracker.example/stop/{key}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Date"].datetime == MOMENT
    assert message["To"].addresses[0].addr_spec == "leader@example.com"
    assert "https://tracker.example/?plan=shanxi-2020&period=2020-08" in message.get_body(("plain",)).get_content()


def test_a_sent_message_is_an_event_with_the_servers_answer(delivery, serve):
    serve()
    assert "queued as 4711" in send(delivery).server_answer
    event = Event.objects.get(action=Event.Action.MAIL_SENT)
    assert (event.object_id, event.after["recipient"]) == (str(delivery.pk), recipient_in_log(delivery))


def test_a_refused_connection_is_tried_again_with_the_same_octets(delivery, port):
    assert send(delivery).state == State.PENDING
    assert deliveries.answer_lines(delivery)[0] == "无法连接邮件服务器。"
    assert delivery.next_attempt_at == MOMENT + timedelta(minutes=1)
    before = stored(delivery)
    with mail_server(Mailbox(), port) as mailbox:
        assert send(delivery, MOMENT).state == State.PENDING  # not yet
        assert send(delivery, MOMENT + timedelta(minutes=1)).state == State.SENT
    assert mailbox.messages == [before]


def test_attempts_are_bounded(delivery, port):
    now = MOMENT
    for _attempt in range(20):
        send(delivery, now)
        now += timedelta(hours=4)
    assert (delivery.state, delivery.attempts) == (State.FAILED, len(deliveries.BACKOFF) + 1)
    assert Event.objects.filter(action=Event.Action.MAIL_FAILED).count() == 1


def test_451_is_tried_again(delivery, serve):
    mailbox = serve("451")
    assert send(delivery).state == State.PENDING
    assert "451 4.3.0 try again later" in delivery.server_answer
    mailbox.fault = ""
    assert send(delivery, MOMENT + timedelta(hours=1)).state == State.SENT
    assert len(mailbox.messages) == 1


def test_550_fails_with_the_servers_answer_and_is_not_tried_again(delivery, serve):
    mailbox = serve("550")
    assert send(delivery).state == State.FAILED
    assert deliveries.answer_lines(delivery) == ["邮件服务器拒绝收件人地址。", "550 5.1.1 no such person here"]
    mailbox.fault = ""
    assert send(delivery, MOMENT + timedelta(days=1)).state == State.FAILED
    assert mailbox.messages == []


def test_a_connection_dropped_before_the_data_is_tried_again(delivery, serve):
    mailbox = serve("before data")
    assert send(delivery).state == State.PENDING
    mailbox.fault = ""
    assert send(delivery, MOMENT + timedelta(hours=1)).state == State.SENT
    assert len(mailbox.messages) == 1


def test_a_connection_dropped_after_the_data_is_uncertain_and_never_sent_again(delivery, serve):
    mailbox = serve("after data")
    assert send(delivery).state == State.UNCERTAIN
    mailbox.fault = ""
    later = MOMENT + timedelta(days=1)
    assert delivery.pk not in deliveries.sweep_deliveries(now=later)
    summaries.due_deliveries(now=later)
    assert send(delivery, later).state == State.UNCERTAIN
    assert len(mailbox.messages) == 1
    assert Event.objects.filter(action=Event.Action.MAIL_FAILED).count() == 1


def test_a_second_worker_that_comes_while_the_first_builds_or_sends_finds_nothing(delivery, serve, monkeypatch):
    mailbox = serve()
    build, hand_over = deliveries.build_message, smtp.send

    def build_with_company(*arguments, **named):
        deliveries.send_delivery(delivery.pk, clock=lambda: MOMENT)
        return build(*arguments, **named)

    def send_with_company(*arguments):
        deliveries.send_delivery(delivery.pk, clock=lambda: MOMENT)
        return hand_over(*arguments)

    monkeypatch.setattr(deliveries, "build_message", build_with_company)
    monkeypatch.setattr(smtp, "send", send_with_company)
    assert send(delivery).state == State.SENT
    assert len(mailbox.messages) == 1


def test_a_worker_that_dies_while_building_costs_nothing(delivery, serve, monkeypatch):
    mailbox = serve()
    assert deliveries.claim_delivery(delivery.pk, now=MOMENT) is not None  # and is never heard of again
    assert send(delivery, MOMENT + timedelta(minutes=1)).state == State.PENDING
    later = MOMENT + deliveries.LEASE
    assert deliveries.sweep_deliveries(now=later) == [delivery.pk]
    assert send(delivery, later).state == State.SENT
    assert len(mailbox.messages) == 1


def test_a_worker_that_dies_while_sending_leaves_it_uncertain(delivery, serve, monkeypatch):
    mailbox = serve()

    def die(*arguments):
        raise SystemExit

    monkeypatch.setattr(smtp, "send", die)
    with pytest.raises(SystemExit):
        send(delivery)
    monkeypatch.undo()
    assert deliveries.sweep_deliveries(now=MOMENT + timedelta(minutes=1)) == []
    later = MOMENT + deliveries.LEASE + timedelta(seconds=1)
    assert deliveries.sweep_deliveries(now=later) == []
    assert send(delivery, later).state == State.UNCERTAIN
    assert mailbox.messages == []


def test_a_slow_worker_taken_for_dead_still_knows_better(delivery, serve, monkeypatch):
    serve()
    hand_over = smtp.send

    def overtaken_by_the_sweep(*arguments):
        deliveries.sweep_deliveries(now=MOMENT + timedelta(hours=1))
        assert Delivery.objects.get().state == State.UNCERTAIN
        return hand_over(*arguments)

    monkeypatch.setattr(smtp, "send", overtaken_by_the_sweep)
    assert send(delivery).state == State.SENT


@pytest.mark.parametrize(
    ("model", "change", "reason"),
    [
        (User, {"is_active": False}, obstacles.CLOSED),
        (User, {"email": "elsewhere@example.com"}, obstacles.CHANGED_ADDRESS),
        (Subscription, {"is_active": False}, obstacles.STOPPED),
    ],
)
def test_what_changed_since_is_noticed_at_sending(delivery, leader, serve, model, change, reason):
    mailbox = serve()
    model.objects.filter(pk=leader.pk if model is User else delivery.subscription_id).update(**change)
    assert (send(delivery).state, delivery.server_answer) == (State.FAILED, reason)
    assert mailbox.messages == []


def test_a_scope_that_was_narrowed_gets_nothing_of_the_province(delivery, leader, serve):
    mailbox = serve()
    Membership.objects.filter(user=leader).update(region=factories.region(factories.TAIYUAN))
    assert (send(delivery).state, delivery.server_answer) == (State.FAILED, obstacles.OUT_OF_SCOPE)
    assert mailbox.messages == [] and not delivery.content


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("", obstacles.NO_ADDRESS),
        ("not an address", obstacles.BAD_ADDRESS),
        ("张三@example.com", obstacles.BAD_ADDRESS),
        ("a@example.com\r\nBcc: all@example.com", obstacles.BAD_ADDRESS),
    ],
)
def test_an_address_that_is_none_fails_with_the_reason(subscription, leader, serve, address, reason):
    mailbox = serve()
    User.objects.filter(pk=leader.pk).update(email=address)
    delivery = summaries.due_deliveries(now=MOMENT)[0]
    assert (send(delivery).state, delivery.server_answer) == (State.FAILED, reason)
    assert mailbox.messages == []


def test_a_name_cannot_add_a_header_and_markup_in_names_is_inert(delivery, leader, plan, serve):
    mailbox = serve()
    evil = 'Boss"\r\nBcc: all@example.com\r\n\r\n<script>alert(1)</script>'
    User.objects.filter(pk=leader.pk).update(display_name=evil)
    type(plan).objects.update(name="<img src=x onerror=alert(1)>\nX-Evil: 1 {{ settings }}")
    factories.region(factories.TAIYUAN).__class__.objects.filter(code=factories.TAIYUAN).update(name="<b>太原</b>")
    assert send(delivery).state == State.SENT
    message = read(mailbox.messages[0])
    assert mailbox.recipients == ["leader@example.com"]
    assert message["Bcc"] is None and message["X-Evil"] is None and message.defects == []
    markup = message.get_body(("html",)).get_content()
    assert "<script" not in markup and "<img src=x" not in markup and "<b>" not in markup
    assert markup.count("<img") == markup.count('src="cid:chart') == 1


def test_late_mail_says_when_it_was_due(subscription, serve):
    mailbox = serve()
    now = MOMENT + timedelta(days=2)
    delivery = summaries.due_deliveries(now=now)[0]
    assert send(delivery, now).state == State.SENT
    text = read(mailbox.messages[0]).get_body(("plain",)).get_content()
    assert "迟发" in text and "2020年9月8日 08:30" in text
    assert summaries.due_deliveries(now=now + timedelta(minutes=1)) == []


def test_an_empty_period_says_so_and_who_owes_what(subscription, taiyuan, serve):
    mailbox = serve()
    delivery = summaries.due_deliveries(now=MOMENT)[0]
    assert send(delivery).state == State.SENT
    assert "尚无核定数据（已核定0/1份）" in delivery.subject
    text = read(mailbox.messages[0]).get_body(("plain",)).get_content()
    assert "太原市：煤矸石综合利用量、粉煤灰综合利用量" in text
    assert "未报：太原市" in text


def test_the_mail_is_in_the_recipients_language(delivery, leader):
    User.objects.filter(pk=leader.pk).update(language="en")
    assert send(delivery).subject.startswith("August 2020 Bulk industrial solid waste utilised: ")
    assert IssuedReport.objects.get().language == "en"


def test_demonstration_is_marked_in_subject_and_body(delivery, taiyuan):
    type(taiyuan).objects.update(is_demonstration=True)
    message = read(stored(send(delivery)))
    assert message["Subject"].startswith("【演示数据】")
    for kind in ("plain", "html"):
        assert "演示数据：" in message.get_body((kind,)).get_content()


def test_the_report_there_is_goes_with_it_and_a_stale_one_is_issued_anew(delivery, plan, reporter, reviewer):
    month = factories.period(plan)
    first = reports.issue_report(
        period=month, region=plan.region, language="zh-hans", acting_user=None, now=timezone.now()
    )
    send(delivery)
    assert list(IssuedReport.objects.all()) == [first]
    datong = factories.make_unit(plan, factories.DATONG)
    person = factories.make_user("datong-official", Role.REPORTER, factories.DATONG)
    values = {"coal_gangue_utilised": "7", "fly_ash_utilised": "8"}
    factories.file_return(datong, month, values, reporter=person, reviewer=reviewer)
    again, _new = summaries.deliver_by_hand(
        delivery.subscription,
        month,
        Recipient(delivery.recipient, delivery.user, ""),
        again=True,
        acting_user=None,
        now=MOMENT,
    )
    send(again)
    assert IssuedReport.objects.count() == 2


def test_above_the_cap_there_is_a_link_instead_of_the_workbook(delivery, settings):
    settings.EMAIL_ATTACHMENT_LIMIT = 10
    message = read(stored(send(delivery)))
    assert list(message.iter_attachments()) == []
    assert f"/reports/{IssuedReport.objects.get().pk}/" in message.get_body(("plain",)).get_content()


def test_who_wants_no_workbook_gets_the_link(delivery):
    Subscription.objects.update(attached="nothing")
    assert list(read(stored(send(delivery))).iter_attachments()) == []


def test_a_report_that_is_being_written_is_waited_for_and_then_done_without(delivery, monkeypatch):
    def busy(**_named):
        raise Refused("现在不行")

    monkeypatch.setattr(reports, "issue_report", busy)
    now = MOMENT
    for _attempt in range(summary_mail.ATTEMPTS_FOR_REPORT - 1):
        assert send(delivery, now).state == State.PENDING
        now += timedelta(hours=1)
    assert send(delivery, now).state == State.KEPT
    assert "未附目标完成情况报告工作簿：现在不行" in read(stored(delivery)).get_body(("plain",)).get_content()


def test_a_fault_of_ours_is_tried_again_and_shown(delivery, monkeypatch):
    def broken(*_arguments, **_named):
        raise ZeroDivisionError

    monkeypatch.setattr(deliveries, "build_message", broken)
    with pytest.raises(ZeroDivisionError):
        send(delivery)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.server_answer) == (State.PENDING, deliveries.NOT_BUILT)


def test_the_tick_makes_what_is_due_and_publishes_it(subscription, no_broker):
    import time_machine as clock

    from tracker import tasks

    with clock.travel(MOMENT, tick=False):
        tasks.tick()
        assert no_broker == [("tracker.tasks.send_deliveries", Delivery.objects.get().pk)]
        tasks.send_deliveries(Delivery.objects.get().pk)
        tasks.tick()
    assert Delivery.objects.get().state == State.KEPT
    assert len(no_broker) == 1
