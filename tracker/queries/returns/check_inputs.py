"""What returns are checked against: their own values, the period before, last year, the last verified, capacities.

However many returns, the same number of queries: rows of all of them are fetched together and picked apart here.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F
from django.db.models.functions import Coalesce

from tracker.calculation.periods import Month, months_between
from tracker.calculation.rollup import Rollup
from tracker.calculation.sheet_checks import Sheet
from tracker.models import Entry, Plan, Return, UnitCapacity
from tracker.queries.figures.year_before import a_year_before, by_kinship

Values = dict[str, Decimal]


@dataclass(frozen=True)
class _Place:
    """Where a return stands: whose it is, and when."""

    unit: int
    plan: int
    kind: str
    starts_on: date
    months: int

    @property
    def before(self) -> date:
        """When the period before began."""
        return Month.of(self.starts_on).plus(-self.months).first_day

    @property
    def last_year(self) -> date:
        """When the same period began a year earlier."""
        return a_year_before(self.starts_on)


def read_sheets(returns: Iterable[int], typed: Mapping[int, Mapping[str, Decimal | None]]) -> dict[int, Sheet]:
    """Each return's values, those of `typed` in place of the stored ones, with all they are checked against."""
    places = _places(returns)
    stored = _stored(places)
    earlier = _earlier(places.values())
    orders = _orders(places.values(), earlier)
    verified = _verified(places.values())
    capacities = _capacities(places.values())
    return {
        pk: Sheet(
            values={**stored[pk], **{code: value for code, value in typed.get(pk, {}).items() if code in stored[pk]}},
            before=_picked(earlier, place, place.before, [place.plan, *orders[place.plan]]),
            last_year=_picked(earlier, place, place.last_year, orders[place.plan]),
            last_verified=_last(verified.get((place.unit, place.plan, place.kind), []), place),
            capacity=capacities.get(place.unit, {}),
            months=place.months,
        )
        for pk, place in places.items()
    }


def _places(returns: Iterable[int]) -> dict[int, _Place]:
    fields = ("pk", "unit_id", "period__plan_id", "period__kind", "period__starts_on", "period__ends_on")
    rows = Return.objects.filter(pk__in=list(returns)).order_by().values_list(*fields)
    return {
        pk: _Place(unit, plan, kind, starts_on, len(months_between(starts_on, ends_on)))
        for pk, unit, plan, kind, starts_on, ends_on in rows
    }


def _stored(places: Mapping[int, _Place]) -> dict[int, dict[str, Decimal | None]]:
    rows = Entry.objects.filter(unit_return__in=list(places)).order_by("indicator__code")
    values: dict[int, dict[str, Decimal | None]] = {pk: {} for pk in places}
    for pk, code, value in rows.values_list("unit_return_id", "indicator__code", "reported_value"):
        values[pk][code] = value
    return values


def _earlier(places: Collection[_Place]) -> dict[tuple[int, str, date], dict[int, Values]]:
    """What units stood by in the periods before: verified, else reported; by unit, kind and beginning, then by plan."""
    starts = {day for place in places for day in (place.before, place.last_year)}
    rows = (
        Entry.objects.reported()
        .filter(
            unit_return__unit__in={place.unit for place in places},
            unit_return__period__kind__in={place.kind for place in places},
            unit_return__period__starts_on__in=starts,
        )
        .annotate(said=Coalesce("verified_value", "reported_value"))
        .exclude(said=None)
        .order_by()
    )
    where = ("unit_return__unit_id", "unit_return__period__kind", "unit_return__period__starts_on")
    found: dict[tuple[int, str, date], dict[int, Values]] = {}
    for unit, kind, day, plan, code, value in rows.values_list(
        *where, "unit_return__period__plan_id", "indicator__code", "said"
    ):
        found.setdefault((unit, kind, day), {}).setdefault(plan, {})[code] = value
    return found


def _orders(
    places: Collection[_Place], earlier: Mapping[tuple[int, str, date], Mapping[int, Values]]
) -> dict[int, list[int]]:
    """Return, by plan of a return, the plans that hold earlier values, in order of kinship."""
    wanted = {place.plan for place in places} | {plan for by_plan in earlier.values() for plan in by_plan}
    plans = Plan.objects.in_bulk(wanted)
    return {place.plan: [plan.pk for plan in by_kinship(plans[place.plan], plans.values())] for place in places}


def _picked(
    earlier: Mapping[tuple[int, str, date], Mapping[int, Values]], place: _Place, day: date, order: Sequence[int]
) -> Values:
    """Return the unit's values of the period that began on `day`; where several plans hold one, the first in order."""
    by_plan = earlier.get((place.unit, place.kind, day), {})
    values: Values = {}
    for plan in order:
        values = {**by_plan.get(plan, {}), **values}
    return values


def _verified(places: Collection[_Place]) -> dict[tuple[int, int, str], list[tuple[date, str, Decimal]]]:
    """Verified counts to date of the units' plans, in order of time."""
    rows = (
        Entry.objects.filter(
            unit_return__unit__in={place.unit for place in places},
            unit_return__period__plan__in={place.plan for place in places},
            indicator__over_periods=Rollup.LATEST.value,
            verified_value__isnull=False,
        )
        .annotate(day=F("unit_return__period__starts_on"))
        .order_by("day")
    )
    where = ("unit_return__unit_id", "unit_return__period__plan_id", "unit_return__period__kind")
    found: dict[tuple[int, int, str], list[tuple[date, str, Decimal]]] = {}
    for *key, day, code, value in rows.values_list(*where, "day", "indicator__code", "verified_value"):
        found.setdefault((key[0], key[1], key[2]), []).append((day, code, value))
    return found


def _last(verified: Iterable[tuple[date, str, Decimal]], place: _Place) -> Values:
    return {code: value for day, code, value in verified if day < place.starts_on}


def _capacities(places: Collection[_Place]) -> dict[int, Values]:
    rows = UnitCapacity.objects.filter(unit__in={place.unit for place in places}).order_by()
    found: dict[int, Values] = {}
    for unit, code, per_month in rows.values_list("unit_id", "indicator__code", "per_month"):
        found.setdefault(unit, {})[code] = per_month
    return found
