"""When returns are due: the plan's rule for each period, and moving deadlines after the rule has changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from tracker.calculation.deadlines import end_of
from tracker.models import ExpectedReturn, Period, Plan, User
from tracker.models.access import Capability, scope_of
from tracker.queries.errors import ChangedMeanwhile, NotAllowed
from tracker.queries.plans.working_days import working_days_of
from tracker.services.audit.configuration import save_configured
from tracker.services.returns.expected import update_deadlines


@dataclass(frozen=True)
class Move:
    """A period whose deadline or lock differs from the plan's rule, and what the rule says.

    `is_possible` is false where the rule's deadline has passed already: nobody is made late by a change of rule.
    """

    period: Period
    due_at: datetime
    locks_at: datetime | None
    is_possible: bool = True

    @property
    def deadline(self) -> datetime:
        """The rule's last second that is on time."""
        return self.due_at - timedelta(seconds=1)


def set_by_rule(period: Period) -> Period:
    """Give a period, not yet saved, its first late moment and its lock by its plan's rule for its kind."""
    plan = period.plan
    is_working_day = working_days_of(plan.calendar).is_working_day
    period.due_at = end_of(plan.deadline_rule(period.kind).last_day_on_time(period.ends_on, is_working_day), plan.zone)
    days = plan.lock_after_days
    period.locks_at = None if days is None else period.due_at.astimezone(plan.zone) + timedelta(days=days)
    return period


def moves_by_rule(plan: Plan, *, now: datetime) -> list[Move]:
    """Return the periods not yet due whose deadline or lock differs from the plan's rule, the earliest first."""
    moves = []
    for period in Period.objects.filter(plan=plan, due_at__gt=now).order_by("ends_on", "kind"):
        ruled = set_by_rule(Period(plan=plan, kind=period.kind, ends_on=period.ends_on))
        if (ruled.due_at, ruled.locks_at) != (period.due_at, period.locks_at):
            moves.append(Move(period, ruled.due_at, ruled.locks_at, is_possible=ruled.due_at > now))
    return moves


def as_seen(moves: Iterable[Move]) -> dict[str, str]:
    """Return what a preview showed, by period code: told back to `move_deadlines`, nothing else is moved unseen."""
    return {
        move.period.code: f"{move.due_at.isoformat()} {move.locks_at.isoformat() if move.locks_at else ''}"
        for move in moves
        if move.is_possible
    }


@transaction.atomic
def move_deadlines(plan: Plan, *, seen: Mapping[str, str], acting_user: User, now: datetime) -> list[Period]:
    """Move the deadlines and locks of periods not yet due to what the plan's rule says now.

    `seen` is what the preview showed (`as_seen`). Raises ChangedMeanwhile when it is no longer what would be done.
    """
    if not scope_of(acting_user, Capability.MANAGE_PLAN, plan_id=plan.pk).covers_region(plan.region):
        raise NotAllowed(_("You do not manage this plan."))
    moves = [move for move in moves_by_rule(plan, now=now) if move.is_possible]
    if as_seen(moves) != dict(seen):
        raise ChangedMeanwhile(_("The rule or the periods changed meanwhile. Look at the list again, then confirm."))
    for move in moves:
        move.period.due_at, move.period.locks_at = move.due_at, move.locks_at
        save_configured(move.period, acting_user=acting_user, now=now)
    update_deadlines(ExpectedReturn.objects.filter(period__in=[move.period for move in moves]))
    return [move.period for move in moves]
