"""Reopen a return for its unit: its verified values are withdrawn and no longer count."""

from datetime import datetime
from typing import Any

from tracker.models import Event, Return, User, ValueRevision
from tracker.services.returns.project_verdicts import follow_verdict, withdraw_lines
from tracker.services.returns.steps import add_revisions, check_and_bump_version, entries_by_code, record_step
from tracker.services.returns.totals import subtract_return


def reopen_return(unit_return: Return, *, reason: str, acting_user: User, now: datetime) -> Return:
    """Give a submitted or verified return back to its unit for correction, within the caller's transaction.

    Each withdrawal of a verified value is a revision without a value that carries the reason, so that what stood
    before stays known. Raise ChangedMeanwhile where the return changed since it was read.
    """
    check_and_bump_version(unit_return, unit_return.version)
    subtract_return(unit_return)
    before = unit_return.state
    is_verified = before == Return.State.VERIFIED
    how: dict[str, Any] = {"reason": reason, "acting_user": acting_user, "now": now}
    more = _withdraw_values(unit_return, **how) | withdraw_lines(unit_return, **how) if is_verified else {}
    unit_return.state = Return.State.SENT_BACK
    unit_return.review_comment = reason
    unit_return.verified_at = unit_return.verified_by = None
    unit_return.save(update_fields=["state", "review_comment", "verified_at", "verified_by"])
    if is_verified:
        follow_verdict(unit_return, now=now)
    record_step(Event.Action.RETURN_UNLOCKED, unit_return, before, acting_user, now, reason=reason, more=more)
    return unit_return


def _withdraw_values(unit_return: Return, *, reason: str, acting_user: User, now: datetime) -> dict[str, Any]:
    return add_revisions(
        [
            ValueRevision(
                entry=entry,
                kind=ValueRevision.Kind.VERIFIED,
                value=None,
                reason=reason,
                source=ValueRevision.Source.FORM,
                saw=entry.reported_revision,
                actor=acting_user,
                recorded_at=now,
            )
            for entry in entries_by_code(unit_return).values()
        ]
    )
