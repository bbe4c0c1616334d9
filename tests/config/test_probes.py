"""/healthz and /readyz: reachable by anybody, cheap, and naming what is wrong without a secret."""

import json
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from config import probes
from tracker import tasks
from tracker.models import Heartbeat
from tracker.queries.operations import readiness
from tracker.services.operations import heartbeats


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
    assert list(answer["parts"]) == ["database", "broker", "workers", "disk", "scheduler"]


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
    Heartbeat.objects.update(beat_at=timezone.now() - heartbeats.SILENT_AFTER - timedelta(seconds=1))
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
    assert set(problems(answer)) == {"database", "workers", "scheduler"}
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
    with django_assert_max_num_queries(3):
        readiness.parts(now=timezone.now(), reach_broker=lambda: None, queues=settings.QUEUES)


@pytest.mark.django_db
def test_the_tick_is_the_schedulers_sign_of_life_and_forgets_who_stopped():
    heartbeats.beat(Heartbeat.Kind.WORKER, "celery@gone", now=timezone.now() - timedelta(days=2))
    tasks.tick()
    assert list(Heartbeat.objects.values_list("kind", "name")) == [("scheduler", "tick")]
