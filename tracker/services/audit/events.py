"""Recording what happened, in the transaction in which it happened."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from django.db.models import Model

from tracker.models import Event, User
from tracker.models.personal import name_in_log

#: Where the request that is being served came from. Whose it is stays an argument; the address decides nothing, it is
#: only written down, and every event of a request has the same.
_address: ContextVar[str | None] = ContextVar("address", default=None)


@contextmanager
def serving(address: str | None) -> Iterator[None]:
    """Events that are recorded inside name this address, unless they are given another."""
    token = _address.set(address)
    try:
        yield
    finally:
        _address.reset(token)


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
    event = new_event(
        action,
        acting_user=acting_user,
        now=now,
        about=about,
        before=before,
        after=after,
        reason=reason,
        address=address,
    )
    event.save(force_insert=True)
    return event


def new_event(
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
    """Return an event that is not stored yet, for many that are stored at once."""
    return Event(
        recorded_at=now,
        actor=acting_user,
        action=action,
        object_type=about._meta.model_name or "" if about else "",
        object_id=str(about.pk) if about else "",
        object_label=name_in_log(about)[:300] if about else "",
        before=dict(before or {}),
        after=dict(after or {}),
        reason=reason,
        address=address or _address.get(),
    )
