"""A summary before it goes: seen as its recipient would get it, and sent to oneself as a test."""

import email
from datetime import datetime
from email import policy

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.factories import NOW, SHANGHAI
from tests.smtp_peer import Mailbox, free_port, mail_server
from tracker.models import Delivery, Event, IssuedReport, Membership, Role, Schedule, Subscription, User
from tracker.services.mail import deliveries, summaries, unsubscribe

MOMENT = datetime(2020, 9, 8, 8, 30, tzinfo=SHANGHAI)
VALUES = {"coal_gangue_utilised": "500.5", "fly_ash_utilised": "7"}


@pytest.fixture
def manager(plan) -> User:
    return factories.make_user("manager", Role.PLAN_MANAGER)


@pytest.fixture
def subscription(plan, leader, taiyuan, reporter, reviewer) -> Subscription:
    factories.file_return(taiyuan, factories.period(plan), VALUES, reporter=reporter, reviewer=reviewer)
    schedule = Schedule.objects.create(plan=plan, name="月度简报")
    return Subscription.objects.create(schedule=schedule, user=leader, active_from=NOW)


@pytest.fixture
def choice(subscription, plan) -> dict[str, int]:
    return {"subscription": subscription.pk, "period": factories.period(plan).pk}


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def shown(user: User, name: str, choice: dict[str, int]):  # type: ignore[no-untyped-def]
    return logged_in(user).get(reverse(name), choice)


def test_the_page_shows_headers_text_and_a_frame(manager, choice):
    html = shown(manager, "mail_preview", choice).content.decode()
    assert "leader@example.com" in html and "List-Unsubscribe" in html and "500.50" in html
    assert f"{reverse('mail_preview_content')}?subscription={choice['subscription']}" in html
    assert "不会发出" not in html


def test_it_is_in_the_recipients_language_and_not_in_the_viewers(manager, leader, choice):
    User.objects.filter(pk=leader.pk).update(language="en")
    assert "Three things to know" in shown(manager, "mail_preview", choice).content.decode()


def test_what_is_previewed_is_what_is_sent(manager, choice, subscription):
    """But for the moment, the names that each message has for itself, and the workbook that sending issues."""
    framed = shown(manager, "mail_preview_content", choice).content.decode()
    delivery = summaries.due_deliveries(now=MOMENT)[0]
    deliveries.send_delivery(delivery.pk, clock=lambda: MOMENT)
    sent = logged_in(manager).get(reverse("delivery_content", args=[delivery.pk])).content.decode()
    part = slice(framed.index("<h1"), framed.index("打开网页"))
    assert framed[part] == sent[sent.index("<h1") : sent.index("打开网页")]
    assert "data:image/png;base64," in framed[part]


