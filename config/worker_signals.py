"""What happens around Celery's tasks: the request's id travels along, and a worker says that it lives."""

import logging
import resource
from pathlib import Path
from typing import Any

from celery import bootsteps, signals
from django.conf import settings
from django.db import DatabaseError, connection

from config import log_context
from config.release import RELEASE

logger = logging.getLogger(__name__)
HEADER = "tracker_request_id"


@signals.before_task_publish.connect
def _send_request_id(headers: dict[str, Any] | None = None, **_others: Any) -> None:
    if headers is not None and log_context.request_id.get():
        headers[HEADER] = log_context.request_id.get()


@signals.task_prerun.connect
def _begin(task: Any = None, args: Any = (), **_others: Any) -> None:
    carried = task.request.get(HEADER) or (task.request.headers or {}).get(HEADER)
    log_context.request_id.set(log_context.well_formed(carried))
    log_context.job_id.set(":".join([task.name.rpartition(".")[2], *map(str, args)]))


@signals.task_postrun.connect
def _end(**_others: Any) -> None:
    log_context.request_id.set("")
    log_context.job_id.set("")


@signals.worker_init.connect
def _log_protections(**_others: Any) -> None:
    from config.protections import log_protections

    log_protections()


@signals.worker_ready.connect
def _recover_stale_jobs(**_others: Any) -> None:
    """Pick up what a worker that was killed left; the connection is closed, as children are forked."""
    from tracker.tasks import recover_stale_jobs

    try:
        recover_stale_jobs()
    except DatabaseError:
        logger.warning("Jobs of dead workers could not be looked for just now.", exc_info=True)
    finally:
        connection.close()


@signals.worker_process_init.connect
def _limit_memory(**_others: Any) -> None:
    """Raise MemoryError in a task that wants TASK_MEMORY more than its process began with.

    Without this limit the kernel would choose which process to kill.
    """
    if settings.TASK_MEMORY:
        limit = _data_bytes() + settings.TASK_MEMORY
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


def _data_bytes() -> int:
    """Return what this process holds now, as RLIMIT_DATA counts it."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmData:"):
            return int(line.split()[1]) * 1024
    return 0


class HeartbeatStep(bootsteps.StartStopStep):
    """Writes the worker's row from its own loop, so that a loop that hangs falls silent."""

    requires = ("celery.worker.components:Timer",)

    def start(self, parent: Any) -> None:
        """Say it now, then at intervals."""
        from tracker.services.operations.heartbeats import EVERY

        beat_of(parent)
        self.entry = parent.timer.call_repeatedly(EVERY.total_seconds(), beat_of, (parent,))

    def stop(self, parent: Any) -> None:
        """Say no more."""
        entry = getattr(self, "entry", None)
        if entry is not None:
            entry.cancel()


def beat_of(worker: Any) -> None:
    """One sign of life. The connection is closed at once: children are forked from this process."""
    from django.utils import timezone

    from tracker.models import Heartbeat
    from tracker.services.operations import heartbeats

    queues = list(worker.app.amqp.queues.consume_from)
    try:
        heartbeats.beat(Heartbeat.Kind.WORKER, worker.hostname, now=timezone.now(), queues=queues, release=RELEASE)
    except DatabaseError:
        logger.warning("The worker's sign of life could not be written just now.", exc_info=True)
    finally:
        connection.close()
