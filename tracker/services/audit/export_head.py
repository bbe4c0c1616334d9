"""The head of the chain, kept where the database's owner does not reach: the place and hash of the last seal.

Against a head of yesterday nobody cuts off or reckons anew what had happened by then. It is written to the file store
once a day; auditors copy it to where they alone write.
"""

from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from tracker.models import Event, EventSeal
from tracker.queries.audit.heads import FOLDER, current_head, head_that_is_gone
from tracker.services.audit.events import record_event
from tracker.services.audit.sealing import seal_events


class LogCut(Exception):
    """The event log no longer holds a head that was exported: no other head may take its place."""


def write_daily_head(*, now: datetime) -> str | None:
    """Once a day seal everything, keep the head in the file store and record that; the new file's name, or None.

    Raise LogCut where one of the last heads in the store is no longer in the log.
    """
    day = timezone.localtime(now).date().isoformat()
    exported = Event.objects.filter(object_type="eventseal", action=Event.Action.HEAD_EXPORTED).order_by("-id")
    last = exported.values_list("after", flat=True).first()
    if last is not None and last["day"] >= day:
        return None
    gone = head_that_is_gone()
    if gone is not None:
        raise LogCut(
            f"The event log was emptied or cut: the head of {gone.written_at} at seal {gone.sequence} is gone."
        )
    seal_events(now=now, everywhere=True)
    head = current_head(now=now)
    if head is None:
        return None
    wanted = f"{FOLDER}/{day}.json"
    name = default_storage.save(wanted, ContentFile(head.as_json().encode()))
    if name != wanted:  # another scheduler was quicker: the store gave us a name beside its file
        default_storage.delete(name)
        return None
    record_event(
        Event.Action.HEAD_EXPORTED,
        acting_user=None,
        now=now,
        about=EventSeal.objects.get(pk=head.sequence),
        after={"day": day, "sequence": head.sequence, "hash": head.hash, "file": name},
    )
    return name
