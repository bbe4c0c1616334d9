"""Seeing a summary before it goes, exactly as its recipient would get it, and sending it to oneself.

Made by the same code that sends, in the recipient's scope and language. Nothing is stored or issued by looking.
"""

import uuid
from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from tracker.models import Delivery, Event, Period, Subscription, User
from tracker.models.access import Capability, scope_of
from tracker.queries.errors import NotAllowed, Refused
from tracker.queries.mail.conditions import crossings, hold_of, reason_to_drop
from tracker.queries.mail.obstacles import OUT_OF_SCOPE, is_address, reason_not_to_send
from tracker.queries.mail.recipients import Recipient, recipients_of
from tracker.services.audit.events import record_event
from tracker.services.audit.personal import recipient_in_log
from tracker.services.mail.message import BuiltMessage, Content, StoredMessage, assemble, link, read_message
from tracker.services.mail.summary_mail import Gathering, summary_mail


@dataclass(frozen=True)
class Preview:
    """A message that has not been sent, and why it would not be, if so. Whoever may not read it gets none."""

    message: StoredMessage | None
    obstacle: str


def preview_of(
    subscription: Subscription, period: Period, *, acting_user: User, now: datetime, recipient: str = ""
) -> Preview:
    """Return what a recipient (by address; else the first) would get about a period, now. Raises NotAllowed."""
    _check_may_look(subscription, acting_user)
    delivery = _as_if(subscription, period, recipient, now)
    obstacle = reason_not_to_send(delivery)
    if obstacle == OUT_OF_SCOPE:
        return Preview(None, obstacle)
    obstacle = obstacle or _reason_to_wait(subscription, period)
    with translation.override(delivery.written_in):
        message = assemble(delivery, _content(delivery, now), now=now)
    return Preview(read_message(message.data), obstacle)


def send_test(
    subscription: Subscription, period: Period, *, acting_user: User, now: datetime, recipient: str = ""
) -> Delivery:
    """Send oneself what the subscriber would get, marked as a test; the subscriber's own mail is not touched.

    Raises NotAllowed, and Refused where one has no address or the subscriber would get nothing.
    """
    _check_may_look(subscription, acting_user)
    if not is_address(acting_user.email):
        raise Refused(_("Your account has no e-mail address to send it to."))
    original = _as_if(subscription, period, recipient, now)
    if reason_not_to_send(original) == OUT_OF_SCOPE:
        raise Refused(_(OUT_OF_SCOPE))
    test = _test_delivery(original, acting_user, now)
    with translation.override(original.written_in):
        message = assemble(test, _marked(_content(original, now)), now=now)
    return _stored(test, message, original, now=now)


def _check_may_look(subscription: Subscription, acting_user: User) -> None:
    """Raise NotAllowed for whoever does not manage the plan's mail, or may not read the figures in it."""
    plan = subscription.schedule.plan
    needs = (Capability.MANAGE_MAIL, Capability.VIEW, Capability.READ_REPORTS)
    if not all(scope_of(acting_user, need, plan_id=plan.pk).covers_region(plan.region) for need in needs):
        raise NotAllowed(_("You may not look at other people's mail about this region."))


def _reason_to_wait(subscription: Subscription, period: Period) -> str:
    """Return why the schedule would not send it now: returns it waits for, or no bound that is passed."""
    hold = hold_of(subscription, period)
    if hold is not None and not hold.is_met:
        return str(hold)
    return reason_to_drop(subscription, crossings(subscription, period))


def _content(delivery: Delivery, now: datetime) -> Content:
    return summary_mail(delivery, now=now, gathering=Gathering(is_preview=True))


def _as_if(subscription: Subscription, period: Period, address: str, now: datetime) -> Delivery:
    """Return the delivery as the schedule would create it; never store it."""
    found = recipients_of(subscription)
    nobody = Recipient(subscription.user.email if subscription.user else "", subscription.user)
    recipient = next((one for one in found if one.address == address), found[0] if found else nobody)
    return Delivery(
        user=recipient.user,
        subscription=subscription,
        period=period,
        recipient=recipient.address,
        language=recipient.language,
        next_attempt_at=now,
        created_at=now,
        message_id=_message_id("preview"),
    )


def _test_delivery(original: Delivery, acting_user: User, now: datetime) -> Delivery:
    return Delivery(
        kind=Delivery.Kind.TEST,
        user=acting_user,
        period=original.period,
        occasion=f"subscription {original.subscription_id}",
        recipient=acting_user.email,
        next_attempt_at=now,
        created_at=now,
        message_id=_message_id("test"),
    )


def _marked(content: Content) -> Content:
    """Mark the content in its subject, and remove the link by which a tester could stop the subscriber's mail."""
    elsewhere = link(reverse("deliveries"))
    return replace(
        content,
        subject=_("[Test] %(subject)s") % {"subject": content.subject},
        text=content.text.replace(content.stop_link, elsewhere),
        html=content.html.replace(content.stop_link, elsewhere),
        stop_link="",
    )


@transaction.atomic
def _stored(test: Delivery, message: BuiltMessage, original: Delivery, *, now: datetime) -> Delivery:
    """Store the row with its content, ready for the worker that sends."""
    test.subject = message.subject[:300]
    test.save()
    name = f"mail/{timezone.localtime(now).year}/{test.pk}.eml"
    Delivery.objects.filter(pk=test.pk).update(content=default_storage.save(name, ContentFile(message.data)))
    after = {"subscription": original.subscription_id, "instead_of": recipient_in_log(original)}
    record_event(Event.Action.MAIL_TESTED, acting_user=test.addressee, now=now, about=test, after=after)
    return test


def _message_id(what: str) -> str:
    domain = settings.SERVER_EMAIL.rpartition("@")[2] or "localhost"
    return f"<{what}.{uuid.uuid4().hex}@{domain}>"
