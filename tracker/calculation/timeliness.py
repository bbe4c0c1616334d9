"""Completeness and timeliness of returns: what was owed, what came, what came by its deadline.

A return is *owed* once it is due or has been handed in, whichever is first: one that is not yet due and not yet
handed in is neither missing nor counted. Of what is owed

    completeness rate = filed / owed x 100 %
    timeliness rate = filed on time / (owed - filed at an unknown time) x 100 %

so that what is missing, or was sent back and not handed in again, lowers both, and what came late the second alone.
Whether a return came on time is judged by its first submission: a correction the reviewer asked for makes nobody late.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class Filing(StrEnum):
    """What has become of one unit's return for one period."""

    ON_TIME = "on_time"
    LATE = "late"
    SENT_BACK = "sent_back"  # handed in, sent back and not handed in again since
    UNDATED = "undated"  # filed, but a table of past periods brought it: nobody knows when it was handed in
    MISSING = "missing"  # due, and never handed in
    NOT_DUE = "not_due"


def filing_of(*, first_late: datetime, handed_in: datetime | None, is_filed: bool, now: datetime) -> Filing:
    """Judge one return. `handed_in` is its first submission; `is_filed` that it is with the ministry, not the unit's.

    The moment `first_late` itself is late; the second before it is on time.
    """
    if handed_in is None and is_filed:
        return Filing.UNDATED
    if handed_in is None:
        return Filing.MISSING if now >= first_late else Filing.NOT_DUE
    if not is_filed:
        return Filing.SENT_BACK if now >= first_late else Filing.NOT_DUE
    return Filing.LATE if came_late(handed_in, first_late) else Filing.ON_TIME


def came_late(handed_in: datetime | None, first_late: datetime) -> bool:
    """Return True if a return's first submission was late; False without a known moment of submission.

    The database says the same by `tracker.models.reporting.lateness`.
    """
    return handed_in is not None and handed_in >= first_late


@dataclass(frozen=True)
class Timeliness:
    """How many returns became what, and how often returns were sent back."""

    numbers: Counter[Filing] = field(default_factory=Counter)
    times_sent_back: int = 0

    @classmethod
    def of(cls, filings: Iterable[Filing], times_sent_back: int = 0) -> "Timeliness":
        """Count them."""
        return cls(Counter(filings), times_sent_back)

    @property
    def on_time(self) -> int:
        """Filed by the deadline."""
        return self.numbers[Filing.ON_TIME]

    @property
    def late(self) -> int:
        """Filed after the deadline."""
        return self.numbers[Filing.LATE]

    @property
    def undated(self) -> int:
        """Filed, nobody knows when."""
        return self.numbers[Filing.UNDATED]

    @property
    def filed(self) -> int:
        """Filed and not sent back: on time, late or at an unknown time."""
        return self.on_time + self.late + self.undated

    @property
    def sent_back(self) -> int:
        """Sent back, not handed in again, and the deadline has passed."""
        return self.numbers[Filing.SENT_BACK]

    @property
    def missing(self) -> int:
        """Never handed in, and the deadline has passed."""
        return self.numbers[Filing.MISSING]

    @property
    def owed(self) -> int:
        """Due or handed in."""
        return self.filed + self.sent_back + self.missing

    @property
    def completeness(self) -> Decimal | None:
        """Filed of owed, in %; None where nothing is owed."""
        return _share(self.filed, self.owed)

    @property
    def timeliness(self) -> Decimal | None:
        """Filed on time of owed and known, in %; None where there is no such return."""
        return _share(self.on_time, self.owed - self.undated)

    def __add__(self, other: "Timeliness") -> "Timeliness":
        return Timeliness(self.numbers + other.numbers, self.times_sent_back + other.times_sent_back)


def _share(number: int, whole: int) -> Decimal | None:
    return Decimal(number) / whole * 100 if whole else None
