"""When a unit is reminded of a return: some working days before the deadline, on its last day, and after it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

#: So many working days after the deadline mail stops, and the late list of the administrator takes over.
LONGEST_REMINDER = 22


@dataclass(frozen=True)
class ReminderRule:
    """How a plan reminds: `before` working days ahead of the deadline and on its last working day; from the first
    working day after it, every `after_every`. None: not at all on that side."""

    before: int | None = 3
    after_every: int | None = 3


def is_reminder_day(
    today: date,
    last_day: date,
    chase: ReminderRule,
    is_working_day: Callable[[date], bool],
    longest: int = LONGEST_REMINDER,
) -> bool:
    """Return True if a return that is on time until the end of `last_day` is reminded of today; never on a day off."""
    if not is_working_day(today) or abs((last_day - today).days) > 7 * longest:
        return False
    if today <= last_day:
        return chase.before is not None and working_days(today, last_day, is_working_day) in (0, chase.before)
    since = working_days(last_day, today, is_working_day)
    return chase.after_every is not None and since <= longest and (since - 1) % chase.after_every == 0


def working_days(start: date, end: date, is_working_day: Callable[[date], bool]) -> int:
    """Return the number of working days after `start` up to and including `end`."""
    return sum(is_working_day(start + timedelta(days=day)) for day in range(1, (end - start).days + 1))
