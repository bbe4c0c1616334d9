"""The levels of a target, period by period."""

from dataclasses import dataclass, field

from tracker.calculation.cells import Aggregate
from tracker.calculation.comparison import streak
from tracker.calculation.level_moves import Move, move
from tracker.calculation.levels import Level


@dataclass(frozen=True)
class LevelHistory:
    """A target's levels period by period: the one before the last, the last, and for how long it has stood.

    A level under incomplete coverage is no level of the history: it is None there. `is_provisional` marks that of the
    last period as such. `figures` are those of each period by itself. `by_old` is the last level by the rules and goals
    of the period before, where these are others.
    """

    levels: tuple[Level | None, ...]
    is_provisional: bool = False
    figures: tuple[Aggregate, ...] = field(default=(), compare=False)
    is_ruler_moved: bool = field(default=False, compare=False)
    by_old: Level | None = field(default=None, compare=False)

    @property
    def now(self) -> Level | None:
        """The level at the period."""
        return self.levels[-1]

    @property
    def before(self) -> Level | None:
        """The level one period earlier; None when there was none."""
        return self.levels[-2] if len(self.levels) > 1 else None

    @property
    def change(self) -> int:
        """By how many levels it got better (above 0) or worse (below 0); 0 when either is not graded.

        A level that is another because a rule or a goal moved is neither.
        """
        if self.now is None or self.before is None or self.is_by_ruler:
            return 0
        return int(self.now) - int(self.before)

    @property
    def is_by_ruler(self) -> bool:
        """Return True if the level is another, or the same, because a rule or a goal moved since the period before."""
        return self.is_ruler_moved and move(self.before, self.now, self.by_old) is Move.YARDSTICK

    @property
    def periods_at_level(self) -> int:
        """For how many periods in a row it has stood at this level."""
        return streak(self.levels)
