"""The time of this process, compared with the database's and with the time that was last accepted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.utils.translation import gettext, gettext_noop

from tracker.models import ClockState

#: A larger difference is a jump: nothing is deleted or sent by such a time.
LARGEST = timedelta(days=1)


@dataclass(frozen=True)
class Clock:
    """Whether the time can be trusted; `problem` is empty when it can."""

    told: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    state: ClockState | None = None

    @property
    def problem(self) -> str:
        """Return what is wrong, for probes and logs."""
        return self.told % self.values if self.values else self.told

    @property
    def problem_in_words(self) -> str:
        """Return what is wrong, in the reader's language."""
        return gettext(self.told) % self.values if self.told else ""


def database_offset(now: datetime) -> timedelta:
    """Return by how much the database's clock is ahead of `now`. SQLite has no clock of its own."""
    if connection.vendor == "sqlite":
        return timedelta()
    with connection.cursor() as cursor:
        cursor.execute("SELECT CURRENT_TIMESTAMP")
        (stored,) = cursor.fetchone()
    return stored.astimezone(UTC) - now


def look_at_clock(*, now: datetime) -> Clock:
    """Compare `now` with the database's clock and with the last tick's time."""
    state = ClockState.objects.order_by("pk").first()
    accepted = timedelta(seconds=state.accepted_offset if state else 0)
    ahead = database_offset(now)
    if abs(ahead - accepted) > LARGEST:
        told = gettext_noop("differs from the database's clock by %(days)s days")
        return Clock(told, {"days": _days(ahead)}, state)
    if state is not None and abs(now - state.last_good_at) > LARGEST:
        told = gettext_noop("jumped by %(days)s days since %(moment)s UTC")
        values = {"days": _days(now - state.last_good_at), "moment": f"{state.last_good_at:%Y-%m-%d %H:%M}"}
        return Clock(told, values, state)
    return Clock(state=state)


def _days(difference: timedelta) -> str:
    return f"{difference / timedelta(days=1):.1f}"
