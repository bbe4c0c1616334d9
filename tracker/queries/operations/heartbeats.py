"""Heartbeats of workers and scheduler: which queues are served, and the last tick."""

from datetime import datetime, timedelta

from django.db.models import Max

from tracker.models import Heartbeat

#: A worker or scheduler that said nothing for this long does not serve: three ticks, or more than four beats.
SILENT_AFTER = timedelta(seconds=180)


def served_queues(*, now: datetime) -> set[str]:
    """Return the queues from which a living worker takes messages."""
    living = Heartbeat.objects.filter(kind=Heartbeat.Kind.WORKER).since(now - SILENT_AFTER)
    return {queue for queues in living.values_list("queues", flat=True) for queue in queues.split(",") if queue}


def other_releases(release: str, *, now: datetime) -> list[str]:
    """Return the names of living workers whose code is of another release than this one."""
    living = Heartbeat.objects.filter(kind=Heartbeat.Kind.WORKER).since(now - SILENT_AFTER)
    return list(living.exclude(release__in=("", release)).values_list("name", flat=True))


def last_tick() -> datetime | None:
    """Return when the scheduler's tick last ran to its end."""
    return Heartbeat.objects.filter(kind=Heartbeat.Kind.SCHEDULER).aggregate(last=Max("beat_at"))["last"]
