"""Keeping a plan's terms whenever they change, in the same transaction, and reading them as of a moment."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from datetime import datetime, time
from typing import Any

from django.db import transaction
from django.db.models import Model

from tracker.calculation.rule_sets import RuleSet
from tracker.models import (
    Allocation,
    Indicator,
    IndicatorPart,
    PacePoint,
    Plan,
    PlanTerms,
    ProgrammeTarget,
    RuleChange,
    Target,
    TargetMilestone,
    TargetVersion,
    User,
)
from tracker.queries.figures.evaluation_rules import (
    DatedGoal,
    evaluation_of,
    gather_goals,
    with_what_they_rest_on,
)
from tracker.queries.figures.rules_json import (
    bounds_as_json,
    earlier_as_json,
    goal_as_json,
    rule_as_json,
    terms_as_json,
)

#: The plans whose terms changed within `keeping_terms_once`; None outside it.
_changed: ContextVar[set[int] | None] = ContextVar("changed_plans", default=None)


#: Rows by which figures are judged; changes of others keep nothing.
JUDGING = (
    *(Plan, Target, TargetVersion, PacePoint, ProgrammeTarget, TargetMilestone, Allocation),
    *(Indicator, IndicatorPart, RuleChange),
)


@contextmanager
def keeping_terms_once(*, acting_user: User | None, now: datetime) -> Iterator[None]:
    """Around many changes: keep the terms of each plan that they touch once, at the end, instead of after each."""
    changed: set[int] = set()
    token = _changed.set(changed)
    try:
        with transaction.atomic():
            yield
            for plan in Plan.objects.filter(pk__in=changed):
                keep_terms(plan, acting_user=acting_user, now=now)
    finally:
        _changed.reset(token)


@contextmanager
def keeping_terms(row: Model, *, acting_user: User | None, now: datetime) -> Iterator[None]:
    """Around a change of a row: if a plan's figures are judged by it, the plan's terms are kept anew.

    Where nothing was kept yet (a plan loaded by an earlier version), what stood before the change is kept first.
    """
    if not isinstance(row, JUDGING):
        yield
        return
    with transaction.atomic():
        before = {plan.pk for plan in _plans_judged_by(row)}
        for plan in Plan.objects.filter(pk__in=before).exclude(pk__in=PlanTerms.objects.values("plan")):
            keep_terms(plan, acting_user=None, now=now)
        yield
        after = {*Plan.objects.filter(pk__in=before), *_plans_judged_by(row)}
        changed = _changed.get()
        if changed is not None:
            changed |= {plan.pk for plan in after}
            return
        for plan in after:
            keep_terms(plan, acting_user=acting_user, now=now)


def issued_moment(plan: Plan) -> datetime:
    """From when a plan's own figures were known to everybody, whenever it is loaded here."""
    return datetime.combine(plan.issued_on, time.min, plan.zone)


def keep_terms(plan: Plan, *, acting_user: User | None, now: datetime) -> None:
    """Keep the plan's terms as they stand, unless they are what was kept last."""
    content = _as_json(plan)
    last = PlanTerms.objects.filter(plan=plan).last()
    if last is None or last.content != content:
        PlanTerms.objects.create(plan=plan, recorded_at=now, actor=acting_user, content=content)


def _plans_judged_by(row: Model) -> list[Plan]:
    """Return the plans whose figures a change of this row can move; a row that is not stored moves none."""
    if row.pk is None:
        return []
    match row:
        case Plan():
            return list(Plan.objects.filter(pk=row.pk))
        case Target() | RuleChange():
            return list(Plan.objects.filter(pk=row.plan_id))
        case TargetVersion() | PacePoint() | ProgrammeTarget() | TargetMilestone():
            return list(Plan.objects.filter(targets=row.target_id))
        case Allocation():
            return list(Plan.objects.filter(targets__versions=row.version_id))
        case Indicator() | IndicatorPart():
            return list(Plan.objects.all())
    return []


def _as_json(plan: Plan) -> dict[str, Any]:
    plan = Plan.objects.select_related("region").get(pk=plan.pk)  # as stored: what was typed may look otherwise
    indicators = list(Indicator.objects.select_related("unit"))
    codes = {indicator.pk: indicator.code for indicator in indicators}
    judging = evaluation_of(plan, indicators, {})
    every = [judging.rules, *(one.rule_set.rules for one in judging.earlier)]
    listed = sorted({code for rules in every for code in with_what_they_rest_on(judging.terms, rules)})
    earlier = [replace(one, rule_set=_only(one.rule_set, listed)) for one in judging.earlier]
    present = _only(RuleSet(judging.bounds, judging.terms, judging.rules), listed)
    content = {
        "bounds": bounds_as_json(judging.bounds),
        "goals": [_goal_as_json(goal) for goal in gather_goals(plan, codes)],
        "terms": {code: terms_as_json(one) for code, one in sorted(judging.terms.items())},
        "rules": {code: rule_as_json(rule) for code, rule in present.rules.items()},
    }
    return content | ({"earlier": earlier_as_json(earlier, present)} if earlier else {})


def _only(rules: RuleSet, codes: Iterable[str]) -> RuleSet:
    """Return a set with the rules of these indicators alone."""
    return rules._replace(rules={code: rules.rules[code] for code in codes})


def _goal_as_json(one: DatedGoal) -> list[str]:
    day, *values = goal_as_json(one.goal)
    return [one.indicator, one.place, day, values[0], one.recorded_at.isoformat(), *values[1:]]
