"""Whoever writes around the application is found by the proof, or refused by the database."""

import hashlib
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F

from tests import factories
from tests.factories import NOW, period
from tests.services import issued_reports
from tracker.migrations import _append_only, _revision_seal
from tracker.models import Entry, Event, Evidence, IssuedReport, ValueRevision
from tracker.models.quantity import stored
from tracker.queries.audit.findings import StepResult
from tracker.queries.audit.heads import current_head
from tracker.queries.audit.value_seals import REMOVED
from tracker.queries.errors import Refused
from tracker.services import returns
from tracker.services.audit.sealing import seal_events
from tracker.services.documents.reports import open_report
from tracker.services.plans.remove_demonstration import remove_demonstration
from tracker.services.proof.prove import prove, prove_document
from tracker.services.returns.totals import rebuild_totals

pytestmark = pytest.mark.django_db
GANGUE, ASH = "coal_gangue_utilised", "fly_ash_utilised"


@pytest.fixture
def verified(taiyuan, reporter, reviewer, plan):
    """A verified return of Taiyuan for August, its events sealed."""
    filed = factories.file_return(
        taiyuan, period(plan), {GANGUE: "500", ASH: "0"}, reporter=reporter, reviewer=reviewer
    )
    seal_events(now=NOW)
    return filed


@pytest.fixture
def report(verified, plan) -> IssuedReport:
    """A document that rests on it."""
    issued = issued_reports.issue(plan)
    seal_events(now=NOW)
    return issued


def steps() -> dict[str, StepResult]:
    """Return the steps of the proof by their names."""
    return {step.step: step for step in prove([], now=NOW, progress=lambda _step, _number: None)}


def differing() -> set[str]:
    """Return the steps that find a difference."""
    return {name for name, step in steps().items() if step.differences}


class _Editor:
    """What changes triggers within a test's transaction, where SQLite allows no schema editor."""

    connection = connection

    def execute(self, statement: str, params: object = None) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement, params)


@contextmanager
def protection_lifted(table: str = "tracker_valuerevision") -> Iterator[None]:
    """Without the triggers, as who owns the table can."""
    if connection.vendor == "postgresql":
        execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with pending checks cannot be altered
    _append_only.remove(_Editor(), [table])
    yield
    if connection.vendor == "postgresql":
        execute("SET CONSTRAINTS ALL IMMEDIATE")
    _append_only.install(_Editor(), [table])


def execute(statement: str, *parameters: object) -> None:
    """Run a statement."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def test_what_nobody_touched_is_proved(report):
    found = steps()
    assert {name: step.findings for name, step in found.items() if step.differences} == {}
    assert [found[name].checked for name in ("seals", "entries", "inputs", "documents", "files")] == [4, 2, 1, 1, 1]
    of_one = prove_document(report, [], now=NOW, progress=lambda _step, _number: None)
    assert [step.findings for step in of_one] == [[]] * 5


def test_every_step_of_a_return_is_sealed(verified, reporter, reviewer):
    factories.unlock(verified, reporter=reporter, reviewer=reviewer)
    verified.refresh_from_db()
    version = verified.version
    returns.save_draft(verified, {GANGUE: "400"}, acting_user=reporter, now=NOW, expected_version=version)
    sealing = Event.objects.filter(after__has_key=_revision_seal.KEY)
    assert [event.after[_revision_seal.KEY]["count"] for event in sealing.order_by("pk")] == [2, 2, 2, 1]
    assert differing() == set()


def test_a_revision_that_was_changed_is_found(report):
    revision = ValueRevision.objects.filter(kind="verified", entry__indicator__code=GANGUE).get()
    with protection_lifted():
        execute(
            "UPDATE tracker_valuerevision SET value = %s WHERE id = %s", stored(Decimal(510), connection), revision.pk
        )
    assert {"seals", "entries", "inputs", "documents"} <= differing()
    of_one = {one.step: one for one in prove_document(report, [], now=NOW, progress=lambda _step, _number: None)}
    assert of_one["seals"].differences == 1
    assert str(revision.pk) in of_one["inputs"].findings[0] or GANGUE in of_one["inputs"].findings[0]


@pytest.mark.parametrize("column", ["reason", "source_place", "entered_text", "note", "recorded_at", "actor_id"])
def test_every_column_of_a_revision_is_sealed(verified, reporter, column):
    value = {"recorded_at": NOW - timedelta(days=2), "actor_id": reporter.pk}.get(column, "x")
    with protection_lifted():
        ValueRevision.objects.filter(kind="verified").update(**{column: value})
    assert differing() == {"seals"}


def test_a_revision_that_was_put_in_is_found_though_cell_and_totals_follow_it(report):
    """A value of one's own, with all that shows it: only the log does not know it."""
    last = ValueRevision.objects.filter(kind="verified", entry__indicator__code=GANGUE).get()
    last.pk, last.number, last.value = None, last.number + 1, 510
    ValueRevision.objects.bulk_create([last])
    Entry.objects.filter(pk=last.entry_id).update(verified_value=510, verified_revision=last)
    rebuild_totals()
    found = steps()
    assert found["seals"].differences == 1
    assert str(last.pk) in found["seals"].findings[0]
    assert {name for name, step in found.items() if step.differences} == {"seals"}


