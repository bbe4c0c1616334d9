"""What a person is told first: which plan and month, where it stands in a region, and who has not reported."""

from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef

from tracker.calculation.cells import Coverage
from tracker.calculation.levels import Level
from tracker.calculation.periods import SHANGHAI
from tracker.models import ExpectedReturn, Obligation, Period, Plan, Region, ReportingUnit, Return
from tracker.models.access import Scope
from tracker.queries.figures.figures import RegionProgress

#: So many months may be coming in at once before an older one is shown.
MOST_COMING_IN = 3


@dataclass(frozen=True)
class Finding:
    """The overall finding: how many of the graded targets stand at which level, on which units' word."""

    units: Coverage
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
    plans = list(Plan.objects.select_related("region"))
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


def current_period(plan: Plan, day: date) -> Period | None:
    """Return the month to show first: the newest with verified returns that is complete or past its deadline.

    While one is coming in, its figures are provisional. Without such a month it is the newest with a verified return,
    else the last one that has ended, else the first.
    """
    months = plan.periods.filter(kind=Period.Kind.MONTH).select_related("plan__region")
    completed = months.filter(ends_on__lt=day).order_by("-ends_on")
    verified = Return.objects.filter(period=OuterRef("pk"), state=Return.State.VERIFIED)
    with_verified = completed.filter(Exists(verified))
    settled = (month for month in with_verified[:MOST_COMING_IN] if is_settled(month, day))
    return next(settled, None) or with_verified.first() or completed.first() or months.order_by("starts_on").first()


def is_settled(period: Period, day: date) -> bool:
    """Return True if the deadline of a period has passed, or every return that is expected for it is verified."""
    if day >= period.due_at.astimezone(SHANGHAI).date():
        return True
    found = outstanding(period, period.plan.region)
    return not (found.not_submitted or found.sent_back or found.not_verified)


def coming_in(period: Period, day: date) -> Period | None:
    """Return the newest month after this one that has verified returns and is neither complete nor overdue."""
    verified = Return.objects.filter(period=OuterRef("pk"), state=Return.State.VERIFIED)
    later = Period.objects.filter(plan=period.plan_id, kind=period.kind, starts_on__gt=period.ends_on)
    found = later.filter(Exists(verified), starts_on__lte=day).select_related("plan__region").order_by("-starts_on")
    newest = found.first()
    return newest if newest and not is_settled(newest, day) else None


def regions_within(plan: Plan, scope: Scope) -> list[Region]:
    """The plan's own region and those right below it, as far as the scope covers them; the widest first."""
    regions = [plan.region, *plan.region.children.order_by("path")]
    return [region for region in regions if scope.covers_region(region)]


def finding(standings: Sequence[RegionProgress], units: Coverage) -> Finding:
    """Sum up where the graded targets stand."""
    graded = [row for row in standings if row.target.is_graded]
    levels = Counter(row.level for row in graded)
    provisional = sum(row.standing.is_provisional for row in graded)
    return Finding(units, len(graded), levels[None], levels[Level.I], levels[Level.II], levels[Level.III], provisional)


def outstanding(period: Period, region: Region) -> Outstanding:
    """Return which units of a region are to submit a return for the period and are not verified yet."""
    expected = ExpectedReturn.objects.filter(period=period).within(region)
    # Thousands may be verified: they are not read.
    rest = expected.exclude(unit_return__state=Return.State.VERIFIED).with_names()
    by_state: dict[str, list[ReportingUnit]] = {state: [] for state in Return.State.values}
    for row in rest.order_by("unit__region__path", "unit__code"):
        by_state[row.state].append(row.unit)
    return Outstanding(
        not_submitted=by_state[Return.State.DRAFT],
        sent_back=by_state[Return.State.SENT_BACK],
        not_verified=by_state[Return.State.SUBMITTED],
    )
