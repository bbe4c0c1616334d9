"""数据变动说明: what changed between the values that one report rests on and another, or those that stand now."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from tracker.models import Entry, IssuedReport, Period, User, ValueRevision


@dataclass(frozen=True)
class ValueChange:
    """One cell whose verified value is another; None is missing. Who made the newer one, when and why."""

    entry: Entry
    then: Decimal | None
    now: Decimal | None
    changed_at: datetime
    changed_by: User
    reason: str


def changes_since(report: IssuedReport) -> list[ValueChange]:
    """The cells of an issued report's scope whose verified value is no longer the one it was issued with."""
    standing = ValueRevision.objects.standing().filter(
        entry__unit_return__unit__region__path__startswith=report.region.path,
        entry__unit_return__period__in=Period.objects.until(report.period),
    )
    return changes_between(report.revisions, list(standing.values_list("pk", flat=True)), until=report.period)


def changes_between(then: Collection[int], now: Collection[int], *, until: Period) -> list[ValueChange]:
    """The cells of periods up to one whose value differs between two sets of verified revisions, oldest change first.

    A value that came where none was, and one that was withdrawn, are changes too.
    """
    differing = ValueRevision.objects.with_names().filter(
        pk__in=set(then) ^ set(now), entry__unit_return__period__in=Period.objects.until(until)
    )
    kept = set(then)
    older: dict[int, ValueRevision] = {}
    newer: dict[int, ValueRevision] = {}
    for revision in differing:
        (older if revision.pk in kept else newer)[revision.entry_id] = revision
    newer |= _withdrawals({pk: revision for pk, revision in older.items() if pk not in newer})
    changes = [_change(older.get(pk), revision) for pk, revision in newer.items()]
    return sorted(
        (change for change in changes if change.then != change.now),
        key=lambda change: (change.changed_at, change.entry.pk),
    )


def _withdrawals(gone: dict[int, ValueRevision]) -> dict[int, ValueRevision]:
    """By entry, the revision that withdrew the one that is gone: the next verified one after it."""
    later = ValueRevision.objects.with_names().filter(entry__in=gone, kind=ValueRevision.Kind.VERIFIED, value=None)
    found: dict[int, ValueRevision] = {}
    for revision in later.order_by("number"):
        if revision.number > gone[revision.entry_id].number:
            found.setdefault(revision.entry_id, revision)
    return found


def _change(old: ValueRevision | None, new: ValueRevision) -> ValueChange:
    return ValueChange(
        entry=new.entry,
        then=old.value if old else None,
        now=new.value,
        changed_at=new.recorded_at,
        changed_by=new.actor,
        reason=new.reason,
    )
