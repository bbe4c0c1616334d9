"""The sessions of a person: what each is used from, and how they end."""

from datetime import datetime

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from tracker.models import Event, SignIn, User
from tracker.services.audit.events import record_event


def note_use(user: User, session_key: str, *, device: str, address: str | None, now: datetime) -> None:
    """Note that a session is used, from where and by what."""
    told = {"device": device[:200], "address": address, "last_used_at": now}
    if not SignIn.objects.filter(session_key=session_key, user=user).update(**told):
        SignIn.objects.filter(session_key=session_key).delete()
        SignIn.objects.create(user=user, session_key=session_key, began_at=now, **told)


def sessions_of(user: User, now: datetime) -> QuerySet[SignIn]:
    """Return those that can still be used, the latest first. What is left of ended ones is cleared away."""
    alive = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=now)
    SignIn.objects.filter(~Exists(alive), user=user).delete()
    return SignIn.objects.filter(user=user)


@transaction.atomic
def end_session(sign_in: SignIn, *, acting_user: User, now: datetime) -> None:
    """End one session."""
    Session.objects.filter(session_key=sign_in.session_key).delete()
    told = {"device": sign_in.device, "address": sign_in.address}
    sign_in.delete()
    record_event(Event.Action.SESSION_ENDED, acting_user=acting_user, now=now, about=sign_in.user, before=told)


def end_sessions(user: User, *, but: str = "") -> int:
    """End all sessions of a person, but for the one with this key; how many there were."""
    rows = SignIn.objects.filter(user=user).exclude(session_key=but)
    keys = list(rows.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    return rows.delete()[0]
