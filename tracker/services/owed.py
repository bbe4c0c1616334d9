"""Which returns a person's units still owe: periods that have begun and have no return yet."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from tracker.calculation.periods import SHANGHAI
from tracker.models import Obligation, Period, ReportingUnit, Return, User
from tracker.models.access import Capability, scope_of


@dataclass(frozen=True)
class Owed:
    """A return that can be opened."""

    unit: ReportingUnit
    period: Period

    def is_overdue(self, now: datetime) -> bool:
        """Whether its deadline has passed."""
        return now >= self.period.due_at


def own_units(user: User) -> QuerySet[ReportingUnit]:
    """The active units a person reports for."""
    scope = scope_of(user, Capability.ENTER).as_filter("region__path", "pk")
    return ReportingUnit.objects.filter(scope, is_active=True).select_related("region")


def owed_returns(user: User, *, now: datetime) -> list[Owed]:
    """What can be opened, the earliest deadline first."""
    units = {unit.pk: unit for unit in own_units(user)}
    if not units:
        return []
    owing = set(Obligation.objects.filter(unit__in=units).order_by().values_list("unit_id", "plan_id", "frequency"))
    periods = Period.objects.filter(
        plan__in={plan for _unit, plan, _kind in owing}, starts_on__lte=now.astimezone(SHANGHAI).date()
    ).select_related("plan")
    opened = set(Return.objects.filter(unit__in=units).values_list("unit_id", "period_id"))
    owed = [
        Owed(units[unit], period)
        for period in periods
        for unit, plan, kind in owing
        if (plan, kind) == (period.plan_id, period.kind) and (unit, period.pk) not in opened
    ]
    return sorted(owed, key=lambda item: (item.period.due_at, item.unit.region.path, item.unit.code))
