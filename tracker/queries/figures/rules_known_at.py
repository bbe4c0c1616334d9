"""Evaluation rules of a plan as they were known at a moment."""

from datetime import datetime

from tracker.calculation.rule_sets import RuleSet
from tracker.models import (
    Plan,
    PlanTerms,
)
from tracker.queries.figures.evaluation_rules import (
    DatedGoal,
    EvaluationRules,
    goals_by_place,
)
from tracker.queries.figures.rules_json import (
    bounds_from_json,
    earlier_from_json,
    goal_from_json,
    rule_from_json,
    terms_from_json,
)


def load_rules_known_at(plan: Plan, moment: datetime) -> EvaluationRules | None:
    """Return what the plan's figures were judged by at a moment; None where nothing changed since it was loaded."""
    kept = PlanTerms.objects.known_at(plan, moment)
    if kept is None:
        return None
    goals = [goal for goal in map(_goal_from_json, kept.content["goals"]) if goal.recorded_at <= moment]
    present = RuleSet(
        bounds_from_json(kept.content["bounds"]),
        {code: terms_from_json(terms) for code, terms in kept.content["terms"].items()},
        {code: rule_from_json(rule) for code, rule in kept.content["rules"].items()},
    )
    earlier = earlier_from_json(kept.content.get("earlier", ()), present)
    return EvaluationRules(present.bounds, goals_by_place(goals), present.terms, present.rules, earlier)


def _goal_from_json(kept: list[str]) -> DatedGoal:
    indicator, place, day, value, moment, *upper = kept
    return DatedGoal(indicator, place, goal_from_json([day, value, *upper]), datetime.fromisoformat(moment))
