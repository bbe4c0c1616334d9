"""Commitments that are not a number: their status, and a note on it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tracker.models import Commitment, Event, User
from tracker.models.access import Capability, scope_of
from tracker.queries.errors import NotAllowed, Refused
from tracker.services.audit.events import record_event


@transaction.atomic
def update_commitment(
    commitment: Commitment, *, status: str, note: str, acting_user: User, now: datetime
) -> Commitment:
    """Set where a commitment stands, and the note on it; the same again records nothing."""
    if not scope_of(acting_user, Capability.MANAGE_PLAN, plan_id=commitment.clause.plan_id).covers_region(
        commitment.clause.plan.region
    ):
        raise NotAllowed(_("You do not manage this plan."))
    if status not in Commitment.Status.values:
        raise Refused(_("This status is not known."), {"status": _("Choose one of the list.")})
    stored = Commitment.objects.get(pk=commitment.pk)
    before = {"status": stored.status, "note": stored.status_note}
    after = {"status": str(status), "note": note.strip()}
    if before == after:
        return commitment
    commitment.status, commitment.status_note = after["status"], after["note"]
    commitment.save(update_fields=["status", "status_note"])
    record_event(
        Event.Action.COMMITMENT_UPDATED,
        acting_user=acting_user,
        now=now,
        about=commitment,
        before=before,
        after=after,
    )
    return commitment
