"""Celery tasks: one service call each, safe to run twice; the interface publishes them after commit."""

import logging
from datetime import datetime

from celery import Task, shared_task
from django.db import transaction
from django.utils import timezone

from tracker.models import Delivery, EmergencyAccess, Heartbeat, Job, Plan, Upload
from tracker.services.accounts import emergency
from tracker.services.audit import export_head, kept_settings, sealing
from tracker.services.documents import brief, remove_files
from tracker.services.drafts.read import run_policy_job
from tracker.services.imports import return_template, setup_workbook
from tracker.services.imports.past_values.run_job import run_import_job
from tracker.services.imports.uploads import waiting
from tracker.services.mail import deliveries, head_mail, held, mail_retention, reminders, summaries
from tracker.services.operations import clock, heartbeats, jobs
from tracker.services.operations.upkeep import Upkeep
from tracker.services.personal import erase, retention
from tracker.services.returns import open_periods

logger = logging.getLogger(__name__)
#: So many messages go over one connection; several workers share a long run.
MAIL_AT_ONCE = 50
#: Which service does a job of a kind.
WORK = {
    Job.Kind.REPORT: brief.run_report_job,
    Job.Kind.IMPORT: run_import_job,
    Job.Kind.POLICY: run_policy_job,
}
#: Which service checks an uploaded workbook of a kind.
CHECKS = {
    Upload.Kind.TEMPLATE.value: return_template.check_upload,
    Upload.Kind.SETUP.value: setup_workbook.check_setup,
}


@shared_task
def run_job(job_id: int) -> None:
    """Do a job, if it is still to be done; before it, queue again what dead workers left."""
    recover_stale_jobs()
    kind = Job.objects.filter(pk=job_id).values_list("kind", flat=True).first()
    if kind is not None:
        WORK[Job.Kind(kind)](job_id, clock=timezone.now)


@shared_task
def run_import(job_id: int) -> None:
    """Run the import of a table of past values, from a queue of its own: no report waits behind it."""
    run_job(job_id)


@shared_task
def send_delivery(delivery_id: int) -> None:
    """Send a delivery, if it is still to be sent."""
    deliveries.send_delivery(delivery_id, clock=timezone.now)


@shared_task
def send_deliveries(*delivery_ids: int) -> None:
    """Send a batch over one connection: those of it that are still to be sent."""
    deliveries.send_deliveries(delivery_ids, clock=timezone.now)


@shared_task
def check_workbook(upload_id: int) -> None:
    """Check a workbook that was sent in, if it still waits for that."""
    waiting.check_waiting(upload_id, CHECKS, clock=timezone.now)


@shared_task
def import_setup(upload_id: int) -> None:
    """Import a set-up workbook that was accepted, if it still waits for that."""
    setup_workbook.import_waiting(upload_id, clock=timezone.now)


