"""The values under a plan's figures: from the maintained totals, or from the revisions as known at a moment."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple, cast

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum, Value

from tracker.calculation.cells import Aggregate, Coverage
from tracker.models import ExpectedReturn, Period, Return, ValueRevision
from tracker.models.quantity import MegaPart, MicroPart, joined


class Amount(NamedTuple):
    """The sum of a total in the indicator's unit, the number of its values, and the number expected."""

    value: Decimal = Decimal(0)
    number: int = 0
    expected: int = 0

    def plus(self, other: "Amount", sign: int = 1) -> "Amount":
        """Return the sum of both; with a `sign` of -1 the difference."""
        return Amount(
            self.value + sign * other.value,
            self.number + sign * other.number,
            self.expected + sign * other.expected,
        )

    @property
    def aggregate(self) -> Aggregate:
        """Return value and coverage; without any value it is missing, not zero."""
        coverage = Coverage(self.number, max(self.expected, self.number))
        return Aggregate(self.value if self.number else None, coverage)


#: By the primary keys of indicator, region and period.
Leaves = Mapping[tuple[int, int, int], Amount]
LEAF = ("indicator_id", "region_id", "period_id")


def amounts(totals: QuerySet[Any], key: tuple[str, ...], *, provisional: bool) -> Iterable[tuple[Any, Amount]]:
    """Return each total that holds values or expects some, with its key."""
    which = "reported" if provisional else "verified"
    rows = totals.filter(Q(**{f"{which}_count__gt": 0}) | Q(expected_count__gt=0))
    for row in rows.values_list(*key, f"{which}_mega", f"{which}_micro", f"{which}_count", "expected_count"):
        yield row[:-4], Amount(joined(*row[-4:-2]), *row[-2:])


@dataclass(frozen=True)
class ReturnCounts:
    """Return how many returns for a period count, and how many are expected, by region."""

    there: dict[int, int]
    expected: dict[int, int]


def leaves_known_at(
    periods: Iterable[int], moment: datetime, expected: Mapping[tuple[int | None, int, int], int]
) -> Leaves:
    """Return what stood verified at that moment, from the revisions, beside what was expected then."""
    rows = (
        revisions_known_at(periods, moment)
        .values_list("entry__indicator_id", "entry__unit_return__unit__region_id", "entry__unit_return__period_id")
        .annotate(mega=Sum(MegaPart(F("value"))), micro=Sum(MicroPart(F("value"))), number=Count("pk"))
    )
    leaves = {key: Amount(expected=number) for key, number in expected.items() if key[0] is not None}
    leaves |= {row[:3]: Amount(joined(*row[3:5]), row[5], expected.get(row[:3], 0)) for row in rows}
    return cast(Leaves, leaves)


def revisions_known_at(periods: Iterable[int], moment: datetime) -> QuerySet[ValueRevision]:
    """Return the verified revisions that stood in the entries of these periods then, but for withdrawn values."""
    verified = ValueRevision.objects.filter(kind=ValueRevision.Kind.VERIFIED).order_by()
    known = verified.filter(entry=OuterRef("entry"), recorded_at__lte=moment).order_by("-number")
    in_periods = verified.filter(entry__unit_return__period__in=list(periods), value__isnull=False)
    return in_periods.filter(pk=Subquery(known.values("pk")[:1]))


def returns_there(period: Period, *, provisional: bool) -> ReturnCounts:
    """Return how many returns for the period count and how many are expected, asked for at once."""
    states = Return.REPORTED_STATES if provisional else (Return.State.VERIFIED,)
    there = Return.objects.filter(period=period, state__in=states).order_by().values("unit__region_id")
    expected = ExpectedReturn.objects.filter(period=period).order_by().values("region_id")
    rows = [
        rows.annotate(number=Count("pk"), is_expected=Value(marked)).values_list(region, "number", "is_expected")
        for rows, region, marked in ((there, "unit__region_id", 0), (expected, "region_id", 1))
    ]
    counts = ReturnCounts({}, {})
    for region, number, is_expected in rows[0].union(rows[1], all=True):
        (counts.expected if is_expected else counts.there)[region] = number
    return counts


def returns_known_at(period: Period, moment: datetime) -> dict[int, int]:
    """By region, how many units had verified values for the period at that moment."""
    rows = revisions_known_at([period.pk], moment).values_list("entry__unit_return__unit__region_id")
    return dict(rows.annotate(number=Count("entry__unit_return_id", distinct=True)))
