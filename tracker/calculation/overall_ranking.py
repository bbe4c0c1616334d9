"""Overall ranking of places over all graded targets, by the rule that a plan sets.

levels    fewest targets at level I, then fewest at level II, then the mean gap: the usual rule, so that a place far
          ahead in one target is not before others with most of its targets behind
gap       mean of the gaps to the schedule in percentage points, the highest first

Example: gaps of +2 and -4 points have the mean -1; a place with -0.5 and -0.5 stands before it by either rule, as
the first has a target behind. Ranks follow the practice of official bulletins: every place with complete figures is
ranked, equal places share a rank, and the following rank is skipped. A place of which a figure is missing or
provisional has no rank, since its mean would be one of other targets than its neighbours'. A target by which a place
cannot be judged at all, such as a fall against a base that it has not, does not count for it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from tracker.calculation.levels import Level
from tracker.calculation.progress import TargetProgress
from tracker.calculation.quantities import round_half_up

#: Means are compared as they are printed: places that print alike share a rank.
DIGITS = 2


class OverallRule(StrEnum):
    """The rules by which places are ranked over all targets."""

    GAP = "gap"
    LEVELS = "levels"


@dataclass(frozen=True)
class OverallRank:
    """The place of a region. `rank` and `mean_gap` are None where a figure is missing or provisional.

    `complete` of the `targets` that concern it have a final level; `levels` counts them.
    """

    rank: int | None
    mean_gap: Decimal | None
    targets: int
    complete: int
    levels: Mapping[Level, int]


def overall_ranking(places: Mapping[str, Sequence[TargetProgress]], rule: OverallRule) -> dict[str, OverallRank]:
    """Return the overall rank of each place from where its graded targets stand; a place without any has no rank."""
    unranked = {code: _counted(standings) for code, standings in places.items()}
    keys = {code: _key(one, rule) for code, one in unranked.items() if one.mean_gap is not None}
    return {
        code: OverallRank(
            1 + sum(other < keys[code] for other in keys.values()) if code in keys else None,
            one.mean_gap,
            one.targets,
            one.complete,
            one.levels,
        )
        for code, one in unranked.items()
    }


def _counted(standings: Sequence[TargetProgress]) -> OverallRank:
    counted = [one for one in standings if not _cannot_be_judged(one)]
    complete = [one for one in counted if one.level is not None and not one.is_provisional]
    gaps = [one.gap for one in complete if one.gap is not None]
    is_ranked = bool(counted) and len(gaps) == len(counted)
    mean = round_half_up(sum(gaps, Decimal(0)) / len(gaps), DIGITS) if is_ranked else None
    levels = {level: sum(one.level is level for one in complete) for level in Level}
    return OverallRank(None, mean, len(counted), len(complete), levels)


def _cannot_be_judged(one: TargetProgress) -> bool:
    """Return True if nothing is missing and there is no gap all the same."""
    is_there = one.this_period.is_complete and one.to_date.is_complete and one.to_date.value is not None
    return is_there and one.gap is None and not one.is_provisional


def _key(one: OverallRank, rule: OverallRule) -> tuple[Decimal, ...]:
    """Return what orders places, the best first."""
    gap = -(one.mean_gap or Decimal(0))
    if rule is OverallRule.GAP:
        return (gap,)
    return Decimal(one.levels[Level.I]), Decimal(one.levels[Level.II]), gap
