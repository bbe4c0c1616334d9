"""Changing how the tracker is set up: every change is recorded with what stood before and after."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import DecimalField, FileField, Model

from tracker.models import Event, User
from tracker.models.personal import name_in_log
from tracker.services.audit.events import new_event, record_event
from tracker.services.audit.issued_rules import check_not_issued, check_removable
from tracker.services.audit.keep_rules import keeping_terms
from tracker.services.audit.personal import without_personal

#: Never written to the log: secrets, and what changes without anybody's doing.
UNRECORDED = frozenset({"password", "password_set_at", "must_change_password", "last_login", "closed_at"})

#: Rows created by one statement.
BATCH = 500


@transaction.atomic
def save_configured(
    row: Model, *, acting_user: User, now: datetime, action: Event.Action = Event.Action.CONFIGURED
) -> bool:
    """Save a row and record which fields changed. Saving it unchanged records nothing and returns False.

    Raise Refused for a rule that issued documents rest on.
    """
    stored = type(row)._base_manager.filter(pk=row.pk).first() if row.pk else None
    if stored is not None and _holds_the_same(row, stored):
        return False
    check_not_issued(row, stored)
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
            before=without_personal(row, {name: before[name] for name in changed if name in before}),
            after=without_personal(row, {name: after[name] for name in changed}),
        )
    return True


@transaction.atomic
def create_configured(rows: Sequence[Model], *, acting_user: User, now: datetime) -> None:
    """Create many rows of one table in a few statements, and record each as `save_configured` does.

    The caller has validated them. They are of a table on which no plan's terms rest.
    """
    if not rows:
        return
    type(rows[0])._base_manager.bulk_create(rows, batch_size=BATCH)
    events = [
        new_event(
            Event.Action.CONFIGURED,
            acting_user=acting_user,
            now=now,
            about=row,
            after=without_personal(row, recorded_values(row)),
        )
        for row in rows
    ]
    Event.objects.bulk_create(events, batch_size=BATCH)


@transaction.atomic
def set_related(row: Model, chosen: Mapping[str, Iterable[Model]], *, acting_user: User, now: datetime) -> None:
    """Set many-to-many fields by name, and record those that changed."""
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for name, rows in chosen.items():
        manager = getattr(row, name)
        old, new = sorted(map(name_in_log, manager.all())), sorted(map(name_in_log, rows))
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
    check_removable(row)
    before = without_personal(row, recorded_values(row))
    record_event(action, acting_user=acting_user, now=now, about=row, before=before)
    with keeping_terms(row, acting_user=acting_user, now=now):
        row.delete()


def _holds_the_same(row: Model, stored: Model) -> bool:
    fields = [field for field in row._meta.concrete_fields if not isinstance(field, FileField)]
    return all(field.to_python(getattr(row, field.attname)) == getattr(stored, field.attname) for field in fields)


def recorded_values(row: Model) -> dict[str, str | None]:
    """Return a row's own fields as text, and relations by the names that the log uses for their objects."""
    values: dict[str, str | None] = {}
    for field in row._meta.concrete_fields:
        if field.name in UNRECORDED or field.primary_key:
            continue
        value = getattr(row, field.name) if field.is_relation else field.to_python(getattr(row, field.attname))
        if isinstance(field, DecimalField) and value is not None:  # typed as 80, stored as 80.00
            value = f"{value:.{field.decimal_places}f}"
        values[field.name] = None if value is None else name_in_log(value) if field.is_relation else str(value)
    return values
