"""The schedule: which share of a target is due on a date (序时进度)."""

from datetime import date
from decimal import Decimal
from enum import StrEnum


class Pace(StrEnum):
    """A pace curve."""

    EVEN_BY_DAY = "even_by_day"


def schedule_share(pace: Pace, starts_on: date, ends_on: date, on: date) -> Decimal:
    """The share of the target, 0 to 1, that is due at the end of a day.

    Even by day: days elapsed / days in the plan, both ends included; 31 August 2020 in the plan of 2020 gives
    244/366. Before the start it is 0, after the end 1.
    """
    if pace is not Pace.EVEN_BY_DAY:
        raise ValueError(f"unknown pace curve: {pace}")
    days = (ends_on - starts_on).days + 1
    elapsed = min(max((on - starts_on).days + 1, 0), days)
    return Decimal(elapsed) / days
