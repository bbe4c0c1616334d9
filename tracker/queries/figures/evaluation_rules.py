"""What figures are judged by: each indicator's rules, and a plan's goals, terms and bounds, now or as kept."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from tracker.calculation.levels import Bounds
from tracker.calculation.pace import Pace, Point
from tracker.calculation.progress import Rule
from tracker.calculation.rollup import Rollup
from tracker.calculation.targets.kinds import Bound
from tracker.calculation.targets.terms import Goal, Programme, Terms
from tracker.models import Allocation, Indicator, IndicatorPart, PacePoint, Plan, ProgrammeTarget, Target, TargetVersion

#: (indicator's code, place's code) -> what it is to reach, in the order in which that takes effect
Goals = dict[tuple[str, str], list[Goal]]


@dataclass(frozen=True)
class DatedGoal:
    """A goal of a place, with the moment from which it was known."""

    indicator: str
    place: str
    goal: Goal
    recorded_at: datetime


@dataclass(frozen=True)
class EvaluationRules:
    """All that a plan's figures rest on but values and what is owed."""

    bounds: Bounds
    goals: Goals
    terms: dict[str, Terms]
    rules: dict[str, Rule]


def load_evaluation_rules(plan: Plan, codes: Mapping[int, str], rules: dict[str, Rule]) -> EvaluationRules:
    """As it stands now."""
    return EvaluationRules(
        bounds=plan_bounds(plan),
        goals=goals_by_place(gather_goals(plan, codes)),
        terms=gather_terms(plan, codes),
        rules=rules,
    )


def plan_bounds(plan: Plan) -> Bounds:
    """Where the ministry draws the line between warning levels."""
    return Bounds(plan.level_two_below, plan.level_one_below)


def gather_rules(indicators: Iterable[Indicator]) -> dict[str, Rule]:
    """How every indicator is reckoned, by code."""
    listed = list(indicators)
    codes = {indicator.pk: indicator.code for indicator in listed}
    parts: dict[int, list[str]] = defaultdict(list)
    for whole, part in IndicatorPart.objects.order_by("position").values_list("whole_id", "part_id"):
        parts[whole].append(codes[part])
    return {
        indicator.code: Rule(
            over_periods=Rollup(indicator.over_periods),
            over_places=Rollup(indicator.over_places),
            parts=tuple(parts[indicator.pk]),
            numerator=codes.get(indicator.numerator_id or 0, ""),
            denominator=codes.get(indicator.denominator_id or 0, ""),
        )
        for indicator in listed
    }


def with_what_they_rest_on(wanted: Iterable[str], rules: Mapping[str, Rule]) -> set[str]:
    """These indicators' codes and those of all they are reckoned from."""
    todo, found = list(wanted), set[str]()
    while todo:
        code = todo.pop()
        if code and code not in found:
            found.add(code)
            rule = rules[code]
            todo += rule.terms
    return found


def gather_goals(plan: Plan, codes: Mapping[int, str]) -> list[DatedGoal]:
    """Every version of every target, and its allocations to regions, in the order in which they take effect."""
    versions = TargetVersion.objects.filter(target__plan=plan).order_by("effective_from", "number")
    goals: list[DatedGoal] = []
    by_id: dict[int, tuple[str, date, datetime]] = {}
    for pk, indicator, day, value, moment in versions.values_list(
        "pk", "target__indicator_id", "effective_from", "value", "recorded_at"
    ):
        by_id[pk] = (codes[indicator], day, moment)
        goals.append(DatedGoal(codes[indicator], plan.region.code, Goal(day, value), moment))
    shares = Allocation.objects.filter(version__target__plan=plan, unit=None)
    rows = shares.order_by("version__effective_from", "version__number", "region__path")
    for pk, region, value in rows.values_list("version_id", "region__code", "value"):
        code, day, moment = by_id[pk]
        goals.append(DatedGoal(code, region, Goal(day, value), moment))
    return goals


def goals_by_place(goals: Iterable[DatedGoal]) -> Goals:
    """The goals of each indicator and place, in their order."""
    found: Goals = defaultdict(list)
    for one in goals:
        found[one.indicator, one.place].append(one.goal)
    return dict(found)


def gather_terms(plan: Plan, codes: Mapping[int, str]) -> dict[str, Terms]:
    """How each target is judged: its pace, whether it is graded, and its longer programme."""
    points: dict[int, list[Point]] = defaultdict(list)
    for point in PacePoint.objects.filter(target__plan=plan).order_by("day"):
        points[point.target_id].append(Point(point.day, point.share / 100))
    programmes = {
        row.target_id: Programme(row.starts_on, row.ends_on, row.value, row.done_before)
        for row in ProgrammeTarget.objects.filter(target__plan=plan)
    }
    return {
        codes[target.indicator_id]: Terms(
            pace=Pace(target.pace),
            points=tuple(points[target.pk]),
            bound=Bound(target.bound),
            programme=programmes.get(target.pk),
        )
        for target in Target.objects.filter(plan=plan)
    }
