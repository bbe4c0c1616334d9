"""Whether this installation can do its work: each part by itself, in words that hold no secret."""

import logging
import shutil
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext, gettext_noop

from tracker.queries.operations import heartbeats
from tracker.queries.operations.clock import look_at_clock

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Part:
    """One thing the installation needs; `problem` is empty when it is well.

    Probes read the English name and problem; `name_in_words` and `problem_in_words` are in the reader's language.
    """

    name: str
    told: str = ""
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def problem(self) -> str:
        """Return what is wrong, for probes and logs."""
        return self.told % self.values if self.values else self.told

    @property
    def name_in_words(self) -> str:
        """Return the name for people."""
        return gettext(self.name)

    @property
    def problem_in_words(self) -> str:
        """Return what is wrong, for people."""
        told = gettext(self.told) if self.told else ""
        return told % self.values if self.values else told


#: The names of the parts, for the catalogue.
NAMES = (
    gettext_noop("database"),
    gettext_noop("migrations"),
    gettext_noop("broker"),
    gettext_noop("workers"),
    gettext_noop("file store"),
    gettext_noop("disk"),
    gettext_noop("scheduler"),
    gettext_noop("clock"),
)


def parts(
    *,
    now: datetime,
    reach_broker: Callable[[], None],
    try_store: Callable[[], None],
    queues: Collection[str],
    release: str = "",
) -> list[Part]:
    """Return all that is needed. `reach_broker` and `try_store` raise OSError or another error when that part is away.

    What is wrong is logged with its cause; the part names only what an operator must look at.
    """
    database = _database()
    known = not database.problem
    return [
        database,
        _migrations() if known else _unknown("migrations"),
        _broker(reach_broker),
        _workers(now, queues, release) if known else _unknown("workers"),
        _store(try_store),
        _disk(),
        _scheduler(now) if known else _unknown("scheduler"),
        _clock(now) if known else _unknown("clock"),
    ]


def _unknown(name: str) -> Part:
    return Part(name, gettext_noop("not known without the database"))


@cache
def _migrations_of_the_code() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).disk_migrations)


def _migrations() -> Part:
    """Report a database with fewer migrations than the code, or with those of a newer release."""
    applied, known = set(MigrationRecorder(connection).applied_migrations()), _migrations_of_the_code()
    missing = sorted(f"{app}.{name}" for app, name in known - applied)
    if missing:
        told = gettext_noop("not applied: %(names)s; run manage.py migrate")
        return Part("migrations", told, {"names": ", ".join(missing[:3])})
    newer = sorted(name for app, name in applied - known if app == "tracker")
    if newer:
        told = gettext_noop("the code is older than the database, which has %(name)s")
        return Part("migrations", told, {"name": newer[-1]})
    return Part("migrations")


def _store(try_store: Callable[[], None]) -> Part:
    try:
        try_store()
    except Exception:  # each store has its own errors, and none of them may stop the answer
        logger.warning("The file store cannot be used.", exc_info=True)
        return Part("file store", gettext_noop("cannot be written, read and deleted in"))
    return Part("file store")


def _database() -> Part:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM tracker_heartbeat WHERE 1 = 0")
    except DatabaseError:
        logger.warning("The database does not answer.", exc_info=True)
        return Part("database", gettext_noop("does not answer, or is not migrated"))
    return Part("database")


def _broker(reach: Callable[[], None]) -> Part:
    try:
        reach()
    except Exception:  # each transport has its own errors, and none of them may stop the answer
        logger.warning("The broker cannot be reached.", exc_info=True)
        return Part("broker", gettext_noop("cannot be reached"))
    return Part("broker")


def _workers(now: datetime, queues: Collection[str], release: str) -> Part:
    unserved = sorted(set(queues) - heartbeats.served_queues(now=now))
    if unserved:
        told = gettext_noop("no living worker serves: %(queues)s")
        return Part("workers", told, {"queues": ", ".join(unserved)})
    others = heartbeats.other_releases(release, now=now) if release else []
    if others:
        told = gettext_noop("of another release than this process: %(names)s")
        return Part("workers", told, {"names": ", ".join(sorted(others))})
    return Part("workers")


def _disk() -> Part:
    short = [place for place in _places() if shutil.disk_usage(place).free < settings.DISK_FREE_MINIMUM]
    return Part("disk", gettext_noop("too little space is free") if short else "")


def _places() -> set[Path]:
    wanted = {Path(settings.DATA_DIR), Path(settings.MEDIA_ROOT)}
    return {place for place in wanted if place.exists()}


def _scheduler(now: datetime) -> Part:
    last = heartbeats.last_tick()
    if last is None:
        return Part("scheduler", gettext_noop("has never ticked"))
    age = now - last
    if age > heartbeats.SILENT_AFTER:
        told = gettext_noop("last ticked %(seconds)s s ago")
        return Part("scheduler", told, {"seconds": f"{age.total_seconds():.0f}"})
    return Part("scheduler")


def _clock(now: datetime) -> Part:
    clock = look_at_clock(now=now)
    return Part("clock", clock.told, clock.values)
