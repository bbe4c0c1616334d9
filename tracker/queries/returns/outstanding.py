"""Returns that a unit has not submitted and that are due soon or overdue."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from tracker.calculation.periods import SHANGHAI
from tracker.models import Extension, Obligation, Period, ReportingUnit, Return, User
from tracker.queries.returns.expected_returns import expected_returns


@dataclass(frozen=True)
class OutstandingReturn:
    """A return still owed: not opened, a draft, or sent back with a comment."""

    unit: ReportingUnit
    period: Period
    due_at: datetime
    unit_return: Return | None = None

    @property
    def last_moment(self) -> datetime:
        """The last second that is on time."""
        return self.due_at - timedelta(seconds=1)

    def is_overdue(self, now: datetime) -> bool:
        """Whether the deadline has passed."""
        return now >= self.due_at


def outstanding_returns(user: User, *, now: datetime) -> list[OutstandingReturn]:
    """What a person's units owe for periods that have ended, the earliest deadline first."""
    today = now.astimezone(SHANGHAI).date()
    debts = [
        OutstandingReturn(owed.unit, owed.period, owed.due_at)
        for owed in expected_returns(user, now=now)
        if owed.period.ends_on < today
    ]
    open_returns = Return.objects.enterable_by(user).filter(
        state__in=Return.OPEN_STATES, unit__is_active=True, period__ends_on__lt=today
    )
    debts += [OutstandingReturn(one.unit, one.period, one.due_at, one) for one in open_returns.with_names()]
    return sorted(debts, key=lambda debt: (debt.due_at, debt.unit.region.path, debt.unit.code))


def periods_near(now: datetime, horizon: timedelta) -> Iterable[Period]:
    """Return the periods that have ended and whose deadline, or a unit's extension, is within `horizon` of `now`."""
    ended = Period.objects.filter(ends_on__lt=now.astimezone(SHANGHAI).date()).select_related("plan")
    near = ended.filter(due_at__range=(now - horizon, now + horizon))
    extended = ended.filter(pk__in=Extension.objects.standing().filter(until__gt=now - horizon).values("period"))
    return {period.pk: period for period in [*near, *extended]}.values()


def units_not_submitted(period: Period) -> Iterator[ReportingUnit]:
    """Return the active units that are to report for the period and have not submitted."""
    owe = Obligation.objects.filter(plan=period.plan_id, frequency=period.kind).values("unit")
    done = Return.objects.filter(period=period, state__in=Return.REPORTED_STATES).values("unit")
    units = ReportingUnit.objects.filter(pk__in=owe, is_active=True).exclude(pk__in=done)
    return units.select_related("region").iterator()
