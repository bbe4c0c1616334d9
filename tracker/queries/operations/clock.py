"""The time of this process, compared with the database's and with the time that was last accepted."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection

from tracker.models import ClockState

#: A larger difference is a jump: nothing is deleted or sent by such a time.
LARGEST = timedelta(days=1)


@dataclass(frozen=True)
class Clock:
    """Whether the time can be trusted; `problem` is empty when it can."""

    problem: str = ""
    state: ClockState | None = None


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
        return Clock(f"differs from the database's clock by {_rounded(ahead)}", state)
    if state is not None and abs(now - state.last_good_at) > LARGEST:
        return Clock(
            f"jumped by {_rounded(now - state.last_good_at)} since {state.last_good_at:%Y-%m-%d %H:%M} UTC", state
        )
    return Clock("", state)


def _rounded(difference: timedelta) -> str:
    return f"{difference / timedelta(days=1):.1f} days"
