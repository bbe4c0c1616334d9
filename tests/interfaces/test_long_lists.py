"""Long lists: pages that nobody counts or skips to, in an order that holds."""

import base64
import re
from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest
import time_machine
from django.db import connection

from tests import factories
from tests.factories import DATONG, NOW
from tests.interfaces.test_pages import page, queries_of, rows_of, signed_in
from tracker.models import Delivery, Entry, Event, Indicator, ReportingUnit, Return, Role, User, ValueRevision
from tracker.services.audit.events import record_event
from tracker.tables.keyset import Key, read_slice, with_tie_break

GANGUE = "coal_gangue_utilised"


@pytest.fixture(autouse=True)
def september():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def auditor(plan):
    return factories.make_user("auditor", Role.AUDITOR)


def make_returns(plan, count: int) -> None:
    """Returns of so many more units for August, in every state, some never submitted."""
    reporter, _new = User.objects.get_or_create(username="author")
    reviewer, _new = User.objects.get_or_create(username="checker")
    states = [Return.State.VERIFIED, Return.State.SUBMITTED, Return.State.SENT_BACK]
    have = ReportingUnit.objects.count()
    units = ReportingUnit.objects.bulk_create(
        ReportingUnit(code=f"many-{n:04}", name=f"单位{n % 7}", region=factories.region(DATONG))
        for n in range(have, have + count)
    )
    august = factories.period(plan)
    Return.objects.bulk_create(
        Return(
            unit=unit,
            period=august,
            state=states[number % 3],
            submitted_at=None if number % 6 == 5 else NOW + timedelta(minutes=number % 5),
            submitted_by=None if number % 6 == 5 else reporter,
            verified_at=NOW if number % 3 == 0 else None,
            verified_by=reviewer if number % 3 == 0 else None,
        )
        for number, unit in enumerate(units)
    )


def make_entries(plan, count: int) -> None:
    """Verified values of both indicators in so many more returns of July, each with its revisions, and events."""
    author, _new = User.objects.get_or_create(username="author")
    checker, _new = User.objects.get_or_create(username="checker")
    july = factories.period(plan, "2020-07")
    have = Return.objects.filter(period=july).count()
    units = ReportingUnit.objects.filter(code__startswith="many-").order_by("code")[have : have + count]
    people = {"submitted_at": NOW, "submitted_by": author, "verified_at": NOW, "verified_by": checker}
    filed = Return.objects.bulk_create(
        Return(unit=unit, period=july, state=Return.State.VERIFIED, **people) for unit in units
    )
    indicators = list(Indicator.objects.filter(code__in=(GANGUE, "fly_ash_utilised")))
    made = Entry.objects.bulk_create(
        Entry(unit_return=one, indicator=indicator, reported_value=Decimal(one.pk % 5))
        for one in filed
        for indicator in indicators
    )
    said = {"source": "form", "actor": author, "recorded_at": NOW}
    for entry in made:
        entry.reported_revision = ValueRevision.objects.create(
            entry=entry, number=1, kind="reported", value=entry.reported_value, **said
        )
        entry.verified_value = entry.reported_value - (entry.pk % 2)
        entry.verified_revision = ValueRevision.objects.create(
            entry=entry, number=2, kind="verified", value=entry.verified_value, saw=entry.reported_revision, **said
        )
    Entry.objects.bulk_update(made, ["reported_revision", "verified_value", "verified_revision"])
    for entry in made:
        record_event(Event.Action.DRAFT_SAVED, acting_user=author, now=NOW, about=entry)


