"""The second form of a seal is the same on every database; seals of the first are proved as they were made."""

import json
from types import SimpleNamespace

import pytest
from django.db import connection

from tests.factories import NOW
from tests.services.event_chain.tampering import execute, findings, protection_lifted, record, sealed
from tests.services.event_chain.test_tampering import insert_seal
from tracker.models import Event, EventSeal
from tracker.queries.audit.canonical import canonical_address, canonical_json
from tracker.queries.audit.seal_content import EVENT_COLUMNS, NONE_BEFORE, as_fields, canonical_bytes, hash_of, raw
from tracker.queries.audit.verify_chain import ChainFault
from tracker.queries.errors import Refused
from tracker.services.audit.sealing import seal_events
from tracker.services.operations.backup import move_database

pytestmark = pytest.mark.django_db

#: What JSON can hold, in an order that no database keeps, and its one spelling.
HARD = {
    "note": '煤矸石 \\ " \u2028 é\t',
    "b": [1, -0.0, 2.5, 1e16, 1.5e-7, 12345678901234567890, True, None],
    "aa": {"说明": [], "": {}},
}
ONE_SPELLING = (
    '{"aa":{"":{},"\\u8bf4\\u660e":[]},'
    '"b":[1,0.0,2.5,10000000000000000,0.00000015,12345678901234567890,true,null],'
    '"note":"\\u7164\\u77f8\\u77f3 \\\\ \\" \\u2028 \\u00e9\\t"}'
)
#: What a seal over the event below is on every database.
EVERYWHERE = "2cacc886899d907268f1757896a365eb1ccef27b6474bcdea03852561a6719c3"


def stored(column: str, event: Event) -> bytes:
    """What this database holds."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {raw([column], 'e')} FROM tracker_event e WHERE e.id = %s", [event.pk])
        return as_fields(cursor.fetchone())[0] or b""


def test_json_has_one_spelling_on_every_database():
    event = Event.objects.create(recorded_at=NOW, action="configured", after=HARD)
    assert canonical_json(stored("after", event)).decode() == ONE_SPELLING


@pytest.mark.parametrize(
    ("address", "spelling"),
    [
        ("192.0.2.17", "192.0.2.17"),
        ("2001:db8::1", "2001:0db8:0000:0000:0000:0000:0000:0001"),
        ("::192.0.2.17", "0000:0000:0000:0000:0000:0000:c000:0211"),
        ("::ffff:192.0.2.17", "0000:0000:0000:0000:0000:ffff:c000:0211"),
    ],
)
def test_an_address_has_one_spelling_on_every_database(address, spelling):
    event = Event.objects.create(recorded_at=NOW, action="configured", address=address)
    assert canonical_address(stored("address", event)).decode() == spelling


def test_a_seal_is_the_same_on_every_database():
    event = Event(pk=7, recorded_at=NOW, action="configured", after=HARD, reason="因为", address="2001:db8::1")
    Event.objects.bulk_create([event])
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {raw(EVENT_COLUMNS, 'e')} FROM tracker_event e")
        fields = as_fields(cursor.fetchone())
    assert hash_of(NONE_BEFORE.encode(), b"1", canonical_bytes(NOW), fields) == EVERYWHERE


@pytest.mark.only_on("sqlite")  # PostgreSQL keeps the meaning alone
@pytest.mark.parametrize(
    "text",
    ['{"a":1}', '{"a": 1, "a": 1}', '{"a": 1.50}', '{"a": 1e5}', '{"a": "é"}', '{"a": 1} ', '{"a": NaN', "[" * 10**5],
)
def test_json_that_the_program_does_not_write_is_taken_as_it_stands(text):
    assert canonical_json(text.encode()) == text.encode()


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("text", ["2001:DB8::1", "2001:db8:0::1", "192.0.2.017", "192.0.2.17/32", "here", "\x00"])
def test_an_address_that_the_program_does_not_write_is_taken_as_it_stands(text):
    assert canonical_address(text.encode()) == text.encode()


@pytest.mark.only_on("postgresql")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("network", ["192.0.2.17/24", "2001:db8::1/32"])
def test_an_address_that_was_made_a_network_is_found(network):
    event = sealed(3)[1]
    with protection_lifted():
        execute("UPDATE tracker_event SET address = %s::inet WHERE id = %s", network, event.pk)
        assert [finding.event_id for finding in findings()] == [str(event.pk)]


# Seals of the first form


def sealed_in_the_first_form(number: int) -> list[Event]:
    events, previous = record(number), NONE_BEFORE
    for place, event in enumerate(events, start=1):
        previous = insert_seal(place, event, previous, version=1)
    return events


def test_a_chain_of_the_first_form_is_proved_and_goes_on_in_the_second():
    sealed_in_the_first_form(4)
    sealed(4)
    assert list(EventSeal.objects.values_list("version", flat=True)) == [1] * 4 + [2] * 4
    assert findings() == []


def test_a_log_with_seals_of_the_first_form_is_not_moved_to_another_kind_of_database(monkeypatch):
    sealed_in_the_first_form(1)
    monkeypatch.setattr(move_database, "OLD", "default")  # what is refused reads and changes nothing
    with pytest.raises(Refused):
        move_database.move_rows(SimpleNamespace(vendor="another"), now=NOW)


@pytest.mark.django_db(transaction=True)
def test_what_was_changed_under_a_seal_of_the_first_form_is_found():
    first, second, *_others = sealed_in_the_first_form(4)
    seal_events(now=NOW)
    with protection_lifted():
        execute("UPDATE tracker_event SET after = %s WHERE id = %s", json.dumps({"value": "9"}), first.pk)
        execute("UPDATE tracker_eventseal SET version = 2 WHERE event_id = %s", second.pk)
        assert [(found.fault, found.event_id) for found in findings()] == [
            (ChainFault.DIFFERS, str(first.pk)),
            (ChainFault.DIFFERS, str(second.pk)),
        ]


@pytest.mark.django_db(transaction=True)
def test_a_form_that_there_is_not_is_found():
    event = sealed(3)[1]
    with protection_lifted():
        execute("UPDATE tracker_eventseal SET version = 3 WHERE event_id = %s", event.pk)
        assert [(found.fault, found.event_id) for found in findings()] == [(ChainFault.DIFFERS, str(event.pk))]
