"""Scores by which places are ranked on one target: the higher, the better, whatever the bound."""

from decimal import Decimal

from tracker.calculation.targets.kinds import Bound, Verdict, verdict

#: A zero goal that was missed ranks below every other figure.
LAST = Decimal("-Infinity")
HUNDRED = Decimal(100)


def score(bound: Bound, held: Decimal | None, goal: Decimal | None, upper: Decimal | None = None) -> Decimal | None:
    """Return the score of a figure by completion. None without a figure or a goal, and for an impossible figure.

    Under a cap the place that used least of its own cap comes first: 120 of 600 before 900 of 600. Under "exactly"
    and "between" nothing is better than the goal, and what lies above it counts against it.
    """
    found = verdict(bound, held, goal, upper)
    if held is None or goal is None or found is Verdict.IMPOSSIBLE:
        return None
    highest = goal if upper is None else upper
    if bound.is_cap:
        return -_of(held, goal, Decimal(0) if held <= 0 else -LAST)
    if bound.is_floor or bound is Bound.REFERENCE or held < goal:
        return _of(held, goal, HUNDRED if held >= 0 else LAST)
    return HUNDRED if held <= highest else 2 * HUNDRED - _of(held, highest, -LAST)


def _of(held: Decimal, goal: Decimal, otherwise: Decimal) -> Decimal:
    """Return the figure in % of the goal, or the other value on a zero goal."""
    return held / goal * 100 if goal else otherwise
