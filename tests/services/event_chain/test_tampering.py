"""Whatever is done to the sealed log behind the program's back is found, and the right row is named."""

import random
from collections import Counter
from itertools import cycle

import pytest
from django.db import connection

from tests import factories
from tests.factories import NOW
from tests.services.event_chain.tampering import (
    EVENT_COLUMNS,
    SEAL_COLUMNS,
    alter_one_byte,
    execute,
    findings,
    protection_lifted,
    record,
    sealed,
)
from tracker.models import Event, EventSeal
from tracker.queries.audit.heads import current_head
from tracker.queries.audit.seal_content import EVENT_COLUMNS as HASHED
from tracker.queries.audit.seal_content import NONE_BEFORE, VERSION, as_fields, canonical_bytes, hash_of, raw
from tracker.queries.audit.verify_chain import ChainFault

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def actor(plan):
    return factories.make_user("somebody")


def test_every_column_of_an_event_is_hashed():
    assert set(HASHED) == set(EVENT_COLUMNS)


@pytest.mark.parametrize("seed", range(3))
def test_each_of_a_hundred_changed_bytes_is_found_and_no_other_row_is_named(actor, seed):
    chance = random.Random(seed)
    sealed(220, actor=actor)
    rows = list(EventSeal.objects.values_list("sequence", "event_id"))
    chance.shuffle(rows)
    changed: set[str] = set()
    columns: Counter[str] = Counter()
    in_turn = cycle([*(f"e.{name}" for name in EVENT_COLUMNS), *(f"s.{name}" for name in SEAL_COLUMNS)])
    with protection_lifted():
        for (sequence, event_id), column in zip(rows, in_turn, strict=False):
            if len(changed) == 100:
                break
            of, name = column.split(".")
            where = ("tracker_event", "id", event_id) if of == "e" else ("tracker_eventseal", "sequence", sequence)
            if alter_one_byte(*where, name, chance):
                changed.add(str(event_id))
                columns[column] += 1
        places = {str(sequence): str(event_id) for sequence, event_id in rows}
        events = set(places.values())
        named = {
            places.get(finding.sequence) or (finding.event_id if finding.event_id in events else "")
            for finding in findings()
        } - {""}
    assert len(changed) == 100
    assert len(columns) == len(EVENT_COLUMNS) + len(SEAL_COLUMNS), columns
    assert named == changed


@pytest.mark.only_on("sqlite")  # PostgreSQL keeps no blanks and takes no bytes that are no text
@pytest.mark.parametrize("value", [b'{"value":\t"4"}', b'{"value": "4"', b"\xff\xfe"])
def test_json_that_was_respelled_or_broken_is_found(actor, value):
    event = sealed(5, actor=actor)[2]
    with protection_lifted():
        execute("UPDATE tracker_event SET after = CAST(%s AS TEXT) WHERE id = %s", value, event.pk)
        assert [(finding.fault, finding.event_id) for finding in findings()] == [(ChainFault.DIFFERS, str(event.pk))]


def test_an_untouched_log_is_sound(actor):
    sealed(30, actor=actor)
    assert findings() == []


def test_a_removed_event_is_found(actor):
    event = sealed(9, actor=actor)[4]
    with protection_lifted():
        execute("DELETE FROM tracker_event WHERE id = %s", event.pk)
        assert [(found.fault, found.event_id) for found in findings()] == [(ChainFault.EVENT_MISSING, str(event.pk))]


def test_an_event_removed_with_its_seal_is_found(actor):
    event = sealed(9, actor=actor)[4]
    sequence = EventSeal.objects.get(event=event).sequence
    with protection_lifted():
        execute("DELETE FROM tracker_eventseal WHERE event_id = %s", event.pk)
        execute("DELETE FROM tracker_event WHERE id = %s", event.pk)
        assert [(found.fault, found.sequence) for found in findings()] == [(ChainFault.SEAL_MISSING, str(sequence))]


def test_the_last_events_removed_with_their_seals_are_found_against_the_head(actor):
    events = sealed(9, actor=actor)
    head = current_head(now=NOW)
    with protection_lifted():
        for event in events[-3:]:
            execute("DELETE FROM tracker_eventseal WHERE event_id = %s", event.pk)
            execute("DELETE FROM tracker_event WHERE id = %s", event.pk)
        assert findings() == []  # nothing inside the database tells
        assert [(found.fault, found.sequence) for found in findings(head)] == [
            (ChainFault.HEAD_DIFFERS, str(head.sequence))
        ]


def test_an_event_put_in_with_a_seal_of_its_own_is_found(actor):
    events = sealed(9, actor=actor)
    forged = record(1, actor=actor)[0]
    at = EventSeal.objects.get(event=events[4]).sequence
    with protection_lifted():
        execute("UPDATE tracker_eventseal SET sequence = -1 - sequence WHERE sequence > %s", at)
        execute("UPDATE tracker_eventseal SET sequence = -sequence WHERE sequence < 0")
        previous = EventSeal.objects.get(sequence=at).hash
        insert_seal(at + 1, forged, previous)
        found = findings()
    assert [finding.event_id for finding in found] == [str(event.pk) for event in events[5:]]


def test_an_event_put_in_without_a_seal_is_found_once_it_is_late(actor):
    sealed(5, actor=actor)
    execute(
        "INSERT INTO tracker_event (recorded_at, action, object_type, object_id, object_label, before, after, reason)"
        " VALUES ('2020-09-01 00:00:00+00', 'configured', '', '', '', '{}', '{}', '')"
    )
    assert [finding.fault for finding in findings()] == [ChainFault.UNSEALED]


def test_two_events_that_changed_places_are_found(actor):
    first, second = sealed(9, actor=actor)[3:5]
    with protection_lifted():
        execute("UPDATE tracker_event SET id = -1 WHERE id = %s", first.pk)
        execute("UPDATE tracker_event SET id = %s WHERE id = %s", first.pk, second.pk)
        execute("UPDATE tracker_event SET id = %s WHERE id = -1", second.pk)
        assert [finding.event_id for finding in findings()] == [str(first.pk), str(second.pk)]


def test_a_chain_reckoned_anew_is_found_against_the_head(actor):
    events = sealed(9, actor=actor)
    head = current_head(now=NOW)
    with protection_lifted():
        execute("UPDATE tracker_event SET reason = 'another' WHERE id = %s", events[4].pk)
        execute("DELETE FROM tracker_eventseal")
        previous = NONE_BEFORE
        for place, event in enumerate(Event.objects.order_by("id"), start=1):
            previous = insert_seal(place, event, previous)
        assert findings() == []
        assert [finding.fault for finding in findings(head)] == [ChainFault.HEAD_DIFFERS]


def insert_seal(sequence: int, event: Event, previous: str, version: int = VERSION) -> str:
    """A seal as somebody who knows the rule would forge it; its hash."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {raw(HASHED, 'e')} FROM tracker_event e WHERE e.id = %s", [event.pk])
        fields = as_fields(cursor.fetchone())
    digest = hash_of(previous.encode(), b"%d" % sequence, canonical_bytes(NOW), fields, version=b"%d" % version)
    seal = EventSeal(sequence=sequence, event=event, sealed_at=NOW, previous=previous, hash=digest, version=version)
    EventSeal.objects.bulk_create([seal])
    return digest
