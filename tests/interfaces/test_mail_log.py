"""The log of mail: found by what one remembers of it, its states explained, its content kept by policy."""

from datetime import datetime, timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.factories import NOW, SHANGHAI
from tracker import tasks
from tracker.models import Delivery, Event, Role, Schedule, Subscription, User
from tracker.services.mail import mail_retention
from tracker.tables.deliveries import MEANINGS, SHORT_STATES

MADE = datetime(2020, 9, 8, 0, 30, tzinfo=SHANGHAI)
MOMENT = datetime(2022, 9, 8, 0, 30, tzinfo=SHANGHAI)
State = Delivery.State


@pytest.fixture
def manager(plan) -> User:
    return factories.make_user("manager", Role.PLAN_MANAGER)


@pytest.fixture
def subscription(plan, leader) -> Subscription:
    User.objects.filter(pk=leader.pk).update(display_name="王厅长")
    schedule = Schedule.objects.create(plan=plan, name="月度简报")
    return Subscription.objects.create(schedule=schedule, user=leader, active_from=NOW)


@pytest.fixture
def make(plan, subscription):
    """Mail that went somehow, with its content in a file."""

    def one(subject: str, state: State = State.SENT, made: datetime = MADE, **fields: object) -> Delivery:
        number = Delivery.objects.count()
        row = Delivery.objects.create(
            user=subscription.user,
            subscription=subscription,
            period=factories.period(plan),
            recipient="leader@example.com",
            revision=number + 1,
            state=state,
            next_attempt_at=made,
            created_at=made,
            message_id=f"<{number}@example.com>",
            subject=subject,
            **fields,
        )
        name = default_storage.save(f"mail/{row.pk}.eml", ContentFile(b"Subject: x\r\n\r\nwords\r\n"))
        Delivery.objects.filter(pk=row.pk).update(content=name)
        row.refresh_from_db()
        return row

    return one


def found(user: User, **query: str) -> list[str]:
    """The subjects of the mail listed."""
    client = Client()
    client.force_login(user)
    html = client.get(reverse("deliveries"), query).content.decode()
    return [subject for subject in ("第一封", "第二封") if subject in html.partition("<tbody")[2]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["第一封", "第二封"]),
        ({"subject": "第一"}, ["第一封"]),
        ({"answer": "no such person"}, ["第二封"]),
        ({"state": "failed"}, ["第二封"]),
        ({"recipient": "王厅"}, ["第一封", "第二封"]),
        ({"recipient": "nobody"}, []),
        ({"since": "2020-09-08"}, ["第一封", "第二封"]),
        ({"since": "2020-09-09"}, ["第二封"]),
        ({"until": "2020-09-07"}, []),
        ({"until": "2020-09-08"}, ["第一封"]),
        ({"since": "2020-09-09", "until": "2020-09-10", "state": "failed"}, ["第二封"]),
        ({"since": "yesterday"}, []),
    ],
)
def test_mail_is_found_by_what_one_remembers_and_days_are_those_of_shanghai(manager, make, query, expected):
    make("第一封", server_answer="250 queued")
    make("第二封", State.FAILED, datetime(2020, 9, 10, 23, 59, tzinfo=SHANGHAI), server_answer="550 no such person")
    assert found(manager, **query) == expected


def test_a_search_costs_the_same_for_2_and_60_rows(manager, make, count_queries):
    client = Client()
    client.force_login(manager)

    def measure() -> int:
        with count_queries(connection) as queries:
            client.get(reverse("deliveries"), {"subject": "封", "since": "2020-01-01"})
        return len(queries)

    make("第一封")
    make("第二封")
    measure()
    few = measure()
    for number in range(58):
        make(f"第{number}封")
    assert measure() == few


def test_every_state_is_explained_on_the_page(manager):
    assert set(MEANINGS) == set(SHORT_STATES) == set(State)
    client = Client()
    client.force_login(manager)
    html = client.get(reverse("deliveries")).content.decode()
    assert "系统不会自行重发" in html


def test_content_is_kept_for_the_days_that_are_set_and_not_a_second_longer(make, settings):
    settings.MAIL_KEEP_DAYS = 730
    row = make("第一封")
    assert mail_retention.remove_old_content(now=MOMENT - timedelta(seconds=1)) == 0
    assert mail_retention.remove_old_content(now=MOMENT) == 1
    assert not default_storage.exists(row.content.name)


def test_the_line_stays_and_says_what_became_of_the_content(make, manager, settings):
    settings.MAIL_KEEP_DAYS = 1
    row = make("第一封", server_answer="250 queued")
    mail_retention.remove_old_content(now=MOMENT)
    assert found(manager, subject="第一封") == ["第一封"]
    client = Client()
    client.force_login(manager)
    html = client.get(reverse("delivery", args=[row.pk])).content.decode()
    assert "已于 2022年9月8日 00:30 清除" in html and "250 queued" in html
    assert client.get(reverse("delivery_content", args=[row.pk])).status_code == 404


def test_removing_is_recorded_once(make, settings):
    settings.MAIL_KEEP_DAYS = 1
    row = make("第一封")
    name = row.content.name
    for _time in range(2):
        mail_retention.remove_old_content(now=MOMENT)
    event = Event.objects.get(action=Event.Action.MAIL_REMOVED)
    assert (event.object_id, event.after["file"], event.actor) == (str(row.pk), name, None)


def test_a_file_that_is_gone_already_is_written_down_all_the_same(make, settings):
    settings.MAIL_KEEP_DAYS = 1
    default_storage.delete(make("第一封").content.name)
    assert mail_retention.remove_old_content(now=MOMENT) == 1
    assert Delivery.objects.get().content_removed_at == MOMENT


@pytest.mark.parametrize("state", [State.PENDING, State.SENDING])
def test_what_is_still_to_be_sent_keeps_its_content(make, settings, state):
    settings.MAIL_KEEP_DAYS = 1
    make("第一封", state)
    assert mail_retention.remove_old_content(now=MOMENT) == 0


def test_nothing_is_removed_where_mail_is_kept_for_ever(make, settings):
    settings.MAIL_KEEP_DAYS = 0
    make("第一封")
    assert mail_retention.remove_old_content(now=MOMENT + timedelta(days=9999)) == 0


def test_a_tick_removes_a_batch_and_the_next_one_the_rest(make, settings, monkeypatch):
    settings.MAIL_KEEP_DAYS = 1
    monkeypatch.setattr(mail_retention, "BATCH", 2)
    for number in range(3):
        make(f"第{number}封")
    tasks.tick()
    assert Delivery.objects.exclude(content_removed_at=None).count() == 2
    tasks.tick()
    assert Delivery.objects.exclude(content_removed_at=None).count() == 3
