"""What figures are judged by: each indicator's rules, and a plan's goals and terms."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from tracker.calculation.book import Goal, Programme, Terms
from tracker.calculation.pace import Pace, Point
from tracker.calculation.progress import Rule
from tracker.calculation.rollup import Rollup
from tracker.models import Allocation, Indicator, IndicatorPart, PacePoint, Plan, ProgrammeTarget, Target, TargetVersion


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


def gather_goals(plan: Plan, codes: Mapping[int, str], as_of: datetime | None) -> dict[tuple[str, str], list[Goal]]:
    """Every version of every target, and its allocations to regions, in the order in which they take effect."""
    versions = TargetVersion.objects.filter(target__plan=plan).order_by("effective_from", "number")
    if as_of is not None:
        versions = versions.known_at(as_of)
    goals: dict[tuple[str, str], list[Goal]] = defaultdict(list)
    by_id: dict[int, tuple[str, date]] = {}
    for pk, indicator, day, value in versions.values_list("pk", "target__indicator_id", "effective_from", "value"):
        by_id[pk] = (codes[indicator], day)
        goals[codes[indicator], plan.region.code].append(Goal(day, value))
    shares = Allocation.objects.filter(version__target__plan=plan, unit=None)
    rows = shares.order_by("version__effective_from", "version__number")
    for pk, region, value in rows.values_list("version_id", "region__code", "value"):
        if pk in by_id:
            indicator_code, day = by_id[pk]
            goals[indicator_code, region].append(Goal(day, value))
    return dict(goals)


def gather_terms(plan: Plan, codes: Mapping[int, str]) -> dict[str, Terms]:
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
            is_graded=target.is_graded,
            programme=programmes.get(target.pk),
        )
        for target in Target.objects.filter(plan=plan)
    }
