"""Importing a checked workbook as a whole, or discarding it."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext as _

from tracker.models import Event, Upload, User
from tracker.queries.errors import ChangedMeanwhile, NotAllowed, Refused
from tracker.services.accounts.temporary_password import one_time_password
from tracker.services.audit.events import record_event
from tracker.services.imports.setup_workbook.check import CHECKABLE, read_upload
from tracker.services.imports.setup_workbook.perform import perform
from tracker.services.imports.setup_workbook.run import SAME


@dataclass(frozen=True)
class Imported:
    """Result of an import: how many things changed, and the new accounts with their passwords, told this once."""

    changes: int
    passwords: tuple[tuple[str, str], ...]


def accept_setup(upload: Upload, *, acting_user: User, now: datetime) -> Imported:
    """Import everything that the preview showed, or nothing.

    Raise ChangedMeanwhile where the import would now do something else than the preview showed. Passwords of new
    accounts are hashed before the transaction: on SQLite others would wait for it.
    """
    _require_own(upload, acting_user)
    given = {name: one_time_password() for name in upload.preview.get("new_accounts", [])}
    hashed = {name: make_password(password) for name, password in given.items()}
    read = read_upload(upload)
    with transaction.atomic():
        taken = Upload.objects.filter(pk=upload.pk, state=Upload.State.READY)
        if not taken.update(state=Upload.State.ACCEPTED, decided_by=acting_user, decided_at=now):
            raise ChangedMeanwhile(_("This workbook was accepted or discarded already."))
        run = perform(read, acting_user=acting_user, now=now, passwords=hashed)
        changes = [one.as_json() for one in run.outcomes if one.change != SAME]
        if read.faults or run.faults or _told(changes) != _told(upload.preview["changes"]):
            raise ChangedMeanwhile(
                _("Nothing was imported: what is set up has changed since the workbook was checked. Check it again.")
            )
        after = {"file": upload.file_name, "sha256": upload.sha256, "changes": len(changes)}
        record_event(Event.Action.WORKBOOK_ACCEPTED, acting_user=acting_user, now=now, about=upload, after=after)
    upload.refresh_from_db()
    return Imported(len(changes), tuple((name, given[name]) for name in run.new_accounts))


def _told(changes: list[dict[str, object]]) -> list[tuple[object, ...]]:
    """Return what a preview told a person, whichever language it was in."""
    return [
        (one["table"], one["place"], one["change"], len(one["details"]))  # type: ignore[arg-type]
        for one in changes
    ]


@transaction.atomic
def discard_setup(upload: Upload, *, acting_user: User, now: datetime) -> None:
    """Put a workbook away that was not imported; its file stays for the log."""
    _require_own(upload, acting_user)
    undecided = Upload.objects.filter(pk=upload.pk, state__in=(*CHECKABLE, Upload.State.FAILED))
    if not undecided.update(state=Upload.State.DISCARDED, decided_by=acting_user, decided_at=now):
        raise ChangedMeanwhile(_("This workbook was accepted or discarded already."))
    upload.refresh_from_db()
    record_event(Event.Action.WORKBOOK_DISCARDED, acting_user=acting_user, now=now, about=upload)


def _require_own(upload: Upload, user: User) -> None:
    if upload.kind != Upload.Kind.SETUP:
        raise Refused(_("This is not a set-up workbook."))
    if upload.uploaded_by_id != user.pk:
        raise NotAllowed(_("This file was uploaded by another user."))
