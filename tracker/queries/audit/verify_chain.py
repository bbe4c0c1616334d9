"""Proving the chain: every seal and event is read once, in the order of the chain, and what differs is named."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import connection

from tracker.queries.audit.heads import Head
from tracker.queries.audit.seal_backlog import SealBacklog, could_have_begun, in_ranges, late
from tracker.queries.audit.seal_content import (
    BEGINNINGS,
    EVENT_COLUMNS,
    NONE_BEFORE,
    SEAL_COLUMNS,
    Field,
    as_fields,
    hash_of,
    raw,
)

#: Rows read at once.
PAGE = 2000


class ChainFault(StrEnum):
    """In what way the log differs from what was sealed."""

    DIFFERS = "differs"  # the event or its seal is not as it was sealed
    EVENT_MISSING = "event_missing"  # the seal is there, its event is not
    SEAL_MISSING = "seal_missing"  # nothing stands at this place of the chain, or from one to another ("7-9")
    DETACHED = "detached"  # the seal agrees with itself, but not with the one before
    UNSEALED = "unsealed"  # an event, or those from one to another ("7-9"), that should have been sealed
    NOT_BEGUN = "not_begun"  # no event is sealed, although there was time enough
    HEAD_DIFFERS = "head_differs"  # what was exported does not stand in the chain


@dataclass(frozen=True)
class ChainFinding:
    """One row that differs: the place in the chain and the event's id, as far as there are any."""

    fault: ChainFault
    sequence: str = ""
    event_id: str = ""


@dataclass
class Proof:
    """What was read, so far. `waiting` are the events that have no seal yet and need none."""

    seals: int = 0
    last_hash: str = NONE_BEFORE
    waiting: int = 0


@dataclass(frozen=True)
class _Link:
    sequence: bytes
    event_id: bytes
    sealed_at: bytes
    previous: bytes
    hash: bytes
    version: bytes
    event: list[Field]

    @property
    def place(self) -> int | None:
        """Its place in the chain; None where what stands there is no number (SQLite lets it in)."""
        return int(self.sequence) if self.sequence.isdigit() else None

    @property
    def agrees(self) -> bool:
        """Return True if the seal's hash is that of the seal and its event."""
        if self.version not in BEGINNINGS:
            return False
        digest = hash_of(self.previous, self.sequence, self.sealed_at, self.event, version=self.version)
        return digest.encode() == self.hash


def verify(proof: Proof, heads: Iterable[Head], *, now: datetime) -> Iterator[ChainFinding]:
    """Everything that differs, in the order of the chain; `proof` counts along. Memory stays bounded."""
    expected = _by_place(heads)
    is_known = bool(expected)
    before: _Link | None = None
    place, tail = 1, SealBacklog()
    for link in _links():
        sequence = link.place
        if sequence is None:
            yield ChainFinding(
                ChainFault.DIFFERS, link.sequence.decode(errors="replace"), link.event_id.decode(errors="replace")
            )
            continue
        if sequence > place:
            last = f"-{sequence - 1}" if sequence - 1 > place else ""
            yield ChainFinding(ChainFault.SEAL_MISSING, f"{place}{last}")
        yield from _of_link(link, before, whether_linked=sequence == place)
        if expected.pop(sequence, {link.hash}) != {link.hash}:
            yield ChainFinding(ChainFault.HEAD_DIFFERS, str(sequence))
        before, place = link, sequence + 1
        proof.seals += 1
        proof.last_hash = link.hash.decode(errors="replace")
        tail.add(link.event_id, link.sealed_at)
    for sequence in sorted(expected):  # the chain ends before
        yield ChainFinding(ChainFault.HEAD_DIFFERS, str(sequence))
    yield from _of_unsealed(proof, tail, whether_begun=is_known or proof.seals > 0, now=now)


def _by_place(heads: Iterable[Head]) -> dict[int, set[bytes]]:
    """Return the hashes that heads name, by sequence number: each of them must be found there."""
    expected: dict[int, set[bytes]] = {}
    for head in heads:
        expected.setdefault(head.sequence, set()).add(head.hash.encode())
    return expected


def _of_unsealed(proof: Proof, tail: SealBacklog, *, whether_begun: bool, now: datetime) -> Iterator[ChainFinding]:
    """Return those that should have been sealed; the others are counted."""
    if not whether_begun:
        proof.waiting = sum(1 for _event in _unsealed())
        if proof.waiting and could_have_begun(now):
            yield ChainFinding(ChainFault.NOT_BEGUN)
        return
    for ids in in_ranges(_too_late(proof, tail, now)):
        yield ChainFinding(ChainFault.UNSEALED, event_id=ids)


def _too_late(proof: Proof, tail: SealBacklog, now: datetime) -> Iterator[int]:
    for event_id, is_late in late(_unsealed(), tail, now=now):
        if is_late:
            yield event_id
        else:
            proof.waiting += 1


def _of_link(link: _Link, before: _Link | None, *, whether_linked: bool) -> Iterator[ChainFinding]:
    named = link.sequence.decode(errors="replace"), link.event_id.decode(errors="replace")
    if link.event[0] is None:
        yield ChainFinding(ChainFault.EVENT_MISSING, *named)
    elif not link.agrees:
        yield ChainFinding(ChainFault.DIFFERS, *named)
    elif whether_linked and _is_detached(link, before):
        yield ChainFinding(ChainFault.DETACHED, *named)


def _is_detached(link: _Link, before: _Link | None) -> bool:
    """Return where the seal before was changed that one is named; this one is as it was."""
    if before is None:
        return link.previous != NONE_BEFORE.encode()
    return link.previous != before.hash and before.agrees


def sealed_events() -> Iterator[tuple[list[Field], list[Field]]]:
    """Yield each seal and its event as the database holds them, in the order of the chain."""
    columns = f"{raw(SEAL_COLUMNS, 's')}, {raw(EVENT_COLUMNS, 'e')}"
    statement = (
        f"SELECT s.sequence, {columns} FROM tracker_eventseal s"  # noqa: S608 - names of columns
        " LEFT JOIN tracker_event e ON e.id = s.event_id WHERE s.sequence > %s ORDER BY s.sequence LIMIT %s"
    )
    for row in _paged(statement):
        yield row[: len(SEAL_COLUMNS)], row[len(SEAL_COLUMNS) :]


def _links() -> Iterator[_Link]:
    for seal, event in sealed_events():
        sequence, event_id, sealed_at, previous, digest, version = (field or b"" for field in seal)
        yield _Link(sequence, event_id, sealed_at, previous, digest, version, event=event)


def _unsealed() -> Iterator[tuple[bytes, bytes]]:
    statement = (
        f"SELECT e.id, {raw(['id', 'recorded_at'], 'e')} FROM tracker_event e"  # noqa: S608 - names of columns
        " LEFT JOIN tracker_eventseal s ON s.event_id = e.id"
        " WHERE e.id > %s AND s.event_id IS NULL ORDER BY e.id LIMIT %s"
    )
    for event_id, recorded_at in _paged(statement):
        yield event_id or b"", recorded_at or b""


def _paged(statement: str) -> Iterator[list[Field]]:
    """Yield the rows of a statement page by page, without their first column.

    That column is the key that the next page begins after.
    """
    last: int | str = -(2**63)
    while True:
        with connection.cursor() as cursor:
            cursor.execute(statement, [last, PAGE])
            rows = cursor.fetchall()
        yield from (as_fields(row[1:]) for row in rows)
        if len(rows) < PAGE:
            return
        last = rows[-1][0]
