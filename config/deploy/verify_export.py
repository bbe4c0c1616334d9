#!/usr/bin/env python3
"""Prove an export of the tracker's event log and values, without the tracker: Python 3.11's standard library alone.

    python3 verify_export.py EXPORT [--head HEAD.json ...] [--file DOCUMENT ...] [--json]

EXPORT is what `manage.py export_proof` wrote. HEAD.json is a head that was kept elsewhere (each day's mail has one):
it shows that the log was not cut off or calculated again. DOCUMENT is a file whose issue or receipt the log must hold.
Exits with 1 where anything differs.

Each line of the export is a JSON list: ["revision", columns...], by ascending id; then ["event", seal's columns,
event's columns], in the order of the chain. Columns are texts, or null. The hashes are

    event     SHA-256( field(form) field(previous hash) field(place) field(time of sealing) field(column 1) ... )
    values    SHA-256( "tracker-value-seal-1" field(column 1 of revision 1) ... field(last column of revision n) )
    field     "-," for null, else the length in bytes in decimal ":" the bytes in UTF-8 ","
"""

import argparse
import hashlib
import json
import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

FORMS = {"1": "tracker-event-seal-1", "2": "tracker-event-seal-2"}
VALUES = b"tracker-value-seal-1"
NONE_BEFORE = "0" * 64
KEY, REMOVED = "value seal", "removed revisions"
#: Where an event's time, action and "after" stand among its columns.
TIME, ACTION, AFTER = 1, 3, 8


def field(text: str | None) -> bytes:
    """Return a column's part of a hash."""
    if text is None:
        return b"-,"
    content = text.encode()
    return b"%d:%b," % (len(content), content)


def hash_of_event(seal: list[str], event: list[str | None]) -> str:
    """Return what the seal's hash should be."""
    _place, _event, _time, previous, _hash, version = seal
    parts = [FORMS.get(version, ""), previous, seal[0], seal[2], *event]
    return hashlib.sha256(b"".join(map(field, parts))).hexdigest()


def ranges_of(text: str) -> list[tuple[int, int]]:
    """Return the ids of "7-9,12"."""
    found = [tuple(map(int, one.split("-"))) for one in text.split(",") if one]
    return [(one[0], one[-1]) for one in found]


class Export:
    """The file, with the place of each revision in it."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.ids, self.places = array("q"), array("q")
        self.covered: list[tuple[int, int]] = []
        self.removed: list[tuple[int, int]] = []
        self.faults: list[str] = []
        self.hashes: dict[int, str] = {}
        self.files: dict[str, str] = {}
        self.events = 0

    def read(self, heads: dict[int, str]) -> None:
        """Read everything once, then the revisions again, seal by seal."""
        seals, previous = list[tuple[str, dict[str, Any]]](), NONE_BEFORE
        while line := self.file.readline():
            kind, *content = json.loads(line)
            if kind == "revision":
                self.ids.append(int(content[0]))
                self.places.append(self.file.tell() - len(line))
            elif kind == "event":
                previous = self._event(content[0], content[1], previous, heads, seals)
        self.faults += [f"head at place {place} is not in the log" for place in heads if place not in self.hashes]
        for event, kept in seals:
            self._seal(event, kept)
        self._outside()

    def _event(
        self, seal: list[str], event: list[str | None], previous: str, heads: dict[int, str], seals: list[Any]
    ) -> str:
        self.events += 1
        if int(seal[0]) != self.events:
            self.faults.append(f"place {self.events} of the chain is missing")
            self.events = int(seal[0])
        if hash_of_event(seal, event) != seal[4]:
            self.faults.append(f"event {seal[1]} is not as it was sealed")
        if seal[3] != previous:
            self.faults.append(f"seal {seal[0]} does not follow the one before it")
        if int(seal[0]) in heads:
            self.hashes[int(seal[0])] = seal[4]
            if heads[int(seal[0])] != seal[4]:
                self.faults.append(f"head at place {seal[0]} is not that of the log")
        after = _parsed(event[AFTER])
        if isinstance(after.get(KEY), dict):
            seals.append((seal[1], after[KEY]))
        if event[ACTION] == "demonstration_removed":
            self.removed += ranges_of(str(after.get(REMOVED, "")))
        if after.get("sha256"):
            self.files[str(after["sha256"])] = f"event {seal[1]} ({event[ACTION]}, {event[TIME]})"
        return seal[4]

    def _seal(self, event: str, kept: dict[str, Any]) -> None:
        ranges, digest, count = ranges_of(str(kept.get("ids", ""))), hashlib.sha256(VALUES), 0
        for columns in self._revisions(ranges):
            digest.update(b"".join(map(field, columns)))
            count += 1
        if digest.hexdigest() == kept.get("sha256") and count == kept.get("count"):
            self.covered += ranges
        elif not (count < int(kept.get("count", 0)) and self._are_removed(ranges)):
            self.faults.append(f"revisions {kept.get('ids')} are not as event {event} sealed them")
            self.covered += ranges

    def _revisions(self, ranges: list[tuple[int, int]]) -> Iterator[list[str | None]]:
        for first, last in ranges:
            at = bisect_left(self.ids, first)
            while at < len(self.ids) and self.ids[at] <= last:
                self.file.seek(self.places[at])
                yield json.loads(self.file.readline())[1:]
                at += 1

    def _are_removed(self, ranges: list[tuple[int, int]]) -> bool:
        there = {int(columns[0] or 0) for columns in self._revisions(ranges)}
        gone = (number for first, last in ranges for number in range(first, last + 1) if number not in there)
        return all(any(first <= number <= last for first, last in self.removed) for number in gone)

    def _outside(self) -> None:
        """Name revisions that no seal holds."""
        self.covered.sort()
        at, reach = 0, 0
        for number in self.ids:
            while at < len(self.covered) and self.covered[at][0] <= number:
                reach = max(reach, self.covered[at][1])
                at += 1
            if number > reach:
                self.faults.append(f"revision {number} is in no seal: it was put in past the application")


def _parsed(text: str | None) -> dict[str, Any]:
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}  # changed, which the seal tells
    return found if isinstance(found, dict) else {}


def main() -> int:
    """Prove what the arguments name; return the status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("export", type=Path)
    parser.add_argument("--head", type=Path, action="append", default=[])
    parser.add_argument("--file", type=Path, action="append", default=[])
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    heads = {int(one["sequence"]): str(one["hash"]) for one in (json.loads(path.read_text()) for path in asked.head)}
    with asked.export.open("rb") as file:
        export = Export(file)
        export.read(heads)
    told = []
    for path in asked.file:
        with path.open("rb") as document:
            digest = hashlib.file_digest(document, "sha256").hexdigest()
        if digest in export.files:
            told.append(f"{path} is recorded by {export.files[digest]}")
        else:
            export.faults.append(f"{path} is not recorded in the log")
    verdict = "differs" if export.faults else "proved"
    counts = {"events": export.events, "revisions": len(export.ids), "heads": len(heads)}
    if asked.json:
        said = [json.dumps({"verdict": verdict, **counts, "differences": export.faults, "files": told}, indent=1)]
    else:
        said = [*export.faults, *told, ", ".join(f"{name}: {number}" for name, number in counts.items())]
        said.append("未通过验证 Not proved" if export.faults else "已通过验证 Proved")
        if not heads:
            said.append("未提供另存的链头 No head was given: a log that was calculated again would not be found.")
    sys.stdout.write("\n".join(said) + "\n")
    return 1 if export.faults else 0


if __name__ == "__main__":
    sys.exit(main())
