"""How long mail is kept: what a message said goes after MAIL_KEEP_DAYS; its line in the log stays for ever."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction

from tracker.models import Delivery, Event
from tracker.services.audit.events import record_event

#: So many in a minute; a tick must not take long.
BATCH = 50
#: Mail in these states can still need its content.
UNSETTLED = (Delivery.State.PENDING, Delivery.State.SENDING)


def remove_old_content(*, now: datetime) -> int:
    """Remove the content of mail that was made too long ago, each with an event; how many."""
    if not settings.MAIL_KEEP_DAYS:
        return 0
    until = now - timedelta(days=settings.MAIL_KEEP_DAYS)
    old = Delivery.objects.filter(created_at__lte=until, content_removed_at=None).exclude(content="")
    settled = old.exclude(state__in=UNSETTLED).order_by("pk")
    return sum(_remove(delivery, now=now) for delivery in settled[:BATCH])


def _remove(delivery: Delivery, *, now: datetime) -> bool:
    """The file first: if this process dies in between, the next tick finds it gone and writes that down."""
    name = delivery.content.name or ""
    default_storage.delete(name)
    with transaction.atomic():
        unmarked = Delivery.objects.filter(pk=delivery.pk, content_removed_at=None)
        if not unmarked.update(content="", content_removed_at=now):
            return False  # another tick was quicker
        after = {"file": name, "kept_for_days": settings.MAIL_KEEP_DAYS}
        record_event(Event.Action.MAIL_REMOVED, acting_user=None, now=now, about=delivery, after=after)
    return True
