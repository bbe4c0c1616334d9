"""Two people in one sheet: what each of them changed stands, and only what both changed differently is asked about."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class MergeOutcome(StrEnum):
    """Whose value stands in a cell."""

    SAME = "same"  # both say the same
    MINE = "mine"  # only I changed it
    THEIRS = "theirs"  # only they changed it
    CONFLICT = "conflict"  # both did, and differently: somebody has to choose


@dataclass(frozen=True)
class Merged(Generic[Key, Value]):
    """The cells after the merge. In a conflict mine stands there, until somebody chooses."""

    cells: Mapping[Key, Value]
    outcomes: Mapping[Key, MergeOutcome]

    def of(self, outcome: MergeOutcome) -> set[Key]:
        """Return the cells that had this outcome."""
        return {key for key, one in self.outcomes.items() if one is outcome}


def merge(base: Mapping[Key, Value], mine: Mapping[Key, Value], theirs: Mapping[Key, Value]) -> Merged[Key, Value]:
    """Merge two versions that both began as `base`, cell by cell.

    A cell that is not in `base` began as nobody knows what: it is a conflict as soon as the two differ. A cell that
    only one of the versions has is as that version has it.
    """
    cells = {**theirs, **mine}
    outcomes = {key: _outcome(key, base, mine, theirs) for key in cells}
    return Merged({key: theirs[key] if outcomes[key] is MergeOutcome.THEIRS else cells[key] for key in cells}, outcomes)


def _outcome(
    key: Key, base: Mapping[Key, Value], mine: Mapping[Key, Value], theirs: Mapping[Key, Value]
) -> MergeOutcome:
    if key not in mine:
        return MergeOutcome.THEIRS
    if key not in theirs:
        return MergeOutcome.MINE
    if mine[key] == theirs[key]:
        return MergeOutcome.SAME
    if key in base and mine[key] == base[key]:
        return MergeOutcome.THEIRS
    if key in base and theirs[key] == base[key]:
        return MergeOutcome.MINE
    return MergeOutcome.CONFLICT
