"""Reads that all see one state of the database."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from django.db import connection, transaction


@contextmanager
def consistent_read() -> Iterator[None]:
    """Read everything inside from one state of the database.

    SQLite gives that within any transaction, PostgreSQL when the transaction begins as a repeatable read. Other
    sessions do not wait for it: on SQLite it takes no write lock, as other transactions do when they begin.
    """
    is_outermost = not connection.in_atomic_block
    with _without_write_lock() if is_outermost else nullcontext(), transaction.atomic():
        if is_outermost and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


@contextmanager
def _without_write_lock() -> Iterator[None]:
    connection.ensure_connection()
    mode = getattr(connection, "transaction_mode", None)
    if mode is None:
        yield
        return
    connection.transaction_mode = "DEFERRED"  # type: ignore[attr-defined]
    try:
        yield
    finally:
        connection.transaction_mode = mode  # type: ignore[attr-defined]
