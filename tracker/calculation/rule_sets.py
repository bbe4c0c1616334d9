"""Rules that change on a day: what judges figures now, and what judged them before.

Bounds, terms of targets and rules of indicators change together here: a set holds all that is in force from one change
to the next. A figure is judged by the set in force at the end of its period, whenever it is asked for.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple, Protocol, TypeVar

from tracker.calculation.levels import Bounds
from tracker.calculation.progress import AggregationRule
from tracker.calculation.targets.terms import Terms


class RuleSet(NamedTuple):
    """Keep what figures are judged by: the plan's bounds, the terms of each target and the rule of each indicator."""

    bounds: Bounds
    terms: Mapping[str, Terms]
    rules: Mapping[str, AggregationRule]


@dataclass(frozen=True)
class EarlierRules:
    """A set that was in force before a day."""

    until: date
    rule_set: RuleSet


class Change(Protocol):
    """A change of rules that takes effect on a day, for a plan or one of its targets or indicators."""

    @property
    def effective_from(self) -> date:
        """Return the first day."""


Row = TypeVar("Row", bound=Change)


def in_force_on(earlier: Sequence[EarlierRules], day: date) -> int:
    """Return the index of the set that was in force on a day; the number of earlier sets if that is the present one.

    Sets stand in the order of their days.
    """
    return next((index for index, one in enumerate(earlier) if day < one.until), len(earlier))


def by_day(changes: Iterable[Row]) -> list[tuple[date, list[Row]]]:
    """Return the changes of each day on which any takes effect, in the order of the days."""
    days: dict[date, list[Row]] = {}
    for one in sorted(changes, key=lambda change: change.effective_from):
        days.setdefault(one.effective_from, []).append(one)
    return list(days.items())


def with_rules_beside(
    earlier: Iterable[EarlierRules], rules: Mapping[str, AggregationRule]
) -> tuple[EarlierRules, ...]:
    """Return earlier sets that also know indicators they have no rule of."""
    return tuple(replace(one, rule_set=one.rule_set._replace(rules={**rules, **one.rule_set.rules})) for one in earlier)
