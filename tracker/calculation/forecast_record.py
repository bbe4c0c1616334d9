"""The accuracy of forecasts: each beside the value that came, and all of them together."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from tracker.calculation.forecast import Forecast


@dataclass(frozen=True)
class JudgedForecast:
    """A forecast beside the value that came; `actual` None is not known yet."""

    forecast: Forecast
    actual: Decimal | None

    @property
    def error(self) -> Decimal | None:
        """Return (forecast − actual) ÷ actual × 100; None before the value is known and of a value of zero."""
        if self.actual is None or not self.actual:
            return None
        return (self.forecast.value - self.actual) / abs(self.actual) * 100

    @property
    def is_inside(self) -> bool | None:
        """Return True if the value came within the range, ends included; None without a range or a value."""
        low, high = self.forecast.low, self.forecast.high
        if self.actual is None or low is None or high is None:
            return None
        return low <= self.actual <= high


@dataclass(frozen=True)
class Accuracy:
    """The forecasts that can be judged: their number, their mean error in %, and the share within the range in %.

    `ranged` counts those that had a range, of which `inside` held the value. `mean` keeps the sign, so that errors
    up and down cancel out; `mean_absolute` does not.
    """

    judged: int
    ranged: int
    inside: int
    mean: Decimal | None
    mean_absolute: Decimal | None

    @property
    def share_inside(self) -> Decimal | None:
        """Return inside ÷ ranged × 100; None without a range to judge."""
        return Decimal(self.inside) / self.ranged * 100 if self.ranged else None


def accuracy_of(forecasts: Iterable[JudgedForecast]) -> Accuracy:
    """Return how right forecasts were, of those whose value is known.

    >>> came = Decimal(100)
    >>> one = Forecast("run_rate", Decimal(90)), Forecast("last_year", Decimal(120), Decimal(95), Decimal(145))
    >>> found = accuracy_of(JudgedForecast(each, came) for each in one)
    >>> (found.judged, found.mean, found.mean_absolute, found.share_inside)
    (2, Decimal('5'), Decimal('15'), Decimal('100'))
    """
    known = [one for one in forecasts if one.actual is not None]
    errors = [one.error for one in known if one.error is not None]
    ranged = [one.is_inside for one in known if one.is_inside is not None]
    return Accuracy(len(known), len(ranged), sum(ranged), _mean(errors), _mean([abs(error) for error in errors]))


def _mean(numbers: list[Decimal]) -> Decimal | None:
    return sum(numbers, Decimal(0)) / len(numbers) if numbers else None
