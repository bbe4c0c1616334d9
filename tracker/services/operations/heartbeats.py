"""Writing signs of life, and saying who is silent."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from tracker.models import Heartbeat

#: How often a worker says that it lives.
EVERY = timedelta(seconds=20)
FORGOTTEN_AFTER = timedelta(days=1)


def beat(kind: Heartbeat.Kind, name: str, *, now: datetime, queues: Iterable[str] = (), release: str = "") -> None:
    """Record that a process lives, which queues it serves, and the release of its code."""
    facts = {"beat_at": now, "queues": ",".join(sorted(queues))[:200], "release": release}
    Heartbeat.objects.update_or_create(kind=kind, name=name[:200], defaults=facts)


def forget_stopped(*, now: datetime) -> int:
    """Remove the rows of processes that stopped a day ago; how many."""
    return Heartbeat.objects.filter(beat_at__lt=now - FORGOTTEN_AFTER).delete()[0]
