"""The release and the protections of an installation in the event log, whenever they change."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import translation

from config.protections import protections
from config.release import RELEASE
from tracker.models import Event
from tracker.services.audit.events import record_event

#: Settings beside the protections of which an auditor asks; none of them is a secret.
NAMED = (
    *("MAIL_KEEP_DAYS", "ADDRESS_KEEP_DAYS", "ACCOUNT_KEEP_DAYS", "SIGN_IN_KEEP_DAYS"),
    *("PRIVACY_NOTICE", "TWO_PERSON_RULE", "SEPARATION_OF_DUTIES", "EMAIL_SENDING", "BASE_URL"),
)


def record_changed_settings(*, now: datetime) -> bool:
    """Record the release and the settings where they are not those recorded last. Return True if so."""
    last = Event.objects.filter(action=Event.Action.SETTINGS_CHANGED).order_by("-pk")
    before = last.values_list("after", flat=True).first() or {}
    after = settings_in_force()
    changed = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    if not changed:
        return False
    then = {name: before[name] for name in changed if name in before}
    record_event(Event.Action.SETTINGS_CHANGED, acting_user=None, now=now, before=then, after=after)
    return True


def settings_in_force() -> dict[str, Any]:
    """Return the release, the protections and the named settings, in the same words in every language."""
    with translation.override("en"):
        found = {str(one.name): f"{'on' if one.is_on else 'off'} {one.detail}".strip() for one in protections()}
    return {"release": RELEASE, **found, **{name: str(getattr(settings, name)) for name in NAMED}}
