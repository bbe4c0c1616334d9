"""Which units are late: those with a return that is due and not handed in, however many there are."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet

from tracker.models import Extension, Obligation, Period, Plan, Region, ReportingUnit, Return, User
from tracker.models.access import scope_of
from tracker.services.extensions import GRANTING


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
    scopes = [scope_of(user, capability).as_filter("unit__region__path", "unit_id") for capability in GRANTING]
    return _late(_owing(scopes[0] | scopes[1], now), at_most)


def late_within(plan: Plan, region: Region, *, now: datetime, at_most: int) -> tuple[list[LateUnit], int]:
    """The same for whoever reads a region: its units that are late with a return of this plan, and how many."""
    return _late(_owing(Q(plan=plan, unit__region__path__startswith=region.path), now), at_most)


def _late(owing: QuerySet[Any], at_most: int) -> tuple[list[LateUnit], int]:
    by_unit = owing.order_by().values("unit").annotate(since=Min("due"), number=Count("period", distinct=True))
    first = [row["unit"] for row in by_unit.order_by("since", "unit")[:at_most]]
    if not first:
        return [], 0
    return _described(first, owing), by_unit.count()


def _owing(which: Q, now: datetime) -> QuerySet[Any]:
    """Of these obligations those joined with periods that are due for them and have no return handed in."""
    key = {"unit": OuterRef("unit"), "period": OuterRef("period")}
    handed_in = Return.objects.filter(**key, state__in=Return.REPORTED_STATES)
    # annotations, so that all conditions are about one and the same period
    joined = Obligation.objects.annotate(
        period=F("plan__periods"), kind=F("plan__periods__kind"), due=F("plan__periods__due_at")
    )
    return joined.filter(
        which,
        ~Exists(handed_in),
        ~Exists(Extension.objects.running(now).filter(**key)),
        unit__is_active=True,
        kind=F("frequency"),
        due__lte=now,
    )


def _described(unit_ids: list[int], owing: QuerySet[Any]) -> list[LateUnit]:
    pairs = set(owing.filter(unit__in=unit_ids).order_by().values_list("unit_id", "period"))
    periods = Period.objects.filter(pk__in={period for _unit, period in pairs}).select_related("plan").in_bulk()
    units = ReportingUnit.objects.filter(pk__in=unit_ids).select_related("region").in_bulk()
    standing = Extension.objects.standing().filter(unit__in=unit_ids)
    extensions = {(row.unit_id, row.period_id): row.until for row in standing}
    late: dict[int, list[tuple[datetime, Period]]] = defaultdict(list)
    for unit, period in pairs:
        late[unit].append((periods[period].due_for(extensions.get((unit, period))), periods[period]))
    phones = _phones(unit_ids)
    found = [
        LateUnit(
            unit=units[pk],
            periods=[period for _due, period in sorted(late[pk], key=lambda pair: (pair[0], pair[1].code))],
            since=min(due for due, _period in late[pk]),
            phone=units[pk].contact_phone or phones.get(pk, ""),
        )
        for pk in unit_ids
    ]
    return sorted(found, key=lambda row: (row.since, row.unit.region.path, row.unit.code))


def _phones(unit_ids: list[int]) -> dict[int, str]:
    """The number of who last handed in a return of the unit: the only one known where the unit names none."""
    rows = Return.objects.filter(unit__in=unit_ids).exclude(submitted_by=None).exclude(submitted_by__phone="")
    return dict(rows.order_by("submitted_at").values_list("unit_id", "submitted_by__phone"))
