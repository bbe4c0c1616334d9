"""Checking level by level (逐级审核): the order in which levels check a return, and a return's way through it."""

from collections.abc import Sequence
from dataclasses import dataclass


class BrokenOrder(ValueError):
    """An order of levels that cannot be followed: its fault ("unknown", "above", "order", "hole") and the levels."""

    def __init__(self, fault: str, levels: Sequence[str]) -> None:
        super().__init__(f"{fault}: {', '.join(levels)}")
        self.fault = fault
        self.levels = tuple(levels)


def require_unbroken(order: Sequence[str], levels: Sequence[str], highest: str) -> None:
    """Raise BrokenOrder unless `order` climbs level by level, at most up to `highest`.

    `levels` are all levels of the tree, the highest first. An empty order is a whole one: nothing is checked below.

    >>> require_unbroken(["county", "city", "province"], ["province", "city", "county"], "province")
    >>> require_unbroken(["county", "province"], ["province", "city", "county"], "province")
    Traceback (most recent call last):
    tracker.calculation.checking_levels.BrokenOrder: hole: city
    """
    if unknown := [level for level in order if level not in levels]:
        raise BrokenOrder("unknown", unknown)
    places = [levels.index(level) for level in order]
    if above := [level for level in order if levels.index(level) < levels.index(highest)]:
        raise BrokenOrder("above", above)
    if places != sorted(set(places), reverse=True):
        raise BrokenOrder("order", order)
    if places and (hole := [levels[place] for place in range(places[-1], places[0]) if place not in places]):
        raise BrokenOrder("hole", list(reversed(hole)))


@dataclass(frozen=True)
class Way:
    """A return's way: the paths of the regions that check it, the lowest first, and the one where it stands."""

    steps: Sequence[str]
    at: str

    @property
    def above(self) -> str | None:
        """The next step up; None where the acceptance here is the last one.

        >>> Way(("14/1401/140105/", "14/1401/", "14/"), "14/1401/").above
        '14/'
        """
        return next((step for step in self.steps if _lies_above(step, self.at)), None)

    @property
    def below(self) -> str | None:
        """The next step down; None where only the unit lies below.

        >>> Way(("14/1401/140105/", "14/1401/", "14/"), "14/").below
        '14/1401/'
        """
        return next((step for step in reversed(self.steps) if _lies_above(self.at, step)), None)


def _lies_above(path: str, other: str) -> bool:
    return path != other and other.startswith(path)
