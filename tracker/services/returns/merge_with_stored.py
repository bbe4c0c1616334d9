"""Somebody else saved the return first: which cells each of the two changed."""

from collections.abc import Mapping, Sequence

from tracker.calculation.merging import Merged, merge
from tracker.calculation.quantities import QuantityError
from tracker.models import ValueRevision
from tracker.queries.plans.quantities import QuantityReader
from tracker.queries.returns.return_rows import ReturnRow

VALUE, NOTE = "value", "note"
#: A part of a row: the indicator's code, and whether it is its value or its note.
Cell = tuple[str, str]


def merge_with_stored(
    rows: Sequence[ReturnRow], texts: Mapping[str, str], notes: Mapping[str, str], bases: Mapping[str, int | None]
) -> Merged[Cell, object]:
    """Merge what a person typed with what is stored now.

    `bases` has, by indicator code, the number of the revision that the person had seen: 0 for an empty cell, None
    where it is not known.
    """
    reader = QuantityReader()
    base: dict[Cell, object] = {}
    mine: dict[Cell, object] = {}
    theirs: dict[Cell, object] = {}
    for row in rows:
        code = row.indicator.code
        theirs |= {(code, VALUE): row.entry.reported_value, (code, NOTE): row.entry.note}
        seen = seen_revision(row, bases.get(code))
        if seen is not None:
            base |= {(code, VALUE): seen.value, (code, NOTE): seen.note}
        elif bases.get(code) == 0:
            base |= {(code, VALUE): None, (code, NOTE): ""}
        if code in texts:
            mine[code, VALUE] = _read(reader, row, texts[code])
        if code in notes:
            mine[code, NOTE] = notes[code].strip()
    return merge(base, mine, theirs)


def seen_revision(row: ReturnRow, number: int | None) -> ValueRevision | None:
    """Return the reported revision of this number, if the cell has it."""
    reported = (revision for revision in row.revisions if revision.kind == ValueRevision.Kind.REPORTED)
    return next((revision for revision in reported if revision.number == number), None)


def _read(reader: QuantityReader, row: ReturnRow, text: str) -> object:
    """Return the value entered; for unreadable input its text, which differs from every value."""
    try:
        quantity = reader.read(row.indicator, text)
    except QuantityError:
        return text
    return quantity.value if quantity else None
