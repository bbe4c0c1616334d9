"""Proof of values: revisions against their seals, and cells against their newest revisions."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from tracker.migrations._revision_seal import KEY, seal
from tracker.models import Entry, Event, ValueRevision
from tracker.queries.audit.findings import Progress, StepResult
from tracker.queries.audit.seal_backlog import LATE
from tracker.queries.audit.value_seals import REMOVED, read_ranges, rows_between

#: So many ranges are held before neighbours are joined.
MOST_RANGES = 20_000
PAGE = 2000

Ranges = list[tuple[int, int]]


def verify_seals(progress: Progress, *, wanted: Collection[int] | None = None) -> StepResult:
    """Prove every revision against the seal of its step; with `wanted` ids those alone."""
    result = StepResult("seals")
    removed, covered, lost = _removed(), Ranges(), 0
    asked = None if wanted is None else set(wanted)
    for event, kept in _seals():
        try:
            ranges = read_ranges(kept["ids"])
        except (KeyError, TypeError, ValueError, AttributeError):
            result.add(_("The seal in event %(event)s is none.") % {"event": event})
            continue
        if asked is not None and not any(_holds(ranges, number) for number in asked):
            continue
        found = seal(row for first, last in ranges for row in rows_between(first, last))
        if found == kept:
            covered = _joined([*covered, *ranges])
        elif found["count"] < kept.get("count", 0) and _is_removed(ranges, removed):
            lost += kept["count"] - found["count"]
        else:
            result.add(
                _("Revisions %(ids)s are not as event %(event)s sealed them.") % {"ids": kept["ids"], "event": event}
            )
            covered = _joined([*covered, *ranges])  # named already
        result.checked += found["count"]
        progress(result.checked)
    for text in _outside(_joined(covered, is_final=True), asked):
        result.add(_("Revisions %(ids)s are in no seal: they were put in past the application.") % {"ids": text})
    if lost:
        result.notes.append(
            _("%(number)s revisions were removed with demonstration data, as the log says.") % {"number": lost}
        )
    result.notes += _told_at_upgrade(asked)
    return result


def verify_entries(progress: Progress) -> StepResult:
    """Prove that every cell shows its newest reported and verified revisions."""
    result = StepResult("entries")
    shown = ("reported_value", "reported_revision_id", "verified_value", "verified_revision_id")
    newest = {}
    for kind in ValueRevision.Kind.values:
        revisions = ValueRevision.objects.filter(entry=OuterRef("pk"), kind=kind).order_by("-number")
        newest[f"newest_{kind}"] = Subquery(revisions.values("value")[:1])
        newest[f"newest_{kind}_id"] = Subquery(revisions.values("pk")[:1])
    names = ("newest_reported", "newest_reported_id", "newest_verified", "newest_verified_id")
    rows = Entry.objects.order_by("pk").annotate(**newest).values_list("pk", *shown, *names)
    last = 0
    while page := list(rows.filter(pk__gt=last)[:PAGE]):
        for pk, *values in page:
            if values[:4] != values[4:]:
                result.add(_("Cell %(cell)s does not show its newest revisions.") % {"cell": pk})
        last = page[-1][0]
        result.checked += len(page)
        progress(result.checked)
    return result


def steps_backwards() -> list[str]:
    """Return a note where events were recorded earlier than an event before them, by more than a transaction takes."""
    newest: datetime | None = None
    number, first = 0, 0
    for pk, recorded_at in Event.objects.order_by("pk").values_list("pk", "recorded_at").iterator(PAGE):
        if newest is not None and recorded_at < newest - LATE:
            number, first = number + 1, first or pk
        newest = recorded_at if newest is None else max(newest, recorded_at)
    if not number:
        return []
    words = _("%(number)s events bear an earlier time than an event before them, the first is event %(event)s.")
    return [words % {"number": number, "event": first}]


def _seals() -> Iterator[tuple[int, dict[str, Any]]]:
    rows = Event.objects.filter(after__has_key=KEY).order_by("pk").values_list("pk", "after")
    for pk, after in rows.iterator(PAGE):
        yield pk, after[KEY]


def _removed() -> Ranges:
    told = Event.objects.filter(action=Event.Action.DEMONSTRATION_REMOVED, after__has_key=REMOVED)
    texts = [after[REMOVED] for after in told.values_list("after", flat=True)]
    return _joined([one for text in texts if text for one in read_ranges(text)], is_final=True)


def _is_removed(ranges: Ranges, removed: Ranges) -> bool:
    """Return True if every revision of these ranges that is gone was removed with a demonstration."""
    for first, last in ranges:
        there = ValueRevision.objects.filter(pk__range=(first, last)).order_by("pk").values_list("pk", flat=True)
        expected = first
        for pk in [*there, last + 1]:
            if expected < pk and not any(a <= expected and pk - 1 <= b for a, b in removed):
                return False
            expected = pk + 1
    return True


def _joined(ranges: Ranges, *, is_final: bool = False) -> Ranges:
    """Return ranges with neighbours joined, once there are many."""
    if not is_final and len(ranges) < MOST_RANGES:
        return ranges
    found: Ranges = []
    for first, last in sorted(ranges):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found


def _outside(covered: Ranges, asked: Collection[int] | None) -> Iterator[str]:
    """Yield the ids of revisions that no seal holds."""
    if asked is not None:
        yield from (str(number) for number in sorted(asked) if not _holds(covered, number))
        return
    below = 0
    for first, last in [*covered, (2**62, 2**62)]:
        there = ValueRevision.objects.filter(pk__gt=below, pk__lt=first).order_by("pk").values_list("pk", flat=True)
        yield from map(str, there.iterator(PAGE))
        below = last


def _holds(ranges: Ranges, number: int) -> bool:
    return any(first <= number <= last for first, last in ranges)


def _told_at_upgrade(asked: Collection[int] | None) -> list[str]:
    upgrade = Event.objects.filter(object_type="valuerevision", actor=None, after__has_key=KEY).order_by("pk")
    kept = [(after[KEY], recorded_at) for after, recorded_at in upgrade.values_list("after", "recorded_at")]
    if asked is not None or not kept:
        return []
    number = sum(one["count"] for one, _when in kept)
    words = _(
        "%(number)s revisions are older than seals; they were sealed on %(when)s as they stood then. "
        "What was changed before is not found."
    )
    return [words % {"number": number, "when": f"{kept[0][1]:%Y-%m-%d %H:%M} UTC"}]
