"""What passed between a unit and its reviewer about a return: when it last went back, and what was said of cells."""

from collections import defaultdict
from dataclasses import dataclass

from tracker.models import CellComment, Event, Return

#: What opens a return that had been handed in, or has a level check it again.
REOPENING = (Event.Action.RETURN_SENT_BACK, Event.Action.RETURN_SENT_DOWN, Event.Action.RETURN_UNLOCKED)


@dataclass(frozen=True)
class ReviewComment:
    """A reviewer's comment on a cell. `is_answered`: the unit has changed the value or its note since."""

    comment: CellComment
    is_answered: bool


def last_reopening(unit_return: Return) -> Event | None:
    """Return when and by whom the return was last sent back or unlocked; nothing for a draft that never was handed
    in.
    """
    if unit_return.state in (Return.State.DRAFT, Return.State.VERIFIED):
        return None
    events = Event.objects.filter(object_type="return", object_id=str(unit_return.pk), action__in=REOPENING)
    return events.select_related("actor").order_by("-pk").first()


def last_acceptance(unit_return: Return) -> Event | None:
    """Return the acceptance by the level below with which a return came to where it waits; None if there is none."""
    if unit_return.state != Return.State.SUBMITTED:
        return None
    moves = (*REOPENING, Event.Action.RETURN_SUBMITTED, Event.Action.RETURN_ACCEPTED)
    events = Event.objects.filter(object_type="return", object_id=str(unit_return.pk), action__in=moves)
    newest = events.select_related("actor").order_by("-pk").first()
    return newest if newest is not None and newest.action == Event.Action.RETURN_ACCEPTED else None


def comments_since(reopening: Event | None, unit_return: Return) -> dict[int, list[ReviewComment]]:
    """Return what the reviewer said of cells when the return last went back, by entry."""
    said: dict[int, list[ReviewComment]] = defaultdict(list)
    if reopening is None:
        return said
    rows = CellComment.objects.filter(entry__unit_return=unit_return, written_at__gte=reopening.recorded_at)
    for comment in rows.select_related("author", "entry").order_by("written_at", "pk"):
        is_answered = comment.revision_id != comment.entry.reported_revision_id
        said[comment.entry_id].append(ReviewComment(comment, is_answered))
    return said
