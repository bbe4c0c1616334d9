"""The notice on personal data: its text in versions, and who has read which."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from tracker.models import Event, Notice, NoticeReading, User
from tracker.queries.accounts.notice import version_in_force
from tracker.queries.errors import ChangedMeanwhile
from tracker.services.audit.events import record_event


@transaction.atomic
def confirm_reading(user: User, version: int, *, now: datetime) -> None:
    """Record that a person has read the notice in force. Raise ChangedMeanwhile where another version took its place.

    Confirming it twice records it once.
    """
    if version != version_in_force():
        raise ChangedMeanwhile(_("The notice was changed meanwhile. Please read it again."))
    _reading, is_new = NoticeReading.objects.get_or_create(user=user, version=version, defaults={"read_at": now})
    if is_new:
        record_event(Event.Action.NOTICE_READ, acting_user=user, now=now, about=user, after={"version": version})


@transaction.atomic
def set_notice(text: str, text_en: str, *, seen: int, acting_user: User, now: datetime) -> Notice | None:
    """Put a text in force as a new version, which everybody reads at the next sign-in; None where nothing differs.

    Raise ChangedMeanwhile unless `seen` is the version in force. The caller has checked who may.
    """
    newest = Notice.objects.first()
    if (newest.version if newest else 0) != seen:
        raise ChangedMeanwhile(_("The notice was changed meanwhile. Look at it again before you save."))
    if (newest.text, newest.text_en) == (text, text_en) if newest else not text:
        return None
    notice = Notice.objects.create(version=seen + 1, text=text, text_en=text_en, set_by=acting_user, set_at=now)
    before = {"text": newest.text, "text_en": newest.text_en} if newest else {}
    after = {"text": text, "text_en": text_en}
    record_event(Event.Action.CONFIGURED, acting_user=acting_user, now=now, about=notice, before=before, after=after)
    return notice


def must_read(user: User) -> bool:
    """Return True if a person has not yet read the notice in force. Programs are never asked."""
    if not settings.PRIVACY_NOTICE or user.is_automated:
        return False
    return not NoticeReading.objects.filter(user=user, version=version_in_force()).exists()
