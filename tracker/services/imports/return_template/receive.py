"""Taking a workbook in: stored aside under its own hash, with an event; nothing in it is believed yet."""

import hashlib
import uuid
from datetime import datetime
from pathlib import PurePath

from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tracker.models import Event, Period, Upload, User
from tracker.models.access import Capability, scope_of
from tracker.queries.errors import NotAllowed, Refused
from tracker.services.audit.events import record_event
from tracker.uploads.faults import Fault
from tracker.uploads.package import MAX_FILE, MB
from tracker.uploads.wording import explain

LONGEST_NAME = 120


def receive_upload(
    file: File, period: Period, *, acting_user: User, now: datetime, address: str | None = None
) -> Upload:
    """Store a workbook that is meant for this period. Raises NotAllowed, and Refused for one that is too large."""
    if not scope_of(acting_user, Capability.ENTER).is_somewhere:
        raise NotAllowed(_("You do not report for any unit."))
    return store_workbook(
        file,
        kind=Upload.Kind.TEMPLATE,
        folder=period.code,
        period=period,
        acting_user=acting_user,
        now=now,
        address=address,
    )


def store_workbook(
    file: File,
    *,
    kind: Upload.Kind,
    folder: str,
    period: Period | None = None,
    acting_user: User,
    now: datetime,
    address: str | None,
) -> Upload:
    """Store an uploaded workbook aside under its own hash. Raise Refused for one that is too large."""
    if file.size > MAX_FILE:
        raise Refused(explain(Fault("file_too_large", details={"limit": str(MAX_FILE // MB)})))
    content = file.read(MAX_FILE + 1)
    name = f"uploads/{folder}/{uuid.uuid4().hex}.xlsx"
    stored = default_storage.save(name, ContentFile(content))
    try:
        with transaction.atomic():
            upload = Upload.objects.create(
                kind=kind,
                plan=period.plan if period else None,
                period=period,
                file_name=plain_name(file.name or ""),
                size=len(content),
                sha256=hashlib.sha256(content).hexdigest(),
                file=stored,
                uploaded_by=acting_user,
                uploaded_at=now,
            )
            after = {"file": upload.file_name, "sha256": upload.sha256}
            record_event(
                Event.Action.WORKBOOK_SENT_IN,
                acting_user=acting_user,
                now=now,
                about=upload,
                after=after | ({"period": period.code} if period else {"kind": kind.value}),
                address=address,
            )
    except BaseException:
        default_storage.delete(stored)
        raise
    return upload


def earlier_uploads(upload: Upload) -> QuerySet[Upload]:
    """Return earlier uploads of the same file by the same user for the same period, the newest first."""
    same = Upload.objects.filter(
        kind=upload.kind, sha256=upload.sha256, period=upload.period, uploaded_by=upload.uploaded_by
    )
    return same.filter(pk__lt=upload.pk).order_by("-pk")


def open_marked(upload: Upload, *, acting_user: User, now: datetime, address: str | None = None) -> File:
    """Open the user's own workbook with its wrong cells marked, for the user who uploaded it."""
    if upload.uploaded_by_id != acting_user.pk:
        raise NotAllowed(_("This file was uploaded by another user."))
    if not upload.marked_file:
        raise Refused(_("There is no marked workbook."))
    file = upload.marked_file.open("rb")
    record_event(Event.Action.DOWNLOADED, acting_user=acting_user, now=now, about=upload, address=address)
    return file


def plain_name(name: str) -> str:
    """Return the file's name without its folders, fit to be printed and stored."""
    last = PurePath(name.replace("\\", "/")).name
    shown = "".join(character for character in last if character.isprintable()).strip()
    if len(shown) > LONGEST_NAME:
        shown = f"{shown[: LONGEST_NAME - 6]}….xlsx"
    return shown or "workbook.xlsx"
