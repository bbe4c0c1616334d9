"""Terms of personal data: addresses of mail, closed accounts, and names typed at failed sign-ins.

The periodic work applies them. ADDRESS_KEEP_DAYS, ACCOUNT_KEEP_DAYS and SIGN_IN_KEEP_DAYS are the terms.
"""

from datetime import datetime, timedelta

from axes.models import AccessAttempt
from django.conf import settings
from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, QuerySet
from django.db.models.functions import Cast

from tracker.models import Delivery, Event, PausedAddress, Subscription, User
from tracker.services.audit.events import record_event
from tracker.services.audit.personal import erase_key
from tracker.services.mail.mail_retention import BATCH, UNSETTLED

#: The domain is reserved: no mail can ever go there.
ERASED = "@erased.invalid"


def old_deliveries(*, now: datetime) -> QuerySet[Delivery]:
    """Return a batch of settled mail that names its address for longer than the term."""
    if settings.ADDRESS_KEEP_DAYS <= 0:
        return Delivery.objects.none()
    until = now - timedelta(days=settings.ADDRESS_KEEP_DAYS)
    old = Delivery.objects.filter(created_at__lte=until).exclude(state__in=UNSETTLED)
    return old.exclude(recipient__endswith=ERASED).order_by("pk")[:BATCH]


@transaction.atomic
def erase_recipient(delivery: Delivery) -> None:
    """Erase the address of one mail, and the server's answer, which may repeat it.

    The key goes too where the mail has one of its own. A paused address goes with the last mail to it.
    """
    address = delivery.recipient
    Delivery.objects.filter(pk=delivery.pk).update(recipient=f"{delivery.pk}{ERASED}", server_answer="")
    erase_key(delivery)
    if not Delivery.objects.filter(recipient=address).exists():
        PausedAddress.objects.filter(address=address).delete()


def ended_outside(*, now: datetime) -> QuerySet[Subscription]:
    """Return a batch of ended subscriptions of outside addresses about which nothing happened for the term.

    The event log says when one ended; what went to it since is younger mail.
    """
    if settings.ADDRESS_KEEP_DAYS <= 0:
        return Subscription.objects.none()
    until = now - timedelta(days=settings.ADDRESS_KEEP_DAYS)
    ended = Subscription.objects.filter(is_active=False, audience=Subscription.Audience.OUTSIDE, active_from__lte=until)
    events = Event.objects.filter(
        object_type=Subscription._meta.model_name,
        object_id=Cast(OuterRef("pk"), CharField()),
        recorded_at__gt=until,
    )
    mail = Delivery.objects.filter(subscription=OuterRef("pk"), created_at__gt=until)
    return ended.exclude(address__endswith=ERASED).exclude(Exists(events) | Exists(mail)).order_by("pk")[:BATCH]


@transaction.atomic
def erase_outside_address(subscription: Subscription, *, now: datetime) -> None:
    """Erase the address of an ended subscription and the key of its digests; nobody's approval of it counts then."""
    Subscription.objects.filter(pk=subscription.pk, is_active=False).update(
        address=f"{subscription.pk}{ERASED}", approved_by=None
    )
    erase_key(subscription)
    subscription.refresh_from_db()
    record_event(Event.Action.ADDRESS_ERASED, acting_user=None, now=now, about=subscription)


def closed_long_ago(*, now: datetime) -> QuerySet[User]:
    """Return a batch of accounts whose term after closing is over."""
    if settings.ACCOUNT_KEEP_DAYS <= 0:
        return User.objects.none()
    until = now - timedelta(days=settings.ACCOUNT_KEEP_DAYS)
    closed = User.objects.filter(is_active=False, erased_at=None, closed_at__lte=until)
    return closed.exclude(is_demonstration=True).order_by("pk")[:BATCH]


def forget_failed_sign_ins(*, now: datetime) -> int:
    """Remove failed sign-ins whose term is over; return how many."""
    until = now - timedelta(days=settings.SIGN_IN_KEEP_DAYS)
    return AccessAttempt.objects.filter(attempt_time__lte=until).delete()[0]
