"""Reminding who still owes a return: at most one mail a day to a person, listing only what is still owed.

A plan says when its units are reminded; `tracker.calculation.chasing` reckons the days. Days are those of
Asia/Shanghai, and nobody is reminded on a day off or at night.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from tracker.calculation.chasing import LONGEST_CHASE, Chase, is_reminder_day
from tracker.calculation.periods import SHANGHAI
from tracker.models import Delivery, Extension, Membership, Obligation, Period, ReportingUnit, Return, User
from tracker.models.access import GRANTS, Capability
from tracker.services.mail.new_deliveries import of_the_day
from tracker.services.owed import owed_returns
from tracker.services.working_days import is_working_day

#: Reminders are made within office hours.
FROM, UNTIL = time(9), time(18)
#: Deadlines this far away, forward or back, can call for a reminder: working days, with the longest holidays.
HORIZON = timedelta(days=2 * LONGEST_CHASE)


@dataclass(frozen=True)
class Debt:
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


def debts_of(user: User, *, now: datetime) -> list[Debt]:
    """What a person's units owe for periods that have ended, the earliest deadline first."""
    today = now.astimezone(SHANGHAI).date()
    debts = [
        Debt(owed.unit, owed.period, owed.due_at) for owed in owed_returns(user, now=now) if owed.period.ends_on < today
    ]
    open_returns = Return.objects.enterable_by(user).filter(
        state__in=Return.OPEN_STATES, unit__is_active=True, period__ends_on__lt=today
    )
    debts += [Debt(one.unit, one.period, one.due_at, one) for one in open_returns.with_names()]
    return sorted(debts, key=lambda debt: (debt.due_at, debt.unit.region.path, debt.unit.code))


def due_reminders(*, now: datetime) -> list[Delivery]:
    """Make today's reminder for each person who is due one; those made just now.

    The database lets each be made once, so any number of schedulers may run.
    """
    local = now.astimezone(SHANGHAI)
    if not (FROM <= local.time() < UNTIL and is_working_day(local.date())):
        return []
    day = local.date().isoformat()
    reminded = Delivery.objects.filter(kind=Delivery.Kind.REMINDER, occasion=day).values("user")
    people = _reporters(_units_to_remind(now)).exclude(pk__in=reminded)
    fresh = [of_the_day(Delivery.Kind.REMINDER, user, day, now=now) for user in people]
    if not fresh:
        return []
    Delivery.objects.bulk_create(fresh, ignore_conflicts=True)  # another scheduler may have made some in this moment
    return list(Delivery.objects.filter(message_id__in=[delivery.message_id for delivery in fresh]))


def _units_to_remind(now: datetime) -> list[ReportingUnit]:
    """The units that owe a return of which today is a day to remind."""
    today = now.astimezone(SHANGHAI).date()
    units: dict[int, ReportingUnit] = {}
    for period in _periods_near(now):
        chase = Chase(period.plan.remind_days_before, period.plan.remind_every_days)
        extended = dict(Extension.objects.standing().filter(period=period).values_list("unit_id", "until"))
        for unit in _owing(period):
            last_day = (period.due_for(extended.get(unit.pk)) - timedelta(seconds=1)).astimezone(SHANGHAI).date()
            if is_reminder_day(today, last_day, chase, is_working_day):
                units[unit.pk] = unit
    return list(units.values())


def _periods_near(now: datetime) -> Iterable[Period]:
    """Periods that have ended and whose deadline, or some unit's, lies near."""
    ended = Period.objects.filter(ends_on__lt=now.astimezone(SHANGHAI).date()).select_related("plan")
    near = ended.filter(due_at__range=(now - HORIZON, now + HORIZON))
    extended = ended.filter(pk__in=Extension.objects.standing().filter(until__gt=now - HORIZON).values("period"))
    return {period.pk: period for period in [*near, *extended]}.values()


def _owing(period: Period) -> Iterator[ReportingUnit]:
    """The active units that owe a return for the period and have not handed it in."""
    owe = Obligation.objects.filter(plan=period.plan_id, frequency=period.kind).values("unit")
    done = Return.objects.filter(period=period, state__in=Return.REPORTED_STATES).values("unit")
    units = ReportingUnit.objects.filter(pk__in=owe, is_active=True).exclude(pk__in=done)
    return units.select_related("region").iterator()


def _reporters(units: Iterable[ReportingUnit]):  # type: ignore[no-untyped-def]
    """The people who report for any of these units and want to be reminded."""
    by_path: dict[str, list[int]] = defaultdict(list)
    for unit in units:
        by_path[unit.region.path].append(unit.pk)
    roles = [role for role, granted in GRANTS.items() if Capability.ENTER in granted]
    wanted = set()
    for membership in Membership.objects.filter(role__in=roles).select_related("region"):
        concerned = (pks for path, pks in by_path.items() if path.startswith(membership.region.path))
        if any(membership.unit_id in (None, pk) for pks in concerned for pk in pks):
            wanted.add(membership.user_id)
    return User.objects.filter(pk__in=wanted, is_active=True, gets_reminders=True).exclude(email="")
