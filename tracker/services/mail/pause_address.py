"""Pausing an address that a server refused several times in a row: nothing goes there until a person resumes it."""

from datetime import datetime

from django.db import transaction

from tracker.models import Delivery, Event, PausedAddress, User
from tracker.services.audit.events import record_event
from tracker.services.audit.personal import without_addresses

#: So many refusals in a row, with nothing taken in between.
REFUSALS = 3


@transaction.atomic
def pause_if_refused_again(address: str, answer: str, *, now: datetime) -> None:
    """After a refusal: pause the address if it was the last of several in a row."""
    paused = PausedAddress.objects.filter(address=address).first()
    tried = Delivery.objects.filter(recipient=address, attempts__gt=0).exclude(state=Delivery.State.PENDING)
    if paused and paused.resumed_at:
        tried = tried.filter(created_at__gt=paused.resumed_at)
    last = list(tried.order_by("-pk").values_list("is_refused", flat=True)[:REFUSALS])
    if len(last) < REFUSALS or not all(last) or (paused and paused.paused_at):
        return
    row, _is_new = PausedAddress.objects.update_or_create(
        address=address, defaults={"paused_at": now, "resumed_at": None, "server_answer": answer}
    )
    record_event(
        Event.Action.MAIL_FAILED,
        acting_user=None,
        now=now,
        about=row,
        after={"paused": True},
        reason=without_addresses(answer, address),
    )


@transaction.atomic
def resume_address(row: PausedAddress, *, acting_user: User, now: datetime) -> None:
    """Send there again; what was not sent meanwhile stays unsent."""
    if PausedAddress.objects.filter(pk=row.pk, paused_at__isnull=False).update(paused_at=None, resumed_at=now):
        record_event(Event.Action.CONFIGURED, acting_user=acting_user, now=now, about=row, after={"paused": False})
