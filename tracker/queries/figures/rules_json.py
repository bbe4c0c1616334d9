"""Rules and terms as JSON and back: decimals and days as text, so that nothing is lost.

A key is written only where it differs from what plans stored before that key existed meant. So a kept snapshot reads as
it was kept, and gives the same JSON and the same checksum when it is written again.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from tracker.calculation.levels import Bounds, GradedBy
from tracker.calculation.pace import Pace, Point
from tracker.calculation.progress import HUNDRED, AggregationRule
from tracker.calculation.rollup import Rollup
from tracker.calculation.rule_sets import EarlierRules, RuleSet
from tracker.calculation.targets.kinds import Bound, Kind
from tracker.calculation.targets.terms import Goal, Milestone, Programme, Terms


def rule_as_json(rule: AggregationRule) -> dict[str, Any]:
    """Return the definition of an indicator as JSON."""
    kept: dict[str, Any] = {
        "over_periods": rule.over_periods.value,
        "over_places": rule.over_places.value,
        "parts": list(rule.parts),
        "numerator": rule.numerator,
        "denominator": rule.denominator,
    }
    if rule.scale != HUNDRED:
        kept["scale"] = str(rule.scale)
    if rule.is_percent != bool(rule.numerator):
        kept["is_percent"] = rule.is_percent
    if rule.weight:
        kept["weight"] = rule.weight
    return kept


def rule_from_json(kept: Mapping[str, Any]) -> AggregationRule:
    """Return the rule that `rule_as_json` kept."""
    return AggregationRule(
        over_periods=Rollup(kept["over_periods"]),
        over_places=Rollup(kept["over_places"]),
        parts=tuple(kept["parts"]),
        numerator=kept["numerator"],
        denominator=kept["denominator"],
        scale=Decimal(kept.get("scale", HUNDRED)),
        is_percent=kept.get("is_percent", bool(kept["numerator"])),
        weight=kept.get("weight", ""),
    )


def terms_as_json(terms: Terms) -> dict[str, Any]:
    """Return the terms of a target as JSON."""
    programme = terms.programme
    kept: dict[str, Any] = {
        "pace": terms.pace.value,
        "points": [[point.day.isoformat(), str(point.share)] for point in terms.points],
        "is_graded": terms.is_graded,
        "programme": programme
        and [
            programme.starts_on.isoformat(),
            programme.ends_on.isoformat(),
            str(programme.value),
            str(programme.before),
        ],
    }
    further = {
        "bound": terms.bound.value if terms.bound not in (Bound.AT_LEAST, Bound.REFERENCE) else None,
        "kind": terms.kind and terms.kind.value,
        "bounds": terms.bounds and bounds_as_json(terms.bounds),
        "is_countable": terms.is_countable,
        "bases": {place: str(value) for place, value in sorted(terms.bases.items())},
        "base_on": terms.base_on and terms.base_on.isoformat(),
        "milestones": [[one.day.isoformat(), str(one.value)] for one in terms.milestones],
        "season": [str(share) for share in terms.season],
    }
    return kept | {key: value for key, value in further.items() if value}


def terms_from_json(kept: Mapping[str, Any]) -> Terms:
    """Return the terms that `terms_as_json` kept."""
    programme = kept["programme"]
    return Terms(
        pace=Pace(kept["pace"]),
        points=tuple(Point(date.fromisoformat(day), Decimal(share)) for day, share in kept["points"]),
        bound=Bound(kept.get("bound", Bound.AT_LEAST if kept["is_graded"] else Bound.REFERENCE)),
        programme=programme
        and Programme(
            date.fromisoformat(programme[0]),
            date.fromisoformat(programme[1]),
            Decimal(programme[2]),
            Decimal(programme[3]),
        ),
        kind=Kind(kept["kind"]) if "kind" in kept else None,
        bounds=bounds_from_json(kept["bounds"]) if "bounds" in kept else None,
        is_countable=kept.get("is_countable", False),
        bases={place: Decimal(value) for place, value in kept.get("bases", {}).items()},
        base_on=date.fromisoformat(kept["base_on"]) if "base_on" in kept else None,
        milestones=tuple(
            Milestone(date.fromisoformat(day), Decimal(value)) for day, value in kept.get("milestones", ())
        ),
        season=tuple(map(Decimal, kept.get("season", ()))),
    )


def bounds_as_json(bounds: Bounds) -> list[str]:
    """Return grading bounds as JSON."""
    further = [bounds.by.value] if bounds.by is not GradedBy.POINTS or bounds.band else []
    if bounds.band:
        further.append(str(bounds.band))
    return [str(bounds.level_two_below), str(bounds.level_one_below), *further]


def bounds_from_json(kept: list[str]) -> Bounds:
    """Return the bounds that `bounds_as_json` kept."""
    by = GradedBy(kept[2]) if len(kept) > 2 else GradedBy.POINTS
    return Bounds(Decimal(kept[0]), Decimal(kept[1]), by, Decimal(kept[3]) if len(kept) > 3 else Decimal(0))


def earlier_as_json(earlier: Sequence[EarlierRules], present: RuleSet) -> list[dict[str, Any]]:
    """Return sets of rules that were in force before as JSON: only what differs from the present one."""
    return [_set_as_json(one, present) for one in earlier]


def _set_as_json(one: EarlierRules, present: RuleSet) -> dict[str, Any]:
    bounds, terms, rules = one.rule_set
    kept: dict[str, Any] = {"until": one.until.isoformat()}
    if bounds != present.bounds:
        kept["bounds"] = bounds_as_json(bounds)
    changed_terms = {code: terms_as_json(found) for code, found in terms.items() if found != present.terms.get(code)}
    changed_rules = {code: rule_as_json(found) for code, found in rules.items() if found != present.rules.get(code)}
    return kept | {key: found for key, found in (("terms", changed_terms), ("rules", changed_rules)) if found}


def earlier_from_json(kept: Sequence[Mapping[str, Any]], present: RuleSet) -> tuple[EarlierRules, ...]:
    """Return the sets that `earlier_as_json` kept beside the present one."""
    return tuple(
        EarlierRules(
            date.fromisoformat(one["until"]),
            RuleSet(
                bounds_from_json(one["bounds"]) if "bounds" in one else present.bounds,
                {**present.terms, **{code: terms_from_json(terms) for code, terms in one.get("terms", {}).items()}},
                {**present.rules, **{code: rule_from_json(rule) for code, rule in one.get("rules", {}).items()}},
            ),
        )
        for one in kept
    )


def goal_as_json(goal: Goal) -> list[str]:
    """Return a goal as JSON: its day, its value, and the upper end where there is one."""
    return [goal.effective_from.isoformat(), str(goal.value), *([] if goal.upper is None else [str(goal.upper)])]


def goal_from_json(kept: list[str]) -> Goal:
    """Return the goal that `goal_as_json` kept."""
    return Goal(date.fromisoformat(kept[0]), *map(Decimal, kept[1:]))
