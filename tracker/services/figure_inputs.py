"""Gathering a plan's book from the database: the inputs of its figures now, or as they were known at a moment."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, OuterRef, Subquery, Sum

from tracker.calculation.book import Book, Goal, Programme, Span, Terms
from tracker.calculation.cells import Coverage, Tally
from tracker.calculation.levels import Bounds
from tracker.calculation.pace import Pace, Point
from tracker.calculation.progress import Cells, Rule
from tracker.calculation.rollup import Rollup
from tracker.models import (
    Allocation,
    Entry,
    Indicator,
    IndicatorPart,
    ObligationCount,
    PacePoint,
    Period,
    Plan,
    ProgrammeTarget,
    Region,
    RegionTotal,
    Target,
    TargetVersion,
    ValueRevision,
)
from tracker.models.totals import MICRO

#: (indicator code, region code, period's primary key) -> (sum, how many units gave a value)
Leaves = Mapping[tuple[str, str, int], tuple[Decimal, int]]


def gather_book(period: Period, *, provisional: bool = False, as_of: datetime | None = None) -> Book:
    """Everything the figures of a plan at a period are reckoned from.

    Verified values; with `provisional` reported ones. With `as_of` the values and target versions known then,
    from the revisions; without, the maintained totals. The number of queries depends on neither.
    """
    plan = period.plan
    in_plan = list(Period.objects.filter(plan=plan, kind=period.kind).order_by("starts_on"))
    so_far = [one for one in in_plan if one.ends_on <= period.ends_on]
    this_year = {one.pk: one.code for one in so_far}
    last_year = _a_year_earlier(in_plan, period.kind)
    period_ids = [*this_year, *last_year]
    if as_of is None:
        leaves = _kept_leaves(period_ids, provisional=provisional)
    elif provisional:
        raise ValueError("only verified values are known as of a moment: drafts are nobody else's business")
    else:
        leaves = _leaves_known_at(period_ids, as_of)
    owed = _owed(period_ids, period.kind)
    rules = gather_rules()
    return Book(
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
        top=plan.region.code,
        paths=_paths(plan),
        periods=tuple(Span(one.code, one.starts_on, one.ends_on) for one in so_far),
        codes_in_plan=tuple(one.code for one in in_plan),
        bounds=Bounds(plan.level_two_below, plan.level_one_below),
        cells=Cells(rules, _tallies(leaves, owed, this_year)),
        last_year=Cells(rules, _tallies(leaves, owed, last_year)),
        goals=_goals(plan, as_of),
        terms=_terms(plan),
    )


def gather_rules() -> dict[str, Rule]:
    """How every indicator is reckoned, by code."""
    parts: dict[int, list[str]] = defaultdict(list)
    for whole, code in IndicatorPart.objects.order_by("position").values_list("whole_id", "part__code"):
        parts[whole].append(code)
    indicators = list(Indicator.objects.all())
    codes = {indicator.pk: indicator.code for indicator in indicators}
    return {
        indicator.code: Rule(
            over_periods=Rollup(indicator.over_periods),
            over_places=Rollup(indicator.over_places),
            parts=tuple(parts[indicator.pk]),
            numerator=codes.get(indicator.numerator_id or 0, ""),
            denominator=codes.get(indicator.denominator_id or 0, ""),
        )
        for indicator in indicators
    }


def _a_year_earlier(periods: list[Period], kind: str) -> dict[int, str]:
    """Periods of any plan a year before these, each under the code of the one it is compared with."""
    days = {one.starts_on.replace(year=one.starts_on.year - 1): one.code for one in periods}
    earlier = Period.objects.filter(kind=kind, starts_on__in=days)
    return {one.pk: days[one.starts_on] for one in earlier}


def _paths(plan: Plan) -> dict[str, str]:
    regions = Region.objects.filter(path__startswith=plan.region.path).order_by("path")
    return dict(regions.values_list("code", "path"))


def _kept_leaves(period_ids: list[int], *, provisional: bool) -> Leaves:
    which = "reported" if provisional else "verified"
    totals = RegionTotal.objects.filter(period__in=period_ids, **{f"{which}_count__gt": 0})
    rows = totals.values_list("indicator__code", "region__code", "period_id", f"{which}_micro", f"{which}_count")
    return {(code, place, pk): (Decimal(micro) / MICRO, number) for code, place, pk, micro, number in rows}


def _leaves_known_at(period_ids: list[int], moment: datetime) -> Leaves:
    known = ValueRevision.objects.filter(
        entry=OuterRef("pk"), kind=ValueRevision.Kind.VERIFIED, recorded_at__lte=moment
    ).order_by("-number")
    entries = Entry.objects.filter(unit_return__period__in=period_ids).order_by()
    rows = (
        entries.annotate(known=Subquery(known.values("value")[:1]))
        .filter(known__isnull=False)
        .values_list("indicator__code", "unit_return__unit__region__code", "unit_return__period_id")
        .annotate(total=Sum("known"), number=Count("pk"))
    )
    return {(code, place, pk): (total, number) for code, place, pk, total, number in rows}


def _owed(period_ids: list[int], kind: str) -> dict[tuple[str, str, int], int]:
    """How many units of a region owe an indicator for a period."""
    plans: dict[int, list[int]] = defaultdict(list)
    for pk, plan_id in Period.objects.filter(pk__in=period_ids).values_list("pk", "plan_id"):
        plans[plan_id].append(pk)
    counts = ObligationCount.objects.filter(plan__in=plans, frequency=kind, indicator__isnull=False)
    rows = counts.values_list("plan_id", "indicator__code", "region__code", "units")
    return {(code, place, pk): units for plan_id, code, place, units in rows for pk in plans[plan_id]}


def _tallies(
    leaves: Leaves, owed: Mapping[tuple[str, str, int], int], codes: Mapping[int, str]
) -> dict[tuple[str, str, str], Tally]:
    """The leaves of some periods by the code they go under; what is owed and not there is an empty cell."""
    tallies = {
        (code, place, codes[pk]): Tally(None, Coverage(0, units))
        for (code, place, pk), units in owed.items()
        if pk in codes
    }
    for (code, place, pk), (value, number) in leaves.items():
        if pk in codes:
            expected = max(owed.get((code, place, pk), 0), number)
            tallies[code, place, codes[pk]] = Tally(value, Coverage(number, expected))
    return tallies


def _goals(plan: Plan, as_of: datetime | None) -> dict[tuple[str, str], list[Goal]]:
    """Every version of every target, and its allocations to regions, in the order in which they take effect."""
    versions = TargetVersion.objects.filter(target__plan=plan).order_by("effective_from", "number")
    if as_of is not None:
        versions = versions.known_at(as_of)
    goals: dict[tuple[str, str], list[Goal]] = defaultdict(list)
    by_id: dict[int, tuple[str, TargetVersion]] = {}
    for version in versions.select_related("target__indicator"):
        indicator = version.target.indicator.code
        by_id[version.pk] = (indicator, version)
        goals[indicator, plan.region.code].append(Goal(version.effective_from, version.value))
    allocations = Allocation.objects.filter(version__in=by_id, unit=None).select_related("region")
    for allocation in allocations.order_by("version__effective_from", "version__number"):
        indicator, version = by_id[allocation.version_id]
        goals[indicator, allocation.region.code].append(Goal(version.effective_from, allocation.value))
    return dict(goals)


def _terms(plan: Plan) -> dict[str, Terms]:
    points: dict[int, list[Point]] = defaultdict(list)
    for point in PacePoint.objects.filter(target__plan=plan).order_by("day"):
        points[point.target_id].append(Point(point.day, point.share / 100))
    programmes = {
        row.target_id: Programme(row.starts_on, row.ends_on, row.value, row.done_before)
        for row in ProgrammeTarget.objects.filter(target__plan=plan)
    }
    return {
        target.indicator.code: Terms(
            pace=Pace(target.pace),
            points=tuple(points[target.pk]),
            is_graded=target.is_graded,
            programme=programmes.get(target.pk),
        )
        for target in Target.objects.filter(plan=plan).select_related("indicator")
    }
