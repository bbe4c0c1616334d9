"""Recording what happened, in the transaction in which it happened."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Model

from tracker.models import Event, User


def record_event(
    action: Event.Action,
    *,
    acting_user: User | None,
    now: datetime,
    about: Model | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
    address: str | None = None,
) -> Event:
    """Add one row to the event log. `acting_user` None is the system itself; before and after are JSON values."""
    return Event.objects.create(
        recorded_at=now,
        actor=acting_user,
        action=action,
        object_type=about._meta.model_name or "" if about else "",
        object_id=str(about.pk) if about else "",
        object_label=str(about)[:300] if about else "",
        before=dict(before or {}),
        after=dict(after or {}),
        reason=reason,
        address=address,
    )
