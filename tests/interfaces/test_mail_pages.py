"""The mail pages: one's own mail, what it says, safely shown, and one's subscriptions; and the commands."""

from datetime import datetime
from io import BytesIO

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.factories import NOW, SHANGHAI
from tests.smtp_peer import Mailbox, free_port, mail_server
from tracker.models import Delivery, Event, Membership, Role, Schedule, Subscription, User
from tracker.queries.mail.recipients import Recipient
from tracker.services.mail import deliveries, summaries

MOMENT = datetime(2020, 9, 8, 8, 30, tzinfo=SHANGHAI)
State = Delivery.State


@pytest.fixture
def subscription(plan, leader) -> Subscription:
    schedule = Schedule.objects.create(plan=plan, name="月度简报")
    return Subscription.objects.create(schedule=schedule, user=leader, active_from=NOW)


@pytest.fixture
def kept(subscription, taiyuan) -> Delivery:
    """August's summary to the leader, kept here."""
    delivery = summaries.due_deliveries(now=MOMENT)[0]
    deliveries.send_delivery(delivery.pk, clock=lambda: MOMENT)
    delivery.refresh_from_db()
    return delivery


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(user: User, name: str, *arguments: int, **query: str):  # type: ignore[no-untyped-def]
    return logged_in(user).get(reverse(name, args=arguments), query)


def with_other_mail(subscription: Subscription, number: int) -> None:
    """More mail, of many people."""
    for index in range(number):
        user = factories.make_user(f"reader-{Delivery.objects.count()}-{index}", Role.LEADER)
        row = Subscription.objects.create(schedule=subscription.schedule, user=user, active_from=NOW)
        made, _new = summaries.deliver_by_hand(
            row,
            factories.period(subscription.schedule.plan),
            Recipient(user.email, user, user.language),
            again=False,
            acting_user=None,
            now=MOMENT,
        )
        Delivery.objects.filter(pk=made.pk).update(state=State.UNCERTAIN, is_late=True)


def test_a_subscriber_sees_ones_own_mail(kept, leader):
    answer = page(leader, "deliveries")
    assert kept.subject in answer.content.decode()
    assert "仅存档" in answer.content.decode()


def test_others_do_not_see_it_and_do_not_learn_that_it_exists(kept, reporter, reviewer):
    for user in (reporter, reviewer):
        assert kept.subject not in page(user, "deliveries").content.decode()
        for name, arguments in (("delivery", ()), ("delivery_content", ()), ("delivery_attachment", (1,))):
            assert page(user, name, kept.pk, *arguments).status_code == 404
        assert logged_in(user).post(reverse("delivery_resend", args=[kept.pk])).status_code == 404


def test_nobody_reads_mail_without_logging_in(kept):
    for name, arguments in (("deliveries", []), ("delivery", [kept.pk]), ("delivery_content", [kept.pk])):
        assert Client().get(reverse(name, args=arguments)).status_code == 302


def test_who_manages_mail_sees_that_of_the_regions_managed_alone(kept):
    manager = factories.make_user("manager", Role.PLAN_MANAGER)
    elsewhere = factories.make_user("city-manager", Role.PLAN_MANAGER, factories.DATONG)
    assert page(manager, "delivery", kept.pk).status_code == 200
    assert page(elsewhere, "delivery", kept.pk).status_code == 404


def test_late_and_uncertain_mail_is_marked_and_found_by_filter(kept, subscription):
    manager = factories.make_user("manager", Role.PLAN_MANAGER)
    with_other_mail(subscription, 1)
    found = page(manager, "deliveries", state="uncertain").content.decode()
    assert "mail-uncertain" in found and "mail-late" in found and kept.subject not in found
    by_name = page(manager, "deliveries", recipient="leader@").content.decode()
    assert kept.subject in by_name and "mail-uncertain" not in by_name
    other_month = page(manager, "deliveries", period=str(factories.period(kept.period.plan, "2020-03").pk))
    assert kept.subject not in other_month.content.decode()


