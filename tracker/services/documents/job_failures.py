"""What to tell the person whose report failed, and what to keep for the engineer."""

import errno
import traceback
from datetime import datetime

from celery.exceptions import SoftTimeLimitExceeded
from django.utils.translation import gettext_noop

from tracker.models import Job
from tracker.queries.errors import Refused
from tracker.services.operations.jobs import fail_job

DISK_FULL = (errno.ENOSPC, errno.EDQUOT)
NO_ROOM = gettext_noop("The report could not be stored because the disk is full. Ask for it again when there is room.")
NOT_WRITTEN = gettext_noop(
    "The report's file could not be written. Tell the engineer; the details are kept with the job."
)
FAULT = gettext_noop(
    "The report could not be written because of a fault in the system. The details are kept for the engineer."
)
FAULT_OF_READING = gettext_noop(
    "The document could not be read because of a fault in the system. The details are kept for the engineer."
)
#: By the kind of work: what was stopped at the limit of time, what it left, and what helps.
TOO_LONG = {
    Job.Kind.REPORT: gettext_noop(
        "Generating the report took too long and was stopped; nothing was saved. Choose less (one "
        "city, fewer indicators, a shorter period) or try at a quieter hour. If it needs longer, "
        "ask the engineer to raise TASK_SECONDS."
    ),
    Job.Kind.IMPORT: gettext_noop(
        "The table took longer than work may take and was stopped; nothing was loaded. Split it, by year say, and send "
        "the parts. If it needs longer, the engineer raises TASK_SECONDS."
    ),
    Job.Kind.POLICY: gettext_noop(
        "Reading the document took longer than work may take and was stopped. Upload a shorter one, or the part with "
        "the targets alone. If it needs longer, the engineer raises TASK_SECONDS."
    ),
}


def record_failure(job: Job, error: Exception, *, now: datetime) -> None:
    """Mark the job failed; nothing happens when another worker has it by now."""
    fail_job(job, failure_words(error, Job.Kind(job.kind)), "".join(traceback.format_exception(error)), now=now)


def failure_words(error: Exception, kind: Job.Kind = Job.Kind.REPORT) -> str:
    """Why, and what to do: a msgid, so that each reads it in the own language; a refusal has its words already."""
    if _was_stopped(error):
        return TOO_LONG[kind]
    if isinstance(error, Refused):
        return error.message
    if isinstance(error, OSError):
        return NO_ROOM if error.errno in DISK_FULL else NOT_WRITTEN
    return FAULT_OF_READING if kind == Job.Kind.POLICY else FAULT


def _was_stopped(error: BaseException | None) -> bool:
    """Return True if the limit of time is behind it: it strikes anywhere, and what it strikes may fail in a way of
    its own.
    """
    while error is not None:
        if isinstance(error, SoftTimeLimitExceeded):
            return True
        error = error.__cause__ or error.__context__
    return False
