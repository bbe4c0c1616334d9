"""Writing signs of life, and saying who is silent."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Max

from tracker.models import Heartbeat

#: How often a worker says that it lives.
EVERY = timedelta(seconds=20)
#: A worker or scheduler that said nothing for this long does not serve: three ticks, or more than four beats.
SILENT_AFTER = timedelta(seconds=180)
FORGOTTEN_AFTER = timedelta(days=1)


def beat(kind: Heartbeat.Kind, name: str, *, now: datetime, queues: Iterable[str] = ()) -> None:
    """Say that a process lives."""
    facts = {"beat_at": now, "queues": ",".join(sorted(queues))[:200]}
    Heartbeat.objects.update_or_create(kind=kind, name=name[:200], defaults=facts)


def forget_stopped(*, now: datetime) -> int:
    """Remove the rows of processes that stopped a day ago; how many."""
    return Heartbeat.objects.filter(beat_at__lt=now - FORGOTTEN_AFTER).delete()[0]


def served_queues(*, now: datetime) -> set[str]:
    """The queues that a living worker takes messages from."""
    living = Heartbeat.objects.filter(kind=Heartbeat.Kind.WORKER).since(now - SILENT_AFTER)
    return {queue for queues in living.values_list("queues", flat=True) for queue in queues.split(",") if queue}


def last_tick() -> datetime | None:
    """When the scheduler's tick last ran to its end."""
    return Heartbeat.objects.filter(kind=Heartbeat.Kind.SCHEDULER).aggregate(last=Max("beat_at"))["last"]
