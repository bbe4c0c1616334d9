"""The values under a plan's figures: from the maintained totals, or from the revisions as known at a moment."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple, cast

from django.db.models import (
    BigIntegerField,
    Count,
    DecimalField,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import Cast, Round

from tracker.calculation.cells import Aggregate, Coverage
from tracker.models import Entry, Period, Return, ValueRevision
from tracker.models.totals import MICRO


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
    micro, number = ("reported_micro", "reported_count") if provisional else ("verified_micro", "verified_count")
    rows = totals.filter(Q(**{f"{number}__gt": 0}) | Q(expected_count__gt=0))
    for row in rows.values_list(*key, micro, number, "expected_count"):
        yield row[:-3], Amount(Decimal(row[-3]) / MICRO, *row[-2:])


def leaves_known_at(
    periods: Iterable[int], moment: datetime, expected: Mapping[tuple[int | None, int, int], int]
) -> Leaves:
    """Return what stood verified at that moment, from the revisions, beside what was expected then."""
    in_micro = Round(ExpressionWrapper(F("known") * MICRO, DecimalField()))
    rows = (
        entries_known_at(periods, moment)
        .values_list("indicator_id", "unit_return__unit__region_id", "unit_return__period_id")
        # whole millionths, as in the totals: a sum of SQLite's reals is exact to fifteen digits only
        .annotate(micro=Sum(Cast(in_micro, BigIntegerField())), number=Count("pk"))
    )
    leaves = {key: Amount(expected=number) for key, number in expected.items() if key[0] is not None}
    leaves |= {row[:3]: Amount(Decimal(row[3]) / MICRO, row[4], expected.get(row[:3], 0)) for row in rows}
    return cast(Leaves, leaves)


def entries_known_at(periods: Iterable[int], moment: datetime) -> QuerySet[Entry]:
    """The entries of these periods that stood verified then, with the value as `known`."""
    known = ValueRevision.objects.filter(
        entry=OuterRef("pk"), kind=ValueRevision.Kind.VERIFIED, recorded_at__lte=moment
    ).order_by("-number")
    entries = Entry.objects.filter(unit_return__period__in=list(periods)).order_by()
    return entries.annotate(known=Subquery(known.values("value")[:1])).filter(known__isnull=False)


def returns_there(period: Period, *, provisional: bool) -> dict[int, int]:
    """By region, how many returns for the period count."""
    states = Return.REPORTED_STATES if provisional else (Return.State.VERIFIED,)
    rows = Return.objects.filter(period=period, state__in=states).order_by()
    return dict(rows.values_list("unit__region_id").annotate(number=Count("pk")))


def returns_known_at(period: Period, moment: datetime) -> dict[int, int]:
    """By region, how many units had verified values for the period at that moment."""
    rows = entries_known_at([period.pk], moment).values_list("unit_return__unit__region_id")
    return dict(rows.annotate(number=Count("unit_return_id", distinct=True)))
