"""Opening a list of personal data is one event: the person, the list and its filters, nothing of its rows."""

from datetime import timedelta

import pytest
from django.urls import reverse

from tests import factories
from tests.factories import NOW, SHANXI
from tests.interfaces.test_pages import page
from tests.interfaces.test_personal_data_pages import PHONE, VALUES
from tests.interfaces.test_signing_in import browser
from tests.services.test_subscriptions import subscribe
from tracker.models import Event, Role, User
from tracker.queries.search.find import search
from tracker.queries.search.reader import Reader
from tracker.services.audit.opened_lists import PersonalList, record_opened_list

pytestmark = pytest.mark.django_db
OPENED = Event.Action.LIST_OPENED


@pytest.fixture
def zhang(plan) -> User:
    person = factories.make_user("zhangsan", Role.REPORTER)
    User.objects.filter(pk=person.pk).update(email="zhangsan@example.com", phone=PHONE, display_name="张三丰")
    return User.objects.get(pk=person.pk)


def opened(person: User, name: str, **query: str) -> list[Event]:
    client = browser()
    client.force_login(person)
    assert client.get(reverse(name), query, REMOTE_ADDR="192.0.2.7").status_code == 200
    return list(Event.objects.filter(action=OPENED).order_by("pk"))


@pytest.mark.parametrize(
    ("name", "role", "listed", "query", "told"),
    [
        ("admin:tracker_user_changelist", Role.SECURITY_ADMIN, "accounts", {"q": "zhang"}, {"q": "…"}),
        ("admin:tracker_user_changelist", Role.AUDIT_ADMIN, "accounts", {"is_active__exact": "1"}, None),
        ("admin:tracker_membership_changelist", Role.SECURITY_ADMIN, "roles", {"role__exact": "reporter"}, None),
        ("admin:tracker_subscription_changelist", Role.PLAN_MANAGER, "subscriptions", {}, None),
        ("admin:tracker_pausedaddress_changelist", Role.PLAN_MANAGER, "paused_addresses", {}, None),
        ("admin:tracker_delivery_changelist", Role.PLAN_MANAGER, "deliveries", {"q": "a@b"}, {"q": "…"}),
        ("deliveries", Role.PLAN_MANAGER, "deliveries", {"recipient": "zhang", "state": "sent"}, {}),
        ("deliveries", Role.AUDITOR, "deliveries", {"page": "1"}, {}),
        ("mail_upcoming", Role.PLAN_MANAGER, "upcoming_mail", {}, None),
        ("search", Role.SECURITY_ADMIN, "found_people", {"q": "张三丰"}, {"q": "…"}),
    ],
)
def test_opening_a_list_of_personal_data_is_one_event(zhang, name, role, listed, query, told):
    if told == {}:
        told = {key: "…" if key == "recipient" else value for key, value in query.items() if key != "page"}
    person = factories.make_user("somebody", role)
    (event,) = opened(person, name, **query)
    assert (event.actor, event.address) == (person, "192.0.2.7")
    assert event.after == {"list": listed, "filters": query if told is None else told}
    for personal in ("zhang", "张三", PHONE, "example.com", "a@b"):
        assert personal not in repr((event.before, event.after, event.object_label, event.reason))
    assert len(opened(person, name, **query)) == 1, "the same list again is not told twice"


def test_other_filters_and_a_later_time_are_told(zhang, leader):
    first = {"list": PersonalList.ACCOUNTS, "address": None}
    times = [
        record_opened_list(first["list"], filters, acting_user=leader, now=now, address=None)
        for filters, now in (
            ({"state": "a"}, NOW),
            ({"state": "b"}, NOW),
            ({"state": "a"}, NOW + timedelta(minutes=9)),
            ({"state": "a"}, NOW + timedelta(minutes=11)),
        )
    ]
    assert times == [True, True, False, True]


def test_the_numbers_to_call_are_told_of_where_they_are_shown(plan, taiyuan, zhang):
    factories.file_return(taiyuan, factories.period(plan, "2020-01"), VALUES, reporter=zhang)
    assert PHONE not in page(factories.make_user("leader", Role.LEADER), "/?late=1")
    assert not Event.objects.filter(action=OPENED).exists()
    reviewer = factories.make_user("reviewer-of-all", Role.REVIEWER)
    assert PHONE in page(reviewer, "/?late=1")
    (event,) = Event.objects.filter(action=OPENED)
    assert (event.actor, event.after) == (reviewer, {"list": "to_call", "filters": {"late": "1"}})


def test_one_s_own_mail_and_a_list_that_is_refused_are_not_told_of(plan, leader, zhang):
    subscribe(plan, user=leader, attached="nothing")
    assert opened(leader, "deliveries") == []
    client = browser()
    client.force_login(leader)
    assert client.get(reverse("admin:tracker_user_changelist")).status_code == 403
    assert not Event.objects.filter(action=OPENED).exists()


def test_an_exported_list_holds_no_typed_name(plan, zhang):
    client = browser()
    client.force_login(factories.make_user("manager", Role.PLAN_MANAGER))
    client.get(reverse("deliveries"), {"_export": "csv", "recipient": "zhangsan"})
    event = Event.objects.filter(action=Event.Action.EXPORTED).latest("pk")
    assert event.after["list"] == "deliveries" and event.after["filters"] == {"recipient": "…"}


@pytest.mark.parametrize(
    ("role", "by_address"),
    [(Role.AUDIT_ADMIN, False), (Role.AUDITOR, False), (Role.SECURITY_ADMIN, True), (Role.SYSTEM_ADMIN, True)],
)
def test_people_are_found_by_address_by_who_sees_addresses(zhang, role, by_address):
    User.objects.filter(pk=zhang.pk).update(email="private.box@example.org")
    reader = Reader(factories.make_user("somebody", role, SHANXI))
    found = {text: [one for one in search(reader, text) if one.kind.identifier == "people"] for text in ("box", "三丰")}
    assert (bool(found["box"]), bool(found["三丰"])) == (by_address, True)


@pytest.mark.parametrize(("role", "by_address"), [(Role.AUDITOR, False), (Role.PLAN_MANAGER, True)])
def test_subscriptions_are_found_by_a_persons_address_by_who_sees_addresses(plan, leader, role, by_address):
    User.objects.filter(pk=leader.pk).update(email="private.box@example.org")
    subscribe(plan, user=leader, attached="nothing")
    client = browser()
    client.force_login(factories.make_user("somebody", role))
    answer = client.get(reverse("admin:tracker_subscription_changelist"), {"q": "private.box"})
    assert answer.context["cl"].result_count == by_address
