"""Importing a checked workbook as a whole, at once or by a worker, or discarding it."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from tracker.models import Event, Upload, User
from tracker.queries.errors import ChangedMeanwhile, NotAllowed, Refused
from tracker.services.accounts.temporary_password import one_time_password
from tracker.services.audit.events import record_event
from tracker.services.imports.setup_workbook.check import read_upload, touched_of
from tracker.services.imports.setup_workbook.perform import perform
from tracker.services.imports.setup_workbook.run import SAME
from tracker.services.imports.uploads.waiting import CHECKABLE, GIVEN_UP_AFTER, LOST_AFTER
from tracker.uploads.patience import ENDLESS, Patience, TakesTooLong

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Imported:
    """Result of an import: how many things changed, and the new accounts with their passwords, told this once.

    `is_waiting`: it takes longer and goes on in a worker; the accounts exist when it has ended.
    """

    changes: int
    passwords: tuple[tuple[str, str], ...]
    is_waiting: bool = False


def accept_setup(
    upload: Upload,
    *,
    acting_user: User,
    now: datetime,
    seconds: float | None = None,
    documents_seen: bool = False,
) -> Imported:
    """Import everything that the preview showed, or nothing.

    Raise Refused if rows are dated back before issued documents and the person has not seen which; raise
    ChangedMeanwhile where the import would now do something else than the preview showed. Passwords of new
    accounts are hashed before the transaction: on SQLite others would wait for it. What is not done within `seconds`
    of wall time is undone and left to `import_waiting`.
    """
    _require_own(upload, acting_user)
    if upload.preview.get("touched") and not documents_seen:
        raise Refused(
            _("Nothing was imported: rows are dated back before issued documents."),
            {"documents_seen": _("Read which ones below, tick that you have seen them, and import again.")},
        )
    given = {name: one_time_password() for name in upload.preview.get("new_accounts", [])}
    hashed = {name: make_password(password) for name, password in given.items()}
    patience = Patience(seconds)
    try:
        done = _import(upload, acting_user, hashed, now=now, patience=patience)
    except TakesTooLong:
        _leave_to_import(upload, acting_user, hashed, now=now)
        return Imported(len(upload.preview["changes"]), tuple(given.items()), is_waiting=True)
    return Imported(done, tuple(given.items()))


def _import(
    upload: Upload, acting_user: User, hashed: Mapping[str, str], *, now: datetime, patience: Patience = ENDLESS
) -> int:
    """Import a workbook that is in the state it was read in; return how many things changed."""
    read = read_upload(upload, patience)
    with transaction.atomic():
        taken = Upload.objects.filter(pk=upload.pk, state=upload.state)
        values = {"state": Upload.State.ACCEPTED, "decided_by": acting_user, "decided_at": now}
        if upload.state not in (Upload.State.READY, Upload.State.LOADING) or not taken.update(
            **values, mapping={}, failure=""
        ):
            raise ChangedMeanwhile(_("This workbook was accepted or discarded already."))
        run = perform(read, acting_user=acting_user, now=now, passwords=hashed, patience=patience)
        changes = [one.as_json() for one in run.outcomes if one.change != SAME]
        is_as_shown = _told(changes) == _told(upload.preview["changes"]) and _reached(touched_of(run)) == _reached(
            upload.preview.get("touched", [])
        )
        if read.faults or run.faults or not is_as_shown:
            raise ChangedMeanwhile(
                _("Nothing was imported: what is set up has changed since the workbook was checked. Check it again.")
            )
        _record(upload, Upload.State.ACCEPTED, len(changes), acting_user=acting_user, now=now)
    upload.refresh_from_db()
    return len(changes)


def _record(upload: Upload, state: Upload.State, changes: int, *, acting_user: User, now: datetime) -> None:
    after = {"file": upload.file_name, "sha256": upload.sha256, "changes": changes, "state": state.value}
    record_event(Event.Action.WORKBOOK_ACCEPTED, acting_user=acting_user, now=now, about=upload, after=after)


@transaction.atomic
def _leave_to_import(upload: Upload, acting_user: User, hashed: Mapping[str, str], *, now: datetime) -> None:
    """Leave an import to a worker, with the hashed passwords that it gives to new accounts."""
    ready = Upload.objects.filter(pk=upload.pk, state=Upload.State.READY)
    kept = {"passwords": dict(hashed)}
    if not ready.update(state=Upload.State.LOADING, decided_by=acting_user, decided_at=now, mapping=kept, failure=""):
        raise ChangedMeanwhile(_("This workbook was accepted or discarded already."))
    upload.refresh_from_db()
    _record(upload, Upload.State.LOADING, len(upload.preview["changes"]), acting_user=acting_user, now=now)


def import_waiting(upload_id: int, *, clock: Callable[[], datetime]) -> None:
    """Import a workbook that waits for a worker; called twice, it is imported once.

    One that is refused is ready again and says why.
    """
    found = Upload.objects.filter(pk=upload_id, kind=Upload.Kind.SETUP, state=Upload.State.LOADING)
    upload = found.select_related("uploaded_by", "decided_by").first()
    if upload is None or upload.decided_by is None:
        return
    with translation.override(upload.decided_by.language):
        try:
            _import(upload, upload.decided_by, upload.mapping["passwords"], now=clock())
        except Refused as refusal:
            logger.info("The import of upload %s was refused.", upload.pk)
            _make_ready(upload.pk, " ".join([refusal.message, *refusal.fields.values()]))


def waiting_imports(*, now: datetime) -> list[int]:
    """Return imports that have waited long enough for their message to be lost, and not for ever."""
    waiting = Upload.objects.filter(kind=Upload.Kind.SETUP, state=Upload.State.LOADING)
    asked = waiting.filter(decided_at__lt=now - LOST_AFTER, decided_at__gt=now - GIVEN_UP_AFTER)
    return list(asked.order_by("pk").values_list("pk", flat=True))


def give_up_imports(*, now: datetime) -> None:
    """Make ready again what no worker has imported in time."""
    waiting = Upload.objects.filter(kind=Upload.Kind.SETUP, state=Upload.State.LOADING)
    for upload in waiting.filter(decided_at__lte=now - GIVEN_UP_AFTER).select_related("uploaded_by"):
        with translation.override(upload.uploaded_by.language):
            _make_ready(upload.pk, _("Nothing was imported: no worker finished it in time. Import it again."))


def _make_ready(upload_id: int, failure: str) -> None:
    loading = Upload.objects.filter(pk=upload_id, state=Upload.State.LOADING)
    loading.update(state=Upload.State.READY, decided_by=None, decided_at=None, mapping={}, failure=failure)


def _told(changes: list[dict[str, object]]) -> list[tuple[object, ...]]:
    """Return what a preview told a person, whichever language it was in."""
    return [
        (one["table"], one["place"], one["change"], len(one["details"]))  # type: ignore[arg-type]
        for one in changes
    ]


def _reached(touched: list[dict[str, Any]]) -> list[tuple[str, list[int]]]:
    """Return the rows dated back with the issued documents that each touches, whichever language they were told in."""
    return [(one["place"], one["reports"]) for one in touched]


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
