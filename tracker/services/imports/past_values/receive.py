"""Taking a table in, and asking for its check."""

import hashlib
import uuid
from datetime import datetime
from pathlib import PurePath
from typing import Any

from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tracker.models import Event, Job, Plan, Upload, User
from tracker.models.access import Capability, scope_of
from tracker.queries.errors import ChangedMeanwhile, NotAllowed, Refused
from tracker.queries.imports.past_values.check import SENDERS
from tracker.queries.imports.past_values.guess_mapping import guess_mapping
from tracker.queries.imports.past_values.mapping import Mapping, check_codes
from tracker.queries.imports.past_values.names import Vocabulary
from tracker.queries.imports.stored_files import on_disk
from tracker.services.audit.events import record_event
from tracker.services.imports.return_template.receive import plain_name
from tracker.services.operations import jobs
from tracker.services.plans.base_year import open_base_year
from tracker.uploads.faults import Fault, UploadRefused
from tracker.uploads.package import MAX_FILE, MB
from tracker.uploads.table import SheetHead, look_at_table
from tracker.uploads.wording import explain

#: From these states a table may be checked, once or again.
CHECKABLE = (Upload.State.CHECKING, Upload.State.READY, Upload.State.WRONG, Upload.State.FAILED)


def may_send(user: User) -> bool:
    """Return True if this person may send in a table at all; of which units is checked row by row."""
    return any(scope_of(user, capability).is_somewhere for capability in SENDERS)


def may_accept(user: User, plan: Plan | None) -> bool:
    """Return True if this person verifies in all of the plan's region."""
    if plan is None:
        return False
    return scope_of(user, Capability.VERIFY, plan_id=plan.rights_id).covers_region(plan.region)


def send_base_year(file: File, plan: Plan, *, acting_user: User, now: datetime, address: str | None = None) -> Upload:
    """Store a table of the year before a plan begins, whose values are only compared with. See `send_table`."""
    if not may_send(acting_user):
        raise NotAllowed(_("You may not upload values of any unit."))
    base_year = open_base_year(plan, acting_user=acting_user, now=now)
    return send_table(file, base_year, acting_user=acting_user, now=now, address=address)


def send_table(file: File, plan: Plan, *, acting_user: User, now: datetime, address: str | None = None) -> Upload:
    """Store a table for a plan, and guess its columns from its first rows. Nothing is checked yet.

    Raises NotAllowed, and Refused for a file that is no table within the limits; then nothing is stored.
    """
    if not may_send(acting_user):
        raise NotAllowed(_("You may not upload values of any unit."))
    if file.size > MAX_FILE:
        raise Refused(explain(Fault("file_too_large", details={"limit": str(MAX_FILE // MB)})))
    content = file.read(MAX_FILE + 1)
    name = plain_name(file.name or "")
    stored = default_storage.save(
        f"uploads/past/{uuid.uuid4().hex}{PurePath(name).suffix[:8].lower()}", ContentFile(content)
    )
    try:
        with on_disk(stored) as path:
            heads = look_at_table(path, name)
        with transaction.atomic():
            upload = Upload.objects.create(
                kind=Upload.Kind.TABLE,
                plan=plan,
                file_name=name,
                size=len(content),
                sha256=hashlib.sha256(content).hexdigest(),
                file=stored,
                mapping=_looked_at(heads, guess_mapping(heads, Vocabulary(plan))),
                uploaded_by=acting_user,
                uploaded_at=now,
            )
            after = {"file": name, "sha256": upload.sha256, "plan": plan.code}
            action = Event.Action.TABLE_SENT_IN
            record_event(action, acting_user=acting_user, now=now, about=upload, after=after, address=address)
    except UploadRefused as refused:
        default_storage.delete(stored)
        raise Refused(explain(refused.faults[0])) from None
    except BaseException:
        default_storage.delete(stored)
        raise
    return upload


def heads_of(upload: Upload) -> list[SheetHead]:
    """Return the first rows of the table's sheets, as they were read when the file was uploaded."""
    return [SheetHead(**{**head, "head": tuple(map(tuple, head["head"]))}) for head in upload.mapping["sheets"]]


def mapping_of(upload: Upload) -> Mapping:
    """Return what the table's columns say, as guessed or as corrected."""
    return Mapping.from_json(upload.mapping["columns"])


def ask_check(upload: Upload, mapping: Mapping, *, acting_user: User, now: datetime) -> Job:
    """Keep what the columns say, and ask for the check of the whole table. Raises Refused with what is missing."""
    if upload.uploaded_by_id != acting_user.pk:
        raise NotAllowed(_("This table was uploaded by somebody else."))
    mapping.require_complete()
    check_codes(mapping, Vocabulary(upload.plan))  # type: ignore[arg-type]
    with transaction.atomic():
        job = ask_job(upload, "check", acting_user, now)
        kept = {**upload.mapping, "columns": mapping.as_json()}
        taken = Upload.objects.filter(pk=upload.pk, state__in=CHECKABLE, job=upload.job_id)
        if not taken.update(state=Upload.State.CHECKING, mapping=kept, preview={}, failure="", job=job):
            raise ChangedMeanwhile(_("This table was checked again, accepted or discarded meanwhile. Reload the page."))
        before, after = upload.mapping["columns"], kept["columns"]
        action = Event.Action.TABLE_CHECKED
        record_event(action, acting_user=acting_user, now=now, about=upload, before=before, after=after)
    upload.refresh_from_db()
    return job


def ask_job(upload: Upload, step: str, acting_user: User, now: datetime) -> Job:
    """Queue a step of the work on a table, "check" or "load". Raises ChangedMeanwhile while another one runs."""
    parameters = {"upload": upload.pk, "step": step, "language": get_language() or "zh-hans"}
    job, is_new = jobs.request_job(
        Job.Kind.IMPORT, parameters, request_key=f"table:{upload.pk}", acting_user=acting_user, now=now
    )
    if not is_new:
        raise ChangedMeanwhile(_("This table is being worked on already. Wait until it is done."))
    return job


def _looked_at(heads: list[SheetHead], guess: Mapping) -> dict[str, Any]:
    sheets = [
        {"name": head.name, "rows": head.rows, "columns": head.columns, "head": [list(row) for row in head.head]}
        for head in heads
    ]
    return {"sheets": sheets, "columns": guess.as_json()}
