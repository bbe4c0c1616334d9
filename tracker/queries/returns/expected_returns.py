"""Which returns a person's units still owe: periods that have begun and have no return yet."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from tracker.calculation.periods import SHANGHAI
from tracker.models import Extension, Obligation, Period, ReportingUnit, Return, User
from tracker.models.access import Capability, scope_of


@dataclass(frozen=True)
class ExpectedReturn:
    """A return that can be opened."""

    unit: ReportingUnit
    period: Period
    extended_until: datetime | None = None

    @property
    def due_at(self) -> datetime:
        """The first moment that is late for this unit."""
        return self.period.due_for(self.extended_until)

    @property
    def deadline(self) -> datetime:
        """The last second that is on time for this unit."""
        return self.due_at - timedelta(seconds=1)

    def is_overdue(self, now: datetime) -> bool:
        """Whether its deadline has passed."""
        return now >= self.due_at

    def is_locked(self, now: datetime) -> bool:
        """Whether it can no longer be opened without an extension."""
        return self.period.is_locked_for(self.extended_until, now)


def own_units(user: User) -> QuerySet[ReportingUnit]:
    """The active units a person reports for."""
    scope = scope_of(user, Capability.ENTER).as_filter("region__path", "pk")
    return ReportingUnit.objects.filter(scope, is_active=True).select_related("region")


def expected_returns(user: User, *, now: datetime) -> list[ExpectedReturn]:
    """What can be opened, the earliest deadline first."""
    units = {unit.pk: unit for unit in own_units(user)}
    if not units:
        return []
    owing = set(Obligation.objects.filter(unit__in=units).order_by().values_list("unit_id", "plan_id", "frequency"))
    periods = Period.objects.filter(
        plan__in={plan for _unit, plan, _kind in owing}, starts_on__lte=now.astimezone(SHANGHAI).date()
    ).select_related("plan")
    opened = set(Return.objects.filter(unit__in=units).values_list("unit_id", "period_id"))
    standing = Extension.objects.standing().filter(unit__in=units)
    extensions = {(row.unit_id, row.period_id): row.until for row in standing}
    owed = [
        ExpectedReturn(units[unit], period, extensions.get((unit, period.pk)))
        for period in periods
        for unit, plan, kind in owing
        if (plan, kind) == (period.plan_id, period.kind) and (unit, period.pk) not in opened
    ]
    return sorted(owed, key=lambda item: (item.due_at, item.unit.region.path, item.unit.code))
