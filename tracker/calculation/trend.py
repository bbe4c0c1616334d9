"""The way of a target through its plan: what a trend chart draws and its table tells, all from one book."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import accumulate

from tracker.calculation.cells import Coverage
from tracker.calculation.figure_inputs import FigureInputs
from tracker.calculation.forecast import Forecast, Method
from tracker.calculation.periods import months_of_code


@dataclass(frozen=True)
class TrendPoint:
    """The end of one period. Amounts are cumulative in the indicator's unit, a rate in %; None is unknown.

    `verified` stands for periods up to the one judged, with the coverage of all cells behind it; `forecast` with its
    range from there on, beginning at what is verified.
    """

    code: str
    verified: Decimal | None
    coverage: Coverage
    schedule: Decimal | None
    last_year: Decimal | None
    forecast: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None


def trend(book: FigureInputs, indicator: str, place: str, ends: Sequence[date]) -> list[TrendPoint]:
    """Return a point for each of the plan's periods; `ends` are their last days, ordered as `book.codes_in_plan`."""
    judged = len(book.periods)
    points = [_point(book, indicator, place, at, on) for at, on in enumerate(ends)]
    forecast = book.forecast(indicator, place)
    now = points[judged - 1].verified
    if forecast is None or now is None or judged == len(points):
        return points
    shares = _shares_to_come(book, indicator, place, forecast)
    return points[: judged - 1] + [
        _with_forecast(point, now, forecast, share)
        for point, share in zip(points[judged - 1 :], [Decimal(0), *shares], strict=True)
    ]


def _point(book: FigureInputs, indicator: str, place: str, at: int, on: date) -> TrendPoint:
    code = book.codes_in_plan[at]
    requirement = book.requirements.of(indicator, place, on)
    done = book.tally(indicator, place, 0, at + 1) if at < len(book.periods) else None
    return TrendPoint(
        code,
        done.value if done else None,
        done.coverage if done else Coverage(),
        None if requirement is None else requirement.due_level,
        _last_year(book, indicator, place, at + 1),
    )


def _last_year(book: FigureInputs, indicator: str, place: str, number: int) -> Decimal | None:
    """Last year's cumulative over the same periods, only where no period and no cell of them is missing."""
    places, codes = book.places_in(place), list(book.codes_in_plan[:number])
    months = [book.last_year.tally(indicator, places, [code]) for code in codes]
    if not all(month.is_complete and month.value is not None for month in months):
        return None
    return book.last_year.tally(indicator, places, codes).value


def _shares_to_come(book: FigureInputs, indicator: str, place: str, forecast: Forecast) -> list[Decimal]:
    """Return how much of what is still to come will be there at the end of each period to come, by the forecast's
    method.
    """
    judged, total = len(book.periods), len(book.codes_in_plan)
    widths = [months_of_code(code) for code in book.codes_in_plan[judged:]]
    even = [Decimal(done) / sum(widths) for done in accumulate(widths)]
    if forecast.method is Method.RUN_RATE:
        return even
    sums = [_season_to_date(book, indicator, place, number, forecast.method) for number in range(judged, total + 1)]
    known = [value for value in sums if value is not None]
    if len(known) < len(sums) or known[-1] == known[0]:
        return even
    return [(value - known[0]) / (known[-1] - known[0]) for value in known[1:]]


def _season_to_date(book: FigureInputs, indicator: str, place: str, number: int, method: Method) -> Decimal | None:
    """Return what the season that a forecast is made by has after so many periods."""
    if method is Method.LAST_YEAR:
        return _last_year(book, indicator, place, number)
    return sum((share or Decimal(0) for share in book.season_of(indicator)[:number]), Decimal(0))


def _with_forecast(point: TrendPoint, now: Decimal, forecast: Forecast, share: Decimal) -> TrendPoint:
    value = now + (forecast.value - now) * share
    low, high = (None if end is None else now + (end - now) * share for end in (forecast.low, forecast.high))
    return TrendPoint(point.code, point.verified, point.coverage, point.schedule, point.last_year, value, low, high)
