"""Sending a delivery once: claimed, built and stored, handed to the server outside any transaction, then marked.

A delivery stays *waiting* while its message is built, so that a worker that dies there costs nothing. It is
*being sent* from just before the first word to the server until its answer is known. Whoever finds it in that
state with a lease that ran out cannot know, and says so: such mail is never sent again by itself.
"""

import logging
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tracker.models import Delivery, Event
from tracker.queries.errors import Refused
from tracker.queries.mail.obstacles import reason_not_to_send
from tracker.services.audit.events import record_event
from tracker.services.audit.personal import recipient_in_log, without_addresses
from tracker.services.mail import smtp
from tracker.services.mail.head_mail import head_mail
from tracker.services.mail.message import BuiltMessage, Content, assemble
from tracker.services.mail.pause_address import pause_if_refused_again
from tracker.services.mail.reminder_mail import reminder_mail
from tracker.services.mail.summary_mail import Gathering, summary_mail

logger = logging.getLogger(__name__)

#: Longer than a workbook takes to write or the slowest server to answer.
LEASE = timedelta(minutes=15)
#: How long to wait after each failed attempt; when they are used up the delivery has failed.
BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180))

NOTHING_OWED = gettext_noop("Everything had been submitted by the time it was to be sent.")
NOT_BUILT = gettext_noop("The message could not be made; the log has the details.")
LEASE_RAN_OUT = gettext_noop("The worker stopped while it was sending; the server may have taken the message.")
STAGES = {
    smtp.Stage.CONNECT: gettext_noop("The mail server could not be reached."),
    smtp.Stage.GREETING: gettext_noop("The mail server did not greet us."),
    smtp.Stage.ENCRYPTION: gettext_noop("The connection could not be encrypted."),
    smtp.Stage.LOGIN: gettext_noop("The mail server did not accept the user name and password."),
    smtp.Stage.SENDER: gettext_noop("The mail server did not accept the sender's address."),
    smtp.Stage.RECIPIENT: gettext_noop("The mail server did not accept the recipient's address."),
    smtp.Stage.DATA: gettext_noop("The mail server did not take the message."),
    smtp.Stage.FINAL_ANSWER: gettext_noop("The message was handed over, but not accepted."),
}
SILENT_AT_THE_END = gettext_noop(
    "The connection broke after the message was handed over; the server may have taken it."
)


def _summary(delivery: Delivery, now: datetime, gathering: Gathering) -> Content:
    return summary_mail(delivery, now=now, gathering=gathering)


#: The builder of each kind of mail. It returns None when there is nothing left to say.
BUILDERS: dict[Delivery.Kind, Callable[[Delivery, datetime, Gathering], Content | None]] = {
    Delivery.Kind.REMINDER: lambda delivery, now, _gathering: reminder_mail(delivery, now=now),
    Delivery.Kind.HEAD: lambda delivery, _now, _gathering: head_mail(delivery),
    Delivery.Kind.SUMMARY: _summary,
    Delivery.Kind.TEST: _summary,
}


def send_deliveries(delivery_ids: Sequence[int], *, clock: Callable[[], datetime]) -> None:
    """Send those that are due and nobody else is at, over one connection; what they share is gathered once."""
    gathering = Gathering()
    with smtp.Session(mail_server()) as session:
        for delivery_id in delivery_ids:
            try:
                send_delivery(delivery_id, clock=clock, session=session, gathering=gathering)
            except Exception:
                logger.exception("Delivery %s could not be made; it is tried again later.", delivery_id)


def send_delivery(
    delivery_id: int,
    *,
    clock: Callable[[], datetime],
    session: smtp.Session | None = None,
    gathering: Gathering | None = None,
) -> None:
    """Send a delivery if it is due and nobody else is at it."""
    delivery = claim_delivery(delivery_id, now=clock())
    if delivery is None:
        return
    if delivery.attempts > len(BACKOFF) + 1:  # every worker that took it died before it could record why
        _settle(delivery, Delivery.State.FAILED, NOT_BUILT, now=clock())
        return
    try:
        obstacle = reason_not_to_send(delivery)
        data = None if obstacle else _stored_message(delivery, now=clock(), gathering=gathering or Gathering())
    except Refused as refused:
        _try_later(delivery, refused.message, now=clock())
        return
    except Exception:
        _try_later(delivery, NOT_BUILT, now=clock())
        raise
    if obstacle:
        _settle(delivery, Delivery.State.FAILED, obstacle, now=clock())
    elif data is None:
        _settle(delivery, Delivery.State.DROPPED, NOTHING_OWED, now=clock())
    elif settings.EMAIL_SENDING:
        _hand_over(delivery, data, session, clock=clock)
    else:
        _settle(delivery, Delivery.State.KEPT, "", now=clock())


def claim_delivery(delivery_id: int, *, now: datetime) -> Delivery | None:
    """Take a due delivery for this worker, or None when there is nothing to take."""
    claim = uuid.uuid4().hex
    taken = Delivery.objects.due(now).filter(pk=delivery_id)
    if not taken.update(claim=claim, attempts=F("attempts") + 1, next_attempt_at=now + LEASE):
        return None
    return Delivery.objects.with_names().get(pk=delivery_id)


def sweep_deliveries(*, now: datetime) -> list[int]:
    """Mark what dead workers left half sent as uncertain; the ids of all that should be tried now."""
    for delivery in left_half_sent(now=now):
        settle_left(delivery, now=now)
    return due_for_sending(now=now)


def left_half_sent(*, now: datetime) -> QuerySet[Delivery]:
    """Return what dead workers left half sent."""
    return Delivery.objects.filter(state=Delivery.State.SENDING, lease_until__lt=now)


