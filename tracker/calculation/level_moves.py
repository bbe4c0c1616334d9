"""Moves of a warning level: better or worse only where the same yardstick shows it."""

from enum import StrEnum

from tracker.calculation.levels import Level


class Move(StrEnum):
    """The ways in which a warning level differs from the one issued before."""

    WORSE = "worse"
    BETTER = "better"
    UNGRADED = "ungraded"
    GRADED = "graded"
    YARDSTICK = "yardstick"


def move(then: Level | None, now: Level | None, by_old: Level | None) -> Move | None:
    """Return how a level moved; None where it did not.

    `by_old` is the level now by the yardstick then in force. Only a move that it shows, too, is better or worse: from
    I to II because a bound moved is neither, nor is II kept only because the bound moved.
    """
    if then is None or now is None:
        return None if then == now else Move.UNGRADED if now is None else Move.GRADED
    if now == then and by_old in (then, None):
        return None
    if by_old is None or _sign(now - then) != _sign(by_old - then):
        return Move.YARDSTICK
    return Move.WORSE if now < then else Move.BETTER


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)
