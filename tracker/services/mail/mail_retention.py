"""How long mail is kept: what a message said goes after MAIL_KEEP_DAYS; its line in the log stays for ever."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet

from tracker.models import Delivery, Event
from tracker.services.audit.events import record_event

#: So many in a minute; a tick must not take long.
BATCH = 50
#: Mail in these states can still need its content.
UNSETTLED = (Delivery.State.HELD, Delivery.State.PENDING, Delivery.State.SENDING)


def remove_old_content(*, now: datetime) -> int:
    """Remove the content of mail that was made too long ago, each with an event; how many."""
    return sum(remove_content(delivery, now=now) for delivery in old_content(now=now))


def old_content(*, now: datetime, without: Collection[str] = ()) -> QuerySet[Delivery]:
    """Return a batch of settled mail whose content is kept no longer, but for the rows with these keys."""
    if settings.MAIL_KEEP_DAYS <= 0:
        return Delivery.objects.none()
    until = now - timedelta(days=settings.MAIL_KEEP_DAYS)
    old = Delivery.objects.filter(created_at__lte=until, content_removed_at=None).exclude(content="")
    return old.exclude(state__in=UNSETTLED).exclude(pk__in=without).order_by("pk")[:BATCH]


def remove_content(delivery: Delivery, *, now: datetime) -> bool:
    """Remove the content of one mail. Return False if another tick was quicker.

    The file goes first: if this process dies in between, the next tick finds it gone and records that.
    """
    name = delivery.content.name or ""
    default_storage.delete(name)
    with transaction.atomic():
        unmarked = Delivery.objects.filter(pk=delivery.pk, content_removed_at=None)
        if not unmarked.update(content="", content_removed_at=now):
            return False  # another tick was quicker
        after = {"file": name, "kept_for_days": settings.MAIL_KEEP_DAYS}
        record_event(Event.Action.MAIL_REMOVED, acting_user=None, now=now, about=delivery, after=after)
    return True
