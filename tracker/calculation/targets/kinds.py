"""Kinds of target and their bounds, and which of them contradict the direction of an indicator."""

from decimal import Decimal
from enum import StrEnum


class Kind(StrEnum):
    """The figure that a target holds to its goal.

    An amount grows from zero to the goal. A level is read at a date. A change is computed from a level and its
    base value: in percent of the base, or in the indicator's own unit (points, for a rate in %).
    """

    AMOUNT = "amount"
    LEVEL = "level"
    RISE_PERCENT = "rise_percent"
    FALL_PERCENT = "fall_percent"
    RISE_POINTS = "rise_points"
    FALL_POINTS = "fall_points"

    @property
    def is_change(self) -> bool:
        """Return True for a change against a base value."""
        return self not in (Kind.AMOUNT, Kind.LEVEL)

    @property
    def is_fall(self) -> bool:
        """Return True for a change that counts downwards."""
        return self in (Kind.FALL_PERCENT, Kind.FALL_POINTS)

    @property
    def is_in_percent(self) -> bool:
        """Return True for a change in percent of its base."""
        return self in (Kind.RISE_PERCENT, Kind.FALL_PERCENT)


class Bound(StrEnum):
    """The comparison between a figure and its goal. Each has its own verdict."""

    AT_LEAST = "at_least"
    MORE_THAN = "more_than"
    AT_MOST = "at_most"
    LESS_THAN = "less_than"
    EXACTLY = "exactly"
    BETWEEN = "between"
    ALL_OF = "all_of"
    REFERENCE = "reference"

    @property
    def is_cap(self) -> bool:
        """Return True if less is better: at most, less than."""
        return self in (Bound.AT_MOST, Bound.LESS_THAN)

    @property
    def is_floor(self) -> bool:
        """Return True if more is better without limit: at least, more than."""
        return self in (Bound.AT_LEAST, Bound.MORE_THAN)

    @property
    def is_strict(self) -> bool:
        """Return True if the goal itself does not count as reached: 5000 is not "more than 5000"."""
        return self in (Bound.MORE_THAN, Bound.LESS_THAN)


class Verdict(StrEnum):
    """The relation of a figure to the goal itself, regardless of any schedule."""

    REACHED = "reached"
    NOT_REACHED = "not_reached"
    EXCEEDED = "exceeded"  # above a cap, above "exactly", above the upper end of "between"
    IMPOSSIBLE = "impossible"  # above the whole of "all of": an input error


def verdict(bound: Bound, value: Decimal | None, goal: Decimal | None, upper: Decimal | None = None) -> Verdict | None:
    """Return the verdict on a value. None without a value or a goal, and for a reference level.

    Example: `verdict(Bound.MORE_THAN, Decimal(5000), Decimal(5000))` is NOT_REACHED.
    """
    if value is None or goal is None or bound is Bound.REFERENCE:
        return None
    if bound.is_cap:
        is_within = value < goal if bound.is_strict else value <= goal
        return Verdict.REACHED if is_within else Verdict.EXCEEDED
    if value < goal or (bound.is_strict and value == goal):
        return Verdict.NOT_REACHED
    if bound.is_floor or value <= (goal if upper is None else upper):
        return Verdict.REACHED
    return Verdict.IMPOSSIBLE if bound is Bound.ALL_OF else Verdict.EXCEEDED


def contradicts(bound: Bound, kind: Kind, *, less_is_better: bool) -> bool:
    """Return True if the bound asks for the opposite of the indicator's direction.

    "At least" on an indicator of which less is better is a contradiction, unless it asks for a fall. Exact and
    enclosed goals, and reference levels, go with both directions.
    """
    if not (bound.is_cap or bound.is_floor):
        return False
    wants_less = bound.is_cap != kind.is_fall
    return wants_less != less_is_better
