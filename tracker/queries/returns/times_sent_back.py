"""How many times returns were sent back, from the event log."""

from django.db.models import CharField, Count, QuerySet
from django.db.models.functions import Cast

from tracker.models import Event, Return


def times_sent_back(returns: QuerySet[Return]) -> dict[int, int]:
    """Return, by primary key of a return, how many times it was sent back. Returns never sent back are left out."""
    keys = returns.order_by().annotate(text=Cast("pk", CharField())).values("text")
    events = Event.objects.filter(action=Event.Action.RETURN_SENT_BACK, object_type="return", object_id__in=keys)
    counted = events.order_by().values("object_id").annotate(times=Count("pk"))
    return {int(pk): times for pk, times in counted.values_list("object_id", "times")}