def test_a_revision_that_is_gone_is_found(verified):
    with protection_lifted():
        Entry.objects.update(verified_revision=None, verified_value=None)
        ValueRevision.objects.filter(kind="verified").delete()
    rebuild_totals()
    assert differing() == {"seals"}


def test_a_changed_cell_is_found_though_the_totals_were_rebuilt(verified):
    Entry.objects.filter(indicator__code=GANGUE).update(verified_value=F("reported_value"))
    assert differing() == set()
    Entry.objects.filter(indicator__code=GANGUE).update(verified_value=501)
    assert differing() == {"entries", "totals"}
    rebuild_totals()
    assert differing() == {"entries"}


def test_changed_inputs_are_found(report):
    book = dict(report.book)
    book["cells"] = [[*row[:3], "501" if row[3] else row[3], *row[4:]] for row in book["cells"]]
    IssuedReport.objects.filter(pk=report.pk).update(book=book)
    assert {"inputs", "documents"} <= differing()


@pytest.mark.parametrize("is_package", [False, True], ids=["a byte at the end", "a part of the package"])
def test_a_changed_file_is_found_and_not_given_out(report, reviewer, is_package, caplog):
    path = Path(report.file.path)
    if is_package:
        with zipfile.ZipFile(path, "a") as package:
            package.writestr("xl/more.xml", "<x/>")
    else:
        path.write_bytes(path.read_bytes() + b"\0")
    assert differing() >= {"files"}
    assert ("documents" in differing()) == is_package
    with pytest.raises(Refused):
        open_report(report, acting_user=reviewer, now=NOW)
    assert "not the one that was recorded" in caplog.text
    assert not Event.objects.filter(action=Event.Action.DOWNLOADED).exists()


def test_a_hash_changed_with_its_file_is_found(report):
    path = Path(report.file.path)
    path.write_bytes(path.read_bytes() + b"\0")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    IssuedReport.objects.filter(pk=report.pk).update(sha256=digest)
    assert differing() == {"inputs"}


def test_a_changed_event_is_found(report):
    with protection_lifted("tracker_event"):
        Event.objects.filter(action=Event.Action.RETURN_VERIFIED).update(reason="x")
    assert differing() == {"chain"}


def test_events_of_an_earlier_time_are_told(verified):
    Event.objects.create(action="exported", recorded_at=NOW - timedelta(days=1))
    notes = steps()["chain"].notes
    assert any("1" in note and str(Event.objects.latest("pk").pk) in note for note in notes)


