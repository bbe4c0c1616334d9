"""Reading again what was sent."""

from datetime import datetime

from tracker.models import Delivery, Event, User
from tracker.models.access import Capability, scope_of
from tracker.queries.errors import Refused
from tracker.services.audit.events import record_event
from tracker.services.mail.message import Attachment, StoredMessage, read_message


def stored_message(delivery: Delivery) -> StoredMessage | None:
    """Return what the delivery's message says; None while it has none, or when its file is gone."""
    data = stored_octets(delivery)
    return read_message(data) if data is not None else None


def stored_octets(delivery: Delivery) -> bytes | None:
    """Return the message as it was sent; None if it is not stored."""
    if not delivery.content:
        return None
    try:
        with delivery.content.open("rb") as file:
            return file.read()
    except FileNotFoundError:
        return None


def may_read_workbook(delivery: Delivery, user: User) -> bool:
    """Return True if this person may, today, read the reports of the region: a scope can have narrowed since.

    The head of the event log is the person's own to take elsewhere.
    """
    if delivery.kind == Delivery.Kind.HEAD:
        return delivery.user_id == user.pk
    if delivery.period is None:
        return False  # a reminder has none
    plan = delivery.period.plan
    return scope_of(user, Capability.READ_REPORTS, plan_id=plan.pk).covers_region(plan.region)


def record_opened(delivery: Delivery, *, acting_user: User, now: datetime, address: str | None) -> None:
    """Record that somebody opened the text of a mail to another person."""
    if delivery.user_id != acting_user.pk:
        action = Event.Action.MAIL_OPENED
        record_event(action, acting_user=acting_user, now=now, about=delivery, address=address)


def open_attachment(
    delivery: Delivery, number: int, *, acting_user: User, now: datetime, address: str | None
) -> Attachment:
    """Return a file of a stored message, counted from 1, and record the download. Raise Refused if it is not there."""
    message = stored_message(delivery)
    if message is None or not 1 <= number <= len(message.attachments) or not may_read_workbook(delivery, acting_user):
        raise Refused("no such attachment")
    attachment = message.attachments[number - 1]
    record_event(
        Event.Action.DOWNLOADED,
        acting_user=acting_user,
        now=now,
        about=delivery,
        after={"file": attachment.name},
        address=address,
    )
    return attachment
