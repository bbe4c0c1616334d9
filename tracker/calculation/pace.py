"""The schedule: which share of a target is due on a date (序时进度)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from tracker.calculation.periods import Month, months_between


class Pace(StrEnum):
    """A pace curve."""

    EVEN_BY_DAY = "even_by_day"
    EVEN_BY_MONTH = "even_by_month"
    POINTS = "points"
    IN_FULL = "in_full"


@dataclass(frozen=True)
class Point:
    """A point of a curve that the ministry sets: the share (0 to 1) due at the end of a day."""

    day: date
    share: Decimal


def schedule_share(pace: Pace, starts_on: date, ends_on: date, on: date, points: Sequence[Point] = ()) -> Decimal:
    """Return the share of the target, 0 to 1, that is due at the end of a day.

    Even by day: days elapsed / days in the plan, both ends included; 31 August 2020 in the plan of 2020 gives 244/366.
    Even by month: each calendar month has the same share, spread evenly over its days; 31 August gives 8/12. Points:
    straight lines between (the day before the start, 0), the points and (the end, 1). In full: 1 at any time. Before
    the start it is 0, after the end 1. Each divides once, so that a region exactly on schedule has no gap at all.
    """
    if not isinstance(pace, Pace):
        raise ValueError(f"unknown pace curve: {pace}")
    if pace is Pace.IN_FULL:
        return Decimal(1)
    if on < starts_on:
        return Decimal(0)
    if on >= ends_on:
        return Decimal(1)
    if pace is Pace.EVEN_BY_DAY:
        return Decimal((on - starts_on).days + 1) / ((ends_on - starts_on).days + 1)
    if pace is Pace.EVEN_BY_MONTH:
        return _even_by_month(starts_on, ends_on, on)
    return _along(points, starts_on, ends_on, on)


def _even_by_month(starts_on: date, ends_on: date, on: date) -> Decimal:
    months = months_between(starts_on, ends_on)
    current = Month.of(on)
    first = max(current.first_day, starts_on)
    last = min(current.last_day, ends_on)
    days, elapsed = (last - first).days + 1, (on - first).days + 1
    return Decimal(months.index(current) * days + elapsed) / (days * len(months))


def _along(points: Sequence[Point], starts_on: date, ends_on: date, on: date) -> Decimal:
    before = Point(starts_on - timedelta(days=1), Decimal(0))
    for after in (*points, Point(ends_on, Decimal(1))):
        if on <= after.day:
            days, elapsed = (after.day - before.day).days, (on - before.day).days
            return (before.share * days + (after.share - before.share) * elapsed) / days
        before = after
    raise AssertionError("a day before the end lies before the last point")  # pragma: no cover


def curve_problem(points: Sequence[Point], starts_on: date, ends_on: date) -> str:
    """Why these points are no curve ("order", "falls", "outside"), or "" when they are one."""
    days = [point.day for point in points]
    shares = [point.share for point in points]
    if days != sorted(set(days)):
        return "order"
    if shares != sorted(shares):
        return "falls"
    if any(not starts_on <= day < ends_on for day in days) or any(not 0 <= share <= 1 for share in shares):
        return "outside"
    return ""
