"""What every new delivery begins with."""

import uuid
from datetime import datetime

from django.conf import settings

from tracker.models import Delivery, User


def new_message_id(kind: str) -> str:
    """Return a unique id for the message, at the domain that mail comes from."""
    domain = settings.SERVER_EMAIL.rpartition("@")[2] or "localhost"
    return f"<{kind}.{uuid.uuid4().hex}@{domain}>"


def of_the_day(kind: Delivery.Kind, user: User, day: str, *, now: datetime) -> Delivery:
    """Return a user's only message of this kind on this day, not saved yet; the database accepts it once."""
    return Delivery(
        kind=kind,
        user=user,
        occasion=day,
        recipient=user.email,
        next_attempt_at=now,
        created_at=now,
        message_id=new_message_id(kind.value),
    )
