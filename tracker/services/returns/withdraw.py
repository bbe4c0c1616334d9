"""Taking a submitted return back before a reviewer has looked at it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tracker.models import Event, Return, User
from tracker.models.access import Capability
from tracker.queries.errors import Refused
from tracker.services.audit.events import record_event
from tracker.services.returns.extensions import require_unlocked
from tracker.services.returns.steps import check_and_bump_version, record_step, require
from tracker.services.returns.totals import subtract_return


@transaction.atomic
def note_look(unit_return: Return, *, acting_user: User, now: datetime) -> None:
    """Note that a reviewer has opened the submitted return. The first time after a submission counts."""
    unseen = Return.objects.filter(pk=unit_return.pk, state=Return.State.SUBMITTED, looked_at=None)
    if unit_return.looked_at is None and unseen.update(looked_at=now) == 1:
        unit_return.looked_at = now
        record_event(Event.Action.RETURN_LOOKED_AT, acting_user=acting_user, now=now, about=unit_return)


@transaction.atomic
def withdraw_return(unit_return: Return, *, acting_user: User, now: datetime, expected_version: int) -> Return:
    """Take the return back to its unit, as if it had not been submitted this time.

    Raises Refused once a reviewer has opened it, and where the unit could no longer write in it.
    """
    require(unit_return, acting_user, Capability.ENTER, (Return.State.SUBMITTED,))
    if unit_return.looked_at is not None:
        raise Refused(_("A reviewer has opened this return already. Ask for it to be sent back."))
    was_sent_back = unit_return.first_submitted_at != unit_return.submitted_at
    if not was_sent_back:
        require_unlocked(unit_return.unit, unit_return.period, now=now)
    check_and_bump_version(unit_return, expected_version)
    subtract_return(unit_return)
    before = unit_return.state
    unit_return.checking_region = None
    if was_sent_back:  # an earlier submission stands: the unit stays on time
        unit_return.state = Return.State.SENT_BACK
    else:
        unit_return.state = Return.State.DRAFT
        unit_return.first_submitted_at = unit_return.submitted_at = unit_return.submitted_by = None
    unit_return.save(update_fields=["state", "checking_region", "first_submitted_at", "submitted_at", "submitted_by"])
    record_step(Event.Action.RETURN_WITHDRAWN, unit_return, before, acting_user, now)
    return unit_return
