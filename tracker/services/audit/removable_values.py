"""The one way past the triggers that keep values for ever: for generated values, within one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

TABLE, TRIGGER = "tracker_valuerevision", "valuerevision_no_del"


@contextmanager
def values_removable() -> Iterator[None]:
    """Let rows of value revisions be deleted by this transaction alone; the database refuses again afterwards.

    Within a transaction only: an error puts the trigger back with everything else. Other transactions wait.
    """
    if connection.vendor == "sqlite":
        yield from _without_trigger()
    else:
        yield from _with_trigger_off()


def _without_trigger() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = %s", [TRIGGER])
        (statement,) = cursor.fetchone()
        cursor.execute(f"DROP TRIGGER {TRIGGER}")
        yield
        cursor.execute(statement, None)


def _with_trigger_off() -> Iterator[None]:
    """A table with checks still to be made cannot be altered: they are made before."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {TABLE} DISABLE TRIGGER {TRIGGER}")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        yield
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {TABLE} ENABLE TRIGGER {TRIGGER}")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
