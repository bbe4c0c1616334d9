"""Brokers that are away, and that say things twice."""

import os
import signal
import threading
from contextlib import AbstractContextManager
from datetime import timedelta
from unittest import mock

import time_machine
from django.conf import settings
from django.db import connection

from tests.factories import NOW
from tests.faults.of_mail import new_delivery
from tests.faults.scene import CannotHappen, Scene
from tracker import tasks
from tracker.models import Delivery, Job, Period, Subscription

ASK = """
from django.utils import timezone
from tracker import tasks
from tracker.models import Period
from tracker.services.documents import reports
period = Period.objects.select_related("plan__region").get(code="2020-07")
job, _is_new = reports.request_report(
    period=period, region=period.plan.region, language="zh-hans", acting_user=None, now=timezone.now()
)
tasks.publish_job(job)
"""
NOBODY = "amqp://127.0.0.1:1//"


def down_while_asking(stage: Scene) -> None:
    """Nobody listens where the broker should be: what was asked for is kept, and done when it is back."""
    said = stage.run("manage.py", "shell", "-v0", "-c", ASK, BROKER_URL=NOBODY)
    assert "The broker took no message" in said, f"nothing may be silent; it said: {said!r}"
    job = Job.objects.latest("pk")
    assert job.state == Job.State.QUEUED
    stage.worker()
    stage.sweep()
    assert stage.wait_ended(job) == Job.State.DONE


def published_often(stage: Scene) -> None:
    """The same job to the queue six times, and two workers: one report, in one attempt."""
    job = stage.ask_report()
    for _time in range(5):
        tasks.publish_job(job)
    for _time in range(2):
        stage.worker()
    assert stage.wait_ended(job) == Job.State.DONE
    assert job.attempts == 1


def clocks_agree() -> AbstractContextManager[object]:
    """Let the database's clock follow the time that a fault sets: a tick does nothing where they differ by a day."""
    return mock.patch("tracker.queries.operations.clock.database_offset", lambda _now: timedelta())


def two_schedulers(stage: Scene) -> None:
    """Two ticks in the same moment: each due summary is made once, each waiting job is done once."""
    subscription = new_delivery(stage).subscription
    assert subscription is not None
    Subscription.objects.filter(pk=subscription.pk).update(active_from=NOW.replace(month=1))
    august = Period.objects.get(plan=stage.plan, code="2020-08")
    start, errors = threading.Barrier(2), []

    def tick() -> None:
        try:
            start.wait(30)
            tasks.tick()
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    with time_machine.travel(NOW.replace(day=10), tick=True), clocks_agree():
        job = stage.ask_report()
        threads = [threading.Thread(target=tick) for _number in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert errors == []
    assert Delivery.objects.filter(subscription=subscription, period=august).count() == 1
    stage.worker()
    assert stage.wait_ended(job) == Job.State.DONE
    assert job.attempts == 1


def given_out_again(stage: Scene) -> None:
    """Redis takes a message that is being worked on for lost: the second worker leaves the job alone."""
    if not settings.CELERY_BROKER_URL.startswith("redis"):
        raise CannotHappen("only Redis has a visibility timeout")
    first = stage.worker(VISIBILITY_TIMEOUT="1")
    job = stage.ask_report()
    stage.hold_while_writing(first, job)
    stage.worker(VISIBILITY_TIMEOUT="1")
    stage.wait_for(lambda: "succeeded" in stage.log())
    assert (stage.state(job), job.attempts) == (Job.State.RUNNING, 1)
    os.killpg(first.pid, signal.SIGCONT)
    assert stage.wait_ended(job) == Job.State.DONE
    assert job.attempts == 1
