"""数据变动说明: what changed between the values that one report rests on and another, or those that stand now."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from tracker.models import Entry, IssuedReport, Period, UnlockRequest, User, ValueRevision
from tracker.models.earlier import lay_within
from tracker.queries.documents.ledger_rows import in_chunks
from tracker.queries.figures.own_periods import periods_behind


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
    """Return the cells of an issued report's scope whose verified value is no longer the one it was issued with."""
    standing = ValueRevision.objects.standing().filter(
        lay_within(report.region, report.period.ends_on, "entry__unit_return__unit__region"),
        entry__unit_return__period__in=periods_behind(report.period),
    )
    (found,) = changes_between([report], list(standing.values_list("pk", flat=True)), until=report.period)
    return found


def changes_between(earlier: Sequence[IssuedReport], now: Collection[int], *, until: Period) -> list[list[ValueChange]]:
    """Return, for each earlier report, the cells whose value differs from it by these revisions, oldest change first.

    Of periods up to the earlier of the report's and `until`. A value that came where none was, and one that was
    withdrawn, are changes too. What differs is read once for all reports, in pieces of a fixed size.
    """
    present = set(now)
    kept = [set(report.revisions) for report in earlier]
    rows = _rows_of(set().union(*(present ^ then for then in kept)))
    gone = {row.entry_id for row in rows.values()} - {row.entry_id for row in rows.values() if row.pk in present}
    withdrawals = _withdrawals(gone)
    found = [
        _changes(rows, then, present, withdrawals, min(report.period.ends_on, until.ends_on))
        for report, then in zip(earlier, kept, strict=True)
    ]
    asked = _reasons_asked(change for changes in found for change in changes if not change.reason)
    return [[_with_reason(change, asked) for change in changes] for changes in found]


def _reasons_asked(changes: Iterable[ValueChange]) -> dict[int, list[tuple[datetime, str]]]:
    """Return by return when it was unlocked and the reason that was asked with, the earliest first."""
    asked: dict[int, list[tuple[datetime, str]]] = defaultdict(list)
    for ids in in_chunks(sorted({change.entry.unit_return_id for change in changes})):
        granted = UnlockRequest.objects.filter(unit_return__in=ids, state=UnlockRequest.State.GRANTED)
        for key, moment, reason in granted.order_by("decided_at").values_list("unit_return", "decided_at", "reason"):
            if moment is not None:  # a request that was granted has one
                asked[key].append((moment, reason))
    return asked


def _with_reason(change: ValueChange, asked: Mapping[int, Sequence[tuple[datetime, str]]]) -> ValueChange:
    """Return a change with the reason of the request that it answers, where it has none of its own."""
    if change.reason:
        return change
    told = [reason for moment, reason in asked.get(change.entry.unit_return_id, ()) if moment <= change.changed_at]
    return replace(change, reason=told[-1]) if told else change


def _rows_of(numbers: Collection[int]) -> dict[int, ValueRevision]:
    found: dict[int, ValueRevision] = {}
    for ids in in_chunks(sorted(numbers)):
        found |= ValueRevision.objects.with_names().in_bulk(ids)
    return found


def _changes(
    rows: dict[int, ValueRevision],
    then: set[int],
    now: set[int],
    withdrawals: dict[int, list[ValueRevision]],
    last_day: date,
) -> list[ValueChange]:
    differing = [rows[pk] for pk in then ^ now if rows[pk].entry.unit_return.period.ends_on <= last_day]
    older = {row.entry_id: row for row in differing if row.pk in then}
    newer = {row.entry_id: row for row in differing if row.pk in now}
    for entry, row in older.items():
        later = (one for one in withdrawals.get(entry, ()) if one.number > row.number)
        if entry not in newer and (withdrawal := next(later, None)):
            newer[entry] = withdrawal
    changes = [_change(older.get(entry), row) for entry, row in newer.items()]
    return sorted(
        (change for change in changes if change.then != change.now),
        key=lambda change: (change.changed_at, change.entry.pk),
    )


def _withdrawals(entries: Collection[int]) -> dict[int, list[ValueRevision]]:
    """By entry, the revisions that withdrew its value, in order."""
    found: dict[int, list[ValueRevision]] = defaultdict(list)
    for ids in in_chunks(sorted(entries)):
        rows = ValueRevision.objects.with_names().filter(entry__in=ids, kind=ValueRevision.Kind.VERIFIED, value=None)
        for row in rows.order_by("number"):
            found[row.entry_id].append(row)
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
