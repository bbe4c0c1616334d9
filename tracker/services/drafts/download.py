"""Download a kept policy document."""

from datetime import datetime

from django.core.files import File

from tracker.models import Event, PolicyDocument, User
from tracker.services.audit.events import record_event


def open_document(document: PolicyDocument, *, acting_user: User, now: datetime, address: str | None = None) -> File:
    """Return the document's file; that it left is recorded."""
    file = document.file.open("rb")
    record_event(Event.Action.DOWNLOADED, acting_user=acting_user, now=now, about=document, address=address)
    return file
