"""The database of a run: a file, a database on a given server, or a cluster of the run's own that can be stopped."""

import os
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from tests.smtp_peer import free_port


@dataclass
class Cluster:
    """A PostgreSQL server that nobody else uses."""

    programs: Path
    data: Path
    port: int

    def control(self, *arguments: str) -> None:
        """pg_ctl, as a user who may run it."""
        log = self.data.parent / "postgresql.log"
        as_user(self.programs / "pg_ctl", "-D", self.data, "-w", "-l", log, "-o", self._options(), *arguments)

    def _options(self) -> str:
        return f"-p {self.port} -k {self.data.parent} -c listen_addresses=127.0.0.1 -c fsync=off"


def as_user(*command: object) -> None:
    """PostgreSQL refuses to run as root."""
    told = [str(part) for part in command]
    before = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    done = subprocess.run([*before, *told], cwd="/", capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@contextmanager
def database(kind: str, directory: Path) -> Iterator[tuple[Cluster | None, str]]:
    """The cluster, where it is ours, and the URL; "" for SQLite's file."""
    if kind == "sqlite":
        yield None, ""
    elif kind == "postgresql":
        with _own_cluster() as cluster:
            yield cluster, f"postgres://postgres@127.0.0.1:{cluster.port}/postgres"
    else:
        with _own_database(kind) as url:
            yield None, url


@contextmanager
def _own_cluster() -> Iterator[Cluster]:
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    on_path = shutil.which("pg_ctl")
    programs = versions[-1] if versions else Path(on_path).parent if on_path else None
    assert programs, "PostgreSQL's programs are not installed"
    place = Path(f"/tmp/tracker-faults-{uuid.uuid4().hex[:12]}")  # noqa: S108 - another user must reach it
    place.mkdir(mode=0o700)
    if os.geteuid() == 0:
        shutil.chown(place, "postgres")
    cluster = Cluster(programs, place / "data", free_port())
    try:
        as_user(programs / "initdb", "-D", cluster.data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        cluster.control("start")
        yield cluster
    finally:
        if (cluster.data / "postmaster.pid").exists():
            cluster.control("-m", "immediate", "stop")
        shutil.rmtree(place, ignore_errors=True)


@contextmanager
def _own_database(url: str) -> Iterator[str]:
    name = f"tracker_faults_{uuid.uuid4().hex[:8]}"
    server = urlsplit(url)._replace(scheme="postgresql")
    with psycopg.connect(server._replace(path="/postgres").geturl(), autocommit=True) as administrator:
        administrator.execute(f"CREATE DATABASE {name}".encode())
        try:
            yield server._replace(path=f"/{name}", scheme="postgres").geturl()
        finally:
            administrator.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
