"""Moving a submitted return one level up or down among those that check it. Nothing counts otherwise meanwhile."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tracker.models import Event, Region, Return, User
from tracker.queries.returns.checking_way import CheckingWay
from tracker.services.returns.steps import level_facts, record_step


def move_up(
    unit_return: Return, way: CheckingWay, to: Region, *, comment: str, acting_user: User, now: datetime
) -> Return:
    """Let the region above check the return, after the one where it stands has accepted it, with a comment or none."""
    return _move(Event.Action.RETURN_ACCEPTED, unit_return, way, to, comment, {}, acting_user, now)


def move_down(
    unit_return: Return,
    way: CheckingWay,
    to: Region,
    *,
    comment: str,
    more: Mapping[str, Any],
    acting_user: User,
    now: datetime,
) -> Return:
    """Let the region below check the return again, with what is wrong with it, in `more` of single cells."""
    return _move(Event.Action.RETURN_SENT_DOWN, unit_return, way, to, comment, more, acting_user, now)


def _move(
    action: Event.Action,
    unit_return: Return,
    way: CheckingWay,
    to: Region,
    comment: str,
    more: Mapping[str, Any],
    acting_user: User,
    now: datetime,
) -> Return:
    """Store the level and what is said to it. The caller has bumped the version: one of two at once is told."""
    said_by = level_facts(unit_return, way.at)
    unit_return.checking_region = way.stored(to)
    unit_return.review_comment = comment
    unit_return.looked_at = unit_return.looked_at or now  # many at once are accepted unopened
    unit_return.save(update_fields=["checking_region", "review_comment", "looked_at"])
    facts = {**more, **said_by, "moved_to": to.name}
    record_step(action, unit_return, unit_return.state, acting_user, now, reason=comment, more=facts)
    return unit_return
