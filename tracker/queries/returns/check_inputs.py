"""Load what returns are checked against: earlier periods, last year, allocated targets, capacities, usual ranges.

However many returns, the same number of queries: rows of all of them are fetched together and picked apart here.
"""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from django.db.models import F, IntegerField, Value

from tracker.calculation.periods import Month, months_between
from tracker.calculation.rollup import Rollup
from tracker.calculation.sheet_checks import CheckedReturn
from tracker.models import Entry, ExpectedRange, Period, Plan, Return, UnitCapacity
from tracker.models.entry import SAID
from tracker.models.quantity import as_kept, kept_reader
from tracker.queries.figures.year_before import a_year_before, by_kinship, first_days
from tracker.queries.plans.unit_shares import AllocatedTargets, read_allocated

Values = dict[str, Decimal]
#: What units said, by unit, kind of period and first day, then by plan, then by indicator code.
Said = dict[tuple[int, str, date], dict[int, Values]]
Key = TypeVar("Key", bound=Hashable)
#: Values older than this say little about what is usual now.
HISTORY_MONTHS = 18


@dataclass(frozen=True)
class Place:
    """A unit's period: what a return is of."""

    unit: int
    region: int
    plan: int
    kind: str
    starts_on: date
    ends_on: date

    @property
    def months(self) -> int:
        """Return how many months the period has."""
        return len(months_between(self.starts_on, self.ends_on))

    @property
    def series(self) -> str:
        """Return what its values are compared within: a kind of period, and its length where months are joined."""
        return series_of(self.kind, self.starts_on, self.ends_on)

    @property
    def before(self) -> date:
        """Return when the period before began."""
        return Month.of(self.starts_on).plus(-self.months).first_day

    @property
    def last_year(self) -> date:
        """Return when the same period began a year earlier."""
        return a_year_before(self.starts_on)

    @property
    def history_from(self) -> date:
        """The first day of the periods that say what is usual."""
        return Month.of(self.starts_on).plus(-HISTORY_MONTHS).first_day


def read_sheets(returns: Iterable[int], typed: Mapping[int, Mapping[str, Decimal | None]]) -> dict[int, CheckedReturn]:
    """Return each return's values, those of `typed` in place of the stored ones, with all they are checked against."""
    places = _places(returns)
    stored = _stored(places)
    values = {
        pk: {**stored[pk], **{code: value for code, value in typed.get(pk, {}).items() if code in stored[pk]}}
        for pk in places
    }
    return read_context(places, values)


def read_context(
    places: Mapping[Key, Place], values: Mapping[Key, Mapping[str, Decimal | None]], beside: Said | None = None
) -> dict[Key, CheckedReturn]:
    """Return the values with all they are checked against; `beside` counts as said before what is stored."""
    periods = _periods(places.values())
    said = _said(places.values(), periods)
    for key, by_plan in (beside or {}).items():
        for plan, found in by_plan.items():
            said.setdefault(key, {}).setdefault(plan, {}).update(found)
    orders = _orders(places.values(), {period.plan for period in periods.values()})
    verified = _verified(places.values())
    capacities, ranges = _capacities_and_ranges(places.values())
    allocated = read_allocated({place.plan for place in places.values()}, {place.region for place in places.values()})
    days = _days(said)
    return {
        key: CheckedReturn(
            values=values[key],
            before=_picked(said, place, place.before, [place.plan, *orders[place.plan]]),
            last_year=_picked(said, place, place.last_year, orders[place.plan]),
            last_verified=_last(verified.get((place.unit, place.plan, place.kind), []), place),
            capacity=capacities.get(place.unit, {}),
            months=place.months,
            starts_on=place.starts_on,
            history=_history(said, days, place, [place.plan, *orders[place.plan]]),
            of_other_length=_of_other_length(said, place),
            shares=_shares(allocated, place),
            wholes=allocated.wholes(place.plan, place.ends_on),
            expected=ranges.get(place.unit, {}),
            elsewhere=_picked(said, place, place.starts_on, [one for one in orders[place.plan] if one != place.plan]),
        )
        for key, place in places.items()
    }


def series_of(kind: str, starts_on: date, ends_on: date) -> str:
    """Return the kind of a period, with its length for two months in one: 1—2月 is not compared with a month."""
    months = len(first_days(kind, starts_on, ends_on))
    return kind if months == 1 else f"{kind}*{months}"


def _of_other_length(said: Said, place: Place) -> dict[str, list[Decimal]]:
    """Return, by code, what the unit said in this plan of this year's 1—2月, where `place` is a single month."""
    if place.kind != Period.Kind.MONTH or place.series != place.kind:
        return {}
    january = place.starts_on.replace(month=1, day=1)
    key = (place.unit, series_of(place.kind, january, january.replace(month=2)), january)
    by_plan = said.get(key, {})
    return {code: [value] for code, value in by_plan.get(place.plan, {}).items()}


def _places(returns: Iterable[int]) -> dict[int, Place]:
    fields = (
        *("pk", "unit_id", "unit__region_id", "period__plan_id", "period__kind"),
        *("period__starts_on", "period__ends_on"),
    )
    rows = Return.objects.filter(pk__in=list(returns)).order_by().values_list(*fields)
    return {pk: Place(*place) for pk, *place in rows}


