"""Workbooks that wait for a check: left to a worker, found again when the message was lost, checked."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils import translation

from tracker.models import Upload

LOST_AFTER, GIVEN_UP_AFTER = timedelta(seconds=60), timedelta(minutes=10)
#: A workbook larger than this is checked by a worker; a filled-in template of a province takes a tenth of it.
LARGE = 1024 * 1024
#: How long, in seconds, a person may wait for a check; one that takes longer is done by a worker, too.
WAITED = 8.0
#: What may still be checked, once or again.
CHECKABLE = (Upload.State.CHECKING, Upload.State.READY, Upload.State.WRONG)


def settle(upload: Upload, **values: Any) -> Upload:
    """Store the result of a check, unless the upload was decided upon meanwhile."""
    Upload.objects.filter(pk=upload.pk, state__in=CHECKABLE).update(**values)
    upload.refresh_from_db()
    return upload


def leave_to_check(upload: Upload) -> Upload:
    """Leave a workbook to `check_waiting`, unless it was decided upon."""
    return settle(upload, state=Upload.State.CHECKING)


def check_now(upload: Upload, check: Callable[..., Upload], *, now: datetime) -> Upload:
    """Check a workbook; one that is large or takes long is left to be checked by a worker."""
    return leave_to_check(upload) if upload.size > LARGE else check(upload, now=now, seconds=WAITED)


def check_waiting(
    upload_id: int, checks: Mapping[str, Callable[..., Upload]], *, clock: Callable[[], datetime]
) -> None:
    """Check a workbook that still waits, by the check of its kind; called twice, it is checked twice alike."""
    found = Upload.objects.filter(pk=upload_id, kind__in=checks, state=Upload.State.CHECKING)
    upload = found.select_related("period__plan", "uploaded_by").first()
    if upload is not None:
        with translation.override(upload.uploaded_by.language):
            checks[upload.kind](upload, now=clock())


def waiting_uploads(kinds: Mapping[str, object], *, now: datetime) -> list[int]:
    """Return workbooks that have waited long enough for their message to be lost, and not for ever."""
    waiting = Upload.objects.filter(kind__in=kinds, state=Upload.State.CHECKING)
    asked = waiting.filter(uploaded_at__lt=now - LOST_AFTER, uploaded_at__gt=now - GIVEN_UP_AFTER)
    return list(asked.values_list("pk", flat=True))
