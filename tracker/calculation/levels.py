"""Completion, gap and warning level, after the practice of the 节能目标完成情况晴雨表."""

from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from enum import IntEnum, StrEnum

GAP_STEP = Decimal("1e-20")
HUNDREDTH = Decimal("0.01")
WIDE = Context(prec=60)  # room for the rate of a place that did a million times its target


class Level(IntEnum):
    """A warning level; I is the worst."""

    I = 1  # noqa: E741 - the domain's own numeral
    II = 2
    III = 3


class GradedBy(StrEnum):
    """The measure of a gap: in percentage points of the goal, or in percent of what is due (the national rule)."""

    POINTS = "points"
    DUE = "due"


@dataclass(frozen=True)
class Bounds:
    """The gaps at which levels change, in percentage points or in percent of what is due: the ministry's to set.

    Within `band` of a bound the level before is kept, so that a place exactly on schedule does not change its level
    with every period. 0 is no band.
    """

    level_two_below: Decimal = Decimal(0)
    level_one_below: Decimal = Decimal(-10)
    by: GradedBy = GradedBy.POINTS
    band: Decimal = Decimal(0)

    def is_near(self, gap: Decimal, width: Decimal) -> bool:
        """Return True if a gap is so close to a bound that the level before decides."""
        return any(abs(gap - bound) <= width + HUNDREDTH for bound in (self.level_two_below, self.level_one_below))

    def after(self, before: Level | None, width: Decimal) -> "Bounds":
        """Return the bounds for a place with this level before: each moves away from the side on which the place was.

        Example: with a band of 1 a place of level III falls to II below -1, and one of level II rises to III at 1.
        """
        if before is None or not width:
            return self
        # rounded so that a spreadsheet, which has 15 digits, finds the same level: 1 of 12 things is 8.333… points
        down, up = (width.quantize(HUNDREDTH, rounding, context=WIDE) for rounding in (ROUND_CEILING, ROUND_FLOOR))
        two = self.level_two_below + (-down if before is Level.III else up)
        one = self.level_one_below + (up if before is Level.I else -down)
        return replace(self, level_two_below=two, level_one_below=min(one, two))


def band_width(bounds: Bounds, goal: Decimal, measure: Decimal, *, is_countable: bool) -> Decimal:
    """Return the width of the band in the measure of the bounds.

    It is the band itself, in percent of what is due at least as many points of the goal. It is at most half the
    distance of the bounds, and for counts at least one whole thing. Example: a band of 1, a goal of 1,200 and 300 due
    give 4 % of what is due; 8 of 12 firms due give 12.5 %.
    """
    if not bounds.band:
        return Decimal(0)
    width = bounds.band
    if bounds.by is GradedBy.DUE and measure:
        width = max(width, width * abs(goal / measure))
    distance = bounds.level_two_below - bounds.level_one_below
    if distance:
        width = min(width, distance / 2)
    whole = measure if bounds.by is GradedBy.DUE else goal
    if is_countable and whole:
        width = max(width, 100 / abs(whole))
    return width


def completion_rate(cumulative: Decimal | None, target: Decimal | None) -> Decimal | None:
    """Return verified cumulative / target x 100, in %. None without data, without a target, or on a zero target."""
    if cumulative is None or not target:
        return None
    return cumulative / target * 100


def gap(completion: Decimal | None, schedule_rate: Decimal) -> Decimal | None:
    """Completion rate minus schedule rate, in percentage points.

    Two thirds have no last digit: what is left beyond GAP_STEP is the noise of two divisions, and would put a
    place that is exactly at a bound below it.
    """
    return None if completion is None else (completion - schedule_rate).quantize(GAP_STEP, context=WIDE)


def warning_level(gap_points: Decimal | None, bounds: Bounds) -> Level | None:
    """III at or ahead of the upper bound, I below the lower one, II between; None without data: not graded."""
    if gap_points is None:
        return None
    if gap_points >= bounds.level_two_below:
        return Level.III
    return Level.II if gap_points >= bounds.level_one_below else Level.I
