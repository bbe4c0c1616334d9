"""Stopping mail from within it: the address in each mail needs no login, and stops that mail alone."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from tracker.models import Delivery, Event, KeyedStop, Membership, Subscription, User
from tracker.queries.errors import NotAllowed, Refused
from tracker.services.audit.events import record_event

#: Part of every key in mail that was sent; it never changes, whatever this module is called.
SALT = "tracker.services.mail.stopping"
#: 80 bits: short enough for a header line, too long to guess.
SIGNATURE_LENGTH = 20
BY_THE_ADDRESS = "by the address in the mail"


@dataclass(frozen=True)
class StoppableMail:
    """What one address in a mail stops: a subscription, one person's part in it, or a person's reminders."""

    subscription: Subscription | None = None
    person: User | None = None

    @property
    def is_a_part(self) -> bool:
        """Return True if others go on getting it: the person gets it by a role, or a copy of it."""
        return bool(self.subscription and self.person and self.person.pk != self.subscription.user_id)

    @property
    def is_on(self) -> bool:
        """Return True if it is sent now."""
        if self.subscription is None:
            return bool(self.person and self.person.gets_reminders)
        if self.is_a_part and self.person and self.subscription.stopped_by.filter(pk=self.person.pk).exists():
            return False
        return self.subscription.is_active

    @property
    def name(self) -> str:
        """Return what the key names: "s12_3", "p12_3_34" or "r34", where 3 is the version of the recipient."""
        if self.subscription is None:
            return f"r{self.person.pk if self.person else 0}"
        named = f"{self.subscription.pk}_{self.subscription.recipient_version}"
        return f"p{named}_{self.person.pk}" if self.is_a_part and self.person else f"s{named}"

    @property
    def address(self) -> str:
        """Return the mail address that it goes to now; the key holds for no other."""
        if self.person is not None:
            return self.person.email
        return self.subscription.address if self.subscription else ""

    @property
    def keyed_stops(self) -> QuerySet[KeyedStop]:
        """Return the stop that a key made, if one did."""
        person = self.person if self.subscription is None or self.is_a_part else None
        return KeyedStop.objects.filter(subscription=self.subscription, person=person)

    @property
    def can_be_resumed(self) -> bool:
        """Return True if it was stopped by a key and not by a person who signed in."""
        return self.keyed_stops.exists()


def stoppable(delivery: Delivery) -> StoppableMail:
    """Return the mail that the address in this delivery stops."""
    return StoppableMail(delivery.subscription, delivery.user)


def key_of(mail: StoppableMail) -> str:
    """Return the key that the address in a mail carries."""
    return f"{mail.name}-{_signature(mail)}"


def find_stoppable(key: str) -> StoppableMail:
    """Return the mail that a key stops.

    Raise Refused for a key of no mail of ours, and for one whose recipient or subscription is no longer there.
    """
    name, _dash, signature = key.partition("-")
    found = _named(name)
    if found is None or found.name != name or not constant_time_compare(signature, _signature(found)):
        raise Refused("no such mail")
    return found


def _named(name: str) -> StoppableMail | None:
    if not re.fullmatch(r"r\d{1,18}|s\d{1,18}_\d{1,9}|p\d{1,18}_\d{1,9}_\d{1,18}", name, re.ASCII):
        return None
    kind, numbers = name[0], [int(number) for number in name[1:].split("_")]
    if kind == "r":
        person = User.objects.filter(pk=numbers[0], is_active=True).first()
        return StoppableMail(person=person) if person else None
    subscription = Subscription.objects.select_related("user", "schedule").filter(pk=numbers[0]).first()
    if subscription is None:
        return None
    if kind == "s":
        is_gone = subscription.user is not None and not subscription.user.is_active
        return None if is_gone else StoppableMail(subscription, subscription.user)
    held = Membership.objects.filter(role=subscription.role, region=subscription.region_id, unit=None)
    gets = Q(pk__in=held.values("user")) | Q(pk__in=subscription.copies_to.values("pk"))
    person = User.objects.filter(gets, pk=numbers[2], is_active=True).first()
    return StoppableMail(subscription, person) if person else None


@transaction.atomic
def switch_by_key(mail: StoppableMail, on: bool, *, now: datetime) -> None:
    """Stop this mail, or undo a stop that a key made. Doing it twice does it once.

    Raise Refused where a person who signed in has stopped it: the holder of a mail does not undo that.
    """
    if on == mail.is_on:
        return
    if on and not mail.can_be_resumed:
        raise Refused(_("This mail was stopped by a person who signed in. Sign in to get it again."))
    if on:
        mail.keyed_stops.delete()
    else:
        mail.keyed_stops.get_or_create(
            subscription=mail.subscription,
            person=mail.person if mail.subscription is None or mail.is_a_part else None,
            defaults={"stopped_at": now},
        )
    _switch(mail, on, now)


def _switch(mail: StoppableMail, on: bool, now: datetime) -> None:
    subscription, person = mail.subscription, mail.person
    if subscription is None and person is not None:
        User.objects.filter(pk=person.pk).update(gets_reminders=on)
        person.gets_reminders = on
    elif subscription is not None and mail.is_a_part and person is not None:
        (subscription.stopped_by.remove if on else subscription.stopped_by.add)(person)
    elif subscription is not None:
        changes: dict[str, Any] = {"is_active": on} | ({"active_from": now} if on else {})  # what was missed stays so
        Subscription.objects.filter(pk=subscription.pk).update(**changes)
        subscription.refresh_from_db()
    record_event(
        Event.Action.CONFIGURED,
        acting_user=None,  # a key is held by anybody whom the mail was passed on to
        now=now,
        about=subscription or person,
        before={"sent": not on},
        after={"sent": on, "key": mail.name},
        reason=BY_THE_ADDRESS,
    )


@transaction.atomic
def switch_reminders(person: User, on: bool, *, acting_user: User, now: datetime) -> None:
    """Stop or resume a person's own reminders. Doing it twice does it once."""
    if person.pk != acting_user.pk:
        raise NotAllowed(_("You may not do this with another person's mail."))
    rows = User.objects.filter(pk=person.pk).exclude(gets_reminders=on)
    KeyedStop.objects.filter(subscription=None, person=person.pk).delete()
    if not rows.update(gets_reminders=on):
        return
    record_event(
        Event.Action.CONFIGURED,
        acting_user=acting_user,
        now=now,
        about=User.objects.get(pk=person.pk),
        before={"gets_reminders": not on},
        after={"gets_reminders": on},
    )


def _signature(mail: StoppableMail) -> str:
    signed = f"{mail.name} {mail.address.lower()}"
    return salted_hmac(SALT, signed, algorithm="sha256").hexdigest()[:SIGNATURE_LENGTH]
