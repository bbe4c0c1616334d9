"""A tracker of its own for a test: real processes, a data directory and a database that nobody else uses."""

import fcntl
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit

import psycopg
from django.conf import settings

from tests import migrated

Found = TypeVar("Found")
DATABASE_URL, BROKER_URL = os.environ.get("DATABASE_URL", ""), os.environ.get("BROKER_URL", "")


@contextmanager
def alone_with_the_broker() -> Iterator[None]:
    """Tests that use the broker take turns: each empties its queues, and their workers know only their own rows."""
    with (Path(tempfile.gettempdir()) / "tracker-tests-with-the-broker").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield


@dataclass
class Installation:
    """Where it lives, what its processes are told, and those of them that were started."""

    directory: Path
    database_url: str
    environment: dict[str, str]
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def manage(self, *arguments: str, **environment: str) -> str:
        """Run a management command to its end; what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=settings.BASE_DIR,
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            timeout=migrated.SECONDS,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[bytes]:
        """Start `python ...` in a process group of its own; what it prints goes to a log."""
        with self.log(len(self.processes)).open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=settings.BASE_DIR,
                env={**self.environment, **environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.processes.append(process)
        return process

    def log(self, number: int) -> Path:
        """What a started process printed, by the order of starting."""
        return self.directory / f"process-{number}.log"

    def start_worker(self) -> subprocess.Popen[bytes]:
        """Start a Celery worker."""
        return self.start("-m", "celery", "--app", "config", "worker", "--concurrency", "1", "--loglevel", "INFO")

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What a query gives."""
        if self.database_url:
            with psycopg.connect(self.database_url) as postgresql:
                return postgresql.execute(sql.encode()).fetchall()
        with closing(sqlite3.connect(self.directory / "tracker.sqlite3", timeout=20)) as sqlite:
            return sqlite.execute(sql).fetchall()

    def issued_files(self) -> list[Path]:
        """Every file of a report, finished or not."""
        return sorted(path for path in (self.directory / "files").rglob("*") if path.is_file())

    def stop(self) -> None:
        """End what was started: politely, so that it ends its own children in other groups, then for good."""
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            with suppress(subprocess.TimeoutExpired):
                process.wait(20)
            kill_group(process)


@contextmanager
def installation(
    directory: Path, *, is_migrated: bool = False, state: str = "", **environment: str
) -> Iterator[Installation]:
    """An empty installation on the database and the broker that the tests were given; with its tables, if migrated,
    or with those that one of the older states of `tests/migrated.py` had.
    """
    template = state if state or is_migrated else None
    with _own_database(template) as url:
        if template is not None and not url:
            migrated.new_sqlite(directory / "tracker.sqlite3", template)
        own = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "TRACKER_DATA_DIR": str(directory),
            **environment,
        }
        for name in ("EMAIL_URL", "BASE_URL", "DATABASE_URL"):
            if name not in environment:
                own.pop(name, None)
        if url:
            own["DATABASE_URL"] = url
        # A variable that is empty stops the start: here it means that there is none.
        made = Installation(directory, url, {name: value for name, value in own.items() if value})
        try:
            yield made
        finally:
            made.stop()


@contextmanager
def _own_database(state: str | None) -> Iterator[str]:
    """The URL of a new PostgreSQL database where the tests run on PostgreSQL, else "" for SQLite's file."""
    if not DATABASE_URL.startswith("postgres"):
        yield ""
        return
    name = f"tracker_{uuid.uuid4().hex[:12]}"
    server = urlsplit(DATABASE_URL)._replace(scheme="postgresql")
    with psycopg.connect(server._replace(path="/postgres").geturl(), autocommit=True) as administrator:
        template = "" if state is None else f" TEMPLATE {migrated.postgresql_template(DATABASE_URL, state)}"
        administrator.execute(f"CREATE DATABASE {name}{template}".encode())
        url = server._replace(path=f"/{name}").geturl()
        try:
            if state is not None:
                with psycopg.connect(url) as copy:
                    copy.execute(migrated.INSTALLED_NOW)
            yield url
        finally:
            administrator.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


class Leader(Protocol):
    """A process that leads a group."""

    pid: int

    def wait(self, timeout: float | None = None) -> int: ...


def kill_group(process: Leader) -> None:
    """Kill a process and all that it started, at once and without a word."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(20)


def wait_for(look: Callable[[], Found | None], seconds: float = 60) -> Found:
    """What `look` finds, as soon as it finds something."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(0.01)
    raise AssertionError(f"nothing within {seconds} s")
