"""The figures of a target that documents print, by name: those that a change is taken apart for and measured in."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from tracker.calculation.cells import Coverage
from tracker.calculation.figure_inputs import FigureInputs
from tracker.calculation.levels import Level
from tracker.calculation.progress import TargetProgress


class Figure(StrEnum):
    """The figures of a target in a place, in the order in which tables print them."""

    TARGET = "target"
    PERIOD = "period"
    MONTH_ON_MONTH = "month_on_month"
    CUMULATIVE = "cumulative"
    YEAR_ON_YEAR = "year_on_year"
    COMPARABLE_GROWTH = "comparable_growth"
    COMPLETION = "completion"
    SCHEDULE = "schedule"
    GAP = "gap"
    LEVEL = "level"
    RANK = "rank"
    PERIOD_COVERAGE = "period_coverage"
    COVERAGE = "coverage"
    NEED = "need"
    FORECAST = "forecast"
    FORECAST_LOW = "forecast_low"
    FORECAST_HIGH = "forecast_high"

    @property
    def is_amount(self) -> bool:
        """Return True if differences of the figure add up. Of a level, a rank and a coverage they say nothing."""
        return self not in (Figure.LEVEL, Figure.RANK, Figure.PERIOD_COVERAGE, Figure.COVERAGE)


@dataclass(frozen=True)
class Grade:
    """A warning level as a document prints it. A provisional one is no change of level."""

    level: Level | None
    is_provisional: bool = False


FigureValue = Decimal | Grade | Coverage | int | None


@dataclass(frozen=True)
class PrintedFigures:
    """The figures that inputs give at the end of their last period. `ranked` are the places that are ranked."""

    inputs: FigureInputs
    ranked: tuple[str, ...] = ()

    def of(self, indicator: str, place: str) -> Mapping[Figure, FigureValue]:
        """Return the figures of a target in a place, each once calculated. Empty where the inputs know neither."""
        key = indicator, place
        if key not in self._found:
            self._found[key] = self._read(indicator, place)
        return self._found[key]

    def progress(self, indicator: str, place: str) -> TargetProgress | None:
        """Return the progress of a target in a place."""
        if indicator not in self.inputs.cells.rules or place not in self.inputs.paths:
            return None
        return self.inputs.standing(indicator, place)

    def _read(self, indicator: str, place: str) -> dict[Figure, FigureValue]:
        inputs, progress = self.inputs, self.progress(indicator, place)
        if progress is None:
            return {}
        forecast = inputs.forecast(indicator, place)
        comparable = inputs.comparable_growth(indicator, place, to_date=True)
        return {
            Figure.TARGET: progress.target,
            Figure.PERIOD: progress.this_period.value,
            Figure.MONTH_ON_MONTH: progress.month_on_month,
            Figure.CUMULATIVE: progress.to_date.value,
            Figure.YEAR_ON_YEAR: inputs.year_on_year(indicator, place, to_date=True),
            Figure.COMPARABLE_GROWTH: None if comparable is None else comparable.growth,
            Figure.COMPLETION: progress.completion,
            Figure.SCHEDULE: progress.schedule_rate,
            Figure.GAP: progress.gap,
            Figure.LEVEL: Grade(progress.level, progress.is_provisional),
            Figure.RANK: self._ranks_of(indicator).get(place),
            Figure.PERIOD_COVERAGE: progress.this_period.coverage,
            Figure.COVERAGE: progress.to_date.coverage,
            Figure.NEED: inputs.monthly_need(indicator, place),
            Figure.FORECAST: None if forecast is None else forecast.value,
            Figure.FORECAST_LOW: None if forecast is None else forecast.low,
            Figure.FORECAST_HIGH: None if forecast is None else forecast.high,
        }

    def _ranks_of(self, indicator: str) -> Mapping[str, int | None]:
        if indicator not in self._ranks:
            places = [place for place in self.ranked if place in self.inputs.paths]
            self._ranks[indicator] = self.inputs.ranking(indicator, places, "completion")
        return self._ranks[indicator]

    @cached_property
    def _found(self) -> dict[tuple[str, str], dict[Figure, FigureValue]]:
        return {}

    @cached_property
    def _ranks(self) -> dict[str, Mapping[str, int | None]]:
        return {}
