"""Whether this installation can do its work: each part by itself, in words that hold no secret."""

import logging
import shutil
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection

from tracker.queries.operations import heartbeats

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Part:
    """One thing the installation needs; `problem` is empty when it is well."""

    name: str
    problem: str = ""


def parts(*, now: datetime, reach_broker: Callable[[], None], queues: Collection[str]) -> list[Part]:
    """All that is needed. `reach_broker` raises OSError or another error when the broker is away.

    What is wrong is logged with its cause; the part names only what an operator must look at.
    """
    database = _database()
    known = not database.problem
    return [
        database,
        _broker(reach_broker),
        _workers(now, queues) if known else Part("workers", "not known without the database"),
        _disk(),
        _scheduler(now) if known else Part("scheduler", "not known without the database"),
    ]


def _database() -> Part:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM tracker_heartbeat WHERE 1 = 0")
    except DatabaseError:
        logger.warning("The database does not answer.", exc_info=True)
        return Part("database", "does not answer, or is not migrated")
    return Part("database")


def _broker(reach: Callable[[], None]) -> Part:
    try:
        reach()
    except Exception:  # each transport has its own errors, and none of them may stop the answer
        logger.warning("The broker cannot be reached.", exc_info=True)
        return Part("broker", "cannot be reached")
    return Part("broker")


def _workers(now: datetime, queues: Collection[str]) -> Part:
    unserved = sorted(set(queues) - heartbeats.served_queues(now=now))
    return Part("workers", f"no living worker serves: {', '.join(unserved)}" if unserved else "")


def _disk() -> Part:
    short = [place for place in _places() if shutil.disk_usage(place).free < settings.DISK_FREE_MINIMUM]
    return Part("disk", "too little space is free" if short else "")


def _places() -> set[Path]:
    wanted = {Path(settings.DATA_DIR), Path(settings.MEDIA_ROOT)}
    return {place for place in wanted if place.exists()}


def _scheduler(now: datetime) -> Part:
    last = heartbeats.last_tick()
    if last is None:
        return Part("scheduler", "has never ticked")
    age = now - last
    return Part("scheduler", f"last ticked {age.total_seconds():.0f} s ago" if age > heartbeats.SILENT_AFTER else "")
