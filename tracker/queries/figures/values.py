"""The values under a plan's figures: from the maintained totals, or from the revisions as known at a moment."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import (
    BigIntegerField,
    Count,
    DecimalField,
    ExpressionWrapper,
    F,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import Cast, Round

from tracker.models import Entry, Period, Return, ValueRevision
from tracker.models.totals import MICRO

#: (indicator's, region's, period's primary key) -> (sum, how many units gave a value)
Leaves = Mapping[tuple[int, int, int], tuple[Decimal, int]]
LEAF = ("indicator_id", "region_id", "period_id")


def amounts(
    totals: QuerySet[Any], key: tuple[str, ...], *, provisional: bool
) -> Iterable[tuple[Any, tuple[Decimal, int]]]:
    """Of each total its key, the sum in the indicator's unit, and the number of values."""
    micro, number = ("reported_micro", "reported_count") if provisional else ("verified_micro", "verified_count")
    for row in totals.filter(**{f"{number}__gt": 0}).values_list(*key, micro, number):
        yield row[:-2], (Decimal(row[-2]) / MICRO, row[-1])


def leaves_known_at(periods: Iterable[int], moment: datetime) -> Leaves:
    """What stood verified at that moment, from the revisions."""
    in_micro = Round(ExpressionWrapper(F("known") * MICRO, DecimalField()))
    rows = (
        entries_known_at(periods, moment)
        .values_list("indicator_id", "unit_return__unit__region_id", "unit_return__period_id")
        # whole millionths, as in the totals: a sum of SQLite's reals is exact to fifteen digits only
        .annotate(micro=Sum(Cast(in_micro, BigIntegerField())), number=Count("pk"))
    )
    return {row[:3]: (Decimal(row[3]) / MICRO, row[4]) for row in rows}


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
