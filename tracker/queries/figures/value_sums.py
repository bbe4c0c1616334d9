"""Sums of listed values: of one indicator, where its values add up."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from tracker.calculation.comparison import adjustment
from tracker.calculation.rollup import Rollup
from tracker.models import Entry, Indicator
from tracker.models.quantity import as_kept, kept_reader

#: Lists of more values have no sum on their page.
MOST_SUMMED = 50_000


@dataclass(frozen=True)
class ValueSums:
    """The sums of the listed values of an indicator and of their adjustments; None where there are none."""

    indicator: Indicator
    reported: Decimal | None
    verified: Decimal | None
    difference: Decimal | None


def adds_up(indicator: Indicator | None, *, is_one_period: bool) -> bool:
    """Return True if listed values of an indicator add up. A stock's periods do not, nor do rates or extremes."""
    return (
        indicator is not None
        and indicator.over_places == Rollup.SUM
        and (indicator.over_periods == Rollup.SUM or is_one_period)
    )


def sums_of(rows: QuerySet[Entry], indicator: Indicator, *, reported: str, verified: str) -> ValueSums | None:
    """Return the sums of all rows of a list, in the fields named; None of a list that is too long."""
    kept = rows.order_by().annotate(kept_reported=as_kept(reported), kept_verified=as_kept(verified))
    texts = list(kept.values_list("kept_reported", "kept_verified")[: MOST_SUMMED + 1])
    if len(texts) > MOST_SUMMED:
        return None
    read = kept_reader()
    pairs = [tuple(None if text is None else read(text) for text in pair) for pair in texts]
    differences = [adjustment(*pair) for pair in pairs]
    return ValueSums(indicator, _sum(pair[0] for pair in pairs), _sum(pair[1] for pair in pairs), _sum(differences))


def _sum(values: Iterable[Decimal | None]) -> Decimal | None:
    """Return the sum of the values that are there; None where none is."""
    there = [value for value in values if value is not None]
    return sum(there, Decimal(0)) if there else None