def test_the_command_gives_a_verdict_and_a_status(report):
    told = StringIO()
    call_command("prove", stdout=told, stderr=StringIO())
    assert len(told.getvalue().splitlines()) >= 8
    answer = StringIO()
    call_command("prove", "--json", report=report.pk, stdout=answer)
    assert json.loads(answer.getvalue())["verdict"] == "proved"
    Entry.objects.filter(indicator__code=GANGUE).update(verified_value=501)
    answer, faults = StringIO(), StringIO()
    with pytest.raises(CommandError):
        call_command("prove", "--json", stdout=answer, stderr=faults)
    verdict = json.loads(answer.getvalue())
    assert verdict["verdict"] == "differs"
    assert {step["step"]: step["differences"] for step in verdict["steps"]}["entries"] == 1
    with pytest.raises(CommandError):
        call_command("prove", report=10**9)


def test_a_demonstration_that_was_removed_leaves_a_proof():
    plan = factories.load_demonstration()
    issued_reports.issue(plan)
    seal_events(now=NOW)
    assert differing() == set()
    number = ValueRevision.objects.count()
    remove_demonstration(plan, acting_user=None, now=NOW)
    assert Event.objects.filter(after__has_key=REMOVED).count() == 1
    found = steps()
    assert {name: step.findings for name, step in found.items() if step.differences} == {}
    assert any(str(number) in note for note in found["seals"].notes)
    assert not Evidence.objects.exists()


def outsider(*arguments: object) -> tuple[int, dict[str, object]]:
    """Run the outsider's program, which knows no Django; its status and its answer."""
    program = Path(settings.BASE_DIR) / "config" / "deploy" / "verify_export.py"
    command = [sys.executable, "-I", str(program), *map(str, arguments), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env={})
    return done.returncode, json.loads(done.stdout)


@pytest.fixture
def export(report, tmp_path) -> Path:
    """What an auditor takes along, and beside it the head that was kept."""
    path = tmp_path / "export.jsonl"
    call_command("export_proof", path, stdout=StringIO())
    head = current_head(now=NOW)
    (tmp_path / "head.json").write_text(head.as_json())
    return path


def test_an_outsider_proves_an_export_against_a_head_and_a_document(export, report):
    status, answer = outsider(export, "--head", export.with_name("head.json"), "--file", report.file.path)
    assert (status, answer["verdict"], answer["revisions"], answer["heads"]) == (0, "proved", 4, 1)
    assert "report_issued" in answer["files"][0]
    assert Event.objects.filter(action="exported", after__list="proof").exists()


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("500.000000", "510.000000", "are not as event"),
        ("return_verified", "return_unlocked", "is not as it was sealed"),
    ],
)
def test_an_outsider_finds_what_was_changed(export, old, new, fault):
    text = export.read_text()
    assert old in text
    export.write_text(text.replace(old, new, 1))
    status, answer = outsider(export)
    assert status == 1
    assert any(fault in one for one in answer["differences"])


def test_an_outsider_finds_what_was_put_in_and_what_was_cut_off(export, report):
    lines = export.read_text().splitlines(keepends=True)
    last = max(number for number, line in enumerate(lines) if line.startswith('["revision"'))
    more = json.loads(lines[last])
    more[1] = str(int(more[1]) + 1)
    export.write_text("".join([*lines[: last + 1], json.dumps(more) + "\n", *lines[last + 1 :]]))
    assert "is in no seal" in outsider(export)[1]["differences"][0]
    export.write_text("".join(lines[:-1]))
    status, answer = outsider(export, "--head", export.with_name("head.json"))
    assert (status, "is not in the log" in " ".join(answer["differences"])) == (1, True)
    Path(report.file.path).write_bytes(b"other")
    export.write_text("".join(lines))
    assert "is not recorded" in outsider(export, "--file", report.file.path)[1]["differences"][0]
