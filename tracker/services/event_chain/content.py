"""What a seal's hash is made over: every byte of the event's row as the database holds it.

    hash = SHA-256( field("tracker-event-seal-1") field(previous) field(sequence) field(sealed_at)
                    field(id) field(recorded_at) ... field(address) )
    field(NULL) = "-,"    field(text) = its length in bytes in decimal ":" its bytes in UTF-8 ","

Texts are taken from the database rather than from Python: a row that no longer parses must be found, not stop the
proof, and a changed blank in a stored JSON text is a change too. Moments are UTC, "2020-09-03 02:00:00", with six
digits of the second where there are any. JSON and addresses are spelled by each database in its own way: a chain is
proved on the kind of database that it was made on.
"""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime

from django.db import connection

VERSION = b"tracker-event-seal-1"
#: The hash before the first seal.
NONE_BEFORE = "0" * 64
#: The columns of an event, in the order in which they are hashed.
EVENT_COLUMNS = (
    *("id", "recorded_at", "actor_id", "action", "object_type", "object_id", "object_label"),
    *("before", "after", "reason", "address"),
)
SEAL_COLUMNS = ("sequence", "event_id", "sealed_at", "previous", "hash")
MOMENTS = frozenset({"recorded_at", "sealed_at"})

#: One field of a row: its bytes, or None for NULL.
Field = bytes | None


def raw(columns: Sequence[str], table: str) -> str:
    """SQL for the columns' bytes as this database holds them."""
    return ", ".join(_raw(table, column) for column in columns)


def as_fields(row: Sequence[object]) -> list[Field]:
    """What the database answered to `raw`, as bytes."""
    return [None if value is None else value if isinstance(value, bytes) else str(value).encode() for value in row]


def spelled(moment: datetime) -> bytes:
    """A moment as the `raw` of a stored one."""
    return str(moment.astimezone(UTC).replace(tzinfo=None)).encode()


def hash_of(previous: bytes, sequence: bytes, sealed_at: bytes, event: Sequence[Field]) -> str:
    """The hash of a seal."""
    digest = hashlib.sha256()
    for field in (VERSION, previous, sequence, sealed_at, *event):
        digest.update(b"-," if field is None else b"%d:%s," % (len(field), field))
    return digest.hexdigest()


def _raw(table: str, column: str) -> str:
    name = f'{table}."{column}"'
    if connection.vendor == "sqlite":
        return f"CAST({name} AS BLOB)"
    if column in MOMENTS:
        return f"regexp_replace(to_char({name} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), '[.]000000$', '')"
    return f"{name}::text"
