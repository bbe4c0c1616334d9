"""How often one person may ask for what is expensive. The event log is the count, on every machine the same."""

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from tracker.models import Event, User
from tracker.queries.errors import Refused

#: Every way to start a background job, and exports, which are calculated at once.
EXPENSIVE = (
    Event.Action.REPORT_REQUESTED,
    Event.Action.EXPORTED,
    Event.Action.TABLE_CHECKED,
    Event.Action.TABLE_ACCEPTED,
)


class TooOften(Refused):
    """The person has asked for too much in too short a time, and may ask again later."""


def require_not_too_often(user: User | None, now: datetime) -> None:
    """Raise TooOften when this person started as many jobs and exports as are allowed within ten minutes."""
    if user is None:
        return
    since = now - settings.EXPENSIVE_WITHIN
    asked = Event.objects.filter(actor=user, action__in=EXPENSIVE, recorded_at__gt=since, recorded_at__lte=now)
    if asked.count() >= settings.EXPENSIVE_LIMIT:
        raise TooOften(_("You have requested many reports and exports. Wait a few minutes and try again."))


def has_failed_too_often(address: str | None, now: datetime) -> bool:
    """Return True if so many log-ins failed from one address lately that no more are tried, whichever accounts
    they name.
    """
    if address is None:
        return False
    since = now - settings.AXES_COOLOFF_TIME
    failed = Event.objects.filter(action=Event.Action.LOGIN_FAILED, address=address, recorded_at__gt=since)
    return failed.count() >= settings.FAILURES_OF_AN_ADDRESS
