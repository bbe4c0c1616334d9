"""What to tell the person whose report failed, and what to keep for the engineer."""

import errno
import traceback
from datetime import datetime

from django.utils.translation import gettext_noop

from tracker.models import Job
from tracker.services.errors import Refused
from tracker.services.jobs import fail_job

DISK_FULL = (errno.ENOSPC, errno.EDQUOT)
NO_ROOM = gettext_noop("The report could not be stored because the disk is full. Ask for it again when there is room.")
NOT_WRITTEN = gettext_noop(
    "The report's file could not be written. Tell the engineer; the details are kept with the job."
)
FAULT = gettext_noop(
    "The report could not be written because of a fault in the system. The details are kept for the engineer."
)


def record_failure(job: Job, error: Exception, *, now: datetime) -> None:
    """Mark the job failed; nothing happens when another worker has it by now."""
    fail_job(job, failure_words(error), "".join(traceback.format_exception(error)), now=now)


def failure_words(error: Exception) -> str:
    """Why, and what to do: a msgid, so that each reads it in the own language; a refusal has its words already."""
    if isinstance(error, Refused):
        return error.message
    if isinstance(error, OSError):
        return NO_ROOM if error.errno in DISK_FULL else NOT_WRITTEN
    return FAULT
