"""Sealing: each event that has no seal gets the next one."""

from datetime import datetime, timedelta

from django.db import IntegrityError, connection, transaction

from tracker.models import Event, EventSeal
from tracker.services.event_chain.content import (
    EVENT_COLUMNS,
    NONE_BEFORE,
    VERSION,
    as_fields,
    hash_of,
    raw,
    spelled,
)

#: So many in one transaction: on SQLite others wait for it.
BATCH = 500
#: So many batches in one call: a tick must not take long.
BATCHES = 40
#: How far below the last sealed id the minute's sealing looks for events whose transactions committed late. What lies
#: deeper is found once a day, before the head is written.
LOOK_BACK = 20_000


def seal_events(*, now: datetime, everywhere: bool = False) -> int:
    """Seal what waits, the lowest ids first; how many events were sealed.

    Looks `LOOK_BACK` ids below the last sealed one, or at every event with `everywhere`. Where two seal at once, one
    of them finds the place taken and leaves the rest to the other.
    """
    sealed = 0
    for _number in range(BATCHES):
        try:
            added = _seal_batch(now, everywhere)
        except IntegrityError:
            return sealed
        sealed += added
        if added < BATCH:
            break
    return sealed


def oldest_unsealed_age(*, now: datetime) -> timedelta | None:
    """How long the oldest event that the minute's sealing sees has waited; None when all are sealed."""
    waiting = Event.objects.filter(seal=None, pk__gt=_looked_at_from()).order_by("recorded_at")
    oldest = waiting.values_list("recorded_at", flat=True).first()
    return None if oldest is None else max(now - oldest, timedelta(0))


@transaction.atomic
def _seal_batch(now: datetime, everywhere: bool) -> int:
    last = EventSeal.objects.order_by("-sequence").values_list("sequence", "hash").first()
    sequence, previous = last or (0, NONE_BEFORE)
    seals = []
    for event in _waiting(0 if everywhere else _looked_at_from()):
        sequence += 1
        digest = hash_of(previous.encode(), b"%d" % sequence, spelled(now), event)
        seals.append(
            EventSeal(
                sequence=sequence,
                event_id=int(event[0] or 0),
                sealed_at=now,
                previous=previous,
                hash=digest,
                version=VERSION,
            )
        )
        previous = digest
    EventSeal.objects.bulk_create(seals)
    return len(seals)


def _looked_at_from() -> int:
    highest = EventSeal.objects.order_by("-event_id").values_list("event_id", flat=True).first()
    return max(0, (highest or 0) - LOOK_BACK)


def _waiting(above: int) -> list[list[bytes | None]]:
    """The bytes of events without a seal, the lowest ids first."""
    statement = (
        f"SELECT {raw(EVENT_COLUMNS, 'e')} FROM tracker_event e"  # noqa: S608 - names of columns
        " LEFT JOIN tracker_eventseal s ON s.event_id = e.id"
        " WHERE e.id > %s AND s.event_id IS NULL ORDER BY e.id LIMIT %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [above, BATCH])
        return [as_fields(row) for row in cursor.fetchall()]
