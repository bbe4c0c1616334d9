"""Writing a table's values by the database's bulk path: returns, their cells, and two revisions a cell.

The uploader's reported revision comes first, then the accepting person's verified one, which names it as seen. Rows
bring their keys, so that cells and revisions, which point to each other, go in by three statements.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import chain
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from tracker.models import Entry, Return, Upload, User, ValueRevision
from tracker.models.quantity import stored
from tracker.queries.audit.value_seals import sealed_as_stored
from tracker.queries.errors import ChangedMeanwhile, Refused
from tracker.queries.imports.past_values.cells import PastValue
from tracker.queries.imports.past_values.compare import Comparison, StoredValue, compare
from tracker.services.returns.expected import expect_loaded
from tracker.services.returns.totals import add_return, subtract_return
from tracker.services.storage.bulk_insert import Row, insert_rows, reserve_keys, rows_of
from tracker.uploads.places import cell_name

SOURCE_LENGTH = 200
#: The columns in the order in which rows are made below.
ENTRY = [
    "id",
    "unit_return_id",
    "indicator_id",
    "reported_value",
    "reported_revision_id",
    "verified_value",
    "verified_revision_id",
    "note",
]
REVISION = [
    "id",
    "entry_id",
    "number",
    "kind",
    "value",
    "entered_text",
    "entered_unit_id",
    "note",
    "reason",
    "source",
    "source_place",
    "saw_id",
    "actor_id",
    "recorded_at",
]


@dataclass(frozen=True)
class Batch:
    """The upload and its sheet, who sent it in, who accepted it, when, and why it corrects what was loaded before."""

    upload: Upload
    sheet: str
    sender: User
    acceptor: User
    now: datetime
    reason: str = ""

    def source_of(self, place: str) -> str:
        """Return where a value stood: "2019.xlsx Sheet1!D17"."""
        tail = f" {self.sheet}!{place}" if self.sheet else f" {place}"
        return f"{self.upload.file_name[: SOURCE_LENGTH - len(tail)]}{tail}"[:SOURCE_LENGTH]


@dataclass(frozen=True)
class Loaded:
    """The number of values written, the number of corrections among them, and the seal of the revisions."""

    values: int
    returns: int
    corrections: int = 0
    seal: Mapping[str, Any] = field(default_factory=dict)


def load_values(values: Sequence[PastValue], batch: Batch) -> Loaded:
    """Write all values that are not there yet, and keep the totals; within the caller's transaction.

    Raises Refused when a different value stands somewhere by now, ChangedMeanwhile when somebody else wrote at the
    same moment; then the transaction must end without a trace.
    """
    comparison = compare(values, corrects=bool(batch.reason))
    if comparison.conflicts:
        raise Refused(
            _("Values changed since the table was checked: %(number)s now differ from what stands. Check it again.")
            % {"number": len(comparison.conflicts)}
        )
    try:
        with transaction.atomic():
            return _load(comparison, batch)
    except IntegrityError:
        raise _changed_meanwhile() from None


def _load(comparison: Comparison, batch: Batch) -> Loaded:
    wanted = {(value.unit, value.period) for value in comparison.to_write}
    filled = {key: standing for key, standing in comparison.returns.items() if key in wanted}
    made = sorted(wanted - filled.keys(), key=lambda key: (key[1], key[0]))
    subtract_return(*(one.pk for one in filled.values()))
    _take_versions(filled.values(), batch)
    keys = dict(zip(made, reserve_keys(Return, len(made)), strict=True))
    insert_rows(Return, return_rows(keys, batch))
    revisions = _write_values(comparison, {**keys, **{key: one.pk for key, one in filled.items()}}, batch)
    add_return(*keys.values(), *(one.pk for one in filled.values()))
    if batch.upload.plan:
        expect_loaded(batch.upload.plan, {period for _unit, period in wanted}, now=batch.now)
    seal = sealed_as_stored(revisions)
    return Loaded(len(comparison.to_write), len(wanted), len(comparison.corrections), seal)


def _write_values(comparison: Comparison, returns: Mapping[tuple[int, int], int], batch: Batch) -> Sequence[int]:
    """Cells that are not there go in with their values; empty ones that are get theirs. Return the revisions' ids."""
    fresh: list[PastValue] = []
    there: list[tuple[PastValue, int]] = []
    for value in comparison.to_write:
        standing = comparison.returns.get((value.unit, value.period))
        cell = standing.entries.get(value.indicator) if standing else None
        fresh.append(value) if cell is None else there.append((value, cell[0]))
    revisions = reserve_keys(ValueRevision, 2 * (len(fresh) + len(there)))
    entries = reserve_keys(Entry, len(fresh))
    insert_rows(Entry, entry_rows(fresh, entries, revisions, returns))
    rest = revisions[2 * len(fresh) :]
    _fill_entries(there, rest)
    numbers = comparison.last_numbers
    corrected = {value for value, _stands in comparison.corrections}
    insert_rows(
        ValueRevision,
        chain(
            revision_rows(zip(fresh, entries, strict=True), revisions[: 2 * len(fresh)], numbers, batch),
            revision_rows(iter(there), rest, numbers, batch, corrected),
        ),
    )
    return revisions


