"""The day's head of the event log, mailed to each audit administrator: to keep it where this system does not reach.

The file store and the log itself hold every head too, but whoever owns the server owns those. A message that has left
is out of that person's hands, so tampering with what was logged until then can be proved against it.

It belongs to the role, not to a subscription: it comes while one is audit administrator, and no link in it stops it,
since whoever got hold of one message could then silence the proof. Without a mail server none is made: a head that is
kept here proves nothing.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from tracker.models import Delivery, Event, Membership, Role, User
from tracker.queries.audit.heads import Head
from tracker.services.mail.message import Attachment, Content
from tracker.services.mail.new_deliveries import of_the_day

JSON = "application/json"


def due_heads(*, now: datetime) -> list[Delivery]:
    """Make the message with today's head for each audit administrator who has none yet; those made just now.

    The database lets each be made once, so any number of schedulers may run.
    """
    day = timezone.localtime(now).date().isoformat()
    if not settings.EMAIL_SENDING or _exported_on(day) is None:
        return []
    told = Delivery.objects.filter(kind=Delivery.Kind.HEAD, occasion=day).values("user")
    holders = Membership.objects.filter(role=Role.AUDIT_ADMIN).values("user")
    people = User.objects.filter(pk__in=holders, is_active=True).exclude(email="").exclude(pk__in=told)
    fresh = [of_the_day(Delivery.Kind.HEAD, user, day, now=now) for user in people]
    Delivery.objects.bulk_create(fresh, ignore_conflicts=True)  # another scheduler may have made some in this moment
    return list(Delivery.objects.filter(message_id__in=[delivery.message_id for delivery in fresh]))


def head_mail(delivery: Delivery) -> Content | None:
    """Return the mail, or None when no head was exported on that day."""
    event = _exported_on(delivery.occasion)
    if event is None:
        return None
    moment = timezone.localtime(event.recorded_at)
    head = Head(event.after["sequence"], event.after["hash"], moment.isoformat(timespec="seconds"))
    file = Attachment(f"event-head-{delivery.occasion}.json", JSON, head.as_json().encode())
    context: dict[str, Any] = {
        "subject": _("Head of the event log, %(day)s: place %(place)s")
        % {"day": delivery.occasion, "place": head.sequence},
        "language": translation.get_language(),
        "recipient": delivery.addressee,
        "system": settings.BASE_URL,
        "day": delivery.occasion,
        "head": head,
        "file": file.name,
        "command": f"manage.py verify_events --head {file.name}",
    }
    return Content(
        subject=context["subject"],
        text=render_to_string("mail/head.txt", context),
        html=render_to_string("mail/head.html", context),
        attachments=[file],
    )


def _exported_on(day: str) -> Event | None:
    exported = Event.objects.filter(object_type="eventseal", action=Event.Action.HEAD_EXPORTED).order_by("-pk")
    return next((event for event in exported[:7] if event.after["day"] == day), None)  # late mail is of the last days