def test_the_list_costs_the_same_for_2_and_20_rows(kept, subscription, count_queries):
    manager = factories.make_user("manager", Role.PLAN_MANAGER)
    client = logged_in(manager)

    def measure() -> int:
        with count_queries(connection) as queries:
            assert client.get(reverse("deliveries")).status_code == 200
        return len(queries)

    with_other_mail(subscription, 1)
    measure()
    two = measure()
    with_other_mail(subscription, 18)
    assert measure() == two


def test_the_page_of_a_message_tells_how_it_went_and_what_it_says(kept, leader):
    shown = page(leader, "delivery", kept.pk).content.decode()
    assert "目标完成情况报告" in shown and "Message-ID" in shown
    assert "太原市：煤矸石综合利用量" in shown
    assert reverse("delivery_content", args=[kept.pk]) in shown


def test_the_html_part_is_framed_by_ourselves_alone_and_can_do_nothing(kept, leader):
    answer = page(leader, "delivery_content", kept.pk)
    policy = answer["Content-Security-Policy"]
    assert policy.split("; ") == [
        "sandbox",
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "img-src data:",
        "frame-ancestors 'self'",
    ]
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    page_around = page(leader, "delivery", kept.pk)
    assert "frame-ancestors 'none'" in page_around["Content-Security-Policy"]
    assert page_around["X-Frame-Options"] == "DENY"


def test_script_in_names_is_inert_on_the_pages(kept, leader):
    User.objects.filter(pk=leader.pk).update(display_name="<script>alert(1)</script>")
    Delivery.objects.update(subject="<script>alert(2)</script>", server_answer="<script>alert(3)</script>")
    for answer in (page(leader, "deliveries"), page(leader, "delivery", kept.pk)):
        assert "<script>alert" not in answer.content.decode()


def test_the_workbook_is_downloaded_and_the_download_recorded(kept, leader):
    answer = page(leader, "delivery_attachment", kept.pk, 1)
    assert "attachment" in answer["Content-Disposition"]
    assert openpyxl.load_workbook(BytesIO(answer.content)).sheetnames
    assert Event.objects.filter(action=Event.Action.DOWNLOADED, actor=leader).count() == 1
    assert page(leader, "delivery_attachment", kept.pk, 2).status_code == 404


def test_a_scope_that_was_narrowed_closes_the_attachment(kept, leader):
    Membership.objects.filter(user=leader).update(region=factories.region(factories.TAIYUAN))
    assert page(leader, "delivery", kept.pk).status_code == 200
    assert page(leader, "delivery_attachment", kept.pk, 1).status_code == 404


def test_a_message_whose_file_is_gone_is_still_listed(kept, leader):
    kept.content.storage.delete(kept.content.name)
    assert "不存在" in page(leader, "delivery", kept.pk).content.decode()
    assert page(leader, "delivery_content", kept.pk).status_code == 404


