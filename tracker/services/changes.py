"""数据变动说明: what changed behind an issued report since it was issued."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from tracker.models import Entry, IssuedReport, Period, User, ValueRevision


@dataclass(frozen=True)
class ValueChange:
    """One cell whose verified value is no longer the one in the report; None is missing."""

    entry: Entry
    then: Decimal | None
    now: Decimal | None
    changed_at: datetime
    changed_by: User
    reason: str


def changes_since(report: IssuedReport) -> list[ValueChange]:
    """The cells of the report's scope whose verified value differs from the one it was issued with."""
    kept = ValueRevision.objects.filter(pk__in=report.revisions)
    then = dict(kept.values_list("entry_id", "value"))
    revision_then = dict(kept.values_list("entry_id", "pk"))
    entries = (
        Entry.objects.filter(
            unit_return__period__in=Period.objects.until(report.period),
            unit_return__unit__region__path__startswith=report.region.path,
            verified_revision__isnull=False,
        )
        .exclude(verified_revision__in=report.revisions)
        .with_names()
        .select_related("verified_revision__actor")
        .order_by("verified_revision__recorded_at", "pk")
    )
    return [
        ValueChange(
            entry=entry,
            then=then.get(entry.pk),
            now=entry.verified_value,
            changed_at=entry.verified_revision.recorded_at,
            changed_by=entry.verified_revision.actor,
            reason=entry.verified_revision.reason,
        )
        for entry in entries
        if entry.verified_value != then.get(entry.pk) and entry.verified_revision_id != revision_then.get(entry.pk)
    ]
