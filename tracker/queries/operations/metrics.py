"""Counts for whoever watches over the installation: jobs, mail, signs of life."""

from datetime import datetime

from django.db.models import Count

from tracker.models import Delivery, Heartbeat, Job, UpkeepFailure
from tracker.queries.audit.seal_backlog import oldest_unsealed_age

Counts = dict[tuple[str, ...], float]


def jobs_by_state() -> Counts:
    """Return how many jobs there are, by (kind, state)."""
    rows = Job.objects.order_by().values_list("kind", "state").annotate(count=Count("pk"))
    return {(kind, state): count for kind, state, count in rows}


def mail_by_state() -> Counts:
    """Return how many messages there are, by (kind, state)."""
    rows = Delivery.objects.order_by().values_list("kind", "state").annotate(count=Count("pk"))
    return {(kind, state): count for kind, state, count in rows}


def upkeep_failures() -> Counts:
    """Return how many steps and rows of the periodic work wait after a failure, by (step,)."""
    rows = UpkeepFailure.objects.order_by().values_list("step").annotate(count=Count("pk"))
    return {(step,): count for step, count in rows}


def heartbeat_ages(*, now: datetime) -> Counts:
    """Seconds since each process was last alive, by (kind, name)."""
    rows = Heartbeat.objects.values_list("kind", "name", "beat_at")
    return {(kind, name): (now - beat_at).total_seconds() for kind, name, beat_at in rows}


def unsealed_age(*, now: datetime) -> Counts:
    """Return the seconds that the oldest event without a seal has waited, 0 when every event is sealed."""
    age = oldest_unsealed_age(now=now)
    return {(): age.total_seconds() if age else 0.0}
