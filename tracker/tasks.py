"""Celery tasks: one service call each, safe to run twice; the interface publishes them after commit."""

import logging

from celery import Task, shared_task
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from tracker.models import Delivery, Job, Upload
from tracker.services import jobs, periods, uploads
from tracker.services.mail import chasing, deliveries, mail_keeping, summaries
from tracker.services.past_values.working import run_import_job
from tracker.services.reporting import report_files, reports

logger = logging.getLogger(__name__)
#: Which service does a job of a kind.
WORK = {Job.Kind.REPORT: reports.run_report_job, Job.Kind.IMPORT: run_import_job}


@shared_task
def run_job(job_id: int) -> None:
    """Do a job, if it is still to be done."""
    kind = Job.objects.filter(pk=job_id).values_list("kind", flat=True).first()
    if kind is not None:
        WORK[Job.Kind(kind)](job_id, clock=timezone.now)


@shared_task
def send_delivery(delivery_id: int) -> None:
    """Send a delivery, if it is still to be sent."""
    deliveries.send_delivery(delivery_id, clock=timezone.now)


@shared_task
def check_workbook(upload_id: int) -> None:
    """Check a workbook that was sent in, if it still waits for that."""
    uploads.check_waiting(upload_id, clock=timezone.now)


@shared_task
def tick() -> None:
    """Once a minute: open the periods that plans lack, make the mail that is due, pick up what lies about.

    What is due: summaries and reminders. What lies about: jobs and mail that dead workers and lost messages left.
    """
    now = timezone.now()
    periods.open_all_periods()
    for job_id in jobs.sweep_jobs(now=now):
        publish(run_job, job_id)
    for upload_id in uploads.waiting_uploads(now=now):
        publish(check_workbook, upload_id)
    summaries.due_deliveries(now=now)
    chasing.due_reminders(now=now)
    for delivery_id in deliveries.sweep_deliveries(now=now):
        publish(send_delivery, delivery_id)
    report_files.remove_old_files(now=now)
    mail_keeping.remove_old_content(now=now)
    report_files.remove_leftovers()


def publish_on_commit(task: Task, *arguments: int) -> None:
    """Publish a task once the surrounding transaction has committed the row that it is about."""
    transaction.on_commit(lambda: publish(task, *arguments))


def publish(task: Task, *arguments: int) -> None:
    """Publish a task; with the broker away the row stays queued, and the tick publishes it again."""
    try:
        task.delay(*arguments)
    except (OperationalError, OSError):
        logger.exception("The broker took no message; the tick will publish %s %s again.", task.name, arguments)


def publish_check(upload: Upload) -> None:
    """Publish the check of a workbook after commit."""
    publish_on_commit(check_workbook, upload.pk)


def publish_job(job: Job) -> None:
    """Publish a job's message after commit."""
    publish_on_commit(run_job, job.pk)


def publish_delivery(delivery: Delivery) -> None:
    """Publish a delivery's message after commit."""
    publish_on_commit(send_delivery, delivery.pk)
