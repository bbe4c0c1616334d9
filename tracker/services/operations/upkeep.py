"""Periodic work of which each step and each row is tried by itself: what fails is recorded, put off and tried again."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

from django.db import DatabaseError

from tracker.models import UpkeepFailure

logger = logging.getLogger(__name__)


class Keyed(Protocol):
    """Unit of work of a step, done in turn: a row, or rows that belong together, with a key of their own."""

    @property
    def pk(self) -> Any:
        """Return the key."""


Row = TypeVar("Row", bound=Keyed)
Result = TypeVar("Result")
#: After the first failure the next tick tries again; then the pause doubles, up to an hour.
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=1)
#: Rows that fail one after the other before the step itself is put off: what they share is away.
IN_A_ROW = 3


class Upkeep:
    """One run of the periodic work."""

    def __init__(self, *, now: datetime) -> None:
        self.now = now
        self._known = {(each.step, each.row): each for each in UpkeepFailure.objects.all()}

    def step(self, name: str, work: Callable[[], Result]) -> Result | None:
        """Do a step and return its result; None where it failed or is put off."""
        done, result = self._attempt(name, "", work)
        return result if done else None

    def each(self, name: str, rows: Callable[[], Iterable[Row]], work: Callable[[Row], object]) -> None:
        """Do a step row by row. Rows that are put off are left out; several failures in a row put off the step."""
        self.step(name, lambda: self._rows(name, rows, work))

    def put_off(self, name: str) -> list[str]:
        """Return the keys of a step's rows that are not to be tried now."""
        return [row for (step, row), each in self._known.items() if step == name and row and self._waits(each)]

    def _rows(self, name: str, rows: Callable[[], Iterable[Row]], work: Callable[[Row], object]) -> None:
        failed = 0
        for row in rows():
            if self._is_put_off(name, str(row.pk)):
                continue
            done, _result = self._attempt(name, str(row.pk), lambda row=row: work(row))  # type: ignore[misc]
            failed = 0 if done else failed + 1
            if failed == IN_A_ROW:
                raise RuntimeError(f"{failed} rows failed one after the other")

    def _attempt(self, name: str, row: str, work: Callable[[], Result]) -> tuple[bool, Result | None]:
        if self._is_put_off(name, row):
            return False, None
        try:
            result = work()
        except Exception as error:
            logger.exception("Periodic work failed: %s %s", name, row)
            self._record(name, row, error)
            return False, None
        self._forget(name, row)
        return True, result

    def _is_put_off(self, name: str, row: str) -> bool:
        known = self._known.get((name, row))
        return known is not None and self._waits(known)

    def _waits(self, failure: UpkeepFailure) -> bool:
        """Return True until the next attempt; a time far ahead of now was recorded under a wrong clock."""
        return self.now < failure.next_attempt_at <= self.now + LONGEST_PAUSE

    def _record(self, name: str, row: str, error: Exception) -> None:
        known = self._known.get((name, row))
        failures = known.failures + 1 if known else 1
        pause = min(FIRST_PAUSE * 2 ** min(failures - 1, 10), LONGEST_PAUSE)
        facts = {
            "failures": failures,
            "error": f"{type(error).__name__}: {error}"[:300].replace("\x00", ""),
            "last_failed_at": self.now,
            "next_attempt_at": self.now + pause,
        }
        try:
            self._known[name, row], _is_new = UpkeepFailure.objects.update_or_create(
                step=name, row=row, defaults=facts, create_defaults={**facts, "first_failed_at": self.now}
            )
        except DatabaseError:
            logger.exception("The failure could not be recorded.")

    def _forget(self, name: str, row: str) -> None:
        if (known := self._known.pop((name, row), None)) is not None:
            UpkeepFailure.objects.filter(pk=known.pk).delete()