def _stored(places: Mapping[int, Place]) -> dict[int, dict[str, Decimal | None]]:
    rows = Entry.objects.filter(unit_return__in=list(places)).order_by("indicator__code")
    values: dict[int, dict[str, Decimal | None]] = {pk: {} for pk in places}
    for pk, code, value in rows.values_list("unit_return_id", "indicator__code", "reported_value"):
        values[pk][code] = value
    return values


def _periods(places: Collection[Place]) -> dict[int, Period]:
    """Return these periods and those before, of every plan, with what tells how akin the plans are."""
    if not places:
        return {}
    rows = Period.objects.filter(
        kind__in={place.kind for place in places},
        starts_on__gte=min(place.history_from for place in places),
        starts_on__lte=max(place.starts_on for place in places),
    ).select_related("plan")
    fields = ("kind", "starts_on", "ends_on", "plan__issued_on", "plan__region_id", "plan__base_year_of_id")
    return {period.pk: period for period in rows.order_by().only("plan", *fields)}


def _said(places: Collection[Place], periods: Mapping[int, Period]) -> Said:
    """Return what units said of these periods: the verified values, else the reported ones.

    The rows are many: they bring the period's key alone, and no day to be read in each.
    """
    units = {place.unit for place in places}
    rows = (
        Entry.objects.reported()
        .filter(unit_return__unit__in=units, unit_return__period__in=list(periods))
        .annotate(said=as_kept(SAID))
        .exclude(said=None)
        .order_by()
    )
    read = kept_reader()
    by_return: dict[tuple[int, int], Values] = {}
    for unit, period, code, value in rows.values_list(
        "unit_return__unit_id", "unit_return__period_id", "indicator__code", "said"
    ):
        by_return.setdefault((unit, period), {})[code] = read(value)
    series = {pk: series_of(one.kind, one.starts_on, one.ends_on) for pk, one in periods.items()}
    found: Said = {}
    for (unit, period), values in by_return.items():
        one = periods[period]
        key = (unit, series[period], one.starts_on)
        found.setdefault(key, {}).setdefault(one.plan_id, {}).update(values)
    return found


def _days(said: Said) -> dict[tuple[int, str], list[date]]:
    """Return the first days of the periods for which each unit reported something, in order."""
    days: dict[tuple[int, str], list[date]] = {}
    for unit, kind, day in sorted(said):
        days.setdefault((unit, kind), []).append(day)
    return days


def _history(
    said: Said, days: Mapping[tuple[int, str], Sequence[date]], place: Place, order: Sequence[int]
) -> dict[str, dict[date, Decimal]]:
    """Return what the unit said of the periods before, by indicator code and first day."""
    history: dict[str, dict[date, Decimal]] = {}
    for day in days.get((place.unit, place.series), []):
        if place.history_from <= day < place.starts_on:
            for code, value in _picked(said, place, day, order).items():
                history.setdefault(code, {})[day] = value
    return history


def _shares(allocated: AllocatedTargets, place: Place) -> Values:
    shares = allocated.shares(place.plan, place.unit, place.region, place.ends_on)
    return {code: value for (_indicator, code), value in shares.items()}


def _orders(places: Collection[Place], plans: Collection[Plan]) -> dict[int, list[int]]:
    """Return, by plan of a return, the plans that may hold earlier values, in order of kinship."""
    by_pk = {plan.pk: plan for plan in plans}
    wanted = {place.plan for place in places}
    return {pk: [plan.pk for plan in by_kinship(by_pk[pk], by_pk.values())] for pk in wanted}


def _picked(earlier: Said, place: Place, day: date, order: Sequence[int]) -> Values:
    """Return the unit's values of the period that began on `day`; where several plans hold one, the first in order."""
    by_plan = earlier.get((place.unit, place.series, day), {})
    found = [by_plan[plan] for plan in dict.fromkeys(order) if plan in by_plan]
    if len(found) < 2:
        return found[0] if found else {}
    values: Values = {}
    for of_plan in found:
        values = {**of_plan, **values}
    return values


def _verified(places: Collection[Place]) -> dict[tuple[int, int, str], list[tuple[date, str, Decimal]]]:
    """Return verified counts to date of the units' plans, in order of time."""
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


def _last(verified: Iterable[tuple[date, str, Decimal]], place: Place) -> Values:
    return {code: value for day, code, value in verified if day < place.starts_on}


def _capacities_and_ranges(
    places: Collection[Place],
) -> tuple[dict[int, Values], dict[int, dict[str, tuple[Decimal, Decimal]]]]:
    """Return what units can do in a month, and the ranges that a manager set, in one query."""
    units = {place.unit for place in places}
    fields = ("unit_id", "indicator__code", "least", "most", "is_range")
    capacities = UnitCapacity.objects.filter(unit__in=units).annotate(
        least=F("per_month"), most=F("per_month"), is_range=Value(0, IntegerField())
    )
    ranges = ExpectedRange.objects.filter(unit__in=units).annotate(
        least=F("low"), most=F("high"), is_range=Value(1, IntegerField())
    )
    of_units: dict[int, Values] = {}
    expected: dict[int, dict[str, tuple[Decimal, Decimal]]] = {}
    rows = capacities.order_by().values_list(*fields).union(ranges.order_by().values_list(*fields), all=True)
    for unit, code, least, most, is_range in rows:
        if is_range:
            expected.setdefault(unit, {})[code] = (least, most)
        else:
            of_units.setdefault(unit, {})[code] = most
    return of_units, expected
