"""Many people in one return at once: `python -m tests.benchmarks.concurrent_writers [WRITERS EDITS]` (20 and 500).

Each writer is a thread with a connection of its own, in a database of its own on the server of DATABASE_URL (an SQLite
file by default). Every edit writes a value that nobody else writes, against the version the writer has just read. It
is accepted, and then it is a revision, or it is refused with ChangedMeanwhile, and then it is not. On SQLite a writer
may also wait in vain for the one lock there is; then nothing is stored either. Anything else ends with an error.
"""

import os
import random
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

os.environ["TRACKER_DATA_DIR"] = tempfile.mkdtemp(prefix="tracker-benchmark-")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.conf import settings
from django.db import OperationalError, connection, connections
from django.test.utils import setup_databases, teardown_databases

from tests import factories, migrated
from tests.factories import NOW
from tracker.models import Entry, Event, Return, Role, User, ValueRevision
from tracker.queries.errors import ChangedMeanwhile
from tracker.services import returns

CODES = ("coal_gangue_utilised", "fly_ash_utilised", "fgd_gypsum_utilised", "smelting_slag_utilised")


@dataclass
class FlagMessage:
    """What the writers were told of their edits: (indicator, value) of each."""

    accepted: set[tuple[str, Decimal]] = field(default_factory=set)
    refused: set[tuple[str, Decimal]] = field(default_factory=set)
    in_vain: set[tuple[str, Decimal]] = field(default_factory=set)
    failed: list[str] = field(default_factory=list)


def main(writers: int, edits: int) -> None:
    """Let them write, then compare what they were told with what is stored."""
    test = settings.DATABASES["default"].setdefault("TEST", {})
    test["NAME"] = (
        str(Path(os.environ["TRACKER_DATA_DIR"]) / "writers.sqlite3")
        if connection.vendor == "sqlite"
        else f"writers_{uuid.uuid4().hex[:12]}"
    )
    connection.settings_dict["TEST"]["NAME"] = test["NAME"]
    with migrated.begun_with_template():
        created = setup_databases(verbosity=0, interactive=False, keepdb=True)
    try:
        draft, people = prepare(writers)
        started = time.perf_counter()
        told = let_them_write(draft, people, edits)
        seconds = time.perf_counter() - started
        compare(draft, told, writers * edits)
        print(
            f"{connection.vendor}: {writers} writers x {edits} edits in {seconds:.1f} s: "
            f"{len(told.accepted)} accepted, {len(told.refused)} refused, {len(told.in_vain)} waited in vain, none lost"
        )
    finally:
        teardown_databases(created, verbosity=0)


def prepare(writers: int) -> tuple[Return, list[User]]:
    """One open return and the people who write in it."""
    plan = factories.load_plan()
    unit = factories.make_unit(plan, factories.TAIYUAN, CODES)
    people = [factories.make_user(f"writer-{number}", Role.REPORTER, factories.TAIYUAN) for number in range(writers)]
    return returns.open_return(unit, factories.period(plan), acting_user=people[0], now=NOW), people


def let_them_write(draft: Return, people: list[User], edits: int) -> FlagMessage:
    """Every writer in a thread, all starting at once."""
    told, start = FlagMessage(), threading.Barrier(len(people))
    threads = [
        threading.Thread(target=write, args=(draft.pk, person.pk, number, edits, told, start))
        for number, person in enumerate(people)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def write(draft: int, person: int, number: int, edits: int, told: FlagMessage, start: threading.Barrier) -> None:
    """One writer's edits."""
    chance = random.Random(number)
    try:
        user = User.objects.get(pk=person)
        start.wait()
        for edit in range(edits):
            code, value = chance.choice(CODES), Decimal(number * edits + edit + 1)
            unit_return = Return.objects.select_related("unit__region", "period").get(pk=draft)
            try:
                returns.save_draft(
                    unit_return,
                    {code: str(value)},
                    acting_user=user,
                    now=NOW,
                    expected_version=unit_return.version,
                )
            except ChangedMeanwhile:
                told.refused.add((code, value))
            except OperationalError as error:
                if "locked" not in str(error):
                    raise
                told.in_vain.add((code, value))
            else:
                told.accepted.add((code, value))
    except Exception as error:
        told.failed.append(repr(error))
    finally:
        connections.close_all()


def compare(draft: Return, told: FlagMessage, expected: int) -> None:
    """Stop where an accepted edit is not stored, a refused one is, or anything was told otherwise."""
    assert not told.failed, told.failed[:3]
    assert len(told.accepted) + len(told.refused) + len(told.in_vain) == expected
    revisions = ValueRevision.objects.filter(entry__unit_return=draft).order_by("entry", "number")
    stored = list(revisions.values_list("entry__indicator__code", "value", "number"))
    assert {(code, value) for code, value, _number in stored} == told.accepted
    assert len(stored) == len(told.accepted) == Event.objects.filter(action=Event.Action.DRAFT_SAVED).count()
    counts = Counter(code for code, _value, _number in stored)
    for code, count in counts.items():
        assert [number for one, _value, number in stored if one == code] == list(range(1, count + 1))
    for entry in Entry.objects.filter(unit_return=draft).select_related("reported_revision", "indicator"):
        newest = [value for code, value, _number in stored if code == entry.indicator.code][-1:]
        assert [entry.reported_value] == (newest or [None])
    draft.refresh_from_db()
    assert draft.version == 1 + len(told.accepted)


if __name__ == "__main__":
    wanted = [int(text) for text in sys.argv[1:3]]
    main(*(wanted if len(wanted) == 2 else (20, 500)))
