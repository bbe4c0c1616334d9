"""The levels that check a return, as its page shows them."""

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.models import Region, Return
from tracker.queries.returns.checking_way import CheckingWay


@dataclass(frozen=True)
class LevelStep:
    """One level on a return's way: whether it has accepted the return, or the return stands there now."""

    region: Region
    is_accepted: bool
    is_current: bool


def level_steps(way: CheckingWay, unit_return: Return) -> Sequence[LevelStep]:
    """Return the steps with how far the return has come; none before it is submitted, and none for a single level."""
    if unit_return.is_open or len(way.steps) < 2:
        return ()
    is_verified = unit_return.state == Return.State.VERIFIED
    return [
        LevelStep(
            region=step,
            is_accepted=is_verified or len(step.path) > len(way.at.path),
            is_current=not is_verified and step == way.at,
        )
        for step in way.steps
    ]
