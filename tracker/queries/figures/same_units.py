"""Values that the same unit has verified for the same period in two years."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, QuerySet, Sum, Value, When

from tracker.calculation.same_units import SameUnits
from tracker.models import Entry, ValueRevision
from tracker.models.quantity import MegaPart, MicroPart, joined
from tracker.queries.figures.values import revisions_known_at
from tracker.queries.figures.year_before import EarlierPeriods


def load_same_units(
    this_year: Mapping[int, str],
    years_before: Iterable[EarlierPeriods],
    names: tuple[Mapping[int, str], Mapping[int, str]],
    *,
    of: Iterable[int] | None = None,
    as_of: datetime | None = None,
) -> SameUnits:
    """Return the sums of both years by indicator, place and period, over the units that have a value in both.

    `this_year` are the codes of the periods by primary key; `names` the codes of indicators and places. Where several
    plans hold the year before, the most akin that has a pair counts, cell by cell. A year whose January and February
    are one period has no pairs with one that has them apart: a cumulative sum would lack them.
    """
    indicators, places = names
    codes = {code: pk for pk, code in this_year.items()}
    found: dict[tuple[str, str, str], Any] = {}
    for earlier in years_before:
        before = {codes[code]: pk for pk, code in earlier.codes.items() if code in codes}
        if not before or earlier.joined or earlier.unequal:
            continue
        now = _sums(before, of, as_of)
        then = _sums({last: this for this, last in before.items()}, of, as_of) if now else {}
        for (indicator, region, period), (value, number) in now.items():
            last = then.get((indicator, region, before[period]))
            if last is not None and region in places:
                key = (indicators[indicator], places[region], this_year[period])
                found.setdefault(key, (value, last[0], number))
    return SameUnits(found)


def _sums(pairs: Mapping[int, int], of: Iterable[int] | None, as_of: datetime | None) -> dict[Any, Any]:
    """Return the sum and number of the values of each first period whose unit has one for the second, by region."""
    rows, prefix, value = _values(pairs, of, as_of)
    others, _prefix, _value = _values(pairs.values(), of, as_of)
    same = {
        f"{prefix}indicator": OuterRef(f"{prefix}indicator"),
        f"{prefix}unit_return__unit": OuterRef(f"{prefix}unit_return__unit"),
        f"{prefix}unit_return__period": OuterRef("other_period"),
    }
    named = Case(
        *(When(**{f"{prefix}unit_return__period": one}, then=Value(other)) for one, other in pairs.items()),
        output_field=IntegerField(),
    )
    key = (f"{prefix}indicator", f"{prefix}unit_return__unit__region", f"{prefix}unit_return__period")
    summed = (
        rows.annotate(other_period=named)
        .filter(Exists(others.filter(**same)))
        .order_by()
        .values_list(*key)
        .annotate(mega=Sum(MegaPart(F(value))), micro=Sum(MicroPart(F(value))), number=Count("pk"))
    )
    return {row[:3]: (joined(*row[3:5]), row[5]) for row in summed}


def _values(
    periods: Iterable[int], of: Iterable[int] | None, as_of: datetime | None
) -> tuple[QuerySet[Entry] | QuerySet[ValueRevision], str, str]:
    """Return the verified values for these periods, the prefix that leads to their entry, and their column."""
    rows: QuerySet[Any]
    if as_of is None:
        rows, prefix, value = Entry.objects.filter(verified_value__isnull=False), "", "verified_value"
        rows = rows.filter(unit_return__period__in=list(periods))
    else:
        rows, prefix, value = revisions_known_at(periods, as_of), "entry__", "value"
    return (rows if of is None else rows.filter(**{f"{prefix}indicator__in": list(of)})), prefix, value
