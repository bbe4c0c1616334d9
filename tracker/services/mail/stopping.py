"""Stopping mail from within it: the address in each mail needs no login, and stops that mail alone."""

from datetime import datetime

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from tracker.models import Event, Subscription, User
from tracker.services.errors import Refused
from tracker.services.events import record_event

#: Short enough for a header line, long enough that nobody guesses one: 80 bits.
SIGNATURE_LENGTH = 20
KINDS: dict[str, type[Subscription] | type[User]] = {"s": Subscription, "r": User}
SWITCHES = {"s": "is_active", "r": "gets_reminders"}


def key_of(mail: Subscription | User) -> str:
    """What the address in a mail carries: of a subscription, or of a person's reminders."""
    kind = "s" if isinstance(mail, Subscription) else "r"
    return f"{kind}{mail.pk}-{_signature(f'{kind}{mail.pk}')}"


def find_stoppable(key: str) -> Subscription | User:
    """The subscription, or the person whose reminders these are. Raises Refused for what no mail of ours carries."""
    name, _dash, signature = key.partition("-")
    if name[:1] in KINDS and name[1:].isdecimal() and constant_time_compare(signature, _signature(name)):
        found = KINDS[name[0]]._default_manager.filter(pk=int(name[1:])).first()
        if isinstance(found, (Subscription, User)):
            return found
    raise Refused("no such mail")


@transaction.atomic
def switch_mail(mail: Subscription | User, on: bool, *, now: datetime) -> None:
    """Stop this mail or take it up again, by whoever holds a mail of it. Doing it twice does it once."""
    switch = SWITCHES["s" if isinstance(mail, Subscription) else "r"]
    person = mail.user if isinstance(mail, Subscription) else mail
    changes: dict[str, object] = {switch: on}
    if on and isinstance(mail, Subscription):
        changes["active_from"] = now  # what was missed meanwhile is not sent
    kind = KINDS["s" if isinstance(mail, Subscription) else "r"]
    if not kind._default_manager.filter(pk=mail.pk).exclude(**{switch: on}).update(**changes):
        return
    mail.refresh_from_db()
    record_event(
        Event.Action.CONFIGURED,
        acting_user=person,
        now=now,
        about=mail,
        before={switch: not on},
        after={switch: on},
        reason="by the address in the mail",
    )


def _signature(name: str) -> str:
    return salted_hmac("tracker.services.mail.stopping", name, algorithm="sha256").hexdigest()[:SIGNATURE_LENGTH]
