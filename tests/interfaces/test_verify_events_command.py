"""`manage.py verify_events`, and the head that the tick writes once a day."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests.services.event_chain.tampering import record
from tracker import tasks
from tracker.models import Event
from tracker.queries.audit import heads
from tracker.services.audit import export_head
from tracker.services.audit.sealing import seal_events

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    said = StringIO()
    call_command("verify_events", *arguments, stdout=said, stderr=said)
    return said.getvalue()


def test_a_sound_log_is_said_to_be_sound_and_its_head_written(tmp_path):
    record(3)
    seal_events(now=timezone.now())
    path = tmp_path / "head.json"
    assert heads.current_head(now=timezone.now()).hash in run("--write-head", str(path))
    assert json.loads(path.read_text())["sequence"] == 3
    assert "3" in run("--head", str(path))


def test_a_head_of_another_log_ends_with_an_error(tmp_path):
    record(3)
    seal_events(now=timezone.now())
    path = tmp_path / "head.json"
    path.write_text(heads.Head(4, "0" * 64, "2020-09-03T10:00:00+08:00").as_json())
    with pytest.raises(CommandError):
        run("--head", str(path))


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"sequence": "x", "hash": "", "written_at": ""}'])
def test_a_file_that_is_no_head_ends_with_an_error(tmp_path, text):
    (tmp_path / "head.json").write_text(text)
    with pytest.raises(CommandError):
        run("--head", str(tmp_path / "head.json"))
    with pytest.raises(CommandError):
        run("--head", str(tmp_path / "none.json"))


def test_events_that_wait_too_long_end_with_an_error():
    record(1)
    seal_events(now=timezone.now())
    record(1)  # long ago
    with pytest.raises(CommandError):
        run()


def test_the_tick_seals_and_writes_one_head_a_day():
    record(2)
    tasks.tick()
    tasks.tick()
    event = Event.objects.get(action=Event.Action.HEAD_EXPORTED)
    with default_storage.open(event.after["file"]) as file:
        stored = json.loads(file.read())
    assert (stored["sequence"], stored["hash"]) == (event.after["sequence"], event.after["hash"])
    assert not Event.objects.filter(seal=None).exists()
    run()
    tomorrow = timezone.now() + timedelta(days=1)
    assert export_head.write_daily_head(now=tomorrow) is not None
    assert len(list(heads.stored_heads())) == 2


def test_the_heads_in_the_file_store_are_always_proved():
    record(2)
    tasks.tick()
    name = Event.objects.get(action=Event.Action.HEAD_EXPORTED).after["file"]
    default_storage.delete(name)
    default_storage.save(name, heads_file(heads.Head(1, "f" * 64, "2020-09-03T10:00:00+08:00")))
    with pytest.raises(CommandError):
        run()


def heads_file(head: heads.Head):
    from django.core.files.base import ContentFile

    return ContentFile(head.as_json().encode())