def test_a_subscriber_sends_oneself_a_month_now(subscription, leader, no_broker, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        answer = logged_in(leader).post(reverse("subscription_send", args=[subscription.pk]), {"period": "2020-08"})
    made = Delivery.objects.get()
    assert (made.recipient, made.period.code, made.revision) == ("leader@example.com", "2020-08", 2)
    assert no_broker == [("tracker.tasks.send_delivery", made.pk)]
    assert answer.url == reverse("delivery", args=[made.pk])


def test_a_month_outside_the_plan_is_refused(subscription, leader):
    answer = logged_in(leader).post(
        reverse("subscription_send", args=[subscription.pk]), {"period": "2031-08"}, follow=True
    )
    assert "请选择计划内的月份" in answer.content.decode()
    assert not Delivery.objects.exists()


def test_anothers_subscription_does_not_exist(subscription, reviewer):
    for name in ("subscription_send", "subscription_switch"):
        answer = logged_in(reviewer).post(reverse(name, args=[subscription.pk]), {"period": "2020-08", "active": "0"})
        assert answer.status_code == 404
    assert Subscription.objects.get().is_active


def test_a_subscription_is_stopped_and_taken_up_again(subscription, leader):
    address = reverse("subscription_switch", args=[subscription.pk])
    logged_in(leader).post(address, {"active": "0"})
    assert not Subscription.objects.get().is_active
    logged_in(leader).post(address, {"active": "1"})
    assert Subscription.objects.get().is_active


def test_what_failed_is_sent_again_as_a_new_message(kept, leader, no_broker, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        logged_in(leader).post(reverse("delivery_resend", args=[kept.pk]))
    again = Delivery.objects.exclude(pk=kept.pk).get()
    assert (again.revision, again.message_id != kept.message_id, len(no_broker)) == (2, True, 1)


@pytest.mark.parametrize("name", ["delivery_resend", "subscription_send", "subscription_switch"])
def test_a_link_alone_changes_nothing(kept, subscription, leader, name):
    pk = kept.pk if name == "delivery_resend" else subscription.pk
    assert page(leader, name, pk).status_code == 405


def test_the_command_sends_once_and_again_only_when_told(subscription, capsys):
    for options in ([], [], ["--resend"]):
        call_command("send_summary", "--period", "2020-08", "--to", "leader", *options)
    assert list(Delivery.objects.order_by("pk").values_list("revision", "state")) == [(1, "kept"), (2, "kept")]
    assert "--resend" in capsys.readouterr().out


@pytest.mark.parametrize(
    "options",
    [["--period", "2031-01"], ["--period", "2020-08", "--plan", "none"], ["--period", "2020-08", "--to", "nobody"]],
)
def test_the_command_refuses_what_there_is_not(subscription, options):
    with pytest.raises(CommandError):
        call_command("send_summary", *options)
    assert not Delivery.objects.exists()


def test_the_command_says_when_it_could_not_send(subscription, settings, capsys):
    settings.EMAIL_SENDING, settings.EMAIL_HOST, settings.EMAIL_PORT = True, "127.0.0.1", free_port()
    Membership.objects.all().delete()
    with pytest.raises(CommandError):
        call_command("send_summary", "--period", "2020-08")
    assert "无权查看本地区数据" in capsys.readouterr().out


def test_check_mail_delivers_a_test_message(settings, capsys):
    settings.EMAIL_SENDING, settings.EMAIL_HOST, settings.EMAIL_PORT = True, "127.0.0.1", free_port()
    with mail_server(Mailbox(), settings.EMAIL_PORT) as mailbox:
        call_command("check_mail", "engineer@example.com")
    assert mailbox.recipients == ["engineer@example.com"]
    assert "queued as 4711" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (None, "无法连接邮件服务器"),
        ("550", "拒绝收件人地址"),
        ("451", "未予接受"),
        ("before data", "拒绝收件人地址"),
        ("after data", "无法确定服务器是否已接收"),
    ],
)
def test_check_mail_says_in_plain_words_what_failed(settings, fault, words):
    settings.EMAIL_SENDING, settings.EMAIL_HOST, settings.EMAIL_PORT = True, "127.0.0.1", free_port()
    settings.EMAIL_TIMEOUT = 5
    from contextlib import ExitStack

    with ExitStack() as stack:
        if fault is not None:
            stack.enter_context(mail_server(Mailbox(fault), settings.EMAIL_PORT))
        with pytest.raises(CommandError) as failure:
            call_command("check_mail", "engineer@example.com")
    assert words in str(failure.value)


@pytest.mark.parametrize(("address", "sending"), [("engineer@example.com", False), ("no address", True)])
def test_check_mail_refuses_without_a_server_or_an_address(settings, address, sending):
    settings.EMAIL_SENDING = sending
    with pytest.raises(CommandError):
        call_command("check_mail", address)
