"""Jobs: asked for once, claimed by one worker at a time, held by a lease, swept when the worker died.

Every step is a conditional UPDATE that checks that one row changed, so any number of workers, duplicate
messages and restarts do the work once.
"""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tracker.models import Event, Job, User
from tracker.queries.errors import NotAllowed, Refused
from tracker.queries.operations.rate_limits import require_not_too_often
from tracker.services.audit.events import record_event

LEASE = timedelta(seconds=60)
#: A queued job whose message got lost is published again after this long.
REPUBLISH_AFTER = timedelta(seconds=60)
MAX_ATTEMPTS = 3
#: What is recorded when a job of a kind fails.
FAILED_EVENTS = {
    Job.Kind.REPORT: Event.Action.REPORT_FAILED,
    Job.Kind.IMPORT: Event.Action.TABLE_FAILED,
    Job.Kind.POLICY: Event.Action.DOCUMENT_FAILED,
}
STOPPED_OFTEN = {
    Job.Kind.REPORT: gettext_noop(
        "The report could not be finished: its worker stopped several times. Ask for it again."
    ),
    Job.Kind.IMPORT: gettext_noop(
        "The table could not be finished: its worker stopped several times. Nothing was loaded. Try again."
    ),
    Job.Kind.POLICY: gettext_noop(
        "The document could not be read: its worker stopped several times. Nothing was stored. Upload it again."
    ),
}


class ClaimLost(Exception):
    """The job was cancelled, or given to another worker when this one's lease ran out: stop working on it."""


def request_job(
    kind: Job.Kind, parameters: Mapping[str, Any], *, request_key: str, acting_user: User | None, now: datetime
) -> tuple[Job, bool]:
    """Return the active job for this request, or create one. Return `(job, created)`.

    Raise TooOften for a new one beyond the person's limit, whichever way it is asked for.
    """
    for _attempt in range(3):
        running = Job.objects.active().filter(request_key=request_key).first()
        if running:
            return running, False
        require_not_too_often(acting_user, now)
        try:
            with transaction.atomic():
                job = Job.objects.create(
                    kind=kind,
                    parameters=dict(parameters),
                    request_key=request_key,
                    requested_by=acting_user,
                    requested_at=now,
                )
        except IntegrityError:
            continue  # another person asked in this very moment
        return job, True
    raise Refused(_("This request could not be queued just now. Please try again."))


def claim_job(job_id: int, *, now: datetime) -> Job | None:
    """Take a queued job for this worker, or None when there is nothing to take."""
    claim = uuid.uuid4().hex
    if not Job.objects.filter(pk=job_id, state=Job.State.QUEUED).update(
        state=Job.State.RUNNING, claim=claim, lease_until=now + LEASE, attempts=F("attempts") + 1, progress_done=0
    ):
        return None
    return Job.objects.select_related("requested_by").filter(pk=job_id, claim=claim).first()


def report_progress(job: Job, done: int, total: int, text: str, *, now: datetime, lease: timedelta = LEASE) -> None:
    """Say how far the job is, which also renews the lease. Raises ClaimLost when the job is no longer ours.

    `lease` is longer before a step that cannot report: one transaction that nobody sees into until it commits.
    """
    if not _held(job).update(
        progress_done=done, progress_total=total, progress_text=text[:200], lease_until=now + lease
    ):
        raise ClaimLost


def renew_lease(job: Job, *, now: datetime) -> None:
    """Say that the job is still worked on. Raises ClaimLost when it is no longer ours."""
    if not _held(job).update(lease_until=now + LEASE):
        raise ClaimLost


def finish_job(job: Job, *, now: datetime) -> None:
    """Mark the job done; call it in the transaction that stores its result. Raises ClaimLost."""
    if not _held(job).update(
        state=Job.State.DONE, finished_at=now, lease_until=None, progress_done=F("progress_total"), progress_text=""
    ):
        raise ClaimLost


def fail_job(job: Job, failure: str, detail: str, *, now: datetime) -> None:
    """Mark the job failed, unless it is no longer ours: a reason for the person, and details for the engineer.

    A reason that is a msgid is translated for whoever reads it.
    """
    _end_in_failure(_held(job), job, failure, detail, now=now)


@transaction.atomic
def cancel_job(job: Job, *, acting_user: User, now: datetime) -> None:
    """Stop one's own waiting or running job; its worker notices at the next progress it reports."""
    if job.requested_by_id != acting_user.pk and not acting_user.is_superuser:
        raise NotAllowed(_("Only the person who asked for it can cancel it."))
    if not Job.objects.active().filter(pk=job.pk).update(state=Job.State.CANCELLED, finished_at=now, lease_until=None):
        raise Refused(_("This job has ended already."))
    record_event(Event.Action.JOB_CANCELLED, acting_user=acting_user, now=now, about=job)


def recover_stale(*, now: datetime) -> list[Job]:
    """Queue again what dead workers left, fail what died too often; return the jobs that were queued again.

    Without a scheduler this is called by each worker that begins a job, and by the page that follows one.
    """
    for job in hopeless(now=now):
        give_up(job, now=now)
    recovered = []
    for job in Job.objects.stale(now).filter(attempts__lt=MAX_ATTEMPTS):
        still_stale = Job.objects.stale(now).filter(pk=job.pk, claim=job.claim)
        if still_stale.update(state=Job.State.QUEUED, claim="", lease_until=None):
            recovered.append(job)
    return recovered


def sweep_jobs(*, now: datetime) -> list[int]:
    """Queue again what dead workers left, fail what died too often; the ids of all that should be published."""
    swept = [job.pk for job in recover_stale(now=now)]
    lost = Job.objects.filter(state=Job.State.QUEUED, requested_at__lt=now - REPUBLISH_AFTER)
    return sorted({*swept, *lost.values_list("pk", flat=True)})


def hopeless(*, now: datetime) -> QuerySet[Job]:
    """Return the jobs whose workers died too often."""
    return Job.objects.stale(now).filter(attempts__gte=MAX_ATTEMPTS)


def give_up(job: Job, *, now: datetime) -> None:
    """Fail a job whose workers died too often."""
    still_stale = Job.objects.stale(now).filter(pk=job.pk)
    _end_in_failure(
        still_stale, job, STOPPED_OFTEN[Job.Kind(job.kind)], f"The lease ran out {job.attempts} times.", now=now
    )


@transaction.atomic
def _end_in_failure(ours: QuerySet[Job], job: Job, failure: str, detail: str, *, now: datetime) -> None:
    """Mark it failed if it is still what the caller takes it for; only then is there an event to record."""
    if ours.update(state=Job.State.FAILED, finished_at=now, lease_until=None, failure=failure, failure_detail=detail):
        action = FAILED_EVENTS[Job.Kind(job.kind)]
        record_event(action, acting_user=job.requested_by, now=now, about=job, reason=_(failure) if failure else "")


def _held(job: Job) -> QuerySet[Job]:
    return Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, claim=job.claim)
