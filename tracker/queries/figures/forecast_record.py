"""Forecasts that were issued, beside what came."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from tracker.calculation.forecast import Forecast, Method
from tracker.calculation.forecast_record import Accuracy, JudgedForecast, accuracy_of
from tracker.models import Indicator, IssuedForecast, Region
from tracker.queries.figures.figure_inputs import load_figure_inputs
from tracker.queries.figures.plan_inputs import PlanInputs


@dataclass(frozen=True)
class ForecastRow:
    """The forecast that was issued first for a period, and how right it was."""

    issued: IssuedForecast
    judged: JudgedForecast


@dataclass(frozen=True)
class ForecastRecord:
    """The issued forecasts of a target in a region, the newest period first; `actual` is what came at the end."""

    rows: Sequence[ForecastRow]
    actual: Decimal | None

    @cached_property
    def accuracy(self) -> Accuracy:
        """Return how right they were."""
        return accuracy_of(row.judged for row in self.rows)


def load_forecast_records(
    inputs: PlanInputs, indicators: Iterable[Indicator], region: Region
) -> dict[str, ForecastRecord]:
    """Return the issued forecasts by the code of the indicator; of each period the one that was issued first counts.

    What came is the verified figure at the end of the plan, once nothing that is expected is missing.
    """
    wanted = {indicator.code: indicator for indicator in indicators}
    rows = IssuedForecast.objects.filter(
        report__plan=inputs.plan, indicator__in=list(wanted), region=region.code
    ).select_related("report", "period")
    if inputs.as_of:
        rows = rows.filter(report__issued_at__lte=inputs.as_of)
    first: dict[tuple[str, int], IssuedForecast] = {}
    for row in rows.order_by("report_id"):
        first.setdefault((row.indicator, row.period_id), row)
    found = {}
    for code in dict.fromkeys(code for code, _period in first):
        issued = sorted((row for key, row in first.items() if key[0] == code), key=lambda row: row.period.ends_on)
        actual = _actual(inputs, wanted[code], region, issued[-1].period.kind)
        judged = [ForecastRow(row, JudgedForecast(_forecast(row), actual)) for row in reversed(issued)]
        found[code] = ForecastRecord(judged, actual)
    return found


def _forecast(row: IssuedForecast) -> Forecast:
    return Forecast(Method(row.method), row.value, row.low, row.high)


def _actual(inputs: PlanInputs, indicator: Indicator, region: Region, kind: str) -> Decimal | None:
    """Return the figure at the end of the plan; None while anything that is expected is missing."""
    periods = inputs.periods_of(kind)
    last = periods[-1] if periods else None
    if last is None or last.ends_on < inputs.plan.ends_on:
        return None
    book = load_figure_inputs(last, of=[indicator], as_of=inputs.as_of, plan_inputs=inputs)
    if region.code not in book.paths:
        return None
    if not book.tally(indicator.code, region.code, -1).coverage.present:
        return None
    found = book.tally(indicator.code, region.code)
    return found.value if found.is_complete else None
