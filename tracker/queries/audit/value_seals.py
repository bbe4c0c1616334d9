"""Seals of value revisions: each event of a step that made some holds their hash (`_revision_seal` says over what)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.db.models import QuerySet

from tracker.migrations._revision_seal import COLUMNS, KEY, as_ranges, seal
from tracker.models import Event, ValueRevision

#: The key of the ids of revisions that were removed with a demonstration, in an event's `after`.
REMOVED = "removed revisions"
#: Rows read at once.
PAGE = 2000


def sealed(revisions: Iterable[ValueRevision]) -> dict[str, Any]:
    """Return what the event holds of revisions that were just made; nothing where none was."""
    rows = sorted(tuple(getattr(one, name) for name in COLUMNS) for one in revisions)
    return {KEY: seal(rows)} if rows else {}


def sealed_as_stored(ids: Sequence[int]) -> dict[str, Any]:
    """Return the same of the revisions with these ascending ids, as the database holds them."""
    return {KEY: seal(chain.from_iterable(rows_among(ids)))} if ids else {}


def rows_among(ids: Sequence[int]) -> Iterator[list[tuple[Any, ...]]]:
    """Yield the columns of these revisions by ascending id, a page at a time."""
    rows = ValueRevision.objects.order_by("pk").values_list(*COLUMNS)
    for start in range(0, len(ids), PAGE):
        yield list(rows.filter(pk__in=ids[start : start + PAGE]))


def rows_between(first: int, last: int) -> Iterator[tuple[Any, ...]]:
    """Yield the columns of revisions by ascending id, a page at a time."""
    rows = ValueRevision.objects.order_by("pk").values_list(*COLUMNS)
    while page := list(rows.filter(pk__range=(first, last))[:PAGE]):
        yield from page
        first = page[-1][0] + 1


@dataclass(frozen=True)
class Removal:
    """An event's record of removed revisions, and the ids of others under the same seals."""

    removed: dict[str, str]
    left: list[int]


def removed_seal(revisions: QuerySet[ValueRevision]) -> Removal:
    """Return what the event says that removes these revisions, before they go.

    A seal that loses one of its revisions proves the others no more: those are sealed again. The steps of a return
    seal that return's revisions alone; so only the seals of an upgrade, which hold many returns', leave others.
    """
    ids = sorted(revisions.order_by().values_list("pk", flat=True))
    if not ids:
        return Removal({}, [])
    gone, left = set(ids), set[int]()
    for after in Event.objects.filter(after__has_key=KEY, object_type="valuerevision").values_list("after", flat=True):
        for first, last in read_ranges(after[KEY]["ids"]):
            held = set(ValueRevision.objects.filter(pk__range=(first, last)).values_list("pk", flat=True))
            left |= held - gone if held & gone else set()
    return Removal({REMOVED: as_ranges(ids)}, sorted(left))


def read_ranges(text: str) -> list[tuple[int, int]]:
    """Return the ids that a seal names: "7-9,12" is [(7, 9), (12, 12)]. Raise ValueError for anything else."""
    ranges = [tuple(map(int, one.split("-"))) for one in text.split(",")]
    return [(one[0], one[-1]) for one in ranges]
