"""Where the year will land, by which method, within which range; and what is still needed each month."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Method(StrEnum):
    """How a forecast is made; it is stated beside the number."""

    RUN_RATE = "run_rate"
    LAST_YEAR = "last_year"


@dataclass(frozen=True)
class Forecast:
    """The amount expected by the end of the plan, with the range that its method gives."""

    method: Method
    value: Decimal
    low: Decimal
    high: Decimal

    def not_below(self, reached: Decimal) -> "Forecast":
        """The same, but nowhere below what is there already: a sum of amounts of which none is negative only grows."""
        return Forecast(self.method, max(self.value, reached), max(self.low, reached), max(self.high, reached))

    def not_above(self, whole: Decimal) -> "Forecast":
        """Return the same, but nowhere above what is possible: "all of 27" ends at 27."""
        return Forecast(self.method, min(self.value, whole), min(self.low, whole), min(self.high, whole))


def by_run_rate(months: Sequence[Decimal | None], months_in_plan: int) -> Forecast | None:
    """Return what is there, plus the mean month so far for every month that is missing or still to come.

    The range lets those months be like the smallest and the largest month so far. None without any month.
    """
    there = [month for month in months if month is not None]
    if not there:
        return None
    so_far = sum(there, Decimal(0))
    to_come = months_in_plan - len(there)
    return Forecast(
        Method.RUN_RATE,
        so_far + so_far * to_come / len(there),
        so_far + min(there) * to_come,
        so_far + max(there) * to_come,
    )


def by_last_year(months: Sequence[Decimal | None], last_year: Sequence[Decimal | None]) -> Forecast | None:
    """Return what is there, plus last year's remaining months in the proportion of this year to last so far.

    `last_year` has one amount for each month of the plan; None unless all of them are known, a month of this year
    is, and last year's same months were not zero in sum. The range takes the smallest and the largest proportion
    of any single month, and holds the value where a month without a last year's amount lifts it above them all.
    """
    if not last_year or any(month is None for month in last_year) or len(months) > len(last_year):
        return None
    known = [month or Decimal(0) for month in last_year]
    pairs = [(this, last) for this, last in zip(months, known, strict=False) if this is not None]
    base = sum((last for _this, last in pairs), Decimal(0))
    if not base:
        return None
    so_far = sum((this for this, _last in pairs), Decimal(0))
    to_come = sum(known, Decimal(0)) - base
    value = so_far + so_far * to_come / base
    by_month = [so_far + this * to_come / last for this, last in pairs if last]
    return Forecast(Method.LAST_YEAR, value, min(value, *by_month), max(value, *by_month))


def monthly_need(target: Decimal | None, to_date: Decimal | None, months_left: int) -> Decimal | None:
    """The amount needed in each month left to land on the target; 0 once it is reached, None when none is left."""
    if target is None or to_date is None:
        return None
    missing = max(target - to_date, Decimal(0))
    if not missing:
        return Decimal(0)
    return missing / months_left if months_left > 0 else None


def monthly_headroom(cap: Decimal | None, to_date: Decimal | None, months_left: int) -> Decimal | None:
    """Return what a cap leaves for each month left; 0 once it is used up, None when no month is left."""
    if cap is None or to_date is None:
        return None
    headroom = max(cap - to_date, Decimal(0))
    if not headroom:
        return Decimal(0)
    return headroom / months_left if months_left > 0 else None
