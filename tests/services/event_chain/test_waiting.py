"""What waits for its seal is told as that and no more; what had a seal, or should have one, is never explained so."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from tests.factories import NOW
from tests.services.event_chain.tampering import execute, protection_lifted, record, sealed
from tracker.models import Event, EventSeal
from tracker.queries.audit import heads, seal_backlog
from tracker.queries.audit.heads import Head, recorded_heads
from tracker.queries.audit.seal_backlog import in_ranges
from tracker.queries.audit.verify_chain import ChainFault, ChainFinding, Proof, verify
from tracker.services.audit import export_head
from tracker.services.audit.sealing import seal_events

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=2)


@pytest.fixture
def upgraded_at():
    """Say when the version with seals was installed."""

    def say(moment):
        MigrationRecorder(connection).migration_qs.filter(app="tracker", name="0012_events").update(applied=moment)

    return say


def proved(*known: Head, now=NOW) -> tuple[int, list[ChainFinding]]:
    proof = Proof()
    found = list(verify(proof, known, now=now))
    return proof.waiting, found


def faults(found: list[ChainFinding]) -> list[tuple[ChainFault, str]]:
    return [(finding.fault, finding.event_id or finding.sequence) for finding in found]


def test_right_after_an_upgrade_old_events_wait(upgraded_at):
    upgraded_at(LATER)
    record(50)
    assert proved(now=LATER) == (50, [])


def test_a_chain_that_does_not_begin_is_one_finding_and_no_event_is_named(upgraded_at):
    upgraded_at(NOW)
    record(50)
    assert proved(now=LATER) == (50, [ChainFinding(ChainFault.NOT_BEGUN)])


def test_an_empty_log_waits_for_nothing(upgraded_at):
    upgraded_at(NOW)
    assert proved(now=LATER) == (0, [])


def test_what_is_being_caught_up_waits(monkeypatch):
    monkeypatch.setattr(seal_backlog, "BATCH", 2)
    monkeypatch.setattr(seal_backlog, "BATCHES", 2)
    events = record(11)
    assert seal_events(now=LATER) == 4
    assert proved(now=LATER) == (7, [])
    stands_still = proved(now=LATER + timedelta(minutes=3))
    assert stands_still == (0, [ChainFinding(ChainFault.UNSEALED, event_id=f"{events[4].pk}-{events[-1].pk}")])


@pytest.mark.django_db(transaction=True)
def test_seals_removed_while_the_rest_is_caught_up_are_found(monkeypatch):
    monkeypatch.setattr(seal_backlog, "BATCH", 2)
    monkeypatch.setattr(seal_backlog, "BATCHES", 2)
    events = record(11)
    seal_events(now=LATER)
    with protection_lifted():
        execute("DELETE FROM tracker_eventseal WHERE sequence = 4")
        assert faults(proved(now=LATER)[1]) == [(ChainFault.UNSEALED, f"{events[3].pk}-{events[-1].pk}")]


@pytest.mark.django_db(transaction=True)
def test_seals_removed_at_the_end_are_found_in_a_line():
    events = sealed(9)
    with protection_lifted():
        execute("DELETE FROM tracker_eventseal WHERE sequence > 5")
        assert faults(proved(now=LATER)[1]) == [(ChainFault.UNSEALED, f"{events[5].pk}-{events[-1].pk}")]


@pytest.mark.django_db(transaction=True)
def test_all_seals_removed_right_after_an_upgrade_are_found_by_any_head(upgraded_at):
    sealed(9)
    head = heads.current_head(now=NOW)
    upgraded_at(LATER)
    with protection_lifted():
        execute("DELETE FROM tracker_eventseal")
        waiting, found = proved(head, now=LATER)
    assert waiting == 0
    assert [finding.fault for finding in found] == [ChainFault.HEAD_DIFFERS, ChainFault.UNSEALED]


@pytest.mark.django_db(transaction=True)
def test_all_seals_removed_are_found_by_the_head_that_the_log_tells_of(upgraded_at):
    """The head's file, too, is gone; nobody kept it elsewhere."""
    record(9)
    name = export_head.write_daily_head(now=NOW)
    default_storage.delete(name)
    upgraded_at(LATER)
    with protection_lifted():
        execute("DELETE FROM tracker_eventseal")
        assert ChainFault.HEAD_DIFFERS in [finding.fault for finding in proved(*recorded_heads(), now=LATER)[1]]


@pytest.mark.django_db(transaction=True)
def test_an_event_put_in_while_the_log_is_sealed_does_not_wait():
    sealed(5)
    add_return = Event.objects.create(recorded_at=NOW - timedelta(days=1), action="configured")
    assert faults(proved(now=NOW)[1]) == [(ChainFault.UNSEALED, str(add_return.pk))]


def test_two_heads_of_one_place_are_both_proved():
    sealed(3)
    head = heads.current_head(now=NOW)
    forged = Head(head.sequence, "f" * 64, head.written_at)
    for known in ([head, forged], [forged, head]):
        assert faults(proved(*known)[1]) == [(ChainFault.HEAD_DIFFERS, "3")]


@pytest.mark.django_db(transaction=True)
def test_a_head_that_the_log_tells_and_that_was_broken_stops_no_proof():
    record(3)
    export_head.write_daily_head(now=NOW)
    seal_events(now=NOW)
    event = Event.objects.get(action=Event.Action.HEAD_EXPORTED)
    with protection_lifted():
        execute("UPDATE tracker_event SET after = '[1, {}]' WHERE id = %s", event.pk)
        assert list(recorded_heads()) == []
        assert faults(proved(*recorded_heads())[1]) == [(ChainFault.DIFFERS, str(event.pk))]


def test_neighbours_are_told_as_a_range():
    assert list(in_ranges([1, 2, 3, 5, 7, 8])) == ["1-3", "5", "7-8"]
    assert list(in_ranges([])) == []


# The command


def said(capsys) -> str:
    call_command("verify_events")
    return capsys.readouterr().out


def test_the_command_tells_once_how_many_wait(upgraded_at, capsys):
    from django.utils import timezone

    upgraded_at(timezone.now())
    record(50)
    out = said(capsys)
    assert out.count("50") == 1
    assert not EventSeal.objects.exists()


def test_the_command_tells_that_the_chain_does_not_begin(upgraded_at, capsys):
    upgraded_at(NOW)
    record(3)
    with pytest.raises(CommandError):
        call_command("verify_events")
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_the_migration_that_brought_the_seals_is_named_as_it_is():
    from tracker.queries.audit.seal_backlog import BROUGHT_BY

    assert import_module(f"tracker.migrations.{BROUGHT_BY}").TABLES == ["tracker_eventseal"]
