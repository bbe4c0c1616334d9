"""Changing how the tracker is set up: every change is recorded with what stood before and after."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import DecimalField, FileField, Model

from tracker.models import Event, User
from tracker.services.audit.events import record_event
from tracker.services.audit.keep_rules import keeping_terms

#: Never written to the log: secrets, and what changes without anybody's doing.
UNRECORDED = frozenset({"password", "password_set_at", "must_change_password", "last_login"})


@transaction.atomic
def save_configured(
    row: Model, *, acting_user: User, now: datetime, action: Event.Action = Event.Action.CONFIGURED
) -> None:
    """Save a row and record which fields changed; saving it unchanged records nothing."""
    stored = type(row)._base_manager.filter(pk=row.pk).first() if row.pk else None
    if stored is not None and _holds_the_same(row, stored):
        return
    before = recorded_values(stored) if stored else {}
    with keeping_terms(row, acting_user=acting_user, now=now):
        row.save()
    after = recorded_values(row)
    changed = [name for name in after if stored is None or before[name] != after[name]]
    if changed:
        record_event(
            action,
            acting_user=acting_user,
            now=now,
            about=row,
            before={name: before[name] for name in changed if name in before},
            after={name: after[name] for name in changed},
        )


@transaction.atomic
def set_related(row: Model, chosen: Mapping[str, Iterable[Model]], *, acting_user: User, now: datetime) -> None:
    """Set many-to-many fields by name, and record those that changed."""
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for name, rows in chosen.items():
        manager = getattr(row, name)
        old, new = sorted(map(str, manager.all())), sorted(map(str, rows))
        if old != new:
            manager.set(rows)
            before[name], after[name] = old, new
    if after:
        record_event(Event.Action.CONFIGURED, acting_user=acting_user, now=now, about=row, before=before, after=after)


@transaction.atomic
def delete_configured(
    row: Model, *, acting_user: User, now: datetime, action: Event.Action = Event.Action.CONFIGURED
) -> None:
    """Delete a row and record what stood in it. The database refuses when history hangs on it."""
    record_event(action, acting_user=acting_user, now=now, about=row, before=recorded_values(row))
    with keeping_terms(row, acting_user=acting_user, now=now):
        row.delete()


def _holds_the_same(row: Model, stored: Model) -> bool:
    fields = [field for field in row._meta.concrete_fields if not isinstance(field, FileField)]
    return all(field.to_python(getattr(row, field.attname)) == getattr(stored, field.attname) for field in fields)


def recorded_values(row: Model) -> dict[str, str | None]:
    """A row's own fields as text, relations by the name of what they point to."""
    values: dict[str, str | None] = {}
    for field in row._meta.concrete_fields:
        if field.name in UNRECORDED or field.primary_key:
            continue
        value = getattr(row, field.name) if field.is_relation else field.to_python(getattr(row, field.attname))
        if isinstance(field, DecimalField) and value is not None:  # typed as 80, stored as 80.00
            value = f"{value:.{field.decimal_places}f}"
        values[field.name] = None if value is None else str(value)
    return values
