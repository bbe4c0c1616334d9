"""Receive a policy document: it is stored with its hash and read by a job in the bounded process."""

import hashlib
import uuid
from datetime import datetime
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory

from django.conf import settings
from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tracker.models import Event, Job, MeasureUnit, PolicyDocument, User
from tracker.models.access import Capability, scope_of
from tracker.queries.errors import NotAllowed, Refused
from tracker.services.audit.events import record_event
from tracker.services.imports.return_template.receive import plain_name
from tracker.services.operations import jobs
from tracker.services.plans.loading import load_units_of
from tracker.services.plans.plan_document import read_document
from tracker.uploads.faults import Fault, UploadRefused
from tracker.uploads.package import MB
from tracker.uploads.policy_document import MAX_DOCUMENT, kind_of
from tracker.uploads.wording import explain

UNITS = Path(settings.BASE_DIR) / "fixtures" / "units.toml"


def may_create_plans(user: User) -> bool:
    """Return True if this person may add what all plans share: indicators, units of measure, regions, bodies."""
    return scope_of(user, Capability.MANAGE_PLAN).is_whole


def require_may_create(user: User) -> None:
    """Raise NotAllowed unless this person may create plans from documents."""
    if not may_create_plans(user):
        raise NotAllowed(_("Plans are created by who manages plans of a whole region."))


def send_document(
    file: File, *, acting_user: User, now: datetime, address: str | None = None
) -> tuple[PolicyDocument, Job]:
    """Store a policy document and queue its reading. Return both.

    Raise NotAllowed, and Refused for a file that is no document within the limits; then nothing is stored. The units
    of measure that are shipped are added where there are none at all.
    """
    require_may_create(acting_user)
    if file.size > MAX_DOCUMENT:
        raise Refused(explain(Fault("policy_too_large", details={"limit": str(MAX_DOCUMENT // MB)})))
    content = file.read(MAX_DOCUMENT + 1)
    _require_readable(content)
    name = plain_name(file.name or "")
    suffix = PurePath(name).suffix[:8].lower()
    stored = default_storage.save(f"uploads/policy/{uuid.uuid4().hex}{suffix}", ContentFile(content))
    try:
        with transaction.atomic():
            document = PolicyDocument.objects.create(
                file_name=name,
                size=len(content),
                sha256=hashlib.sha256(content).hexdigest(),
                file=stored,
                uploaded_by=acting_user,
                uploaded_at=now,
            )
            job = _queue(document, acting_user, now)
            if not MeasureUnit.objects.exists():
                load_units_of(read_document(UNITS))
            after = {"file": name, "sha256": document.sha256}
            action = Event.Action.DOCUMENT_SENT_IN
            record_event(action, acting_user=acting_user, now=now, about=document, after=after, address=address)
    except BaseException:
        default_storage.delete(stored)
        raise
    return document, job


def _require_readable(content: bytes) -> None:
    """Raise Refused for a kind of file that is not read, before anything is stored."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "document"
        path.write_bytes(content)
        try:
            kind_of(path)
        except UploadRefused as refused:
            raise Refused(explain(refused.faults[0])) from None


def _queue(document: PolicyDocument, acting_user: User, now: datetime) -> Job:
    job, _is_new = jobs.request_job(
        Job.Kind.POLICY,
        {"document": document.pk, "language": get_language() or "zh-hans"},
        request_key=f"policy:{document.pk}",
        acting_user=acting_user,
        now=now,
    )
    document.job = job
    document.save(update_fields=["job"])
    return job
