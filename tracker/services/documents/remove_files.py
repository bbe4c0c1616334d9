"""Old files: those whose time is over go, in small batches, and so does what killed workers left behind."""

import re
import time
from collections.abc import Collection
from datetime import datetime
from pathlib import Path

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet

from tracker.models import Event, IssuedReport, Job
from tracker.services.audit.events import record_event
from tracker.services.documents.store import unfinished_directory

#: So many in a minute; a tick must not take long.
BATCH = 50
A_DAY = 24 * 3600
OF_JOB = re.compile(r"job-(\d+)-")


def remove_old_files(*, now: datetime) -> int:
    """Remove files that were to be kept until now, each with an event; how many. The report's row stays for ever."""
    return sum(remove_file(report, now=now) for report in old_files(now=now))


def old_files(*, now: datetime, without: Collection[str] = ()) -> QuerySet[IssuedReport]:
    """Return a batch of reports whose files are kept no longer, but for the rows with these keys."""
    due = IssuedReport.objects.filter(keep_until__lte=now, file_removed_at=None).exclude(pk__in=without)
    return due.without_inputs().order_by("keep_until")[:BATCH]


def remove_leftovers() -> list[Path]:
    """Remove what workers were writing when they were killed, once their job waits or runs no more."""
    for path in unfinished_directory().glob("store-*"):  # by a process that was killed while it stored a file
        if path.stat().st_mtime < time.time() - A_DAY:
            path.unlink(missing_ok=True)
    found = [path for path in unfinished_directory().iterdir() if OF_JOB.match(path.name)]
    active = set(Job.objects.active().filter(pk__in={_job_of(path) for path in found}).values_list("pk", flat=True))
    gone = [path for path in found if _job_of(path) not in active]
    for path in gone:
        path.unlink(missing_ok=True)
    return gone


def remove_file(report: IssuedReport, *, now: datetime) -> bool:
    """Remove one report's file. Return False if another tick was quicker.

    The file goes first: if this process dies in between, the next tick finds it gone and records that.
    """
    default_storage.delete(report.file.name)
    with transaction.atomic():
        unmarked = IssuedReport.objects.filter(pk=report.pk, file_removed_at=None)
        if not unmarked.update(file_removed_at=now):
            return False  # another tick was quicker
        after = {"file": report.file.name, "sha256": report.sha256}
        record_event(Event.Action.REPORT_FILE_REMOVED, acting_user=None, now=now, about=report, after=after)
    return True


def _job_of(path: Path) -> int:
    match = OF_JOB.match(path.name)
    return int(match[1]) if match else 0
