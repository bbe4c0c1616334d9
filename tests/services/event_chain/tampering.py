"""What somebody with the database's own rights can do to the log once the triggers are lifted."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

from django.db import DatabaseError, connection, transaction

from tests.factories import NOW
from tracker.models import Event, EventSeal, User
from tracker.queries.audit.verify_chain import ChainFinding, Proof, verify
from tracker.services.audit.events import record_event
from tracker.services.audit.sealing import seal_events

EVENT_COLUMNS = [field.column for field in Event._meta.concrete_fields]
SEAL_COLUMNS = [field.column for field in EventSeal._meta.concrete_fields]
#: What a column is on PostgreSQL, where text is not taken for it.
TYPES = {
    "id": "bigint",
    "recorded_at": "timestamptz",
    "actor_id": "bigint",
    "address": "inet",
    "before": "jsonb",
    "after": "jsonb",
    "sequence": "bigint",
    "event_id": "bigint",
    "sealed_at": "timestamptz",
    "version": "smallint",
}
LETTERS = "0123456789abcdefxyz ,-:"


def record(number: int, *, actor: User | None = None, after: object = "公斤") -> list[Event]:
    """So many events with something in every column."""
    return [
        record_event(
            Event.Action.CONFIGURED,
            acting_user=actor,
            now=NOW,
            about=actor,
            before={"value": None, "note": "before the change"},
            after={"value": str(index), "note": after, "more": [1, 2.5, True]},
            reason=f"because of {index}",
            address="192.0.2.17",
        )
        for index in range(number)
    ]


def sealed(number: int, *, actor: User | None = None) -> list[Event]:
    """So many sealed events."""
    events = record(number, actor=actor)
    while seal_events(now=NOW):
        pass
    return events


def findings(*heads: object) -> list[ChainFinding]:
    """All that the proof finds a minute later."""
    return list(verify(Proof(), heads, now=NOW))  # type: ignore[arg-type]


@contextmanager
def protection_lifted() -> Iterator[None]:
    """Without triggers and without foreign keys, as a superuser can."""
    migrations = [import_module(f"tracker.migrations.{name}") for name in ("0002_append_only", "0012_events")]
    with connection.schema_editor() as editor:
        for migration in migrations:
            migration.remove(None, editor)
    _constraints(False)
    try:
        yield
    finally:
        execute("DELETE FROM tracker_eventseal")  # what is broken here would keep constraints from coming back
        execute("DELETE FROM tracker_event")
        _constraints(True)
        with connection.schema_editor() as editor:
            for migration in migrations:
                migration.install(None, editor)


def alter_one_byte(table: str, key: str, value: int, column: str, chance: random.Random) -> bool:
    """Change one character of a stored value, whatever its kind; False where there is none to change."""
    before = _text(table, key, value, column)
    if not before:
        return False
    for _attempt in range(2000):
        place = chance.randrange(len(before))
        after = before[:place] + chance.choice(LETTERS) + before[place + 1 :]
        if after != before and _store(table, key, value, column, after) and _text(table, key, value, column) != before:
            return True  # what only spells the same value in another way is not kept
    return False


def execute(statement: str, *parameters: object) -> None:
    """Run a statement."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def _text(table: str, key: str, value: int, column: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT CAST("{column}" AS TEXT) FROM {table} WHERE {key} = %s', [value])
        row = cursor.fetchone()
    return row[0] or "" if row else ""


def _store(table: str, key: str, value: int, column: str, text: str) -> bool:
    cast = f"::{TYPES[column]}" if connection.vendor == "postgresql" and column in TYPES else ""
    try:
        with transaction.atomic():
            execute(f'UPDATE {table} SET "{column}" = %s{cast} WHERE {key} = %s', text, value)
    except DatabaseError:
        return False  # no value of this kind, or one that stands elsewhere
    return True


def _constraints(on: bool) -> None:
    if connection.vendor == "sqlite":
        execute(f"PRAGMA foreign_keys = {'ON' if on else 'OFF'}")
        execute(f"PRAGMA ignore_check_constraints = {'OFF' if on else 'ON'}")
    else:
        execute(f"SET session_replication_role = {'origin' if on else 'replica'}")
