"""Which events without a seal merely wait for it, and which should have one.

Every event waits at first: up to a minute while the scheduler runs. Older ones wait in two cases alone, both of them
after an upgrade from a version without seals. The chain has not begun, which is believed for an hour and only while
no head tells that it had; or it is being caught up, which the sealing shows by having sealed as much as it does at
once, just now, with all that waits above what is sealed. Whoever removes seals is explained by neither: the events
below are sealed no longer and too old, and the heads that were exported say how far the chain had come.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from tracker.models import Event, EventSeal
from tracker.queries.audit.seal_content import canonical_bytes

#: An event that waited longer for its seal was put in, or the scheduler stands still.
LATE = timedelta(minutes=10)
#: For so long after an upgrade a chain that has not begun is believed to wait for the scheduler's start.
OPENING = timedelta(hours=1)
#: The scheduler's tick, and the time that it takes.
TICK = timedelta(minutes=2)
#: The migration that brought the seals.
BROUGHT_BY = "0012_events"
#: So many in one transaction: on SQLite others wait for it.
BATCH = 500
#: So many batches in one call: a tick must not take long.
BATCHES = 40
#: How far below the last sealed id the minute's sealing looks for events whose transactions committed late. What lies
#: deeper is found once a day, before the head is written.
LOOK_BACK = 20_000


@dataclass
class SealBacklog:
    """The chain's end, as far as it was read."""

    highest_event: int = 0
    sealed_at: bytes = b""
    run: int = 0  # so many seals at the end were made at one moment

    def add(self, event_id: bytes, sealed_at: bytes) -> None:
        """One more seal."""
        if event_id.isdigit():
            self.highest_event = max(self.highest_event, int(event_id))
        self.run = self.run + 1 if sealed_at == self.sealed_at else 1
        self.sealed_at = sealed_at

    def is_caught_up(self, now: datetime) -> bool:
        """Return True if the sealing had nothing left to seal, or stands still."""
        at_once = BATCH * BATCHES
        return self.run == 0 or self.run % at_once != 0 or self.sealed_at < canonical_bytes(now - TICK)


def could_have_begun(now: datetime) -> bool:
    """Return True if the seals came with an upgrade so long ago that the scheduler must have begun the chain."""
    applied = MigrationRecorder(connection).migration_qs.filter(app="tracker", name=BROUGHT_BY)
    moment = applied.values_list("applied", flat=True).first()
    return moment is not None and moment < now - OPENING


def late(unsealed: Iterable[tuple[bytes, bytes]], tail: SealBacklog, *, now: datetime) -> Iterator[tuple[int, bool]]:
    """Each unsealed event's id, and whether it should have been sealed."""
    is_caught_up, deadline = tail.is_caught_up(now), canonical_bytes(now - LATE)
    for event_id, recorded_at in unsealed:
        is_next = not is_caught_up and int(event_id) > tail.highest_event
        yield int(event_id), recorded_at < deadline and not is_next


def in_ranges(ids: Iterable[int]) -> Iterator[str]:
    """ "7-9" for neighbours: a hundred thousand events are told in a line. Memory stays bounded."""
    first = last = None
    for number in ids:
        if first is not None and last is not None and number != last + 1:
            yield _range(first, last)
            first = None
        first, last = number if first is None else first, number
    if first is not None and last is not None:
        yield _range(first, last)


def _range(first: int, last: int) -> str:
    return f"{first}-{last}" if last > first else str(first)


def oldest_unsealed_age(*, now: datetime) -> timedelta | None:
    """Return how long the oldest event that the minute's sealing sees has waited; None when all are sealed."""
    waiting = Event.objects.filter(seal=None, pk__gt=lowest_id_to_seal()).order_by("recorded_at")
    oldest = waiting.values_list("recorded_at", flat=True).first()
    return None if oldest is None else max(now - oldest, timedelta(0))


def lowest_id_to_seal() -> int:
    highest = EventSeal.objects.order_by("-event_id").values_list("event_id", flat=True).first()
    return max(0, (highest or 0) - LOOK_BACK)
