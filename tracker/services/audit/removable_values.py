"""The one way past the triggers that keep values and lists for ever: for generated rows, within one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.utils.translation import gettext as _

from tracker.queries.errors import Refused

TABLE = "tracker_valuerevision"
#: Each table with the trigger that refuses to delete from it.
TRIGGERS = {
    "tracker_valuerevision": "valuerevision_no_del",
    "tracker_listchange": "listchange_no_del",
    "tracker_takenstep": "takenstep_no_del",
    "tracker_stepdecision": "stepdecision_no_del",
    "tracker_countchange": "countchange_no_del",
    "tracker_projectreportrevision": "projectreportrevision_no_del",
    "tracker_projectreportreview": "projectreportreview_no_del",
}


@contextmanager
def values_removable() -> Iterator[None]:
    """Let rows of value revisions and of the history of lists be deleted by this transaction alone.

    The database refuses again afterwards. Within a transaction only: an error puts the triggers back with everything
    else. Other transactions wait.
    """
    if connection.vendor == "sqlite":
        yield from _without_triggers()
    else:
        yield from _with_triggers_off()


def _without_triggers() -> Iterator[None]:
    statements = []
    with connection.cursor() as cursor:
        for trigger in TRIGGERS.values():
            cursor.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = %s", [trigger])
            (statement,) = cursor.fetchone()
            statements.append(statement)
            cursor.execute(f"DROP TRIGGER {trigger}")
        yield
        for statement in statements:
            cursor.execute(statement, None)


def _with_triggers_off() -> Iterator[None]:
    """Disable the triggers for a block, after running pending checks: a table with pending checks cannot be altered.

    Raise Refused where this role does not own the tables, as is right for the service's role: the owner's role removes.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = '{TABLE}'::regclass")  # noqa: S608
        if not cursor.fetchone()[0]:
            raise Refused(
                _("Values are removed with the account of the database's owner: manage.py remove_demonstration.")
            )
        _alter(cursor, "DISABLE")
        yield
        _alter(cursor, "ENABLE")


def _alter(cursor: object, verb: str) -> None:
    execute = cursor.execute  # type: ignore[attr-defined]
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    for table, trigger in TRIGGERS.items():
        execute(f"ALTER TABLE {table} {verb} TRIGGER {trigger}")
    execute("SET CONSTRAINTS ALL DEFERRED")