def settle_left(delivery: Delivery, *, now: datetime) -> None:
    """Mark a delivery as uncertain: its worker died while it was sending."""
    _settle(delivery, Delivery.State.UNCERTAIN, LEASE_RAN_OUT, now=now)


def due_for_sending(*, now: datetime) -> list[int]:
    """Return the ids of all deliveries that should be tried now."""
    return list(Delivery.objects.due(now).order_by("pk").values_list("pk", flat=True))


def answer_lines(delivery: Delivery) -> list[str]:
    """Return how the last attempt went: our words in the reader's language, then the server's own."""
    first, *rest = delivery.server_answer.splitlines() or [""]
    return [_(first), *rest] if first else []


def mail_server() -> smtp.Server:
    """Return the server that EMAIL_URL names."""
    implicit, starttls = getattr(settings, "EMAIL_USE_SSL", False), getattr(settings, "EMAIL_USE_TLS", False)
    return smtp.Server(
        host=settings.EMAIL_HOST,
        port=settings.EMAIL_PORT or (465 if implicit else 587 if starttls else 25),
        user=settings.EMAIL_HOST_USER or "",
        password=settings.EMAIL_HOST_PASSWORD or "",
        starttls=starttls,
        implicit_tls=implicit,
        timeout=settings.EMAIL_TIMEOUT,
    )


def _stored_message(delivery: Delivery, *, now: datetime, gathering: Gathering) -> bytes | None:
    """Return the exact bytes of this delivery: stored before they are first sent, and never changed afterwards.

    Return None if there is nothing to report any more.
    """
    if delivery.content:
        with delivery.content.open("rb") as file:
            return file.read()
    message = build_message(delivery, now=now, gathering=gathering)
    if message is None:
        return None
    year = timezone.localtime(delivery.created_at).year
    name = default_storage.save(f"mail/{year}/{delivery.pk}.eml", ContentFile(message.data))
    Delivery.objects.filter(pk=delivery.pk, claim=delivery.claim).update(content=name, subject=message.subject[:300])
    return message.data


def build_message(delivery: Delivery, *, now: datetime, gathering: Gathering | None = None) -> BuiltMessage | None:
    """Build the message in the recipient's language; return None if it has no content."""
    with translation.override(delivery.written_in):
        content = BUILDERS[Delivery.Kind(delivery.kind)](delivery, now, gathering or Gathering())
        return assemble(delivery, content, now=now) if content else None


def _hand_over(delivery: Delivery, data: bytes, session: smtp.Session | None, *, clock: Callable[[], datetime]) -> None:
    now = clock()
    if not _held(delivery, Delivery.State.PENDING).update(state=Delivery.State.SENDING, lease_until=now + LEASE):
        return
    envelope = smtp.Envelope(settings.SERVER_EMAIL, delivery.recipient, data)
    try:
        answer = session.send(envelope) if session else smtp.send(mail_server(), envelope)
    except smtp.SendFailure as failure:
        _settle_failure(delivery, failure, now=clock())
    else:
        now = clock()
        _settle(delivery, Delivery.State.SENT, answer, now=now, sent_at=now)


def _settle_failure(delivery: Delivery, failure: smtp.SendFailure, *, now: datetime) -> None:
    if failure.is_uncertain:
        _settle(delivery, Delivery.State.UNCERTAIN, f"{SILENT_AT_THE_END}\n{failure.answer}", now=now)
    elif failure.is_lasting:
        refused = failure.stage == smtp.Stage.RECIPIENT
        answer = f"{STAGES[failure.stage]}\n{failure.answer}"
        _settle(delivery, Delivery.State.FAILED, answer, now=now, is_refused=refused)
        if refused:
            pause_if_refused_again(delivery.recipient, failure.answer, now=now)
    else:
        _try_later(delivery, f"{STAGES[failure.stage]}\n{failure.answer}", now=now)


def _try_later(delivery: Delivery, answer: str, *, now: datetime) -> None:
    """Wait for the next attempt; without one left the delivery has failed."""
    if delivery.attempts > len(BACKOFF):
        _settle(delivery, Delivery.State.FAILED, answer, now=now)
        return
    _held(delivery, Delivery.State.PENDING, Delivery.State.SENDING, Delivery.State.UNCERTAIN).update(
        state=Delivery.State.PENDING,
        server_answer=answer,
        lease_until=None,
        next_attempt_at=now + BACKOFF[delivery.attempts - 1],
    )


@transaction.atomic
def _settle(delivery: Delivery, state: Delivery.State, answer: str, *, now: datetime, **changes: Any) -> None:
    """Write down how it ended, once. Who holds the claim knows better than the sweep that took it for dead."""
    held = _held(delivery, Delivery.State.PENDING, Delivery.State.SENDING, Delivery.State.UNCERTAIN)
    if not held.exclude(state=state).update(state=state, server_answer=answer, lease_until=None, **changes):
        return
    if state in (Delivery.State.KEPT, Delivery.State.DROPPED):
        return  # nothing left the house
    action = Event.Action.MAIL_SENT if state == Delivery.State.SENT else Event.Action.MAIL_FAILED
    after = {"state": state.value, "recipient": recipient_in_log(delivery), "message_id": delivery.message_id}
    reason = without_addresses(answer, delivery.recipient)
    record_event(action, acting_user=None, now=now, about=delivery, after=after, reason=reason)


def _held(delivery: Delivery, *states: Delivery.State):  # type: ignore[no-untyped-def]
    return Delivery.objects.filter(pk=delivery.pk, claim=delivery.claim, state__in=states)
