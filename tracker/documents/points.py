"""The three things to know: every finding of a period is weighed by one rule, and the weightiest three are told."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from django.utils.translation import gettext as _

from tracker.calculation.levels import Level
from tracker.documents import findings, trends, wording
from tracker.documents.findings import Facts, PlaceFact, TargetFact

POINTS = 3


class Weight(IntEnum):
    """How much a finding weighs. What calls for somebody's act weighs more than what is well."""

    STANDING = 100  # where the plan stands comes first, always
    FAR_BEHIND = 90  # something stands at level I
    WORSE = 80  # a level worsened since the last period
    RETURNS_OWED = 70  # somebody has not reported, or must correct
    BEHIND = 60  # something stands at level II
    BETTER = 50  # a level improved
    RETURNS_WAITING = 40  # a reviewer's turn, or late but in
    ON_COURSE = 20
    ALL_VERIFIED = 10


@dataclass(frozen=True)
class KeyPoint:
    """A finding in words, with its weight."""

    weight: Weight
    words: str


def three_points(facts: Facts) -> list[str]:
    """Return the three most important points in words, by weight.

    An empty period has fewer findings, and its points list the outstanding returns.
    """
    found = [_standing(facts), _off_course(facts), *_changes(facts), _returns(facts)]
    return [point.words for point in sorted(found, key=lambda point: -point.weight)[:POINTS]]


def _standing(facts: Facts) -> KeyPoint:
    return KeyPoint(Weight.STANDING, findings.overall(facts))


def _off_course(facts: Facts) -> KeyPoint:
    levels = [row.standing.level for row in _rows(facts)]
    worst = min((level for level in levels if level), default=Level.III)
    weight = {Level.I: Weight.FAR_BEHIND, Level.II: Weight.BEHIND, Level.III: Weight.ON_COURSE}[worst]
    return KeyPoint(weight, findings.off_course(facts))


def _returns(facts: Facts) -> KeyPoint:
    returns = facts.returns
    if returns.not_reported or returns.sent_back:
        weight = Weight.RETURNS_OWED
    else:
        weight = Weight.RETURNS_WAITING if returns.waiting or returns.late else Weight.ALL_VERIFIED
    return KeyPoint(weight, findings.who_is_missing(returns))


def _changes(facts: Facts) -> list[KeyPoint]:
    """Return what moved to another level since the period before, of the targets and of the places; worse before
    better.
    """
    worse, better = _moved(_rows(facts), "worse"), _moved(_rows(facts), "better")
    points = []
    if worse:
        also = _(" Better: %(list)s.") % {"list": findings.names(better)} if better else ""
        points.append(
            KeyPoint(Weight.WORSE, _("Worse than last month: %(list)s.") % {"list": findings.names(worse)} + also)
        )
    elif better:
        points.append(
            KeyPoint(Weight.BETTER, _("Better than last month: %(list)s.") % {"list": findings.names(better)})
        )
    return points


def _rows(facts: Facts) -> list[TargetFact | PlaceFact]:
    """Return all that can have a level: the targets first."""
    return [*(fact for fact in facts.targets if fact.is_graded), *facts.places]


def _moved(rows: Sequence[TargetFact | PlaceFact], direction: str) -> list[str]:
    """Each that moved this way, with the level it had and the one it has."""
    return [
        _("%(name)s %(before)s → %(now)s")
        % {
            "name": row.name,
            "before": wording.marked_level(row.history.before),
            "now": wording.marked_level(row.history.now),
        }
        for row in rows
        if row.history and trends.direction(row.history) == direction
    ]
