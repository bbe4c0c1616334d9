"""What a seal's hash is made over: every byte of the event's row as the database holds it.

    hash = SHA-256( field("tracker-event-seal-2") field(previous) field(sequence) field(sealed_at)
                    field(id) field(recorded_at) ... field(address) )
    field(NULL) = "-,"    field(text) = its length in bytes in decimal ":" its bytes in UTF-8 ","

Texts are taken from the database rather than from Python: a row that no longer parses must be found, not stop the
proof. Moments are UTC, "2020-09-03 02:00:00", with six digits of the second where there are any. JSON and addresses
are brought into one spelling (`spelling`), so that the chain holds on SQLite and on PostgreSQL.

Seals of the first form ("tracker-event-seal-1") were made over JSON and addresses as the database of then spells them.
They are proved as they were made, on the kind of database that they were made on.
"""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime

from django.db import connection

from tracker.queries.audit.canonical import CANONICAL

#: The form of the seals made now.
VERSION = 2
#: What a hash begins with, by the form as the database holds it. The form is hashed: it cannot be changed unseen.
BEGINNINGS = {b"1": b"tracker-event-seal-1", b"2": b"tracker-event-seal-2"}
#: The hash before the first seal.
NONE_BEFORE = "0" * 64
#: The columns of an event, in the order in which they are hashed.
EVENT_COLUMNS = (
    *("id", "recorded_at", "actor_id", "action", "object_type", "object_id", "object_label"),
    *("before", "after", "reason", "address"),
)
SEAL_COLUMNS = ("sequence", "event_id", "sealed_at", "previous", "hash", "version")
MOMENTS = frozenset({"recorded_at", "sealed_at"})

#: One field of a row: its bytes, or None for NULL.
Field = bytes | None


def raw(columns: Sequence[str], table: str) -> str:
    """Return SQL for the columns' bytes as this database holds them."""
    return ", ".join(_raw(table, column) for column in columns)


def as_fields(row: Sequence[object]) -> list[Field]:
    """Return what the database answered to `raw`, as bytes."""
    return [None if value is None else value if isinstance(value, bytes) else str(value).encode() for value in row]


def canonical_bytes(moment: datetime) -> bytes:
    """Return a moment in the form that `raw` gives of a stored one."""
    return str(moment.astimezone(UTC).replace(tzinfo=None)).encode()


def hash_of(
    previous: bytes, sequence: bytes, sealed_at: bytes, event: Sequence[Field], *, version: bytes = b"%d" % VERSION
) -> str:
    """Return the hash of a seal of this form."""
    digest = hashlib.sha256()
    for field in (BEGINNINGS[version], previous, sequence, sealed_at, *hashed_content(event, version)):
        digest.update(b"-," if field is None else b"%d:%s," % (len(field), field))
    return digest.hexdigest()


def hashed_content(event: Sequence[Field], version: bytes) -> list[Field]:
    """Return the event's fields as a seal of this form hashes them."""
    return list(event) if version == b"1" else _canonical(event)


def _canonical(event: Sequence[Field]) -> list[Field]:
    return [
        CANONICAL[column](field) if field is not None and column in CANONICAL else field
        for column, field in zip(EVENT_COLUMNS, event, strict=True)
    ]


def _raw(table: str, column: str) -> str:
    name = f'{table}."{column}"'
    if connection.vendor == "sqlite":
        return f"CAST({name} AS BLOB)"
    if column in MOMENTS:
        return f"regexp_replace(to_char({name} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), '[.]000000$', '')"
    return f"{name}::text"
