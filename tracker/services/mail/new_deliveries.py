"""What every new delivery begins with."""

import uuid
from datetime import datetime

from django.conf import settings

from tracker.models import Delivery, User


def new_message_id(kind: str) -> str:
    """A name for the message that no other has, at the domain that mail comes from."""
    domain = settings.SERVER_EMAIL.rpartition("@")[2] or "localhost"
    return f"<{kind}.{uuid.uuid4().hex}@{domain}>"


def of_the_day(kind: Delivery.Kind, user: User, day: str, *, now: datetime) -> Delivery:
    """A person's one message of this kind on this day, not saved yet; the database lets it be there once."""
    return Delivery(
        kind=kind,
        user=user,
        occasion=day,
        recipient=user.email,
        next_attempt_at=now,
        created_at=now,
        message_id=new_message_id(kind.value),
    )
