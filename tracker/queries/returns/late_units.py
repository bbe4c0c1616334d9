"""Find units with overdue returns."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Window

from tracker.models import ExpectedReturn, Period, Plan, Region, ReportingUnit, Return, User
from tracker.models.access import may_call
from tracker.models.expected import ExpectedReturnQuerySet
from tracker.queries.returns.extension_rights import GRANTING


@dataclass(frozen=True)
class LateUnit:
    """A unit, the periods of its overdue returns (the oldest first), since when, and whom to ring up.

    That is the unit, else a person (`is_personal`).
    """

    unit: ReportingUnit
    periods: Sequence[Period]
    since: datetime
    phone: str
    is_personal: bool = False

    @property
    def deadline(self) -> datetime:
        """The last second that would have been on time, of its oldest return."""
        return self.since - timedelta(seconds=1)


def late_units(user: User, *, now: datetime, at_most: int) -> tuple[list[LateUnit], int]:
    """Return the overdue units to which this person may give more time, the longest first, and how many there are.

    What was sent back and is due counts: it is not submitted. A draft counts too, and is not told apart from nothing:
    it is nobody else's business. The number of queries does not depend on the number of units.
    """
    return _late(ExpectedReturn.objects.within_scope(user, *GRANTING), user, now, at_most)


def late_within(plan: Plan, region: Region, *, reader: User, now: datetime, at_most: int) -> tuple[list[LateUnit], int]:
    """Return the same for a reader of a region: its units with an overdue return of this plan, and how many."""
    return _late(ExpectedReturn.objects.of(plan).within(region), reader, now, at_most)


def number_late(plan: Plan, region: Region, *, now: datetime) -> int:
    """Return how many units of a region have an overdue return of this plan."""
    overdue = ExpectedReturn.objects.of(plan).within(region).overdue(now).order_by()
    return overdue.aggregate(number=Count("unit", distinct=True))["number"]


def _late(rows: ExpectedReturnQuerySet, reader: User, now: datetime, at_most: int) -> tuple[list[LateUnit], int]:
    overdue = rows.overdue(now).order_by()
    found = overdue.values_list("unit").annotate(since=Min("due_at"), number=Window(Count("*")))
    first = list(found.order_by("since", "unit")[:at_most])  # of thousands of units the others are only counted
    units = [unit for unit, _since, _number in first]
    return (_described(overdue.filter(unit__in=units), reader) if units else []), first[0][2] if first else 0


def _described(overdue: ExpectedReturnQuerySet, reader: User) -> list[LateUnit]:
    by_unit: dict[ReportingUnit, list[ExpectedReturn]] = defaultdict(list)
    for row in overdue.with_names().order_by("due_at", "period__code"):
        by_unit[row.unit].append(row)
    without = [unit.pk for unit, rows in by_unit.items() if not unit.contact_phone and _is_called(unit, rows, reader)]
    phones = _phones(without) if without else {}
    found = [
        LateUnit(
            unit,
            [row.period for row in rows],
            rows[0].due_at,
            unit.contact_phone or phones.get(unit.pk, ""),
            is_personal=not unit.contact_phone,
        )
        for unit, rows in by_unit.items()
    ]
    return sorted(found, key=lambda row: (row.since, row.unit.region.path, row.unit.code))


def _is_called(unit: ReportingUnit, rows: Sequence[ExpectedReturn], reader: User) -> bool:
    return any(may_call(reader, unit, row.period.plan_id) for row in rows)


def _phones(unit_ids: list[int]) -> dict[int, str]:
    """Return by unit the number of who last submitted a return: the only one known where the unit names none."""
    rows = Return.objects.filter(unit__in=unit_ids).exclude(submitted_by=None).exclude(submitted_by__phone="")
    return dict(rows.order_by("submitted_at").values_list("unit_id", "submitted_by__phone"))
