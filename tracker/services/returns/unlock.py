"""Opening a verified return for correction: one person asks and says why, another decides."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tracker.models import Event, Return, UnlockRequest, User
from tracker.models.access import Capability
from tracker.queries.errors import ChangedMeanwhile, NotAllowed, Refused
from tracker.services.audit.events import record_event
from tracker.services.returns.reopen import reopen_return
from tracker.services.returns.steps import check_and_bump_version, require


def may_ask(unit_return: Return, user: User) -> bool:
    """Return True if the person may ask to unlock this unit's returns."""
    return _asking_capability(unit_return, user) is not None


def _asking_capability(unit_return: Return, user: User) -> Capability | None:
    """Return what lets the person ask: reporting for the unit, or having found the mistake at the return's level."""
    if unit_return.is_within(user, Capability.ENTER):
        return Capability.ENTER
    return Capability.VERIFY if unit_return.is_reviewed_by(user) else None


def has_another_reviewer(unit_return: Return, user: User) -> bool:
    """Return True if somebody beside this person could grant what they ask for."""
    return unit_return.reviewers().exclude(pk=user.pk).exists()


@transaction.atomic
def request_unlock(
    unit_return: Return, *, reason: str, acting_user: User, now: datetime, expected_version: int
) -> UnlockRequest:
    """Ask that a verified return be opened for correction. Nothing changes until another person grants it."""
    capability = _asking_capability(unit_return, acting_user)
    if capability is None:
        raise NotAllowed(_("You may not do this for %(unit)s.") % {"unit": unit_return.unit})
    require(unit_return, acting_user, capability, (Return.State.VERIFIED,))
    if not reason.strip():
        raise Refused(_("A return is unlocked with a reason."), {"comment": _("Say why it must be corrected.")})
    if not has_another_reviewer(unit_return, acting_user):
        raise Refused(alone(unit_return))
    check_and_bump_version(unit_return, expected_version)
    if unit_return.unlock_requests.open().exists():
        raise ChangedMeanwhile(_("A request to unlock this return is waiting already."))
    request = UnlockRequest.objects.create(
        unit_return=unit_return, reason=reason.strip(), asked_by=acting_user, asked_at=now
    )
    _record(Event.Action.UNLOCK_REQUESTED, request, acting_user, now, reason=request.reason)
    return request


@transaction.atomic
def grant_unlock(request: UnlockRequest, *, acting_user: User, now: datetime, answer: str = "") -> Return:
    """Open the return for correction: its verified values are withdrawn and count no more."""
    unit_return = _decide(request, UnlockRequest.State.GRANTED, answer, acting_user, now)
    return reopen_return(unit_return, reason=request.reason, acting_user=acting_user, now=now)


@transaction.atomic
def refuse_unlock(request: UnlockRequest, *, acting_user: User, now: datetime, answer: str) -> UnlockRequest:
    """Leave the return as it is, and say why."""
    if not answer.strip():
        raise Refused(_("A request is refused with an answer."), {"comment": _("Say why it stays as it is.")})
    _decide(request, UnlockRequest.State.REFUSED, answer, acting_user, now)
    _record(Event.Action.UNLOCK_REFUSED, request, acting_user, now, reason=request.answer)
    return request


@transaction.atomic
def withdraw_unlock(request: UnlockRequest, *, acting_user: User, now: datetime) -> UnlockRequest:
    """Take back one's own request."""
    if request.asked_by_id != acting_user.pk:
        raise NotAllowed(_("Only who asked can take the request back."))
    _claim(request, UnlockRequest.State.WITHDRAWN, decided_at=now)
    _record(Event.Action.UNLOCK_WITHDRAWN, request, acting_user, now)
    return request


def alone(unit_return: Return) -> str:
    """Return what a reviewer reads who has nobody to grant a request."""
    return _(
        "You are the only reviewer of %(unit)s, and nobody grants their own request. Let the unit ask: you can then "
        "grant it. Or have a second reviewer appointed."
    ) % {"unit": unit_return.unit}


def _decide(
    request: UnlockRequest, state: UnlockRequest.State, answer: str, acting_user: User, now: datetime
) -> Return:
    unit_return = request.unit_return
    require(unit_return, acting_user, Capability.VERIFY, (Return.State.VERIFIED,))
    if request.asked_by_id == acting_user.pk:
        raise NotAllowed(_("You asked for this; another reviewer must decide it."))
    _claim(request, state, decided_by=acting_user, decided_at=now, answer=answer.strip())
    return unit_return


def _claim(request: UnlockRequest, state: UnlockRequest.State, **decision: object) -> None:
    """Move the request on if it still waits: one of two who decide at once is told."""
    if UnlockRequest.objects.open().filter(pk=request.pk).update(state=state, **decision) != 1:
        raise ChangedMeanwhile(_("Somebody else has decided this request meanwhile. Reload the page to see how."))
    request.refresh_from_db(fields=["state", "decided_by", "decided_at", "answer"])


def _record(
    action: Event.Action, request: UnlockRequest, acting_user: User, now: datetime, *, reason: str = ""
) -> None:
    record_event(action, acting_user=acting_user, now=now, about=request.unit_return, reason=reason)
