"""Where the year will land, by which method, within which range; and what is still needed each month."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Method(StrEnum):
    """How a forecast is made; it is stated beside the number."""

    RUN_RATE = "run_rate"
    LAST_YEAR = "last_year"
    SEASON_TABLE = "season_table"


#: Fewer periods say nothing about where a plan will end.
MIN_PERIODS = 3
#: Quantiles of Student's t that hold 80 %, by degrees of freedom from 1 on.
QUANTILES = tuple(
    Decimal(thousandths) / 1000 for thousandths in (3078, 1886, 1638, 1533, 1476, 1440, 1415, 1397, 1383, 1372, 1363)
)


@dataclass(frozen=True)
class Forecast:
    """The amount expected by the end of the plan, with its range.

    The range holds the truth with a probability of 80 %. Both ends are None where the method knows no season and so
    no probability.
    """

    method: Method
    value: Decimal
    low: Decimal | None = None
    high: Decimal | None = None

    def not_below(self, reached: Decimal) -> "Forecast":
        """Return the same forecast, but nowhere below the amount reached.

        A sum of amounts that are never negative only grows.
        """
        return self._each(lambda amount: max(amount, reached))

    def not_above(self, whole: Decimal) -> "Forecast":
        """Return the same, but nowhere above what is possible: "all of 27" ends at 27."""
        return self._each(lambda amount: min(amount, whole))

    def _each(self, bounded: Callable[[Decimal], Decimal]) -> "Forecast":
        ends = (None if end is None else bounded(end) for end in (self.low, self.high))
        return Forecast(self.method, bounded(self.value), *ends)


def by_run_rate(months: Sequence[Decimal | None], months_in_plan: int, widths: Sequence[int] = ()) -> Forecast | None:
    """Return what is there, plus the mean month so far for every month that is missing or still to come.

    It has no range while months are to come: the season is not known, and a range of the months so far would hold the
    truth in a third of the cases at most. None for fewer than 3 months, unless the plan has ended. `widths` are the
    months in each period, 1 by default: January and February as one period are two months.
    """
    each = zip(months, widths or [1] * len(months), strict=True)
    there = [(month, width) for month, width in each if month is not None]
    elapsed = sum(width for _month, width in there)
    to_come = months_in_plan - elapsed
    if not there or (to_come and elapsed < MIN_PERIODS):
        return None
    so_far = sum((month for month, _width in there), Decimal(0))
    value = so_far + so_far * to_come / elapsed
    return Forecast(Method.RUN_RATE, value) if to_come else Forecast(Method.RUN_RATE, value, value, value)


def by_last_year(
    months: Sequence[Decimal | None], last_year: Sequence[Decimal | None], method: Method = Method.LAST_YEAR
) -> Forecast | None:
    """Return what is there, plus last year's remaining months in the proportion of this year to last so far.

    `last_year` has one amount for each month of the plan; None unless all of them are known, three months of this
    year are, and last year's same months were not zero in sum. A season table takes the place of last year: its shares
    are amounts of a year as good as any.
    """
    if not last_year or any(month is None for month in last_year) or len(months) > len(last_year):
        return None
    known = [month or Decimal(0) for month in last_year]
    pairs = [(this, last) for this, last in zip(months, known, strict=False) if this is not None]
    base = sum((last for _this, last in pairs), Decimal(0))
    if not base or len(pairs) < min(MIN_PERIODS, len(known)):
        return None
    so_far = sum((this for this, _last in pairs), Decimal(0))
    to_come = [last for at, last in enumerate(known) if at >= len(months) or months[at] is None]
    value = so_far + so_far * sum(to_come, Decimal(0)) / base
    width = _half_width(pairs, to_come)
    if width is None:
        return Forecast(method, value)
    return Forecast(method, value, value - width, value + width)


def _half_width(pairs: Sequence[tuple[Decimal, Decimal]], to_come: Sequence[Decimal]) -> Decimal | None:
    """Return half the width of the range; None where too few months have an amount of last year.

    Months are taken to deviate from r x last year's by the same share v, which both years contribute to:

        r  = sum of this year / sum of last year, so far
        v² = sum of (this / (r x last) - 1)² / (n - 1), over the n months so far
        variance = r² v² (sum of last² to come + (sum of last to come)² x sum of last² so far / (sum of last so far)²)

    The width is the quantile of Student's t with n - 1 degrees of freedom times the square root. Simulated, it holds
    the truth in 80 to 86 % of flat, seasonal, growing and rushed years after 3 to 11 months.
    """
    if not any(to_come):
        return Decimal(0)
    this_year, base = (sum(amounts, Decimal(0)) for amounts in zip(*pairs, strict=True))
    rate = this_year / base
    compared = [this / (rate * last) - 1 for this, last in pairs if last and rate]
    if len(compared) < MIN_PERIODS:
        return None
    freedom = len(compared) - 1
    shares = sum((one * one for one in compared), Decimal(0)) / freedom
    rest = sum(to_come, Decimal(0))
    squares = sum((last * last for last in to_come), Decimal(0))
    squares += rest * rest * sum((last * last for _this, last in pairs), Decimal(0)) / (base * base)
    return t_quantile(freedom) * abs(rate) * (shares * squares).sqrt()


def t_quantile(freedom: int) -> Decimal:
    """Return the quantile of Student's t that holds 80 %; beyond the table by the first term of its expansion."""
    if freedom <= len(QUANTILES):
        return QUANTILES[freedom - 1]
    return Decimal("1.282") + Decimal("0.9") / freedom


def monthly_need(target: Decimal | None, to_date: Decimal | None, months_left: int) -> Decimal | None:
    """Return the amount for each month left to land on the target; 0 once it is reached, None when none is left.

    Under a cap it is what may be used in each of them.
    """
    if target is None or to_date is None:
        return None
    missing = max(target - to_date, Decimal(0))
    if not missing:
        return Decimal(0)
    return missing / months_left if months_left > 0 else None
