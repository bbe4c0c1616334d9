"""/healthz and /readyz: reachable by anybody, cheap, and naming what is wrong without a secret."""

import json
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from amqp.exceptions import AccessRefused, NotFound
from celery import Task
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from config import probes
from config.release import release_of
from tracker import tasks
from tracker.models import ClockState, Heartbeat
from tracker.queries.operations import readiness
from tracker.services.operations import heartbeats
from tracker.services.storage.probe import StoreProbe


@pytest.fixture(autouse=True)
def broker(monkeypatch):
    """What the broker does when it is reached: by default it answers."""
    asked: list[Exception | None] = []

    def reach() -> None:
        asked.append(None)
        if failing:
            raise failing[0]

    failing: list[Exception] = []
    monkeypatch.setattr(probes, "reach_broker", reach)
    return failing, asked


def all_serve(settings) -> None:
    heartbeats.beat(Heartbeat.Kind.WORKER, "celery@one", now=timezone.now(), queues=settings.QUEUES)
    heartbeats.beat(Heartbeat.Kind.SCHEDULER, "tick", now=timezone.now())


def asked() -> tuple[int, dict]:
    response = probes.Readiness()()
    return response.status_code, json.loads(response.content)


def problems(answer: dict) -> dict[str, str]:
    return {name: part["problem"] for name, part in answer["parts"].items() if not part["ok"]}


def test_a_process_that_lives_says_so_without_the_database_a_login_or_a_known_host():
    response = Client(headers={"host": "10.1.2.3"}).get("/healthz")
    assert (response.status_code, response.json()) == (200, {"alive": True})
    assert response["Cache-Control"] == "no-store"


def test_other_methods_are_refused():
    assert Client().post("/readyz").status_code == 405


@pytest.mark.django_db
def test_an_installation_that_can_work_is_ready(settings):
    all_serve(settings)
    status, answer = asked()
    assert (status, answer["ready"]) == (200, True)
    names = ["database", "migrations", "broker", "workers", "file store", "disk", "scheduler", "clock"]
    assert list(answer["parts"]) == names


@pytest.mark.django_db
def test_before_anything_runs_it_names_each_thing_that_is_missing(settings):
    status, answer = asked()
    assert status == 503
    assert problems(answer) == {
        "workers": "no living worker serves: imports, mail, reports, tracker",
        "scheduler": "has never ticked",
    }


@pytest.mark.django_db
def test_a_queue_that_nobody_serves_is_named(settings):
    all_serve(settings)
    heartbeats.beat(Heartbeat.Kind.WORKER, "celery@one", now=timezone.now(), queues=["tracker", "reports", "mail"])
    assert problems(asked()[1]) == {"workers": "no living worker serves: imports"}


@pytest.mark.django_db
def test_a_worker_and_a_scheduler_that_fell_silent_do_not_count(settings):
    all_serve(settings)
    Heartbeat.objects.update(beat_at=timezone.now() - readiness.heartbeats.SILENT_AFTER - timedelta(seconds=1))
    assert set(problems(asked()[1])) == {"workers", "scheduler"}


@pytest.mark.django_db
def test_a_broker_that_is_away_is_named_without_its_address_or_password(settings, broker):
    all_serve(settings)
    broker[0].append(OSError("amqp://user:hunter2@broker refused"))
    status, answer = asked()
    assert status == 503
    assert problems(answer) == {"broker": "cannot be reached"}
    assert "hunter2" not in json.dumps(answer)


@pytest.mark.django_db
def test_a_disk_that_fills_is_named(settings):
    all_serve(settings)
    settings.DISK_FREE_MINIMUM = 10**18
    assert problems(asked()[1]) == {"disk": "too little space is free"}


@pytest.mark.django_db
def test_a_database_that_is_away_is_named_and_what_only_it_knows_is_not_asked(monkeypatch):
    def away():
        raise DatabaseError("password=hunter2")

    monkeypatch.setattr(connection, "cursor", away)
    status, answer = asked()
    assert status == 503
    assert set(problems(answer)) == {"database", "migrations", "workers", "scheduler", "clock"}
    assert "hunter2" not in json.dumps(answer)


@pytest.mark.django_db
def test_who_asks_without_end_costs_one_look(settings, broker):
    all_serve(settings)
    middleware = probes.ProbeMiddleware(lambda _request: HttpResponse())
    for _time in range(20):
        assert middleware(RequestFactory().get("/readyz")).status_code == 200
    assert len(broker[1]) == 1


