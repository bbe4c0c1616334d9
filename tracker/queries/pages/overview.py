"""What a person is told first: which plan and month, where it stands in a region, and who has not reported."""

from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from tracker.calculation.cells import Coverage
from tracker.calculation.levels import Level
from tracker.models import ExpectedReturn, Obligation, Period, Plan, Region, ReportingUnit, Return
from tracker.models.access import Scope
from tracker.models.earlier import name_units, tree_on
from tracker.queries.figures.figures import RegionProgress
from tracker.queries.figures.reporting_periods import ReportingPeriods, load_reporting_periods
from tracker.queries.plans.demonstration import marking_demonstrations


@dataclass(frozen=True)
class OverviewFinding:
    """The overall finding: how many of the graded targets stand at which level, on which returns."""

    returns: Sequence[tuple[Period, Coverage]]
    graded: int
    without_data: int
    level_one: int
    level_two: int
    level_three: int
    provisional: int = 0


@dataclass(frozen=True)
class Outstanding:
    """The units whose figures are not yet in a period's total, by what they wait for."""

    not_submitted: Sequence[ReportingUnit]
    sent_back: Sequence[ReportingUnit]
    not_verified: Sequence[ReportingUnit]


def plans_within(scope: Scope) -> list[Plan]:
    """Return the plans that a scope reaches into, the newest first; all of them for a scope that is empty.

    A plan is reached through its region, a region above or below it, or a unit that reports for it.
    """
    plans = list(marking_demonstrations(Plan.objects.select_related("region")))
    if scope.everywhere or not scope.is_somewhere:
        return plans
    units = scope.in_any_plan().unit_ids
    reporting = set(Obligation.objects.filter(unit__in=units).order_by().values_list("plan_id", "unit_id"))
    return [plan for plan in plans if _reaches(scope.in_plan(plan.pk), plan, reporting)]


def _reaches(scope: Scope, plan: Plan, reporting: Set[tuple[int, int]]) -> bool:
    whole = plan.region.path
    if any(path.startswith(whole) or whole.startswith(path) for path in scope.paths):
        return True
    return any((plan.pk, unit_id) in reporting for unit_id in scope.unit_ids)


def current_plan(plans: Sequence[Plan], day: date) -> Plan | None:
    """Return the plan to show first: the newest that has begun, else the next to begin."""
    begun = [plan for plan in plans if plan.starts_on <= day]
    if begun:
        return min(begun, key=lambda plan: (-plan.starts_on.toordinal(), plan.code))
    return min(plans, key=lambda plan: plan.starts_on, default=None)


def current_period(plan: Plan, day: date, reporting: ReportingPeriods | None = None) -> Period | None:
    """Return the period to show first: the newest with verified returns that is complete or past its deadline.

    It is a month where the plan has months. While one is coming in, its figures are provisional. Without such a
    period it is the newest with a verified return, else the last one that has ended, else the first.
    """
    reporting = reporting or load_reporting_periods(plan, day)
    months = reporting.of(reporting.main_kind)
    ended = [month for month in months if month.ends_on < day]
    if not ended:
        return next(iter(months), None)
    verified = [month for month in ended if month.pk in reporting.verified]
    settled = [month for month in verified if month.pk not in reporting.open]
    return (settled or verified or ended)[-1]


def coming_in(period: Period, day: date, reporting: ReportingPeriods) -> Period | None:
    """Return the newest period after this one that has verified returns and is neither complete nor overdue."""
    later = [one for one in reporting.of(period.kind) if period.ends_on < one.starts_on <= day]
    found = [one for one in later if one.pk in reporting.verified and one.pk in reporting.open]
    return found[-1] if found else None


def regions_within(plan: Plan, scope: Scope, named: str = "", *, day: date) -> list[Region]:
    """Return the widest regions of a plan that a scope covers, and those right below each, the widest first.

    Around the region `named` by its code there are also those right below it, and those above it. They are named and
    lie as on a day, without those closed by then. Rights hold as the tree is now.
    """
    if plan.region.has_changed_since(day):
        return regions_among(tree_on(plan.region, day).regions, scope, named, day=day)
    roots = _widest(plan, scope)
    tree = Region.objects.filter(scope.as_filter("path"), path__startswith=plan.region.path)
    below = Q(pk__in=Region.objects.open_on(day).order_by()) & (Q(parent__path__in=roots) | Q(parent__code=named))
    found = list(tree.filter(below | Q(path__in=roots) | Q(code=named)).order_by("path"))
    chosen = next((region for region in found if region.code == named), None)
    between = set(chosen.paths_above) - {region.path for region in found} if chosen else set()
    above = list(tree.filter(path__in=between)) if between else []
    return sorted([*found, *above], key=lambda region: region.path)


def regions_among(regions: Sequence[Region], scope: Scope, named: str = "", *, day: date) -> list[Region]:
    """Return what `regions_within` does, of all regions of the plan as they were on the day."""
    covered = {one.pk: one for one in regions if scope.covers_region(one)}
    roots = {one.pk for one in covered.values() if one.parent_id not in covered}
    chosen = next((one for one in covered.values() if one.code == named), None)
    shown = {chosen.pk} if chosen else set()
    around = roots | shown
    while chosen is not None:
        shown.add(chosen.pk)
        chosen = covered.get(chosen.parent_id or 0)
    shown |= roots
    shown |= {one.pk for one in covered.values() if one.parent_id in around and not one.is_closed_on(day)}
    return [one for one in regions if one.pk in shown]


def _widest(plan: Plan, scope: Scope) -> list[str]:
    """Return the paths of the plan's widest regions that a scope covers."""
    top = plan.region.path
    if scope.covers_region(plan.region):
        return [top]
    inside = sorted(path for path in scope.paths if path.startswith(top))
    return [path for path in inside if not any(path != other and path.startswith(other) for other in inside)]


def is_closed(plan: Plan, scope: Scope, named: str, regions: Sequence[Region] | None = None) -> bool:
    """Return True if a code names a region of the plan that a scope does not cover.

    `regions` are those of the plan that are read already.
    """
    found = next((region for region in regions or () if region.code == named), None)
    if found is None and named:
        found = Region.objects.filter(code=named, path__startswith=plan.region.path).first()
    return found is not None and not scope.covers_region(found)


def finding(standings: Sequence[RegionProgress], returns: Sequence[tuple[Period, Coverage]]) -> OverviewFinding:
    """Sum up where the graded targets stand."""
    graded = [row for row in standings if row.target.is_graded]
    levels = Counter(row.level for row in graded)
    provisional = sum(row.standing.is_provisional and row.level is not None for row in graded)
    return OverviewFinding(
        returns, len(graded), levels[None], levels[Level.I], levels[Level.II], levels[Level.III], provisional
    )


def outstanding(period: Period, region: Region) -> Outstanding:
    """Return which units of a region are to submit a return for the period and are not verified yet."""
    expected = ExpectedReturn.objects.filter(period=period).within_at(region, period)
    # Thousands may be verified: they are not read.
    rest = expected.exclude(unit_return__state=Return.State.VERIFIED).select_related("unit__region", "unit_return")
    by_state: dict[str, list[ReportingUnit]] = {state: [] for state in Return.State.values}
    rows = list(rest.order_by("unit__region__path", "unit__code"))
    name_units((row.unit for row in rows), period.ends_on)
    for row in rows:
        by_state[row.state].append(row.unit)
    return Outstanding(
        not_submitted=by_state[Return.State.DRAFT],
        sent_back=by_state[Return.State.SENT_BACK],
        not_verified=by_state[Return.State.SUBMITTED],
    )