def test_the_frame_can_do_nothing_and_is_ours_alone(manager, choice):
    answer = shown(manager, "mail_preview_content", choice)
    assert answer["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert answer["X-Frame-Options"] == "SAMEORIGIN" and answer["Cache-Control"] == "no-store"


def test_looking_sends_stores_and_issues_nothing(manager, choice):
    events = Event.objects.count()
    for name in ("mail_preview", "mail_preview_content"):
        assert shown(manager, name, choice).status_code == 200
    assert not Delivery.objects.exists() and not IssuedReport.objects.exists()
    assert Event.objects.count() == events


@pytest.mark.parametrize("name", ["mail_preview", "mail_preview_content", "mail_preview_send"])
def test_it_is_for_those_who_manage_the_mail(choice, leader, reviewer, name):
    elsewhere = factories.make_user("city-manager", Role.PLAN_MANAGER, factories.DATONG)
    for user in (leader, reviewer):
        client = logged_in(user)
        ask = client.post if name == "mail_preview_send" else client.get
        assert ask(reverse(name), choice).status_code == 403
    client = logged_in(elsewhere)
    ask = client.post if name == "mail_preview_send" else client.get
    assert "500.50" not in ask(reverse(name), choice, follow=True).content.decode()
    assert not Delivery.objects.exists()


def test_the_list_leads_to_it_for_those_alone(manager, leader, subscription):
    for user, is_there in ((manager, True), (leader, False)):
        html = logged_in(user).get(reverse("deliveries")).content.decode()
        assert (reverse("mail_preview") in html) is is_there


def test_a_recipient_whose_scope_was_narrowed_would_get_nothing_and_nothing_is_shown(manager, leader, choice):
    Membership.objects.filter(user=leader).update(region=factories.region(factories.TAIYUAN))
    html = shown(manager, "mail_preview", choice).content.decode()
    assert "不会发出" in html and "500.50" not in html
    assert shown(manager, "mail_preview_content", choice).status_code == 404
    logged_in(manager).post(reverse("mail_preview_send"), choice)
    assert not Delivery.objects.exists()


def test_a_stopped_subscription_is_shown_with_the_reason_it_would_not_go(manager, subscription, choice):
    Subscription.objects.update(is_active=False)
    html = shown(manager, "mail_preview", choice).content.decode()
    assert "不会发出" in html and "500.50" in html


def test_without_a_choice_the_first_subscriber_is_shown(manager, subscription):
    assert "leader@example.com" in logged_in(manager).get(reverse("mail_preview")).content.decode()


@pytest.mark.parametrize("query", [{"subscription": "x"}, {"subscription": "999999"}, {"period": "x"}])
def test_nonsense_is_answered_with_the_form(manager, choice, query):
    answer = shown(manager, "mail_preview", choice | query)
    assert answer.status_code == 200 and "field-error" in answer.content.decode()


def test_a_test_goes_to_oneself_marked_and_without_the_power_to_stop_anothers_mail(
    manager, subscription, choice, settings, no_broker, django_capture_on_commit_callbacks
):
    settings.EMAIL_SENDING, settings.EMAIL_HOST, settings.EMAIL_PORT = True, "127.0.0.1", free_port()
    with django_capture_on_commit_callbacks(execute=True):
        logged_in(manager).post(reverse("mail_preview_send"), choice)
    test = Delivery.objects.get()
    assert no_broker == [("tracker.tasks.send_delivery", test.pk)]
    with mail_server(Mailbox(), settings.EMAIL_PORT) as mailbox:
        deliveries.send_delivery(test.pk, clock=lambda: test.created_at)
    assert mailbox.recipients == ["manager@example.com"]
    message = email.message_from_bytes(mailbox.messages[0], policy=policy.SMTP)
    assert message["Subject"].startswith("[测试] 2020年8月 ")
    assert message["To"].addresses[0].addr_spec == "manager@example.com"
    assert message["List-Unsubscribe"] is None
    for kind in ("plain", "html"):
        assert (
            unsubscribe.key_of(unsubscribe.StoppableMail(subscription)) not in message.get_body((kind,)).get_content()
        )


def test_a_test_is_a_kind_of_its_own_and_counts_for_no_subscription(manager, leader, subscription, choice):
    for _time in range(2):
        logged_in(manager).post(reverse("mail_preview_send"), choice)
    tests = Delivery.objects.filter(kind=Delivery.Kind.TEST)
    assert tests.count() == 2 and {row.subscription for row in tests} == {None}
    assert Event.objects.filter(action=Event.Action.MAIL_TESTED, actor=manager).count() == 2
    assert [row.recipient for row in summaries.due_deliveries(now=MOMENT)] == ["leader@example.com"]


def test_the_subscriber_may_test_the_own_mail_and_still_gets_it(plan, taiyuan, manager, choice, subscription):
    Subscription.objects.update(user=manager)
    logged_in(manager).post(reverse("mail_preview_send"), choice)
    assert len(summaries.due_deliveries(now=MOMENT)) == 1


def test_a_test_goes_out_also_to_whoever_stopped_reminders(manager, choice):
    User.objects.filter(pk=manager.pk).update(gets_reminders=False)
    logged_in(manager).post(reverse("mail_preview_send"), choice)
    test = Delivery.objects.get()
    deliveries.send_delivery(test.pk, clock=lambda: test.created_at)
    test.refresh_from_db()
    assert test.state == Delivery.State.KEPT


def test_without_an_address_of_ones_own_there_is_no_test(manager, choice):
    User.objects.filter(pk=manager.pk).update(email="")
    answer = logged_in(manager).post(reverse("mail_preview_send"), choice, follow=True)
    assert "没有邮箱地址" in answer.content.decode()
    assert not Delivery.objects.exists()


def test_a_link_alone_sends_nothing(manager, choice):
    assert shown(manager, "mail_preview_send", choice).status_code == 405
