"""The time that pages show: the real one, or the day of a demonstration.

The shipped plan with sample data is of 2020. Its pages are shown as of a day of that year, so that the first thing seen
is not a deadline missed by years. Pages read their time here. What people do is stored with the real time: views that
write, events, jobs and mail never ask this module.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from django.utils import timezone

from tracker.models import Plan

#: The demonstration's day that all plans of the installation share, while a request is answered.
_shared_day: ContextVar[date | None] = ContextVar("shared_demonstration_day", default=None)


@contextmanager
def showing(days: Collection[date | None]) -> Iterator[None]:
    """Within it, pages about several plans show a demonstration's day if these days of all plans are one and the same.

    Where a plan without sample data stands beside a demonstration, such pages keep the real time.
    """
    different = set(days)
    token = _shared_day.set(different.pop() if len(different) == 1 else None)
    try:
        yield
    finally:
        _shared_day.reset(token)


def page_day(plan: Plan | None = None) -> date | None:
    """Return the demonstration's day as of which a plan is shown, or all plans; None where the real time holds."""
    return plan.demonstration_day if plan else _shared_day.get()


def page_now(plan: Plan | None = None) -> datetime:
    """Return the time that a page shows: the real time of day, on the demonstration's day if there is one."""
    now, day = timezone.now(), page_day(plan)
    if day is None:
        return now
    local = now.astimezone(plan.zone if plan else timezone.get_current_timezone())
    return local.replace(year=day.year, month=day.month, day=day.day)


def page_today(plan: Plan | None = None) -> date:
    """Return the day that a page shows as today."""
    return page_day(plan) or timezone.localdate()
