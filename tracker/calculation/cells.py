"""The three states of a cell, and counts of how many cells are there."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class CellState(StrEnum):
    """Missing is not zero."""

    REPORTED = "reported"
    CONFIRMED_ZERO = "confirmed_zero"
    MISSING = "missing"

    @classmethod
    def of(cls, value: Decimal | None) -> "CellState":
        """Return the state of a cell with this value."""
        if value is None:
            return cls.MISSING
        return cls.REPORTED if value else cls.CONFIRMED_ZERO


@dataclass(frozen=True)
class Coverage:
    """How many of the cells that are owed are there: "9/11"."""

    present: int = 0
    expected: int = 0

    def __add__(self, other: "Coverage") -> "Coverage":
        return Coverage(self.present + other.present, self.expected + other.expected)

    def __str__(self) -> str:
        return f"{self.present}/{self.expected}"

    @property
    def is_complete(self) -> bool:
        """Return True if everything owed is there; nothing owed is complete only in the empty sense, and is not."""
        return 0 < self.expected <= self.present


@dataclass(frozen=True)
class Aggregate:
    """A rolled-up value in the indicator's unit, or None where every cell is missing, with its coverage."""

    value: Decimal | None = None
    coverage: Coverage = Coverage()

    @property
    def is_complete(self) -> bool:
        """Return True if no cell behind the value is missing."""
        return self.coverage.is_complete
