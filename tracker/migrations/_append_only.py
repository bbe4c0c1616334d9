"""Triggers by which the database itself refuses to change, remove or replace rows of a table, whoever asks."""

from collections.abc import Iterable, Iterator
from typing import Any

MESSAGE = "rows of this table are never changed or removed"
BACKDATED = "a revision follows those of its cell, in number and in time"
REVISIONS = "tracker_valuerevision"
#: What makes a row another one's replacement. REPLACE of another program on SQLite removes a row without a trigger.
KEYS = {REVISIONS: ("id", "entry_id number"), "tracker_eventseal": ("sequence", "event_id")}
#: Clocks of several servers differ, and are set right: a time up to an hour before the newest one is taken.
LATER = {
    "sqlite": "julianday(r.recorded_at) > julianday(NEW.recorded_at) + 1.0001 / 24",
    "postgresql": "r.recorded_at > NEW.recorded_at + INTERVAL '1 hour'",
}


def later(vendor: str) -> str:
    """Return SQL for a revision of the same cell that a new one must come after."""
    return (
        f"SELECT 1 FROM {REVISIONS} r WHERE r.entry_id = NEW.entry_id"  # noqa: S608
        f" AND (r.number >= NEW.number OR {LATER[vendor]})"
    )


def install(schema_editor: Any, tables: Iterable[str]) -> None:
    """Refuse from now on."""
    for table in tables:
        for statement in STATEMENTS[schema_editor.connection.vendor](table):
            schema_editor.execute(statement, params=None)  # the % of RAISE is no placeholder
    refuse_replacing(schema_editor, tables)


def refuse_replacing(schema_editor: Any, tables: Iterable[str]) -> None:
    """Refuse from now on to put a row in another one's place, and a revision before those of its cell."""
    for table in tables:
        for statement in INSERTS[schema_editor.connection.vendor](table):
            schema_editor.execute(statement, params=None)


def allow_replacing(schema_editor: Any, tables: Iterable[str]) -> None:
    """Refuse that no longer."""
    on = "" if schema_editor.connection.vendor == "sqlite" else " ON {table}"
    for table in tables:
        for ending in ("no_rep", "in_order"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table[8:]}_{ending}{on.format(table=table)}")


def remove(schema_editor: Any, tables: Iterable[str]) -> None:
    """Refuse no longer."""
    on = "" if schema_editor.connection.vendor == "sqlite" else " ON {table}"
    for table in tables:
        for name in names(schema_editor.connection.vendor, table):
            schema_editor.execute(f"DROP TRIGGER {name}{on.format(table=table)}")
    allow_replacing(schema_editor, tables)


def names(vendor: str, table: str) -> list[str]:
    endings = ["no_upd", "no_del"] + (["no_trunc"] if vendor == "postgresql" else [])
    return [f"{table[8:]}_{ending}" for ending in endings]


def sqlite(table: str) -> Iterator[str]:
    no_update, no_delete = names("sqlite", table)
    for name, verb in [(no_update, "UPDATE"), (no_delete, "DELETE")]:
        yield f"CREATE TRIGGER {name} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, '{table}: {MESSAGE}'); END"


def postgresql(table: str) -> Iterator[str]:
    no_update, no_delete, no_truncate = names("postgresql", table)
    yield (
        "CREATE OR REPLACE FUNCTION tracker_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '%: {MESSAGE}', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';"
        " END $$"
    )
    for name, verb, each in [
        (no_update, "UPDATE", "ROW"),
        (no_delete, "DELETE", "ROW"),
        (no_truncate, "TRUNCATE", "STATEMENT"),
    ]:
        yield (f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH {each} EXECUTE FUNCTION tracker_append_only()")


def sqlite_inserts(table: str) -> Iterator[str]:
    """A key that the database gives is -1 while the trigger looks at it."""
    taken = (" AND ".join(f"r.{name} = NEW.{name}" for name in key.split()) for key in KEYS.get(table, ("id",)))
    found = " OR ".join(f"EXISTS (SELECT 1 FROM {table} r WHERE {key})" for key in taken)  # noqa: S608
    refused = [("no_rep", found, MESSAGE)]
    if table == REVISIONS:
        refused.append(("in_order", f"NOT ({found}) AND EXISTS ({later('sqlite')})", BACKDATED))
    for ending, condition, message in refused:
        name = f"{table[8:]}_{ending}"
        yield f"DROP TRIGGER IF EXISTS {name}"
        yield (
            f"CREATE TRIGGER {name} BEFORE INSERT ON {table} WHEN {condition}"
            f" BEGIN SELECT RAISE(ABORT, '{table}: {message}'); END"
        )


def postgresql_inserts(table: str) -> Iterator[str]:
    """There a key that is taken is refused by the constraint, and a row put in its place is an update."""
    if table != REVISIONS:
        return
    yield (
        "CREATE OR REPLACE FUNCTION tracker_in_order() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF EXISTS ({later('postgresql')}) THEN RAISE EXCEPTION '%: {BACKDATED}', TG_TABLE_NAME"
        " USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$"
    )
    yield f"DROP TRIGGER IF EXISTS {table[8:]}_in_order ON {table}"
    yield (
        f"CREATE TRIGGER {table[8:]}_in_order BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION tracker_in_order()"
    )


INSERTS = {"sqlite": sqlite_inserts, "postgresql": postgresql_inserts}
STATEMENTS = {"sqlite": sqlite, "postgresql": postgresql}
