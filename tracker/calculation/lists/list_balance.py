"""Identities that a list must satisfy: its balance over a time, and its starts against those due."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class ListBalance:
    """The balance of a list over a time: members at its start, changes, members at its end."""

    at_start: int
    added: int
    removed: int
    at_end: int

    @property
    def agrees(self) -> bool:
        """Return True if at end = at start + added - removed.

        >>> ListBalance(266, 88, 0, 354).agrees  # Shanxi, second batch of 2019
        True
        """
        return self.at_end == self.at_start + self.added - self.removed


def balance_of(times: Iterable[tuple[date, date | None]], first: date, last: date) -> ListBalance:
    """Return the balance from the first day to the last, from when each member came onto the list and left it.

    A member that came and left within the time counts as added and as removed.
    """
    listed = list(times)
    return ListBalance(
        at_start=sum(begins < first and (ends is None or ends >= first) for begins, ends in listed),
        added=sum(first <= begins <= last for begins, _ends in listed),
        removed=sum(ends is not None and first <= ends <= last for _begins, ends in listed),
        at_end=sum(begins <= last and (ends is None or ends > last) for begins, ends in listed),
    )


@dataclass(frozen=True)
class Starts:
    """Starts up to a day: due by then, of these late, and early ones that were not due yet."""

    due: int
    late: int
    early: int

    @property
    def actual(self) -> int:
        """Return due - late + early.

        >>> Starts(74, 5, 3).actual  # Shanxi, August 2019
        72
        """
        return self.due - self.late + self.early


def starts_by(day: date, members: Iterable[tuple[date | None, date | None]]) -> Starts:
    """Return the starts up to a day, from each member's planned and actual day of start.

    Late is what was due and has not started by the day; early what started and was not due by then.
    """
    due = late = early = 0
    for planned, actual in members:
        is_due, has_started = planned is not None and planned <= day, actual is not None and actual <= day
        due += is_due
        late += is_due and not has_started
        early += has_started and not is_due
    return Starts(due, late, early)
