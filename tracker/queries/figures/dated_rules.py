"""Rules as they change while a plan runs: those in force now, and those that were before."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from tracker.calculation.levels import Bounds, GradedBy
from tracker.calculation.pace import Pace, Point
from tracker.calculation.progress import AggregationRule
from tracker.calculation.rollup import Rollup
from tracker.calculation.rule_sets import EarlierRules, RuleSet, by_day
from tracker.calculation.targets.terms import Terms
from tracker.models import Plan, RuleChange


def load_changes(plan: Plan) -> list[RuleChange]:
    """Return every change of a plan's rules, in the order in which they take effect."""
    return list(RuleChange.objects.filter(plan=plan).select_related("target").in_their_order())


def follow_changes(
    first: RuleSet, changes: Iterable[RuleChange], codes: Mapping[int, str]
) -> tuple[RuleSet, tuple[EarlierRules, ...]]:
    """Return the newest rules and those in force before, from the first ones on. `codes` are the indicators'."""
    earlier: list[EarlierRules] = []
    present = first
    for day, rows in by_day(changes):
        earlier.append(EarlierRules(day, present))
        for row in rows:
            present = _changed(present, row, codes)
    return present, tuple(earlier)


def _changed(rules: RuleSet, change: RuleChange, codes: Mapping[int, str]) -> RuleSet:
    if change.target is not None:
        code = codes[change.target.indicator_id]
        if code not in rules.terms:
            return rules
        return rules._replace(terms={**rules.terms, code: changed_terms(rules.terms[code], rules.bounds, change)})
    if change.indicator_id is not None:
        code = codes[change.indicator_id]
        return rules._replace(rules={**rules.rules, code: _changed_rule(rules.rules[code], change, codes)})
    bounds = _changed_bounds(rules.bounds, change)
    terms = {code: _with_band(found, bounds.band) for code, found in rules.terms.items()}
    return rules._replace(bounds=bounds, terms=terms)


def _changed_bounds(bounds: Bounds, change: RuleChange) -> Bounds:
    return Bounds(
        bounds.level_two_below if change.level_two_below is None else change.level_two_below,
        bounds.level_one_below if change.level_one_below is None else change.level_one_below,
        GradedBy(change.graded_by) if change.graded_by else bounds.by,
        bounds.band if change.level_band is None else Decimal(change.level_band),
    )


def _with_band(terms: Terms, band: Decimal) -> Terms:
    """Return terms whose own bounds have the plan's band."""
    return terms if terms.bounds is None else replace(terms, bounds=replace(terms.bounds, band=band))


def changed_terms(terms: Terms, bounds: Bounds, change: RuleChange) -> Terms:
    """Return the terms of a target after a change; `bounds` are the plan's."""
    found = terms
    if {"graded_by", "level_two_below", "level_one_below"} & change.stated.keys():
        found = replace(found, bounds=_changed_bounds(found.bounds or bounds, change))
    if change.pace:
        points = tuple(Point(day, Decimal(share) / 100) for day, share in change.curve)
        found = replace(found, pace=Pace(change.pace), points=points, milestones=())
    return found


def _changed_rule(rule: AggregationRule, change: RuleChange, codes: Mapping[int, str]) -> AggregationRule:
    weight = rule.weight
    if change.over_places:
        weight = codes[change.weight_id] if change.weight_id else ""
    return replace(
        rule,
        over_periods=Rollup(change.over_periods) if change.over_periods else rule.over_periods,
        over_places=Rollup(change.over_places) if change.over_places else rule.over_places,
        weight=weight,
    )
