"""Stopping mail from within it: the address in each mail needs no login, and stops that mail alone."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from tracker.models import Delivery, Event, Subscription, User
from tracker.queries.errors import Refused
from tracker.services.audit.events import record_event
from tracker.services.mail.subscriptions import set_stopped

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
        """Whether others go on getting it: the person gets it by a role."""
        return bool(self.subscription and self.subscription.audience == Subscription.Audience.ROLE)

    @property
    def is_on(self) -> bool:
        """Whether it is sent now."""
        if self.subscription is None:
            return bool(self.person and self.person.gets_reminders)
        if self.is_a_part and self.person and self.subscription.stopped_by.filter(pk=self.person.pk).exists():
            return False
        return self.subscription.is_active

    @property
    def name(self) -> str:
        """What the key names: "s12", "p12_34" or "r34"."""
        if self.subscription is None:
            return f"r{self.person.pk if self.person else 0}"
        return (
            f"p{self.subscription.pk}_{self.person.pk}"
            if self.is_a_part and self.person
            else f"s{self.subscription.pk}"
        )


def stoppable(delivery: Delivery) -> StoppableMail:
    """What the address in this delivery's mail stops."""
    return StoppableMail(delivery.subscription, delivery.user)


def key_of(mail: StoppableMail) -> str:
    """What the address in a mail carries."""
    return f"{mail.name}-{_signature(mail.name)}"


def find_stoppable(key: str) -> StoppableMail:
    """What a key stops. Raises Refused for what no mail of ours carries."""
    name, _dash, signature = key.partition("-")
    if not constant_time_compare(signature, _signature(name)):
        raise Refused("no such mail")
    kind, (first, _dot, second) = name[:1], name[1:].partition("_")
    subscription = Subscription.objects.filter(pk=first).first() if kind in ("s", "p") else None
    person = User.objects.filter(pk=second if kind == "p" else first).first() if kind in ("r", "p") else None
    if (subscription or kind == "r") and (person or kind == "s"):
        return StoppableMail(subscription, person or (subscription.user if subscription else None))
    raise Refused("no such mail")


@transaction.atomic
def switch_mail(mail: StoppableMail, on: bool, *, now: datetime) -> None:
    """Stop this mail or take it up again, by whoever holds a mail of it. Doing it twice does it once."""
    if mail.subscription is not None and mail.is_a_part and mail.person is not None:
        set_stopped(mail.subscription, mail.person, not on, acting_user=mail.person, now=now, reason=BY_THE_ADDRESS)
    elif mail.subscription is not None:
        # what was missed meanwhile is not sent
        _switch(mail.subscription, mail.person, "is_active", on, {"active_from": now} if on else {}, now)
    elif mail.person is not None:
        _switch(mail.person, mail.person, "gets_reminders", on, {}, now)


def _switch(
    row: Subscription | User, person: User | None, switch: str, on: bool, more: dict[str, object], now: datetime
) -> None:
    rows = row._meta.model._default_manager.filter(pk=row.pk)  # a request's user is a lazy stand-in
    if not rows.exclude(**{switch: on}).update(**{switch: on}, **more):
        return
    row.refresh_from_db()
    record_event(
        Event.Action.CONFIGURED,
        acting_user=person,
        now=now,
        about=row,
        before={switch: not on},
        after={switch: on},
        reason=BY_THE_ADDRESS,
    )


def _signature(name: str) -> str:
    return salted_hmac(SALT, name, algorithm="sha256").hexdigest()[:SIGNATURE_LENGTH]
