"""Erase the personal data of a closed account. What the person did stays, under the account's number.

Erased are the names, the mail address, the telephone number, passwords, the second step, devices, saved views, failed
sign-ins, the person's subscriptions, the addresses and contents of mail to the person, and the key of the digests in
the event log. The chain of seals holds as before. What stays: the events with their network addresses, values with who
entered and verified them (by number), and the names printed in issued documents, which are records of the office.
"""

from datetime import datetime

from axes.models import AccessAttempt
from django.db import transaction
from django.utils.translation import gettext as _
from django_otp.plugins.otp_totp.models import TOTPDevice

from tracker.models import (
    Delivery,
    Event,
    KeyedStop,
    NoticeReading,
    PastPassword,
    RecoveryCode,
    SavedView,
    Subscription,
    User,
)
from tracker.queries.errors import Refused
from tracker.services.accounts.people import require_may_change
from tracker.services.accounts.sessions import end_sessions
from tracker.services.audit.events import record_event
from tracker.services.audit.personal import erase_key
from tracker.services.mail.mail_retention import remove_content
from tracker.services.personal.retention import erase_recipient


@transaction.atomic
def erase_account(user: User, *, acting_user: User, now: datetime) -> None:
    """Erase an account's personal data. Raise NotAllowed out of scope, and Refused for an open account."""
    require_may_change(user, acting_user)
    if user.is_active:
        raise Refused(_("Close the account first. Then its personal data can be erased."))
    if user.erased_at is None:
        _erase(user, acting_user=acting_user, now=now)


@transaction.atomic
def erase_by_term(user: User, *, now: datetime) -> None:
    """Erase an account whose term after closing is over."""
    _erase(user, acting_user=None, now=now)


def _erase(user: User, *, acting_user: User | None, now: datetime) -> None:
    AccessAttempt.objects.filter(username=user.username).delete()
    for model in (PastPassword, RecoveryCode, TOTPDevice, NoticeReading):
        model.objects.filter(user=user).delete()
    SavedView.objects.filter(owner=user).delete()
    KeyedStop.objects.filter(person=user).delete()
    Subscription.objects.filter(user=user).update(is_active=False)
    end_sessions(user)
    for delivery in Delivery.objects.filter(user=user).order_by("pk").iterator():
        if delivery.content:
            remove_content(delivery, now=now)
        erase_recipient(delivery)
    erase_key(user)
    user.username, user.display_name, user.first_name, user.last_name = f"erased-{user.pk}", "", "", ""
    user.email, user.phone, user.gets_reminders, user.erased_at = "", "", False, now
    user.set_unusable_password()
    user.save()
    record_event(Event.Action.ACCOUNT_ERASED, acting_user=acting_user, now=now, about=user)
