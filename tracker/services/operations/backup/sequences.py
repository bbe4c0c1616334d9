"""The number that a table gives its next row: it follows the highest ever given, not the highest that is left.

The event log names what was deleted by its number for ever; no other row may get it, on the new database either.
"""

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import AutoField, Max, Model


def is_numbered(model: type[Model]) -> bool:
    """Return True if the database numbers its rows."""
    return isinstance(model._meta.pk, AutoField)


def last_number(database: BaseDatabaseWrapper, model: type[Model]) -> int:
    """Return the highest number given so far; 0 if none was given."""
    with database.cursor() as cursor:
        if database.vendor == "sqlite":
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [model._meta.db_table])
        else:
            cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", _named(model))
            (sequence,) = cursor.fetchone()
            cursor.execute(f"SELECT last_value FROM {sequence} WHERE is_called")  # noqa: S608 - the database's own name
        found = cursor.fetchone()
    return int(found[0]) if found else 0


def number_after(model: type[Model], number: int) -> None:
    """Make the next row's number follow this number, and that of every existing row."""
    highest = max(number, model._base_manager.aggregate(highest=Max("pk"))["highest"] or 0)
    if not highest:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [model._meta.db_table])
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [model._meta.db_table, highest])
        else:
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, %s), %s)", [*_named(model), highest])


def _named(model: type[Model]) -> list[str]:
    pk = model._meta.pk
    return [f'"{model._meta.db_table}"', pk.column if pk else ""]