def return_rows(keys: Mapping[tuple[int, int], int], batch: Batch) -> Iterator[Row]:
    """Rows of new returns: submitted by who sent the table in, verified by who accepted it."""
    of_all = {
        "state": Return.State.VERIFIED.value,
        "submitted_at": _stored(batch.upload.uploaded_at),
        "submitted_by_id": batch.sender.pk,
        "verified_at": _stored(batch.now),
        "verified_by_id": batch.acceptor.pk,
        "loaded_from_id": batch.upload.pk,
    }
    order = rows_of(Return, ["id", "unit_id", "period_id", *of_all])
    for (unit, period), pk in keys.items():
        yield order((pk, unit, period, *of_all.values()))


def entry_rows(
    values: Sequence[PastValue],
    entries: Sequence[int],
    revisions: Sequence[int],
    returns: Mapping[tuple[int, int], int],
) -> Iterator[Row]:
    """Rows of new cells, each pointing to its two revisions."""
    order, amount_of = rows_of(Entry, ENTRY), _amounts()
    for number, (value, pk) in enumerate(zip(values, entries, strict=True)):
        amount = amount_of(value.value)
        reported, verified = revisions[2 * number], revisions[2 * number + 1]
        in_return = returns[value.unit, value.period]
        yield order((pk, in_return, value.indicator, amount, reported, amount, verified, value.note))


def revision_rows(
    cells: Iterator[tuple[PastValue, int]],
    revisions: Sequence[int],
    numbers: Mapping[int, int],
    batch: Batch,
    corrected: Collection[PastValue] = (),
) -> Iterator[Row]:
    """Yield rows of two revisions for each cell: the value uploaded, and that it was accepted as seen.

    Those of `corrected` values give the batch's reason.
    """
    order, amount_of = rows_of(ValueRevision, REVISION), _amounts()
    reported, verified = ValueRevision.Kind.REPORTED.value, ValueRevision.Kind.VERIFIED.value
    source, now = ValueRevision.Source.TABLE.value, _stored(batch.now)
    sender, acceptor = batch.sender.pk, batch.acceptor.pk
    for at, (value, entry) in enumerate(cells):
        amount, last = amount_of(value.value), numbers.get(entry, 0)
        first, second = revisions[2 * at], revisions[2 * at + 1]
        place = batch.source_of(cell_name(value.row, value.column))
        said = (value.text, value.measure, value.note)
        why = batch.reason if value in corrected else ""
        yield order((first, entry, last + 1, reported, amount, *said, why, source, place, None, sender, now))
        yield order((second, entry, last + 2, verified, amount, "", None, "", why, source, place, first, acceptor, now))


def _take_versions(standing: Any, batch: Batch) -> None:
    """Move on the version of each return that is filled; an empty draft becomes verified by it."""
    for one in standing:
        untouched = Return.objects.filter(pk=one.pk, version=one.version, state=one.state)
        if untouched.update(version=F("version") + 1, **_verified(one, batch)) != 1:
            raise ChangedMeanwhile(
                _("Somebody else changed returns of these periods meanwhile. Check the table again.")
            )


def _verified(standing: StoredValue, batch: Batch) -> dict[str, Any]:
    if standing.state == Return.State.VERIFIED:
        return {}
    return {
        "state": Return.State.VERIFIED,
        "submitted_at": batch.upload.uploaded_at,
        "submitted_by": batch.sender,
        "verified_at": batch.now,
        "verified_by": batch.acceptor,
        "loaded_from": batch.upload,
    }


def _fill_entries(there: Sequence[tuple[PastValue, int]], revisions: Sequence[int]) -> None:
    amount_of = _amounts()
    rows = [
        (amount_of(value.value), revisions[2 * at], amount_of(value.value), revisions[2 * at + 1], value.note, pk)
        for at, (value, pk) in enumerate(there)
    ]
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(
                "UPDATE tracker_entry SET reported_value = %s, reported_revision_id = %s, verified_value = %s, "
                "verified_revision_id = %s, note = %s WHERE id = %s",
                rows,
            )


def _changed_meanwhile() -> ChangedMeanwhile:
    return ChangedMeanwhile(_("Somebody else changed returns of these periods meanwhile. Check the table again."))


def _stored(moment: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(moment)


def _amounts() -> Callable[[Decimal], Any]:
    """Return what the database takes for a decimal."""
    return lambda value: stored(value, connection)