@shared_task
def tick() -> None:
    """Do the periodic work once a minute, each step and each row by itself.

    Summaries and reminders that are due are created; jobs and mail that dead workers and lost messages left are
    published again. A tick whose time has jumped does nothing: it would delete and send by a wrong clock.
    """
    now = timezone.now()
    if not clock.accept_time(now=now):
        return
    upkeep = Upkeep(now=now)
    upkeep.each(
        "end emergency access",
        lambda: EmergencyAccess.objects.run_out(now),
        lambda one: emergency.note_end(one, now=now),
    )
    upkeep.step("record settings", lambda: kept_settings.record_changed_settings(now=now))
    upkeep.step("seal events", lambda: sealing.seal_events(now=now))
    upkeep.step("export head", lambda: export_head.write_daily_head(now=now))
    upkeep.step("mail heads", lambda: head_mail.due_heads(now=now))
    upkeep.each("open periods", Plan.objects.all, lambda plan: open_periods.open_periods(plan, now=now))
    upkeep.each("give up jobs", lambda: jobs.hopeless(now=now), lambda job: jobs.give_up(job, now=now))
    upkeep.step("publish jobs", lambda: _publish_jobs(now))
    upkeep.step("publish checks", lambda: _publish_checks(now))
    upkeep.step("publish imports", lambda: _publish_imports(now))
    upkeep.each("create summaries", summaries.active_schedules, lambda one: summaries.due_of_schedule(one, now=now))
    upkeep.each("settle held mail", held.held_mail, lambda one: held.settle_held(one, now=now))
    upkeep.step("create reminders", lambda: reminders.due_reminders(now=now))
    upkeep.each(
        "settle mail", lambda: deliveries.left_half_sent(now=now), lambda one: deliveries.settle_left(one, now=now)
    )
    upkeep.step("publish mail", lambda: _publish_mail(now))
    upkeep.each(
        "remove files",
        lambda: remove_files.old_files(now=now, without=upkeep.put_off("remove files")),
        lambda report: remove_files.remove_file(report, now=now),
    )
    upkeep.each(
        "remove mail",
        lambda: mail_retention.old_content(now=now, without=upkeep.put_off("remove mail")),
        lambda delivery: mail_retention.remove_content(delivery, now=now),
    )
    upkeep.each(
        "erase addresses", lambda: retention.old_deliveries(now=now), lambda one: retention.erase_recipient(one)
    )
    upkeep.each(
        "erase addresses of ended subscriptions",
        lambda: retention.ended_outside(now=now),
        lambda one: retention.erase_outside_address(one, now=now),
    )
    upkeep.each(
        "erase accounts", lambda: retention.closed_long_ago(now=now), lambda one: erase.erase_by_term(one, now=now)
    )
    upkeep.step("forget failed sign-ins", lambda: retention.forget_failed_sign_ins(now=now))
    upkeep.step("remove leftovers", remove_files.remove_leftovers)
    upkeep.step("forget stopped processes", lambda: heartbeats.forget_stopped(now=now))
    heartbeats.beat(Heartbeat.Kind.SCHEDULER, "tick", now=timezone.now())


def _publish_jobs(now: datetime) -> None:
    for job in Job.objects.filter(pk__in=jobs.sweep_jobs(now=now)).order_by("pk"):
        publish(task_of(job), job.pk)


def _publish_checks(now: datetime) -> None:
    for upload_id in waiting.waiting_uploads(CHECKS, now=now):
        publish(check_workbook, upload_id)


def _publish_imports(now: datetime) -> None:
    setup_workbook.give_up_imports(now=now)
    for upload_id in setup_workbook.waiting_imports(now=now):
        publish(import_setup, upload_id)


def _publish_mail(now: datetime) -> None:
    waiting = deliveries.due_for_sending(now=now)
    for start in range(0, len(waiting), MAIL_AT_ONCE):
        publish(send_deliveries, *waiting[start : start + MAIL_AT_ONCE])


def recover_stale_jobs() -> None:
    """Publish again the jobs whose workers died, without waiting for the scheduler, which may be away."""
    for job in jobs.recover_stale(now=timezone.now()):
        publish_on_commit(task_of(job), job.pk)


def task_of(job: Job) -> Task:
    """Return which task does a job: that decides the queue it waits in."""
    return run_import if job.kind == Job.Kind.IMPORT else run_job


def publish_on_commit(task: Task, *arguments: int) -> None:
    """Publish a task once the surrounding transaction has committed the row that it is about."""
    transaction.on_commit(lambda: publish(task, *arguments))


def publish(task: Task, *arguments: int) -> None:
    """Publish a task; with the broker away the row stays queued, and the tick publishes it again."""
    try:
        task.delay(*arguments)
    except Exception:  # a broker that refuses has other errors than one that is away; the row waits for the tick
        logger.exception("The broker took no message; the tick will publish %s %s again.", task.name, arguments)


def publish_check(upload: Upload) -> None:
    """Publish the check of a workbook after commit."""
    publish_on_commit(check_workbook, upload.pk)


def publish_import(upload: Upload) -> None:
    """Publish the import of a set-up workbook after commit."""
    publish_on_commit(import_setup, upload.pk)


def publish_job(job: Job) -> None:
    """Publish a job's message after commit."""
    publish_on_commit(task_of(job), job.pk)


def publish_delivery(delivery: Delivery) -> None:
    """Publish a delivery's message after commit."""
    publish_on_commit(send_delivery, delivery.pk)
