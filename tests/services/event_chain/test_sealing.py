"""Every event gets one seal, whoever writes meanwhile and whatever commits when."""

import threading
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, connections, transaction

from tests.factories import NOW
from tests.services.event_chain.tampering import findings, record, sealed
from tracker.models import Event, EventSeal
from tracker.queries.audit import seal_backlog
from tracker.queries.audit.seal_backlog import oldest_unsealed_age
from tracker.services.audit.sealing import seal_events

only_postgresql = pytest.mark.only_on("postgresql")  # SQLite has one writer at a time


@pytest.mark.django_db
def test_events_are_sealed_once_in_their_order():
    events = record(3)
    assert seal_events(now=NOW) == 3
    assert seal_events(now=NOW) == 0
    assert list(EventSeal.objects.values_list("sequence", "event_id")) == list(enumerate((e.pk for e in events), 1))
    assert findings() == []


@pytest.mark.django_db
def test_a_long_log_is_sealed_batch_by_batch_and_proved_page_by_page(monkeypatch):
    monkeypatch.setattr(seal_backlog, "BATCH", 4)
    monkeypatch.setattr(seal_backlog, "BATCHES", 2)
    monkeypatch.setattr("tracker.queries.audit.verify_chain.PAGE", 3)
    record(11)
    assert [seal_events(now=NOW) for _call in range(3)] == [8, 3, 0]
    assert findings() == []


@pytest.mark.django_db
def test_the_age_of_the_oldest_unsealed_event_is_known():
    assert oldest_unsealed_age(now=NOW) is None
    record(1)
    assert oldest_unsealed_age(now=NOW + timedelta(seconds=40)) == timedelta(seconds=40)
    seal_events(now=NOW)
    assert oldest_unsealed_age(now=NOW + timedelta(seconds=40)) is None


@pytest.mark.django_db
def test_what_lies_deeper_than_the_minute_looks_is_sealed_by_the_daily_sealing(monkeypatch):
    monkeypatch.setattr(seal_backlog, "LOOK_BACK", 2)
    low, *rest = record(6)
    seal_only(rest)
    assert seal_events(now=NOW) == 0
    assert seal_events(now=NOW, everywhere=True) == 1
    assert EventSeal.objects.get(event=low).sequence == 6
    assert findings() == []


@pytest.mark.django_db
@pytest.mark.parametrize("statement", ["UPDATE {} SET hash = 'x'", "DELETE FROM {}"])
def test_the_database_refuses_to_change_or_remove_seals(statement):
    sealed(2)
    with pytest.raises(DatabaseError, match="never changed or removed"), transaction.atomic():
        connection.cursor().execute(statement.format("tracker_eventseal"))


@pytest.mark.django_db
def test_saving_a_seal_is_refused():
    sealed(1)
    with pytest.raises(TypeError):
        EventSeal.objects.get().save()


@only_postgresql
@pytest.mark.django_db(transaction=True)
def test_an_event_that_commits_late_under_a_lower_id_is_sealed():
    opened, sealed_meanwhile = threading.Event(), threading.Event()
    late: list[Event] = []

    def write_slowly() -> None:
        with transaction.atomic():
            late.extend(record(1))
            opened.set()
            sealed_meanwhile.wait(30)
        connections.close_all()

    writer = threading.Thread(target=write_slowly)
    writer.start()
    assert opened.wait(30)
    others = record(3)
    assert seal_events(now=NOW) == 3
    sealed_meanwhile.set()
    writer.join()
    assert late[0].pk < others[0].pk
    assert seal_events(now=NOW) == 1
    assert EventSeal.objects.get(event=late[0]).sequence == 4
    assert findings() == []


@only_postgresql
@pytest.mark.django_db(transaction=True)
def test_writers_do_not_wait_for_one_another_nor_for_the_sealing():
    """Eight transactions hold their events uncommitted at the same moment, beside one that seals."""
    all_inside = threading.Barrier(9, timeout=30)
    failed: list[BaseException] = []

    def write() -> None:
        try:
            with transaction.atomic():
                record(5)
                all_inside.wait()
        except BaseException as error:
            failed.append(error)
        finally:
            connections.close_all()

    record(5)
    writers = [threading.Thread(target=write) for _number in range(8)]
    with transaction.atomic():
        assert seal_events(now=NOW) == 5  # its transaction is still open while all write
        for writer in writers:
            writer.start()
        all_inside.wait()
    for writer in writers:
        writer.join()
    assert failed == []
    assert seal_events(now=NOW) == 40
    assert findings() == []


@only_postgresql
@pytest.mark.django_db(transaction=True)
def test_many_writers_and_two_sealers_at_once_leave_one_sound_chain():
    writing = threading.Event()
    writing.set()
    failed: list[BaseException] = []

    def run(work) -> None:
        try:
            work()
        except BaseException as error:
            failed.append(error)
        finally:
            connections.close_all()

    def write() -> None:
        for _number in range(25):
            with transaction.atomic():
                record(2)

    def seal() -> None:
        while writing.is_set():
            seal_events(now=NOW)

    writers = [threading.Thread(target=run, args=[write]) for _number in range(4)]
    sealers = [threading.Thread(target=run, args=[seal]) for _number in range(2)]
    for thread in [*writers, *sealers]:
        thread.start()
    for thread in writers:
        thread.join()
    writing.clear()
    for thread in sealers:
        thread.join()
    seal_events(now=NOW)
    assert failed == []
    assert EventSeal.objects.count() == Event.objects.count() == 200
    assert findings() == []


def seal_only(events: list[Event]) -> None:
    """Seal these, as if the others had not been there."""
    from tests.services.event_chain.test_tampering import insert_seal
    from tracker.queries.audit.seal_content import NONE_BEFORE

    previous = NONE_BEFORE
    for place, event in enumerate(events, start=1):
        previous = insert_seal(place, event, previous)