def make_mail(user, count: int) -> None:
    """So many reminders to a person."""
    Delivery.objects.bulk_create(
        Delivery(
            kind=Delivery.Kind.REMINDER,
            user=user,
            occasion=f"day-{number}",
            recipient="a@example.com",
            state=Delivery.State.SENT,
            next_attempt_at=NOW,
            created_at=NOW + timedelta(minutes=number // 3),
            sent_at=NOW if number % 2 else None,
            message_id=f"<{number}@example.com>",
        )
        for number in range(count)
    )


def walk(user, address: str) -> list[list[list[str]]]:
    """All pages of a list, from the first to the last by their own links."""
    pages = []
    client = signed_in(user)
    while True:
        html = client.get(address).content.decode()
        pages.append(rows_of(html))
        found = re.search(r'rel="next" href="([^"]*)"', html)
        if not found:
            return pages
        address = address.split("?")[0] + unescape(found[1])


SORTS = ["unit", "-unit", "state", "-state", "submitted_at", "-submitted_at", "due_at", "-due_at", "verified_by"]


@pytest.mark.parametrize("sort", ["", *SORTS])
def test_each_row_of_a_long_list_stands_on_one_page_alone_in_the_order_of_the_whole(plan, leader, monkeypatch, sort):
    make_returns(plan, 31)
    query = f"?sort={sort}" if sort else ""
    whole = rows_of(page(leader, f"/returns/{query}"))
    monkeypatch.setattr("tracker.views.listing.PER_PAGE", 7)
    pages = walk(leader, f"/returns/{query}")
    assert [row for one in pages for row in one] == whole
    assert [len(one) for one in pages] == [7, 7, 7, 7, 3]


@pytest.mark.parametrize("sort", ["", "-submitted_at", "state", "due_at"])
def test_the_page_before_is_the_page_one_came_from(plan, leader, monkeypatch, sort):
    make_returns(plan, 31)
    monkeypatch.setattr("tracker.views.listing.PER_PAGE", 7)
    client, address, seen = signed_in(leader), f"/returns/?sort={sort}", []
    for relation in ["next"] * 4 + ["prev"] * 4:
        html = client.get(address).content.decode()
        seen.append(rows_of(html))
        address = "/returns/" + unescape(re.search(rf'rel="{relation}" href="([^"]*)"', html)[1])
    assert seen[5:] == seen[3:0:-1]
    assert rows_of(client.get(address).content.decode()) == seen[0]
    assert 'rel="prev"' not in client.get(address).content.decode()


def test_what_is_added_meanwhile_moves_no_row_to_another_page(leader):
    make_mail(leader, 120)
    client = signed_in(leader)
    first = client.get("/mail/").content.decode()
    following = "/mail/" + unescape(re.search(r'rel="next" href="([^"]*)"', first)[1])
    before = rows_of(client.get(following).content.decode())
    Delivery.objects.bulk_create(
        Delivery(
            kind=Delivery.Kind.REMINDER,
            user=leader,
            occasion=f"new-{number}",
            recipient="new@example.com",
            next_attempt_at=NOW,
            created_at=NOW + timedelta(days=1),
            message_id=f"<new-{number}@example.com>",
        )
        for number in range(5)
    )
    assert rows_of(client.get(following).content.decode()) == before


def test_a_page_keeps_the_filters_and_the_order(plan, leader, monkeypatch):
    make_returns(plan, 31)
    monkeypatch.setattr("tracker.views.listing.PER_PAGE", 4)
    pages = walk(leader, "/returns/?state=verified&sort=-unit")
    assert sum(len(one) for one in pages) == 11
    assert {row[3] for one in pages for row in one} == {"Verified"}


@pytest.mark.parametrize(
    "mark",
    ["x", "bnVsbA", "W10", "WzEsMl0", "WyJcdTAwMDAiLDFd", "WzEuNSwxXQ", "é", "W3siYSI6MX0sMV0", "WyJ4Iiwi"],
)
@pytest.mark.parametrize("place", ["after", "before"])
def test_a_place_that_cannot_be_read_is_the_first_page(plan, leader, place, mark):
    make_returns(plan, 3)
    assert len(rows_of(page(leader, f"/returns/?{place}={mark}"))) == 3
    assert len(rows_of(page(leader, f"/returns/?sort=submitted_at&{place}={mark}"))) == 3


def test_a_list_says_how_many_rows_there_are_where_it_knows(plan, leader):
    make_returns(plan, 50)
    assert "50 rows</p>" in page(leader, "/returns/")
    assert "17 rows</p>" in page(leader, "/returns/?state=verified")


def test_where_there_is_more_the_list_says_so(leader):
    make_mail(leader, 51)
    assert "50 rows on this page; more follow." in page(leader, "/mail/")


LONG = [
    "/entries/",
    "/entries/?state=verified&sort=unit",
    "/events/",
    "/returns/",
    "/returns/?sort=-submitted_at&state=submitted",
    "/mail/",
    "/mail/?sort=state",
]


@pytest.mark.parametrize("address", LONG)
def test_a_long_list_is_neither_counted_nor_skipped_through(plan, auditor, count_queries, address):
    make_returns(plan, 160)
    make_entries(plan, 60)
    make_mail(auditor, 60)
    client = signed_in(auditor)
    for _page in range(2):
        with count_queries(connection) as queries:
            html = client.get(address).content.decode()
        statements = " ".join(query["sql"].upper() for query in queries)
        assert "COUNT(" not in statements
        assert "OFFSET" not in statements
        found = re.search(r'rel="(?:next|prev)" href="([^"]*)"', html)
        address = address.split("?")[0] + unescape(found[1])


@pytest.mark.parametrize("address", ["/returns/", "/mail/", "/entries/", "/events/"])
def test_a_list_asks_the_database_as_often_for_two_rows_as_for_two_hundred(plan, auditor, count_queries, address):
    make_returns(plan, 2)
    make_entries(plan, 1)
    make_mail(auditor, 2)
    few = queries_of(count_queries, auditor, address)
    make_returns(plan, 198)
    make_entries(plan, 99)
    Delivery.objects.all().delete()
    make_mail(auditor, 200)
    assert queries_of(count_queries, auditor, address) == few


def test_an_order_ends_with_what_no_two_rows_share():
    assert with_tie_break([Key("state")]) == [Key("state"), Key("pk")]
    assert with_tie_break([Key("created_at", is_descending=True)])[-1] == Key("pk", is_descending=True)
    assert with_tie_break([Key("pk", is_descending=True)]) == [Key("pk", is_descending=True)]


def test_what_can_be_missing_is_known_from_the_models():
    assert not Key.of(Return, "unit__region__path", is_descending=False).is_nullable
    assert Key.of(Return, "submitted_by__display_name", is_descending=False).is_nullable
    assert Key.of(Return, "late_from", is_descending=False).is_nullable


def test_a_slice_before_the_second_row_is_the_first_page(plan, leader):
    make_returns(plan, 5)
    keys = with_tie_break([])
    rows = list(Return.objects.order_by("pk"))
    after_one = read_slice(Return.objects.all(), keys, 2)
    second = read_slice(Return.objects.all(), keys, 2, after=after_one.after)
    assert second.rows == rows[2:4]
    assert read_slice(Return.objects.all(), keys, 3, before=second.before).rows == rows[:3]


@pytest.mark.parametrize("text", ["[" * 2500, "[" * 100_000, "[1e400,1]", "[NaN,1]"])
def test_a_mark_of_endless_brackets_or_no_numbers_shows_the_first_page(plan, leader, client, text):
    mark = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
    client.force_login(leader)
    for name in ("after", "before"):
        assert client.get("/entries/", {name: mark}).status_code == 200
