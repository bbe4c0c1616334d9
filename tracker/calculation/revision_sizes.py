"""Size of revisions: how far verified values moved after they were first verified."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class RevisionSize:
    """Revisions of a number of verified values: from the first value that was verified to the present one.

    `mean` and `mean_absolute` are over all values, revised or not, in the indicator's unit: `mean` keeps the sign and
    shows a bias, `mean_absolute` does not. `downward` counts the revised values that went down.
    """

    values: int
    revised: int
    mean: Decimal | None
    mean_absolute: Decimal | None
    downward: int

    @property
    def share_revised(self) -> Decimal | None:
        """Return revised ÷ values × 100; None without a value."""
        return Decimal(self.revised) / self.values * 100 if self.values else None

    @property
    def share_downward(self) -> Decimal | None:
        """Return downward ÷ revised × 100; None without a revision."""
        return Decimal(self.downward) / self.revised * 100 if self.revised else None


def revision_size(values: int, moved: Iterable[tuple[Decimal, Decimal]]) -> RevisionSize:
    """Return the size of revisions of so many values, of which these pairs of first and present value may differ.

    >>> found = revision_size(4, [(Decimal(10), Decimal(8)), (Decimal(5), Decimal(6)), (Decimal(3), Decimal(3))])
    >>> found.revised, found.mean, found.mean_absolute, found.share_downward
    (2, Decimal('-0.25'), Decimal('0.75'), Decimal('50.0'))
    """
    differences = [now - first for first, now in moved if now != first]
    total, absolute = sum(differences, Decimal(0)), sum(map(abs, differences), Decimal(0))
    return RevisionSize(
        values,
        len(differences),
        total / values if values else None,
        absolute / values if values else None,
        sum(difference < 0 for difference in differences),
    )
