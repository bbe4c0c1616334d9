"""The database's part: a copy of one moment while others write, and putting it where nothing is."""

import os
import sqlite3
import subprocess
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from tracker.queries.errors import Refused

#: Seconds; a larger database than can be dumped in this time is backed up by other means.
PATIENCE = 6 * 3600


def copy_database(path: Path) -> dict[str, int]:
    """Write a copy to a new file; the rows of each of its tables."""
    return _copy_sqlite(path) if connection.vendor == "sqlite" else _copy_postgresql(path)


def require_empty_database() -> None:
    """Refused where anything is: a restore overwrites nothing."""
    tables = connection.introspection.table_names()
    connection.close()
    if tables:
        raise Refused(
            _("There is a database already: a restore overwrites nothing. Name an empty one in %(setting)s.")
            % {"setting": "TRACKER_DATA_DIR" if connection.vendor == "sqlite" else "DATABASE_URL"}
        )


def empty_database() -> None:
    """Remove all tables, and what else migrating made: after a move or restore that failed, as if it never began."""
    if connection.vendor == "sqlite":
        place = Path(str(connection.settings_dict["NAME"]))
        connection.close()
        for ending in ("", "-wal", "-shm"):
            place.with_name(place.name + ending).unlink(missing_ok=True)
        return
    with transaction.atomic(), connection.cursor() as cursor:
        if tables := connection.introspection.table_names(cursor):
            names = ", ".join(connection.ops.quote_name(name) for name in tables)
            cursor.execute(f"DROP TABLE {names} CASCADE")
        cursor.execute(
            "SELECT proname FROM pg_proc"
            " WHERE pronamespace = current_schema()::regnamespace AND proname LIKE 'tracker%'"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP FUNCTION {connection.ops.quote_name(name)} CASCADE")  # of our own migrations


def put_database(path: Path) -> None:
    """Make the empty database what the copy holds, as a whole or not at all."""
    if connection.vendor == "sqlite":
        _put_sqlite(path)
    else:
        _run("pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", path=path)


def rows_of_tables() -> dict[str, int]:
    """Return how many rows each table holds."""
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        return {name: _count(cursor, name) for name in sorted(names)}


def _copy_sqlite(path: Path) -> dict[str, int]:
    """By SQLite's online backup: one step takes all pages under one read lock, which in WAL mode stops no writer."""
    connection.ensure_connection()
    with closing(sqlite3.connect(path)) as copy:
        connection.connection.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        names = copy.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
        return {name: _count(copy, name) for (name,) in sorted(names.fetchall())}


def _copy_postgresql(path: Path) -> dict[str, int]:
    """By pg_dump, in the snapshot in which the rows are counted."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()
        rows = rows_of_tables()
        _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", writing=path)
    return rows


def _put_sqlite(path: Path) -> None:
    with closing(sqlite3.connect(path)) as copy:
        (state,) = copy.execute("PRAGMA integrity_check").fetchone()
    if state != "ok":
        raise Refused(_("The archive is damaged: %(member)s.") % {"member": state})
    target = Path(str(connection.settings_dict["NAME"]))
    for ending in ("-wal", "-shm"):  # of the empty database that gives way
        target.with_name(target.name + ending).unlink(missing_ok=True)
    path.replace(target)


def _run(program: str, *options: str, path: Path | None = None, writing: Path | None = None) -> None:
    """Run a program of PostgreSQL's. Who connects is told in its environment: everybody can read arguments."""
    settings: Mapping[str, Any] = connection.settings_dict
    told = {
        "PGHOST": settings["HOST"],
        "PGPORT": settings["PORT"],
        "PGUSER": settings["USER"],
        "PGPASSWORD": settings["PASSWORD"],
    }
    environment = {**os.environ, **{name: str(value) for name, value in told.items() if value}}
    name = f"--dbname={settings['NAME']}"
    arguments = [name, f"--file={writing}"] if writing else [name, str(path)]
    try:
        done = subprocess.run(  # noqa: S603 - the program is one of two, the arguments are ours
            [program, *options, *arguments], env=environment, capture_output=True, text=True, timeout=PATIENCE
        )
    except FileNotFoundError:
        raise Refused(
            _("%(program)s is not installed: install the client of PostgreSQL.") % {"program": program}
        ) from None
    if done.returncode:
        raise Refused(f"{program}: {done.stderr.strip()}")


def _count(cursor: Any, table: str) -> int:
    cursor_or_answer = cursor.execute(f'SELECT COUNT(*) FROM "{table}"')  # noqa: S608 - a name from the catalogue
    answer = cursor_or_answer if isinstance(cursor, sqlite3.Connection) else cursor
    return int(answer.fetchone()[0])
