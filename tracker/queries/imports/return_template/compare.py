"""What a filled-in template would change: each cell beside what stands in the return now."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from tracker.models import Entry, Return
from tracker.queries.imports.return_template.keys import plain
from tracker.queries.imports.return_template.read import ReadValue


class Change(StrEnum):
    """What accepting would do to a cell."""

    NEW = "new"
    CHANGED = "changed"
    EMPTIED = "emptied"
    NOTED = "noted"  # the value stays, the note changes
    SAME = "same"
    MISSING = "missing"  # nothing stands there and nothing was filled in


WRITING = frozenset({Change.NEW, Change.CHANGED, Change.EMPTIED, Change.NOTED})


@dataclass(frozen=True)
class Compared:
    """One cell: the change, what stands now, what was said."""

    said: ReadValue
    change: Change
    old: Decimal | None
    new: Decimal | None
    old_note: str
    new_note: str
    was_overtaken: bool

    def as_json(self, name: str, measure: str) -> dict[str, Any]:
        """As the preview keeps it; `text` is what was filled in, for the history of the cell."""
        return {
            "indicator": self.said.key.indicator,
            "name": name,
            "measure": measure,
            "cell": self.said.cell,
            "change": self.change.value,
            "old": plain(self.old),
            "new": plain(self.new),
            "text": self.said.text if self.said.has_value else None,
            "old_note": self.old_note,
            "note": self.new_note if self.new_note != self.old_note else None,
            "overtaken": self.was_overtaken,
        }


def compare(rows: Iterable[ReadValue], entries: Mapping[str, Entry]) -> Iterator[Compared]:
    """Each row beside its entry. What was left as the template had it is left as it stands: others may have written."""
    for said in rows:
        entry = entries.get(said.key.indicator)
        old, old_note = (entry.reported_value, entry.note) if entry else (None, "")
        new = said.value if said.has_value else old
        new_note = said.note if said.has_note else old_note
        overtaken = plain(old) != said.key.value and said.has_value and new != old
        yield Compared(said, _change(old, new, old_note != new_note), old, new, old_note, new_note, overtaken)


def _change(old: Decimal | None, new: Decimal | None, has_new_note: bool) -> Change:
    if old == new:
        if has_new_note:
            return Change.NOTED
        return Change.MISSING if new is None else Change.SAME
    if old is None:
        return Change.NEW
    return Change.EMPTIED if new is None else Change.CHANGED


def entries_of(returns: Iterable[Return]) -> dict[int, dict[str, Entry]]:
    """By unit, the cells of its return by indicator code."""
    found: dict[int, dict[str, Entry]] = {one.unit_id: {} for one in returns}
    rows = Entry.objects.filter(unit_return__in=list(returns)).select_related("unit_return", "indicator__unit")
    for row in rows:
        found[row.unit_return.unit_id][row.indicator.code] = row
    return found
