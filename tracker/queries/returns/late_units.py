"""Which units are late: those with a return that is due and not handed in, however many there are."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from tracker.models import Extension, Obligation, Period, Plan, Region, ReportingUnit, Return, User
from tracker.models.access import scope_of
from tracker.queries.returns.extension_rights import GRANTING


@dataclass(frozen=True)
class LateUnit:
    """A unit, the periods it is late with (the oldest first), since when, and whom to ring up."""

    unit: ReportingUnit
    periods: Sequence[Period]
    since: datetime
    phone: str


def late_units(user: User, *, now: datetime, at_most: int) -> tuple[list[LateUnit], int]:
    """The units this person may give more time and that are late, the longest first; and how many there are in all.

    What was sent back and is due counts: it is not handed in. A draft counts too, and is not told apart from nothing:
    it is nobody else's business. The number of queries does not depend on the number of units.
    """
    scopes = [scope_of(user, capability).as_filter("region__path", "pk") for capability in GRANTING]
    return _late(scopes[0] | scopes[1], Period.objects.all(), now, at_most)


def late_within(plan: Plan, region: Region, *, now: datetime, at_most: int) -> tuple[list[LateUnit], int]:
    """The same for whoever reads a region: its units that are late with a return of this plan, and how many."""
    return _late(Q(region__path__startswith=region.path), plan.periods.all(), now, at_most)


def _late(which: Q, periods: QuerySet[Period], now: datetime, at_most: int) -> tuple[list[LateUnit], int]:
    """A period at a time, in sets: a unit owes a return once, however many indicators stand in it.

    Periods that everybody handed in are told by a count alone, and most are.
    """
    due = list(periods.filter(due_at__lte=now).select_related("plan").order_by("due_at", "code"))
    alike: dict[tuple[int, str], list[Period]] = defaultdict(list)
    for period in due:
        alike[period.plan_id, period.kind].append(period)
    units = ReportingUnit.objects.filter(which, is_active=True).order_by()
    number = units.count()
    owing: dict[tuple[int, str], set[int]] = {}
    handed_in: dict[int, int] = {}
    for (plan, kind), of_kind in alike.items():
        who = _owing(units, plan, kind)
        owing[plan, kind] = set(who.values_list("pk", flat=True))
        # Where all of them owe it, nobody need be asked again.
        counted = units if len(owing[plan, kind]) == number else who
        rows = _handed_in(of_kind).filter(unit__in=counted.values("pk"))
        handed_in |= dict(rows.values_list("period").annotate(Count("pk")))
    longer = _more_time(now)
    late: dict[int, list[Period]] = defaultdict(list)
    for period in due:
        units_owing = owing[period.plan_id, period.kind]
        if handed_in.get(period.pk, 0) < len(units_owing):
            there = _handed_in([period]).values_list("unit_id", flat=True)
            for unit in units_owing.difference(there, longer[period.pk]):
                late[unit].append(period)
    first = sorted(late, key=lambda unit: (late[unit][0].due_at, unit))[:at_most]
    return (_described({unit: late[unit] for unit in first}) if first else []), len(late)


def _owing(units: QuerySet[ReportingUnit], plan: int, kind: str) -> QuerySet[ReportingUnit]:
    """Those of the units that owe a return of this kind, a month's or a quarter's."""
    return units.filter(Exists(Obligation.objects.filter(plan=plan, frequency=kind, unit=OuterRef("pk"))))


def _handed_in(periods: Sequence[Period]) -> QuerySet[Return]:
    """The returns that need not be waited for any more; a unit has one for a period."""
    return Return.objects.filter(period__in=periods, state__in=Return.REPORTED_STATES).order_by()


def _more_time(now: datetime) -> dict[int, set[int]]:
    """The units whose extension still runs, by the period's number."""
    found: dict[int, set[int]] = defaultdict(set)
    for period, unit in Extension.objects.running(now).order_by().values_list("period_id", "unit_id"):
        found[period].add(unit)
    return found


def _described(late: Mapping[int, Sequence[Period]]) -> list[LateUnit]:
    units = ReportingUnit.objects.filter(pk__in=late).select_related("region").in_bulk()
    standing = Extension.objects.standing().filter(unit__in=units)
    extensions = {(row.unit_id, row.period_id): row.until for row in standing}
    phones = _phones(list(units))
    found = []
    for pk, periods in late.items():
        dues = sorted((one.due_for(extensions.get((pk, one.pk))), one.code, one) for one in periods)
        found.append(
            LateUnit(
                unit=units[pk],
                periods=[period for _due, _code, period in dues],
                since=dues[0][0],
                phone=units[pk].contact_phone or phones.get(pk, ""),
            )
        )
    return sorted(found, key=lambda row: (row.since, row.unit.region.path, row.unit.code))


def _phones(unit_ids: list[int]) -> dict[int, str]:
    """The number of who last handed in a return of the unit: the only one known where the unit names none."""
    rows = Return.objects.filter(unit__in=unit_ids).exclude(submitted_by=None).exclude(submitted_by__phone="")
    return dict(rows.order_by("submitted_at").values_list("unit_id", "submitted_by__phone"))
