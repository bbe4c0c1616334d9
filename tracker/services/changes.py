"""数据变动说明: what changed behind an issued report since it was issued."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import F

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
    newest = (
        ValueRevision.objects.with_names()
        .filter(
            pk=F("entry__verified_revision"),
            entry__unit_return__period__in=Period.objects.until(report.period),
            entry__unit_return__unit__region__path__startswith=report.region.path,
        )
        .exclude(pk__in=report.revisions)
        .order_by("recorded_at", "pk")
    )
    return [
        ValueChange(
            entry=revision.entry,
            then=then.get(revision.entry_id),
            now=revision.value,
            changed_at=revision.recorded_at,
            changed_by=revision.actor,
            reason=revision.reason,
        )
        for revision in newest
        if revision.value != then.get(revision.entry_id)
    ]
