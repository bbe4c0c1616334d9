"""A backup restored to an empty place is equal; one that is damaged or of another version changes nothing."""

import hashlib
import json
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.installation import Installation, installation, wait_for
from tracker.queries.errors import Refused
from tracker.services.operations.backup.restore import check_archive

pytestmark = pytest.mark.long
TABLES = {
    False: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name",
    True: "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename",
}
TRIGGERS = {
    False: "SELECT name FROM sqlite_master WHERE type = 'trigger' ORDER BY name",
    True: "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgname",
}
FILL = """
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from tests import factories
from tracker.models import Event, Role
from tracker.services.audit.events import record_event
factories.load_plan()
factories.make_user("official", Role.REPORTER, factories.TAIYUAN)
for number in range(40):
    record_event(Event.Action.CONFIGURED, acting_user=None, now=timezone.now(), after={"number": number, "说明": "是"})
default_storage.save("reports/报告.xlsx", ContentFile(bytes(range(256)) * 5000))
default_storage.save("evidence/2020/empty.pdf", ContentFile(b""))
default_storage.save("unfinished/job-1-x.xlsx", ContentFile(b"half"))
from tracker import tasks
tasks.tick()
"""
WRITE_ON = """
from django.utils import timezone
from tracker.models import Event
from tracker.services.audit.sealing import seal_events
from tracker.services.audit.events import record_event
while True:
    record_event(Event.Action.CONFIGURED, acting_user=None, now=timezone.now(), after={"while": "backing up"})
    seal_events(now=timezone.now())
"""


