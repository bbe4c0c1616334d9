"""Comparison of a document with an earlier one: moves of level, and figures that changed, by cause."""

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.calculation.attribution import Attribution
from tracker.calculation.level_moves import Move
from tracker.calculation.levels import Level
from tracker.calculation.progress import TargetProgress
from tracker.documents.figure_words import decimals_of, unit_of


@dataclass(frozen=True)
class LevelMove:
    """A level that is another than in the earlier document. `by_old` is the level now by the yardstick then."""

    key: str
    place: str
    place_name: str
    indicator: str
    then: Level | None
    now: Level | None
    by_old: Level | None
    move: Move
    progress: TargetProgress


@dataclass(frozen=True)
class FigureChange:
    """A figure of a target in a place that changed since the earlier document was issued, at that one's period.

    `unit` and `decimals` are the indicator's. Growth of a rate differs in points, that of a count in things.
    """

    place_name: str
    indicator: str
    unit: str
    decimals: int
    period: str
    attribution: Attribution
    is_rate: bool = False
    is_count: bool = False

    @property
    def unit_of_figure(self) -> str:
        """Return the unit that the figure and its change are counted in."""
        return unit_of(self.attribution.figure, self.unit, is_rate=self.is_rate, is_count=self.is_count)

    @property
    def decimals_of_figure(self) -> int:
        """Return the decimals that the figure is printed with."""
        return decimals_of(self.attribution.figure, self.decimals, is_count=self.is_count)


@dataclass(frozen=True)
class Comparison:
    """An earlier document, by its number in words, and what differs. `is_edition`: it is one of the same issue."""

    label: str
    is_edition: bool
    moves: Sequence[LevelMove] = ()
    figures: Sequence[FigureChange] = ()
