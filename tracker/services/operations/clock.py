"""Accepting the time: by each tick that follows the last one, or by a person after a jump."""

import logging
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tracker.models import ClockState, Event, User
from tracker.models.access import Capability, scope_of
from tracker.queries.errors import NotAllowed
from tracker.queries.operations import clock as clocks
from tracker.queries.operations.clock import Clock
from tracker.services.audit.events import record_event

logger = logging.getLogger(__name__)


def accept_time(*, now: datetime) -> bool:
    """Record the time of a tick and return True; return False where it jumped, which is recorded instead."""
    clock = clocks.look_at_clock(now=now)
    if not clock.problem:
        _update(clock, last_good_at=now)
        return True
    logger.error("The clock %s. Nothing is deleted or sent until it is back or a person confirms it.", clock.problem)
    _update(clock, jumped_to=now)
    return False


@transaction.atomic
def confirm_time(*, acting_user: User, now: datetime) -> None:
    """Accept the present time after a jump. Raise NotAllowed for who does not manage the installation."""
    if not scope_of(acting_user, Capability.MANAGE_ACCOUNTS).is_whole:
        raise NotAllowed(_("You do not manage this installation."))
    clock = clocks.look_at_clock(now=now)
    before = clock.state.last_good_at.isoformat() if clock.state else ""
    _update(
        clock,
        last_good_at=now,
        accepted_offset=round(clocks.database_offset(now).total_seconds()),
        jumped_to=None,
        confirmed_by=acting_user,
        confirmed_at=now,
    )
    record_event(
        Event.Action.CONFIGURED,
        acting_user=acting_user,
        now=now,
        about=ClockState.objects.get(),
        before={"time": before},
        after={"time": now.isoformat()},
        reason=clock.problem,
    )


def _update(clock: Clock, **facts: object) -> None:
    if clock.state is None:
        ClockState.objects.get_or_create(pk=1, defaults={"last_good_at": facts.get("jumped_to"), **facts})
        return
    ClockState.objects.filter(pk=clock.state.pk).update(**facts)
