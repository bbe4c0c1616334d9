"""Receive an annex, read it for the preview, and import or discard it."""

from datetime import date, datetime

from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from tracker.models import Event, ListMember, PolicyDocument, ProjectList, Upload, User
from tracker.queries.errors import ChangedMeanwhile, NotAllowed, Refused
from tracker.queries.imports.project_lists.read import ReadAnnex, read_annex
from tracker.queries.imports.stored_files import on_disk
from tracker.services.audit.events import record_event
from tracker.services.imports.return_template.receive import store_workbook
from tracker.services.projects.changes import Document
from tracker.services.projects.members import add_members
from tracker.services.projects.rights import require_keeper
from tracker.uploads.document_tables import is_document


@transaction.atomic
def receive_annex(
    file: File,
    project_list: ProjectList,
    document: Document,
    *,
    acting_user: User,
    now: datetime,
    address: str | None = None,
) -> Upload:
    """Store an annex with the document that it belongs to. Nothing in it is believed yet."""
    require_keeper(acting_user, project_list.plan)
    upload = store_workbook(
        file, kind=Upload.Kind.LIST, folder="lists", acting_user=acting_user, now=now, address=address
    )
    upload.plan = project_list.plan
    upload.state = Upload.State.READY
    upload.mapping = {
        "list": project_list.pk,
        "version": project_list.version,
        "number": document.number,
        "issued_on": document.issued_on.isoformat(),
        "effective_from": document.effective_from.isoformat(),
        "reason": document.reason,
    }
    upload.save(update_fields=["plan", "state", "mapping"])
    return upload


def own_document(project_list: ProjectList) -> PolicyDocument | None:
    """Return the document that the list's plan was made from, if it can hold tables."""
    found = PolicyDocument.objects.filter(plan=project_list.plan_id).first()
    return found if found is not None and is_document(found.file_name) else None


def receive_own_annex(
    project_list: ProjectList, document: Document, *, acting_user: User, now: datetime, address: str | None = None
) -> Upload:
    """Store a copy of the document that the plan was made from, as the annex of a list."""
    own = own_document(project_list)
    if own is None:
        raise Refused(_("The plan was not made from a document with tables."))
    with default_storage.open(own.file.name, "rb") as stored:
        copy = ContentFile(stored.read(), own.file_name)
    return receive_annex(copy, project_list, document, acting_user=acting_user, now=now, address=address)


def list_of(upload: Upload) -> ProjectList:
    """Return the list that an annex is meant for."""
    return ProjectList.objects.select_related("plan__region").get(pk=upload.mapping["list"])


def document_of(upload: Upload) -> Document:
    """Return the document that an annex belongs to."""
    kept = upload.mapping
    issued_on, effective_from = (date.fromisoformat(kept[name]) for name in ("issued_on", "effective_from"))
    return Document(kept["number"], issued_on, effective_from, kept["reason"])


def read_upload(upload: Upload) -> ReadAnnex:
    """Return what is in an annex, with what is wrong. Raise Refused for a file that is no table of names."""
    with on_disk(upload.file.name) as path:
        return read_annex(path, upload.file_name, list_of(upload))


def accept_annex(upload: Upload, *, acting_user: User, now: datetime) -> list[ListMember]:
    """Import everything in the annex, or nothing. Raise Refused where something in it is wrong."""
    _require_own(upload, acting_user)
    annex, project_list = read_upload(upload), list_of(upload)
    if annex.errors:
        raise Refused(_("Nothing was added."), {one.place: one.message for one in annex.errors})
    with transaction.atomic():
        _decide(upload, Upload.State.ACCEPTED, acting_user, now)
        added = add_members(project_list, annex.members, document=document_of(upload), acting_user=acting_user, now=now)
        after = {"file": upload.file_name, "sha256": upload.sha256, "members": len(added)}
        record_event(Event.Action.WORKBOOK_ACCEPTED, acting_user=acting_user, now=now, about=upload, after=after)
    return added


@transaction.atomic
def discard_annex(upload: Upload, *, acting_user: User, now: datetime) -> None:
    """Put an annex away that was not imported; its file stays for the log."""
    _require_own(upload, acting_user)
    _decide(upload, Upload.State.DISCARDED, acting_user, now)
    record_event(Event.Action.WORKBOOK_DISCARDED, acting_user=acting_user, now=now, about=upload)


def _decide(upload: Upload, state: Upload.State, acting_user: User, now: datetime) -> None:
    """Move the annex on if it still waits: one of two who decide at once is told."""
    waiting = Upload.objects.filter(pk=upload.pk, state=Upload.State.READY)
    if not waiting.update(state=state, decided_by=acting_user, decided_at=now):
        raise ChangedMeanwhile(_("This file was imported or discarded already."))


def _require_own(upload: Upload, acting_user: User) -> None:
    if upload.uploaded_by_id != acting_user.pk:
        raise NotAllowed(_("This file was uploaded by another user."))
    require_keeper(acting_user, list_of(upload).plan)
