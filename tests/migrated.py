"""Migrated databases without migrating: a template is migrated once for each state of the migrations, then copied.

A template's name holds a hash of all that decides what migrating gives. Another migration gives another name, so a
stale template is never used. Whoever needs one first makes it; the others wait for that one. On its way the migrating
stops at each of the OLDER states and leaves a template of that state too: tests of upgrades begin there.
"""

import fcntl
import hashlib
import os
import sqlite3
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import django
import psycopg
from django.apps import apps
from django.conf import settings
from django.db import connection

#: A template may be hours old, but a copy is installed when it is made: what is judged by that moment must not differ.
INSTALLED_NOW = "UPDATE django_migrations SET applied = CURRENT_TIMESTAMP"
#: The states at which tests of upgrades begin, in the order of migrating.
OLDER = ("0012_events", "0018_glossary_names", "0034_permits", "0037_sealed_values", "0067_overall_ranking")
#: How long a command may take that migrates: a minute of processor time, of which a busy machine gives little.
SECONDS = 1800
#: Where templates of SQLite are kept, beside what pytest keeps; removing it costs the next run one migrating.
KEPT = Path(settings.BASE_DIR) / ".pytest_cache" / "databases"


@cache
def state_of_migrations() -> str:
    """Return a hash of the migrations of every installed app, of the programs that carry them out and of OLDER."""
    versions = (django.VERSION, sys.version_info[:2], sqlite3.sqlite_version)
    digest = hashlib.sha256(repr((*versions, OLDER)).encode())
    for config in apps.get_app_configs():
        for path in sorted((Path(config.path) / "migrations").glob("*.py")):
            digest.update(f"\0{config.label}/{path.name}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def copy_to_sqlite(target: sqlite3.Connection, state: str = "") -> None:
    """Copy the template into an empty database: of all migrations, or of those up to one of the OLDER states."""
    KEPT.mkdir(parents=True, exist_ok=True)
    template = KEPT / f"{_named(state)}.sqlite3"
    with _alone(KEPT / "lock"):
        if not template.exists():
            for older in KEPT.glob("*.sqlite3"):
                older.unlink()
            _make_sqlite()
        with closing(sqlite3.connect(f"file:{template}?mode=ro&immutable=1", uri=True)) as source:
            source.backup(target)
    target.execute(INSTALLED_NOW)
    target.commit()


def _named(state: str) -> str:
    assert not state or state in OLDER, state
    return "_".join(filter(None, (state_of_migrations(), state)))


def new_sqlite(path: Path, state: str = "") -> None:
    """Make a file that holds a migrated database and nothing else."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as database:
        copy_to_sqlite(database, state)


@contextmanager
def begun_with_template() -> Iterator[None]:
    """Let Django's test database begin as a copy of the template, so that it finds nothing left to migrate."""
    if connection.vendor == "postgresql":
        connection.settings_dict["TEST"]["TEMPLATE"] = postgresql_template(os.environ["DATABASE_URL"])
        yield
        return
    name = str(connection.creation._get_test_db_name())
    with closing(sqlite3.connect(name, uri=name.startswith("file:"), check_same_thread=False)) as held:
        copy_to_sqlite(held)  # one in memory lives as long as somebody holds it
        yield


def postgresql_template(server_url: str, state: str = "") -> str:
    """Return the name of the template on this server, for CREATE DATABASE ... TEMPLATE."""
    names = {each: f"tracker_template_{_named(each)}" for each in (*OLDER, "")}
    server = urlsplit(server_url)._replace(scheme="postgresql")
    maintenance = urlunsplit(server._replace(path="/postgres"))
    with psycopg.connect(maintenance, autocommit=True) as administrator:
        administrator.execute("SELECT pg_advisory_lock(hashtext(%s))", [names[""]])
        found = administrator.execute("SELECT 1 FROM pg_database WHERE datname = %s", [names[""]]).fetchone()
        if not found:
            unfinished = f"tracker_unfinished_{uuid.uuid4().hex[:12]}"
            administrator.execute(f"CREATE DATABASE {unfinished}".encode())
            try:
                for each, name in names.items():
                    _migrate(urlunsplit(server._replace(path=f"/{unfinished}")), each)
                    administrator.execute(f"DROP DATABASE IF EXISTS {name}".encode())
                    administrator.execute(f"CREATE DATABASE {name} TEMPLATE {unfinished}".encode())
            finally:
                administrator.execute(f"DROP DATABASE IF EXISTS {unfinished} WITH (FORCE)".encode())
    return names[state]


def _make_sqlite() -> None:
    with tempfile.TemporaryDirectory(dir=KEPT) as folder:
        made = Path(folder) / "migrated"
        for state in (*OLDER, ""):
            _migrate(f"sqlite:///{made}", state)
            copied = Path(folder) / "copied"
            with closing(sqlite3.connect(made)) as whole:
                whole.execute("VACUUM INTO ?", [str(copied)])
            copied.replace(KEPT / f"{_named(state)}.sqlite3")


def _migrate(url: str, state: str) -> None:
    """Migrate a database in a process of its own; the command line would record that it did."""
    arguments = ["migrate", *(("tracker", state) if state else ())]
    program = (
        "import django; from django.core.management import call_command; django.setup();"
        f"call_command(*{arguments}, verbosity=0, interactive=False)"
    )
    with tempfile.TemporaryDirectory() as data:
        own = {"DJANGO_SETTINGS_MODULE": "config.settings", "TRACKER_DATA_DIR": data, "DATABASE_URL": url}
        done = subprocess.run(
            [sys.executable, "-c", program],
            cwd=settings.BASE_DIR,
            env={**os.environ, **own},
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
    assert done.returncode == 0, done.stdout + done.stderr


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """One process at a time."""
    with lock.open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield
