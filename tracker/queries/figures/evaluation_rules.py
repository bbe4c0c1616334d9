"""What figures are judged by: each indicator's rules, and a plan's goals, terms and bounds, now or as kept."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Exists, OuterRef, QuerySet

from tracker.calculation.levels import Bounds, GradedBy
from tracker.calculation.pace import Pace, Point
from tracker.calculation.progress import HUNDRED, AggregationRule
from tracker.calculation.quantities import Unit
from tracker.calculation.ratio_units import names_units, normalised, ratio_scale
from tracker.calculation.rollup import Rollup
from tracker.calculation.rule_sets import EarlierRules, RuleSet, in_force_on
from tracker.calculation.targets.kinds import Bound, Kind
from tracker.calculation.targets.terms import Goal, Milestone, Programme, Terms
from tracker.models import (
    Allocation,
    Indicator,
    IndicatorPart,
    MeasureUnit,
    PacePoint,
    Plan,
    ProgrammeTarget,
    RuleChange,
    Target,
    TargetMilestone,
    TargetVersion,
)
from tracker.queries.figures.dated_rules import follow_changes, load_changes

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
    """Keep all that a plan's figures rest on but values and what is owed: the newest, and what was in force before."""

    bounds: Bounds
    goals: Goals
    terms: Mapping[str, Terms]
    rules: Mapping[str, AggregationRule]
    earlier: tuple[EarlierRules, ...] = ()

    def on(self, day: date) -> "EvaluationRules":
        """Return what is in force on a day, with what was before."""
        number = in_force_on(self.earlier, day)
        if number == len(self.earlier):
            return self
        bounds, terms, rules = self.earlier[number].rule_set
        return EvaluationRules(bounds, self.goals, terms, rules, self.earlier[:number])


def evaluation_of(
    plan: Plan, indicators: Sequence[Indicator], goals: Goals, targets: Sequence[Target] | None = None
) -> EvaluationRules:
    """Return what a plan's figures are judged by, with every change of its rules."""
    codes = {indicator.pk: indicator.code for indicator in indicators}
    if targets is None:
        targets = list(_with_terms(plan).select_related("indicator__unit", "programme"))
    first = RuleSet(plan_bounds(plan), gather_terms(plan, codes, targets), gather_rules(indicators))
    changes = load_changes(plan) if any(getattr(one, "has_changes", True) for one in targets) else []
    present, earlier = follow_changes(first, changes, codes)
    return EvaluationRules(present.bounds, goals, present.terms, present.rules, earlier)


def plan_bounds(plan: Plan) -> Bounds:
    """Return where the ministry draws the line between warning levels."""
    return Bounds(plan.level_two_below, plan.level_one_below, GradedBy(plan.graded_by), Decimal(plan.level_band))


def gather_rules(indicators: Iterable[Indicator]) -> dict[str, AggregationRule]:
    """Return how every indicator is reckoned, by code."""
    listed = list(indicators)
    codes = {indicator.pk: indicator.code for indicator in listed}
    by_id = {indicator.pk: indicator for indicator in listed}
    # every page asks this, and most plans have ratios in % alone
    is_named = any(one.numerator_id and names_units(one.unit.symbol) for one in listed)
    units = known_units() if is_named else {}
    parts: dict[int, list[str]] = defaultdict(list)
    for whole, part in IndicatorPart.objects.order_by("position").values_list("whole_id", "part_id"):
        parts[whole].append(codes[part])
    return {
        indicator.code: AggregationRule(
            over_periods=Rollup(indicator.over_periods),
            over_places=Rollup(indicator.over_places),
            parts=tuple(parts[indicator.pk]),
            numerator=codes.get(indicator.numerator_id or 0, ""),
            denominator=codes.get(indicator.denominator_id or 0, ""),
            scale=scale_of(indicator, by_id, units) if indicator.numerator_id else HUNDRED,
            is_percent=indicator.is_percent,
            weight=codes.get(indicator.weight_id or 0, ""),
        )
        for indicator in listed
    }


def known_units() -> dict[str, Unit]:
    """Return every unit by its normalised symbols."""
    rows = list(MeasureUnit.objects.all())
    english = {normalised(row.symbol_en): unit_of(row) for row in rows}
    return english | {normalised(row.symbol): unit_of(row) for row in rows}


def unit_of(row: MeasureUnit) -> Unit:
    """Return a stored unit for calculation."""
    return Unit(row.symbol, row.dimension, row.factor)


def scale_of(ratio: Indicator, by_id: Mapping[int, Indicator], units: Mapping[str, Unit]) -> Decimal:
    """Return the factor of a ratio. Where its three units do not go together, their plain quotient."""
    numerator, denominator = by_id[ratio.numerator_id or 0], by_id[ratio.denominator_id or 0]
    scale = ratio_scale(unit_of(numerator.unit), unit_of(denominator.unit), unit_of(ratio.unit), units)
    return Decimal(1) if scale is None else scale


def with_what_they_rest_on(wanted: Iterable[str], rules: Mapping[str, AggregationRule]) -> set[str]:
    """Return these indicators' codes and those of all that they are calculated from."""
    todo, found = list(wanted), set[str]()
    while todo:
        code = todo.pop()
        if code and code not in found:
            found.add(code)
            rule = rules[code]
            todo += rule.terms
    return found


def load_versions(plan: Plan) -> list[TargetVersion]:
    """Return every version of every target, in the order in which they take effect."""
    versions = TargetVersion.objects.filter(target__plan=plan).select_related("target")
    return list(versions.order_by("effective_from", "number"))


def gather_goals(
    plan: Plan, codes: Mapping[int, str], versions: Iterable[TargetVersion] | None = None
) -> list[DatedGoal]:
    """Every version of every target, and its allocations to regions, in the order in which they take effect."""
    goals: list[DatedGoal] = []
    by_id: dict[int, tuple[str, date, datetime]] = {}
    for one in load_versions(plan) if versions is None else versions:
        code, day, moment = codes[one.target.indicator_id], one.effective_from, one.recorded_at
        by_id[one.pk] = (code, day, moment)
        goals.append(DatedGoal(code, plan.region.code, Goal(day, one.value, one.upper_value), moment))
    shares = Allocation.objects.filter(version__target__plan=plan, unit=None)
    rows = shares.order_by("version__effective_from", "version__number", "region__path")
    for pk, region, value, upper in rows.values_list("version_id", "region__code", "value", "upper_value"):
        code, day, moment = by_id[pk]
        goals.append(DatedGoal(code, region, Goal(day, value, upper), moment))
    return goals


def goals_by_place(goals: Iterable[DatedGoal]) -> Goals:
    """Return the goals of each indicator and region, in their order."""
    found: Goals = defaultdict(list)
    for one in goals:
        found[one.indicator, one.place].append(one.goal)
    return dict(found)


def load_targets(plan: Plan, indicators: Iterable[Indicator]) -> list[Target]:
    """Return the plan's targets in the plan's order, with these indicators and each one's longer programme."""
    by_id = {indicator.pk: indicator for indicator in indicators}
    found = list(_with_terms(plan).order_by("position"))
    for target in found:
        target.plan, target.indicator = plan, by_id[target.indicator_id]
    return found


def gather_terms(plan: Plan, codes: Mapping[int, str], targets: Sequence[Target] | None = None) -> dict[str, Terms]:
    """Return the terms of each target: its kind, bound, schedule, base values, grading and longer programme."""
    if targets is None:
        targets = list(_with_terms(plan).select_related("indicator__unit", "programme"))
    points: dict[int, list[Point]] = defaultdict(list)
    for point in PacePoint.objects.filter(target__in=_having(targets, "has_points")).order_by("day"):
        points[point.target_id].append(Point(point.day, point.share / 100))
    milestones: dict[int, list[Milestone]] = defaultdict(list)
    for row in TargetMilestone.objects.filter(target__in=_having(targets, "has_milestones")).order_by("day"):
        milestones[row.target_id].append(Milestone(row.day, row.value))
    bases = gather_bases(plan, targets) if any(target.base_year for target in targets) else {}
    return {
        codes[target.indicator_id]: Terms(
            pace=Pace(target.pace),
            points=tuple(points[target.pk]),
            bound=Bound(target.bound),
            programme=_programme_of(target),
            kind=Kind(target.kind),
            bounds=own_bounds(target, plan),
            is_countable=target.indicator.unit.is_countable and not Kind(target.kind).is_change,
            bases=bases.get(target.pk, {}),
            base_on=date(target.base_year, 12, 31) if target.base_year else None,
            milestones=tuple(milestones[target.pk]),
            season=target.season_shares,
        )
        for target in targets
    }


def _with_terms(plan: Plan) -> QuerySet[Target]:
    """Return targets with their programme, marked where they have points, milestones or changes: few have any."""
    has = {
        "has_points": Exists(PacePoint.objects.filter(target=OuterRef("pk"))),
        "has_milestones": Exists(TargetMilestone.objects.filter(target=OuterRef("pk"))),
        "has_changes": Exists(RuleChange.objects.filter(plan=OuterRef("plan"))),
    }
    return Target.objects.filter(plan=plan).select_related("programme").annotate(**has)


def _having(targets: Iterable[Target], mark: str) -> list[int]:
    return [target.pk for target in targets if getattr(target, mark)]


def _programme_of(target: Target) -> Programme | None:
    row: ProgrammeTarget | None = getattr(target, "programme", None)
    return None if row is None else Programme(row.starts_on, row.ends_on, row.value, row.done_before)


def own_bounds(target: Target, plan: Plan) -> Bounds | None:
    """Return a target's own bounds between levels, with the plan's band, or None where the plan's hold."""
    if target.level_two_below is None or target.level_one_below is None:
        return None
    return Bounds(target.level_two_below, target.level_one_below, GradedBy(target.graded_by), Decimal(plan.level_band))


def gather_bases(plan: Plan, targets: Iterable[Target]) -> dict[int, dict[str, Decimal]]:
    """Return base values by target and place; of a place's allocations the newest version's."""
    bases: dict[int, dict[str, Decimal]] = defaultdict(dict)
    shares = Allocation.objects.filter(version__target__plan=plan, unit=None, base_value__isnull=False)
    rows = shares.order_by("version__effective_from", "version__number")
    for share in rows.select_related("version", "region"):
        if share.base_value is not None:
            bases[share.version.target_id][share.region.code] = share.base_value
    for target in targets:
        if target.base_value is not None:
            bases[target.pk][plan.region.code] = target.base_value
    return bases
