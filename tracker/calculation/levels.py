"""Completion, gap and warning level, after the practice of the 节能目标完成情况晴雨表."""

from dataclasses import dataclass
from decimal import Context, Decimal
from enum import IntEnum, StrEnum

GAP_STEP = Decimal("1e-20")
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
    """The gaps at which levels change, in percentage points or in percent of what is due: the ministry's to set."""

    level_two_below: Decimal = Decimal(0)
    level_one_below: Decimal = Decimal(-10)
    by: GradedBy = GradedBy.POINTS


def completion_rate(cumulative: Decimal | None, target: Decimal | None) -> Decimal | None:
    """Verified cumulative / target x 100, in %. None without data, without a target, or on a zero target."""
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
