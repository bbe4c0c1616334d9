"""The level before, which a band keeps: found backwards, so that no more periods are judged than it rests on."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from tracker.calculation.levels import Bounds, Level
from tracker.calculation.targets.requirement import Grading, Requirement, grading_of


class LevelsBefore:
    """The levels of one place's target before each of its periods.

    `requirement_at` and `bounds_at` return what was asked at the end of a period, by its index, and the bounds in force
    then; `figures` are the figures to date, None where they are not complete. A period without a figure or a goal
    leaves the level as it is.
    """

    def __init__(
        self,
        requirement_at: Callable[[int], Requirement | None],
        figures: Sequence[Decimal | None],
        bounds_at: Callable[[int], Bounds],
    ) -> None:
        self.requirement_at = requirement_at
        self.figures = figures
        self.bounds_at = bounds_at
        self._after: dict[int, Level | None] = {}

    def at(self, index: int) -> Level | None:
        """Return the last level before a period.

        Back from there to the first period whose figure is not near a bound: its level depends on none before.
        """
        level: Level | None = None
        near: list[tuple[int, Grading]] = []
        for before in range(index - 1, -1, -1):
            if before in self._after:
                level = self._after[before]
                break
            grading = self._grading(before)
            if grading is not None and grading.is_near:
                near.append((before, grading))
            elif grading is not None and (found := grading.level(self.bounds_at(before))) is not None:
                level = self._after[before] = found
                break
        for between, grading in reversed(near):
            level = self._after[between] = grading.level(self.bounds_at(between).after(level, grading.width)) or level
        return level

    def _grading(self, index: int) -> Grading | None:
        figure = self.figures[index]
        requirement = None if figure is None else self.requirement_at(index)
        return None if requirement is None else grading_of(requirement, figure, self.bounds_at(index))