@pytest.fixture(scope="module")
def backed_up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Installation, Path, tuple]]:
    """A tracker with rows and files, its archive, and what it held then."""
    with installation(tmp_path_factory.mktemp("source"), is_migrated=True) as made:
        made.manage("shell", "-v0", "-c", FILL)
        archive = tmp_path_factory.mktemp("archives") / "archive.tar"
        made.manage("backup", str(archive))
        yield made, archive, (content(made), files(made), made.rows(TRIGGERS[bool(made.database_url)]))


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Installation]:
    """A place with nothing in it."""
    with installation(tmp_path / "target") as made:
        yield made


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A place with nothing in it, in which nothing must ever be."""
    with installation(tmp_path_factory.mktemp("untouched")) as made:
        yield made


def content(made: Installation) -> dict[str, list]:
    """Every row of every table, but the event that tells of the backup or of its restoring."""
    tables = [name for (name,) in made.rows(TABLES[bool(made.database_url)])]
    rows = {name: sorted(map(repr, made.rows(f'SELECT * FROM "{name}"'))) for name in tables}
    rows["tracker_event"] = [row for row in rows["tracker_event"] if "backed_up" not in row and "restored" not in row]
    return rows


def files(made: Installation) -> dict[str, bytes]:
    """What the file store holds, but what was being written."""
    store = made.directory / "files"
    found = {str(path.relative_to(store)): path.read_bytes() for path in store.rglob("*") if path.is_file()}
    return {name: content for name, content in found.items() if not name.startswith("unfinished/")}


def refused(made: Installation, *arguments: str) -> str:
    """What a command said that ended with an error."""
    with pytest.raises(AssertionError) as failed:
        made.manage(*arguments)
    assert "Traceback" not in str(failed.value)
    return str(failed.value)


def is_empty(made: Installation) -> bool:
    return not files(made) and not made.rows(TABLES[bool(made.database_url)])


def test_a_backup_restored_to_an_empty_place_is_equal(backed_up, empty):
    _source, archive, (rows, held, triggers) = backed_up
    empty.manage("restore", str(archive))
    assert content(empty) == rows
    assert len(rows["tracker_event"]) > 40
    assert files(empty) == held
    assert len(held) == 3
    assert empty.rows(TRIGGERS[bool(empty.database_url)]) == triggers != []
    assert "system_user" in str(empty.rows("SELECT after FROM tracker_event WHERE action = 'restored'"))
    empty.manage("verify_events")
    empty.manage("migrate", "--check")
    empty.manage("shell", "-v0", "-c", "from tracker import tasks; tasks.tick()")  # numbering goes on where it was
    assert archive.stat().st_mode & 0o077 == 0


def test_a_restore_overwrites_nothing(backed_up):
    source, archive, _held = backed_up
    before = content(source), files(source)
    refused(source, "restore", str(archive))
    assert (content(source), files(source)) == before


def test_a_restore_beside_files_is_refused(backed_up, empty):
    (empty.directory / "files").mkdir(parents=True)
    (empty.directory / "files" / "somebody's").write_text("own")
    refused(empty, "restore", str(backed_up[1]))
    assert empty.rows(TABLES[bool(empty.database_url)]) == []


@pytest.mark.parametrize("at", [0.0, 0.1, 0.5, 0.97])
def test_a_damaged_byte_is_found(backed_up, tmp_path, at):
    damaged = bytearray(backed_up[1].read_bytes())
    damaged[int(len(damaged) * at)] ^= 0x40
    (tmp_path / "damaged.tar").write_bytes(damaged)
    with pytest.raises(Refused):
        check_archive(tmp_path / "damaged.tar")


def test_an_archive_that_is_cut_off_changes_nothing(backed_up, untouched, tmp_path):
    whole = backed_up[1].read_bytes()
    (tmp_path / "short.tar").write_bytes(whole[: len(whole) * 3 // 4])
    refused(untouched, "restore", str(tmp_path / "short.tar"))
    assert is_empty(untouched)
    (tmp_path / "none.tar").write_bytes(b"")
    with pytest.raises(Refused):
        check_archive(tmp_path / "none.tar")


@pytest.mark.parametrize(
    ("change", "remedy"),
    [
        (lambda names: [*names, "tracker.9999_from_the_future"], "9999_from_the_future"),
        (lambda names: [name for name in names if name != "tracker.0012_events"], "0012_events"),
    ],
    ids=["newer", "older"],
)
def test_an_archive_of_another_version_is_refused_with_what_to_do(backed_up, untouched, tmp_path, change, remedy):
    forged = tmp_path / "forged.tar"
    with tarfile.open(backed_up[1]) as archive, tarfile.open(forged, "w") as copy:
        for member in archive:
            if not member.name.startswith("manifest."):
                copy.addfile(member, archive.extractfile(member))
        manifest = json.load(archive.extractfile("manifest.json"))
        manifest["migrations"] = sorted(change(manifest["migrations"]))
        text = json.dumps(manifest).encode()
        for name, value in [("manifest.json", text), ("manifest.sha256", hashlib.sha256(text).hexdigest().encode())]:
            path = tmp_path / name
            path.write_bytes(value)
            copy.add(path, name)
    assert remedy in refused(untouched, "restore", str(forged))
    assert is_empty(untouched)


def test_a_name_that_is_taken_is_refused(backed_up, tmp_path):
    (tmp_path / "taken.tar").write_text("something else")
    refused(backed_up[0], "backup", str(tmp_path / "taken.tar"))
    assert (tmp_path / "taken.tar").read_text() == "something else"
    assert [path.name for path in tmp_path.iterdir()] == ["taken.tar"]


def test_a_backup_made_while_others_write_is_one_moment(backed_up, empty, tmp_path):
    source, _archive, _held = backed_up
    writer = source.start("manage.py", "shell", "-v0", "-c", WRITE_ON)
    written = "SELECT COUNT(*) FROM tracker_event WHERE CAST(after AS TEXT) LIKE '%backing up%'"
    wait_for(lambda: source.rows(written)[0][0] > 5)
    source.manage("backup", str(tmp_path))
    during = source.rows(written)[0][0]
    writer.kill()
    writer.wait()
    (archive,) = tmp_path.glob("tracker-*.tar")
    empty.manage("restore", str(archive))  # proves rows, files and the chain
    assert 5 < empty.rows(written)[0][0] <= during


def test_the_password_of_the_database_stands_in_no_argument(backed_up, monkeypatch, tmp_path):
    from django.db import connection

    from tracker.services.operations.backup import database

    seen: dict = {}

    def run(arguments, *, env, **_options):
        seen.update(arguments=arguments, password=env["PGPASSWORD"])
        return subprocess.CompletedProcess(arguments, 0, "", "")

    monkeypatch.setattr(database.subprocess, "run", run)
    monkeypatch.setitem(connection.settings_dict, "PASSWORD", "not-for-everybody")
    database._run("pg_dump", writing=tmp_path / "x")
    assert seen["password"] == "not-for-everybody"
    assert not any("not-for-everybody" in argument for argument in seen["arguments"])


def test_an_archive_that_names_a_place_outside_is_refused(backed_up, tmp_path):
    forged = tmp_path / "forged.tar"
    shutil.copy(backed_up[1], forged)
    (tmp_path / "outside").write_text("x")
    with tarfile.open(forged, "a") as archive:
        archive.add(tmp_path / "outside", "files/../../outside")
    with pytest.raises(Refused):
        check_archive(forged)
