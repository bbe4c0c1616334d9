"""What the seal of value revisions is made over; it stands beside the migrations because one of them seals.

    seal = SHA-256( "tracker-value-seal-1" line(revision 1) ... line(revision n) ), by ascending id
    line = field(id) field(entry) field(number) ... field(time)
    field(missing) = "-,"    field(text) = its length in bytes in decimal ":" its bytes in UTF-8 ","

Values have six places ("6500.500000"), times are UTC with six digits of the second ("2020-09-03T02:00:00.000000").
The seal is kept in the event of the step that made the revisions, and so in the chain over the event log.
"""

import hashlib
from array import array
from collections.abc import Iterable, Sequence
from datetime import UTC
from typing import Any

BEGINNING = b"tracker-value-seal-1"
#: The key of the seal in an event's `after`. No indicator's code has a blank.
KEY = "value seal"
#: The columns of a revision, in the order in which they are hashed.
COLUMNS = (
    *("id", "entry_id", "number", "kind", "value", "entered_text", "entered_unit_id", "note", "reason"),
    *("source", "source_place", "saw_id", "actor_id", "recorded_at"),
)
VALUE, TIME = COLUMNS.index("value"), COLUMNS.index("recorded_at")


def line(row: Sequence[Any]) -> bytes:
    """Return one revision's part of the hash, of its columns in their order."""
    texts = (None if text is None else text.encode() for text in texts_of(row))
    return b"".join(b"-," if text is None else b"%d:%b," % (len(text), text) for text in texts)


def texts_of(row: Sequence[Any]) -> list[str | None]:
    """Return a revision's columns as the texts that are hashed."""
    fields = list(row)
    if fields[VALUE] is not None:
        fields[VALUE] = f"{fields[VALUE] + 0:.6f}"  # no sign before zero
    fields[TIME] = fields[TIME].astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")
    return [None if field is None else str(field) for field in fields]


def seal(rows: Iterable[Sequence[Any]]) -> dict[str, Any]:
    """Return the seal of revisions, given as rows of columns by ascending id: which they are, how many, their hash."""
    digest, ids = hashlib.sha256(BEGINNING), array("q")
    for row in rows:
        digest.update(line(row))
        ids.append(row[0])
    return {"ids": as_ranges(ids), "count": len(ids), "sha256": digest.hexdigest()}


def as_ranges(ids: Iterable[int]) -> str:
    """Return ascending numbers in one text: "7-9,12"."""
    ranges: list[list[int]] = []
    for number in ids:
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return ",".join(f"{first}-{last}" if last > first else str(first) for first, last in ranges)
