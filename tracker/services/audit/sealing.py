"""Sealing: each event that has no seal gets the next one."""

from datetime import datetime

from django.db import IntegrityError, connection, transaction

from tracker.models import EventSeal
from tracker.queries.audit import seal_backlog
from tracker.queries.audit.seal_content import (
    EVENT_COLUMNS,
    NONE_BEFORE,
    VERSION,
    as_fields,
    canonical_bytes,
    hash_of,
    raw,
)


def seal_events(*, now: datetime, everywhere: bool = False) -> int:
    """Seal what waits, the lowest ids first; how many events were sealed.

    Looks `LOOK_BACK` ids below the last sealed one, or at every event with `everywhere`. Where two seal at once, one
    of them finds the place taken and leaves the rest to the other.
    """
    sealed = 0
    for _number in range(seal_backlog.BATCHES):
        try:
            added = _seal_batch(now, everywhere)
        except IntegrityError:
            return sealed
        sealed += added
        if added < seal_backlog.BATCH:
            break
    return sealed


@transaction.atomic
def _seal_batch(now: datetime, everywhere: bool) -> int:
    last = EventSeal.objects.order_by("-sequence").values_list("sequence", "hash").first()
    sequence, previous = last or (0, NONE_BEFORE)
    seals = []
    for event in _waiting(0 if everywhere else seal_backlog.lowest_id_to_seal()):
        sequence += 1
        digest = hash_of(previous.encode(), b"%d" % sequence, canonical_bytes(now), event)
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


def _waiting(above: int) -> list[list[bytes | None]]:
    """Return the bytes of events without a seal, the lowest ids first."""
    statement = (
        f"SELECT {raw(EVENT_COLUMNS, 'e')} FROM tracker_event e"  # noqa: S608 - names of columns
        " LEFT JOIN tracker_eventseal s ON s.event_id = e.id"
        " WHERE e.id > %s AND s.event_id IS NULL ORDER BY e.id LIMIT %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [above, seal_backlog.BATCH])
        return [as_fields(row) for row in cursor.fetchall()]
