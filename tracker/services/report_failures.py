"""What to tell the person whose report failed, and what to keep for the engineer."""

import errno
import traceback
from datetime import datetime

from django.utils.translation import gettext as _

from tracker.models import Job
from tracker.services.errors import Refused
from tracker.services.jobs import fail_job

DISK_FULL = (errno.ENOSPC, errno.EDQUOT)


def record_failure(job: Job, error: Exception, *, now: datetime) -> None:
    """Mark the job failed; nothing happens when another worker has it by now."""
    fail_job(job, failure_words(error), "".join(traceback.format_exception(error)), now=now)


def failure_words(error: Exception) -> str:
    """Why, and what to do, in the active language."""
    if isinstance(error, Refused):
        return error.message
    if isinstance(error, OSError) and error.errno in DISK_FULL:
        return _("The report could not be stored because the disk is full. Ask for it again when there is room.")
    if isinstance(error, OSError):
        return _("The report's file could not be written. Tell the engineer; the details are kept with the job.")
    return _("The report could not be written because of a fault in the system. The details are kept for the engineer.")
