"""The periodic work: one bad step or row never stops the others, and what failed is put off, counted and shown."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.test import Client

from tests import factories
from tests.factories import NOW
from tracker import tasks
from tracker.models import ClockState, Delivery, Event, Heartbeat, Job, Plan, UpkeepFailure
from tracker.queries.operations import clock as clocks
from tracker.queries.operations.metrics import upkeep_failures
from tracker.services.mail import deliveries, reminders
from tracker.services.operations import clock, heartbeats, jobs
from tracker.services.operations.upkeep import LONGEST_PAUSE, Upkeep
from tracker.services.returns import open_periods

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def september():
    with time_machine.travel(NOW, tick=False) as moved:
        yield moved


def fails(*_arguments, **_more):
    raise RuntimeError("a bad row\x00")


def test_an_unreachable_file_store_stops_neither_mail_nor_sweeps_nor_heartbeats(plan, monkeypatch, no_broker):
    job, _new = jobs.request_job(Job.Kind.REPORT, {}, request_key="x", acting_user=None, now=NOW - timedelta(hours=1))
    monkeypatch.setattr(default_storage, "save", fails)
    tasks.tick()
    assert ("tracker.tasks.run_job", job.pk) in no_broker
    assert Heartbeat.objects.filter(kind=Heartbeat.Kind.SCHEDULER).exists()
    failure = UpkeepFailure.objects.get()
    assert (failure.step, failure.row, failure.failures, failure.error) == (
        "export head",
        "",
        1,
        "RuntimeError: a bad row",
    )
    assert upkeep_failures() == {("export head",): 1}
    assert 'tracker_upkeep_failures{step="export head"} 1.0' in Client().get("/metrics").content.decode()


def test_each_step_may_fail_and_all_others_go_on(plan, monkeypatch):
    monkeypatch.setattr(reminders, "due_reminders", fails)
    monkeypatch.setattr(heartbeats, "forget_stopped", fails)
    tasks.tick()
    assert set(UpkeepFailure.objects.values_list("step", flat=True)) == {
        "create reminders",
        "forget stopped processes",
    }


def test_one_bad_row_does_not_stop_the_others(plan, monkeypatch):
    city = Plan.objects.get(pk=plan.pk)
    city.pk, city.code = None, "another"
    city.save()
    seen, opened = [], open_periods.open_periods

    def open_all_but_one(one, *, now):
        seen.append(one.pk)
        return fails() if one.pk == plan.pk else opened(one, now=now)

    monkeypatch.setattr(open_periods, "open_periods", open_all_but_one)
    tasks.tick()
    assert set(seen) == {plan.pk, city.pk}
    assert city.periods.exists()
    assert UpkeepFailure.objects.get().row == str(plan.pk)


def test_what_failed_is_put_off_longer_each_time_and_forgotten_when_it_is_done(plan):
    calls = []

    def attempt(moment, work):
        Upkeep(now=moment).step("work", lambda: calls.append(moment) or work())

    moment, pauses = NOW, []
    for _time in range(12):
        attempt(moment, fails)
        failure = UpkeepFailure.objects.get()
        pauses.append(failure.next_attempt_at - moment)
        attempt(moment + pauses[-1] - timedelta(seconds=1), fails)
        moment += pauses[-1]
    assert len(calls) == 12
    assert pauses == sorted(pauses) and pauses[-1] == LONGEST_PAUSE
    attempt(moment, lambda: None)
    assert not UpkeepFailure.objects.exists()


def test_rows_that_fail_one_after_the_other_put_off_the_step(plan):
    seen = []
    rows = list(Event.objects.all()[:1]) * 0 + [factories.region(code) for code in ("140000", "140100", "140200")]
    rows += [factories.region("140300")]
    Upkeep(now=NOW).each("work", lambda: rows, lambda row: seen.append(row) or fails())
    assert len(seen) == 3
    assert set(UpkeepFailure.objects.values_list("row", flat=True)) >= {""}


def test_rows_that_are_put_off_do_not_fill_the_batch(plan):
    upkeep = Upkeep(now=NOW)
    row = factories.region("140100")
    upkeep.each("work", lambda: [row], fails)
    assert Upkeep(now=NOW).put_off("work") == [str(row.pk)]


# Deliveries


@pytest.fixture
def delivery(leader):
    return Delivery.objects.create(
        kind=Delivery.Kind.REMINDER,
        user=leader,
        occasion="2020-09-01",
        recipient=leader.email,
        next_attempt_at=NOW,
        created_at=NOW,
        message_id="<1@example.com>",
    )


@pytest.mark.parametrize("place", ["reason_not_to_send", "build_message", "default_storage.save"])
def test_an_exception_inside_one_delivery_is_bounded_in_tries_and_ends_visible(delivery, monkeypatch, place):
    monkeypatch.setattr(f"tracker.services.mail.deliveries.{place}", fails)
    monkeypatch.setattr(deliveries, "build_message", fails)
    tries, moment = 0, NOW
    while not Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.FAILED).exists():
        moment += timedelta(hours=4)
        deliveries.send_deliveries([delivery.pk], clock=lambda: moment)  # noqa: B023
        tries += 1
        assert tries < 10
    assert tries == len(deliveries.BACKOFF) + 1
    assert Event.objects.filter(action=Event.Action.MAIL_FAILED).exists()


def test_a_delivery_whose_workers_all_died_ends_visible(delivery):
    for number in range(len(deliveries.BACKOFF) + 1):
        deliveries.claim_delivery(delivery.pk, now=NOW + timedelta(hours=number))  # and the worker is killed
    deliveries.send_delivery(delivery.pk, clock=lambda: NOW + timedelta(hours=10))
    delivery.refresh_from_db()
    assert delivery.state == Delivery.State.FAILED


def test_an_address_that_no_command_can_hold_is_tried_a_few_times_and_ends_visible(delivery, settings, monkeypatch):
    from tests.smtp_peer import Mailbox, free_port, mail_server

    settings.EMAIL_SENDING, settings.EMAIL_HOST, settings.EMAIL_PORT = True, "127.0.0.1", free_port()
    monkeypatch.setattr(deliveries, "reason_not_to_send", lambda _delivery: "")
    monkeypatch.setattr(deliveries, "_stored_message", lambda *_arguments, **_more: b"Subject: x\r\n\r\nx\r\n")
    Delivery.objects.update(recipient="领导@example.com")
    with mail_server(Mailbox(), settings.EMAIL_PORT):
        for number in range(len(deliveries.BACKOFF) + 1):
            deliveries.send_delivery(delivery.pk, clock=lambda: NOW + timedelta(hours=4 * number))  # noqa: B023
    delivery.refresh_from_db()
    assert delivery.state == Delivery.State.FAILED


# The clock


@pytest.mark.parametrize("jump", [timedelta(days=3 * 365), timedelta(days=1, minutes=1), -timedelta(days=400)])
def test_a_tick_whose_time_jumped_does_nothing_and_the_next_good_one_does(plan, september, settings, jump):
    settings.MAIL_KEEP_DAYS = 1
    tasks.tick()
    events = Event.objects.count()
    state = ClockState.objects.get()
    september.move_to(NOW + jump)
    tasks.tick()
    assert Event.objects.count() == events
    assert ClockState.objects.get().last_good_at == state.last_good_at
    assert ClockState.objects.get().jumped_to == NOW + jump
    assert clocks.look_at_clock(now=NOW + jump).problem
    september.move_to(NOW + timedelta(days=1))
    tasks.tick()
    assert Event.objects.filter(action=Event.Action.HEAD_EXPORTED).count() == 2


def test_a_day_without_a_tick_is_no_jump(plan, september):
    tasks.tick()
    september.move_to(NOW + timedelta(hours=23))
    tasks.tick()
    assert ClockState.objects.get().jumped_to is None


def test_the_databases_clock_is_compared_too(plan, monkeypatch):
    monkeypatch.setattr(clocks, "database_offset", lambda now: timedelta(days=2))
    tasks.tick()
    assert not Heartbeat.objects.exists()
    assert "database's clock" in clocks.look_at_clock(now=NOW).problem


def test_a_person_confirms_a_jump(plan, september):
    tasks.tick()
    later = NOW + timedelta(days=30)
    september.move_to(later)
    tasks.tick()
    reporter = factories.make_user("reporter", "reporter")
    with pytest.raises(clock.NotAllowed):
        clock.confirm_time(acting_user=reporter, now=later)
    administrator = factories.make_user("administrator", "system_admin")
    clock.confirm_time(acting_user=administrator, now=later)
    assert Event.objects.filter(object_type="clockstate", actor=administrator).count() == 1
    tasks.tick()
    assert Heartbeat.objects.get(kind=Heartbeat.Kind.SCHEDULER).beat_at == later
    assert ClockState.objects.get().jumped_to is None
