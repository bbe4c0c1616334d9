"""Fill linked figures in the returns for other plans: what a unit owes to two plans it types once.

A value is filled as the word of the person who typed it, whatever that person may do in the other plan: the managers of
both plans agreed to it. So that person does not check the other return either. Nothing else of the other return
changes: its unit submits it, and its own reviewers verify it. The event names who submitted or opened a return.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import F

from tracker.models import Entry, Event, IndicatorLink, Period, Return, User, ValueRevision
from tracker.queries.errors import ChangedMeanwhile, Refused
from tracker.queries.returns.linked_cells import LinkedCell, linked_cells, obstacle, place_of
from tracker.services.audit.events import record_event
from tracker.services.returns.steps import add_revisions, check_and_bump_version
from tracker.services.returns.totals import add_return, subtract_return
from tracker.services.returns.validation import require_valid


@dataclass(frozen=True)
class _Filling:
    """A value that goes into a cell, the return that it comes from, and who typed it."""

    cell: Entry
    value: Decimal
    revision: ValueRevision
    source: Return


def hold_links(period: Period) -> None:
    """Take one row for each pair of linked plans, in order, before any return of the period is written.

    Two who submit, for two plans, returns that fill each other would otherwise wait for each other's rows.
    """
    if not IndicatorLink.objects.in_force(period).exists():
        return
    firsts: dict[int, int] = {}
    pairs = IndicatorLink.objects.of(period.plan_id).order_by("pk").values_list("plan_id", "other_plan_id", "pk")
    for plan, other, pk in pairs:
        firsts.setdefault(other if plan == period.plan_id else plan, pk)
    for pk in sorted(firsts.values()):
        IndicatorLink.objects.filter(pk=pk).update(frequency=F("frequency"))


def fill_others(unit_return: Return, *, acting_user: User, now: datetime) -> list[Return]:
    """Fill a submitted return's linked figures in the unit's returns for other plans. Return those that were filled.

    A return that is verified, locked or accepted at a level stays, and so does a cell in which another value was
    typed: both pages show the difference. The caller holds the links (`hold_links`).
    """
    cells = [cell for cell in linked_cells(unit_return) if cell.there]
    if not cells:
        return []
    own = _entries(unit_return, cells)
    earlier = _earlier_values(own.values())
    fillings: dict[int, list[_Filling]] = defaultdict(list)
    others: dict[int, Return] = {}
    for cell in cells:
        entry, there = own.get(cell.indicator_id), cell.there
        if entry is None or there is None or not _replaces(there, entry, earlier[entry.pk]):
            continue
        if filling := _filling(there, entry, unit_return):
            others[there.unit_return_id] = there.unit_return
            fillings[there.unit_return_id].append(filling)
    filled = []
    for pk in sorted(fillings):
        if not obstacle(others[pk], now) and _fill(others[pk], fillings[pk], acting_user, now):
            filled.append(others[pk])
    return filled


def fill_opened(unit_return: Return, *, acting_user: User, now: datetime) -> None:
    """Fill a return that was just opened with the linked figures that other plans' returns hold already."""
    cells = [cell for cell in linked_cells(unit_return) if cell.there]
    entries = _entries(unit_return, cells) if cells else {}
    found: dict[int, _Filling] = {}
    for cell in sorted(cells, key=_when_submitted):
        there, entry = cell.there, entries.get(cell.indicator_id)
        if there is None or entry is None or there.unit_return.state not in Return.REPORTED_STATES:
            continue
        if filling := _filling(entry, there, there.unit_return):
            found[entry.pk] = filling
    if found:
        _fill(unit_return, list(found.values()), acting_user, now)


def _when_submitted(cell: LinkedCell) -> tuple[bool, datetime | None]:
    submitted_at = cell.there.unit_return.submitted_at if cell.there else None
    return submitted_at is not None, submitted_at


def _entries(unit_return: Return, cells: Collection[LinkedCell]) -> Mapping[int, Entry]:
    found = unit_return.entries.filter(indicator__in=[cell.indicator_id for cell in cells])
    return {entry.indicator_id: entry for entry in found.select_related("indicator", "reported_revision__actor")}


def _earlier_values(entries: Collection[Entry]) -> Mapping[int, set[Decimal]]:
    """Return every value that stood in each cell: a cell elsewhere that holds one of them follows a correction."""
    values: dict[int, set[Decimal]] = {entry.pk: set() for entry in entries}
    kind = ValueRevision.Kind.REPORTED
    rows = ValueRevision.objects.filter(entry__in=list(values), kind=kind).order_by()
    for entry, value in rows.values_list("entry_id", "value"):
        if value is not None:
            values[entry].add(value)
    return values


def _replaces(there: Entry, entry: Entry, earlier: Collection[Decimal]) -> bool:
    """Return True if a value goes into a cell: it is empty, was filled before, or holds an earlier state of it."""
    if there.reported_value is None:
        return True
    if there.reported_value == entry.reported_value:
        return False
    revision = there.reported_revision
    was_filled = revision is not None and revision.source == ValueRevision.Source.LINKED
    return was_filled or there.reported_value in earlier


def _filling(cell: Entry, entry: Entry, source: Return) -> _Filling | None:
    """Return what goes from an entry into a cell; None where nothing was reported."""
    revision, value = entry.reported_revision, entry.reported_value
    if revision is None or value is None:
        return None
    revision.entry = entry
    return _Filling(cell, value, revision, source)


def _fill(unit_return: Return, fillings: Sequence[_Filling], acting_user: User, now: datetime) -> bool:
    """Write values into a return. What was submitted stays valid, or nothing is filled."""
    try:
        with transaction.atomic():
            check_and_bump_version(unit_return, unit_return.version)
            is_submitted = unit_return.state == Return.State.SUBMITTED
            if is_submitted:
                subtract_return(unit_return)
            before = {one.cell.indicator.code: _text(one.cell.reported_value) for one in fillings}
            seal = add_revisions([_revision(one, now) for one in fillings])
            if is_submitted:
                require_valid(unit_return)
                add_return(unit_return)
            record_event(
                Event.Action.RETURN_FILLED,
                acting_user=acting_user,
                now=now,
                about=unit_return,
                before=before,
                after={one.cell.indicator.code: _text(one.value) for one in fillings} | seal,
                reason="、".join(sorted({one.source.period.plan.name for one in fillings})),
            )
    except (ChangedMeanwhile, Refused):
        return False
    return True


def _revision(one: _Filling, now: datetime) -> ValueRevision:
    return ValueRevision(
        entry=one.cell,
        kind=ValueRevision.Kind.REPORTED,
        value=one.value,
        note=one.cell.note or one.revision.note,
        source=ValueRevision.Source.LINKED,
        source_place=place_of(one.revision, one.source),
        actor=one.revision.actor,
        recorded_at=now,
    )


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)
