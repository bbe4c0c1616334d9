"""Reminding who still owes a return: at most one mail a day to a person, listing only what is still owed.

A plan says when its units are reminded; `tracker.calculation.reminders` reckons the days. Days are those of
Asia/Shanghai, and nobody is reminded on a day off or at night.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, time, timedelta

from tracker.calculation.periods import SHANGHAI
from tracker.calculation.reminders import LONGEST_REMINDER, ReminderRule, is_reminder_day
from tracker.models import Delivery, ExpectedReturn, Membership, ReportingUnit, User
from tracker.models.access import GRANTS, Capability
from tracker.queries.plans.working_days import is_working_day
from tracker.services.mail.new_deliveries import of_the_day

#: Reminders are made within office hours.
FROM, UNTIL = time(9), time(18)
#: Deadlines this far away, forward or back, can call for a reminder: working days, with the longest holidays.
HORIZON = timedelta(days=2 * LONGEST_REMINDER)


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


def _units_to_remind(now: datetime) -> list[tuple[ReportingUnit, int]]:
    """Return the units with an outstanding return of which today is a day to remind, each with the plan's id."""
    today = now.astimezone(SHANGHAI).date()
    near = ExpectedReturn.objects.ended(today).outstanding().filter(due_at__range=(now - HORIZON, now + HORIZON))
    units: dict[tuple[int, int], ReportingUnit] = {}
    for row in near.select_related("unit__region", "period__plan").order_by("due_at"):
        rule = ReminderRule(row.period.plan.remind_days_before, row.period.plan.remind_every_days)
        if is_reminder_day(today, row.deadline.astimezone(SHANGHAI).date(), rule, is_working_day):
            units[row.unit_id, row.period.plan_id] = row.unit
    return [(unit, plan_id) for (_pk, plan_id), unit in units.items()]


def _reporters(units: Iterable[tuple[ReportingUnit, int]]):  # type: ignore[no-untyped-def]
    """Return the people who report for any of these units in that plan and want to be reminded."""
    by_path: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for unit, plan_id in units:
        by_path[unit.region.path].append((unit.pk, plan_id))
    roles = [role for role, granted in GRANTS.items() if Capability.ENTER in granted]
    wanted = set()
    for membership in Membership.objects.filter(role__in=roles).select_related("region"):
        concerned = (pairs for path, pairs in by_path.items() if path.startswith(membership.region.path))
        if any(_is_for(membership, pk, plan_id) for pairs in concerned for pk, plan_id in pairs):
            wanted.add(membership.user_id)
    return User.objects.filter(pk__in=wanted, is_active=True, gets_reminders=True).exclude(email="")


def _is_for(membership: Membership, unit_id: int, plan_id: int) -> bool:
    return membership.unit_id in (None, unit_id) and membership.plan_id in (None, plan_id)
