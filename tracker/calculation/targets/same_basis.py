"""Same basis: a total whose places have not all reported is judged on those that have, against their own share."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tracker.calculation.targets.kinds import Kind
from tracker.calculation.targets.terms import Goal


@dataclass(frozen=True)
class Part:
    """A place whose figures are complete, with its own goal and base value."""

    place: str
    goal: Goal | None
    base: Decimal | None


@dataclass(frozen=True)
class Basis:
    """The complete places together: what they are held to. `figure` is their rolled-up value.

    `completion` and `schedule_rate`, in %, are those that their gap is the difference of.
    """

    places: tuple[str, ...]
    goal: Decimal
    upper: Decimal | None
    base: Decimal | None
    figure: Decimal | None = None
    completion: Decimal | None = None
    schedule_rate: Decimal | None = None


def basis_of(parts: Sequence[Part], kind: Kind, *, is_intensive: bool) -> Basis | None:
    """Return the joint goal of complete places; None where none has a share of its own.

    Amounts and stocks add up. What does not add up (a rate, a change in percent) is judged together only where all
    of these places have the same goal.
    """
    shared = [(part, part.goal) for part in parts if part.goal is not None]
    if not shared:
        return None
    goals = [goal.value for _part, goal in shared]
    uppers = [goal.upper for _part, goal in shared if goal.upper is not None]
    bases = [part.base for part, _goal in shared if part.base is not None]
    is_one_goal = is_intensive or kind.is_in_percent
    if is_one_goal and (len(set(goals)) > 1 or len(set(uppers)) > 1):
        return None
    if is_intensive and len(set(bases)) > 1:
        return None
    upper = (uppers[0] if is_one_goal else sum(uppers, Decimal(0))) if len(uppers) == len(shared) else None
    base = (bases[0] if is_intensive else sum(bases, Decimal(0))) if len(bases) == len(shared) else None
    if kind.is_change and base is None:
        return None
    goal = goals[0] if is_one_goal else sum(goals, Decimal(0))
    return Basis(tuple(part.place for part, _goal in shared), goal, upper, base)
