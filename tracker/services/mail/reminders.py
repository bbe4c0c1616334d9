"""Reminding who still owes a return: at most one mail a day to a person, listing only what is still owed.

A plan says when its units are reminded; `tracker.calculation.reminders` calculates the days. Days, working days and
office hours are those of the plan's time zone and calendar.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, time, timedelta

from tracker.calculation.reminders import LONGEST_REMINDER, ReminderRule, is_reminder_day
from tracker.models import Delivery, ExpectedReturn, Membership, Plan, ReportingUnit, User
from tracker.models.access import GRANTS, Capability
from tracker.queries.plans.working_days import working_days_of
from tracker.services.mail.new_deliveries import of_the_day

#: Reminders are made within office hours.
FROM, UNTIL = time(9), time(18)
#: Deadlines this far away, forward or back, can call for a reminder: working days, with the longest holidays.
HORIZON = timedelta(days=2 * LONGEST_REMINDER)


def due_reminders(*, now: datetime) -> list[Delivery]:
    """Make today's reminder for each person who is due one; those made just now.

    The database lets each be made once, so any number of schedulers may run.
    """
    fresh = []
    for day, units in _units_to_remind(now).items():
        reminded = Delivery.objects.filter(kind=Delivery.Kind.REMINDER, occasion=day).values("user")
        people = _reporters(units).exclude(pk__in=reminded)
        fresh += [of_the_day(Delivery.Kind.REMINDER, user, day, now=now) for user in people]
    if not fresh:
        return []
    Delivery.objects.bulk_create(fresh, ignore_conflicts=True)  # another scheduler may have made some in this moment
    return list(Delivery.objects.filter(message_id__in=[delivery.message_id for delivery in fresh]))


def _units_to_remind(now: datetime) -> dict[str, list[tuple[ReportingUnit, int]]]:
    """Return the units to remind of an outstanding return, each with the plan's id, by the day of the plans' clocks."""
    near = ExpectedReturn.objects.ended(now).outstanding().filter(due_at__range=(now - HORIZON, now + HORIZON))
    open_plans = [plan for plan in Plan.objects.all() if _is_in_office_hours(plan, now)]
    units: dict[str, dict[tuple[int, int], ReportingUnit]] = defaultdict(dict)
    rows = near.filter(period__plan__in=open_plans) if open_plans else near.none()
    for row in rows.select_related("unit__region", "period__plan").order_by("due_at"):
        plan = row.period.plan
        today, rule = plan.day_of(now), ReminderRule(plan.remind_days_before, plan.remind_every_days)
        if is_reminder_day(today, plan.day_of(row.deadline), rule, working_days_of(plan.calendar).is_working_day):
            units[today.isoformat()][row.unit_id, plan.pk] = row.unit
    return {day: [(unit, plan) for (_unit, plan), unit in found.items()] for day, found in units.items()}


def _is_in_office_hours(plan: Plan, now: datetime) -> bool:
    """Return True on a working day of the plan's calendar, between nine and six by its clocks."""
    local = now.astimezone(plan.zone)
    return FROM <= local.time() < UNTIL and working_days_of(plan.calendar).is_working_day(local.date())


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