@pytest.mark.django_db
def test_a_look_takes_few_queries(settings, django_assert_max_num_queries):
    all_serve(settings)
    nothing = {"reach_broker": lambda: None, "try_store": lambda: None}
    with django_assert_max_num_queries(7):
        readiness.parts(now=timezone.now(), queues=settings.QUEUES, release="x", **nothing)


@pytest.mark.django_db
def test_the_tick_is_the_schedulers_sign_of_life_and_forgets_who_stopped():
    heartbeats.beat(Heartbeat.Kind.WORKER, "celery@gone", now=timezone.now() - timedelta(days=2))
    tasks.tick()
    assert list(Heartbeat.objects.values_list("kind", "name")) == [("scheduler", "tick")]


# What was not looked at before


@pytest.fixture
def store(monkeypatch):
    """A store whose save does what the test says."""
    monkeypatch.setattr(probes, "STORE", StoreProbe())
    return lambda save: monkeypatch.setattr(default_storage, "save", save)


@pytest.mark.django_db
def test_a_store_that_fails_is_named_and_a_good_one_keeps_no_probe(settings, store):
    all_serve(settings)
    assert problems(asked()[1]) == {}
    assert [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()] == []

    def full(*_arguments):
        raise OSError(28, "No space left on device, secret=hunter2")

    store(full)
    status, answer = asked()
    assert (status, problems(answer)) == (503, {"file store": "cannot be written, read and deleted in"})
    assert "hunter2" not in json.dumps(answer)


@pytest.mark.django_db
def test_a_store_that_hangs_holds_one_thread_and_no_request(settings, store, monkeypatch):
    all_serve(settings)
    released, started = threading.Event(), []
    store(lambda *_arguments: (started.append(1), released.wait(30))[0])
    monkeypatch.setattr(probes, "try_store", lambda: probes.STORE.try_store(seconds=0.2))
    before = time.monotonic()
    assert [problems(asked()[1]) for _time in range(4)] == [
        {"file store": "cannot be written, read and deleted in"}
    ] * 4
    released.set()
    assert len(started) == 1
    assert time.monotonic() - before < 10


def test_who_asks_while_another_looks_is_answered_at_once(monkeypatch):
    readiness_of = probes.Readiness()
    readiness_of.found = [readiness.Part("database")]
    with readiness_of.lock:
        assert readiness_of().status_code == 200


@pytest.mark.django_db
def test_a_database_that_lacks_a_migration_or_has_a_newer_one_is_named(settings):
    all_serve(settings)
    recorder = MigrationRecorder(connection)
    recorder.record_applied("tracker", "9999_of_a_newer_release")
    assert problems(asked()[1]) == {
        "migrations": "the code is older than the database, which has 9999_of_a_newer_release"
    }
    recorder.record_unapplied("tracker", "0001_initial")
    assert "tracker.0001_initial" in problems(asked()[1])["migrations"]


@pytest.mark.django_db
def test_a_worker_of_another_release_is_named(settings):
    all_serve(settings)
    heartbeats.beat(Heartbeat.Kind.WORKER, "celery@old", now=timezone.now(), queues=settings.QUEUES, release="another")
    assert problems(asked()[1]) == {"workers": "of another release than this process: celery@old"}


@pytest.mark.django_db
def test_a_clock_that_jumped_is_named(settings):
    all_serve(settings)
    ClockState.objects.create(last_good_at=timezone.now() - timedelta(days=900))
    assert "jumped by 900.0 days" in problems(asked()[1])["clock"]


def test_the_release_is_that_of_the_code(tmp_path):
    (tmp_path / "tracker").mkdir()
    (tmp_path / "tracker" / "a.py").write_text("1")
    first = release_of(tmp_path)
    assert release_of(tmp_path) == first
    (tmp_path / "tracker" / "a.py").write_text("2")
    assert release_of(tmp_path) != first


@pytest.mark.parametrize("fault", [AccessRefused("wrong password"), NotFound("no vhost"), OSError("away")])
def test_a_broker_that_refuses_is_like_one_that_is_away(monkeypatch, fault):
    def refuse(*_arguments):
        raise fault

    monkeypatch.setattr(Task, "delay", refuse)
    tasks.publish(tasks.run_job, 1)
