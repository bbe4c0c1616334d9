"""How long a check may take where somebody waits for the answer."""

from time import monotonic

from tracker.uploads.limits import SECONDS

#: A bounded process that is stopped at its time is stopped a moment before or after it.
MOMENT = 0.1


class TakesTooLong(Exception):
    """The time is up; who has more of it goes on from the beginning."""


class Patience:
    """So many seconds of wall time for all steps together; None: each step has what a bounded process may take."""

    def __init__(self, seconds: float | None = None) -> None:
        self.until = None if seconds is None else monotonic() + seconds

    def left(self) -> float:
        """Return how many seconds the next step may take. Raises TakesTooLong where there are none."""
        if self.until is None:
            return SECONDS
        left = min(SECONDS, self.until - monotonic())
        if left <= MOMENT:
            raise TakesTooLong
        return left


ENDLESS = Patience()
