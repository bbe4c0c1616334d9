"""The kinds of periods for which a plan's units report, and its periods of each."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BooleanField, Case, Exists, OuterRef, Q, Value, When

from tracker.calculation.deadlines import end_of
from tracker.models import ExpectedReturn, Obligation, Period, Plan, Return

#: The kinds of periods, the shortest first.
KINDS = [kind.value for kind in Period.Kind]


@dataclass(frozen=True)
class ReportingPeriods:
    """A plan's periods of any kind in the order in which they end, and the kinds for which its units report.

    `verified` are the primary keys of those with verified returns, `open` of those that are neither complete nor
    past their deadline.
    """

    kinds: Sequence[str]
    periods: Sequence[Period]
    verified: Set[int] = frozenset()
    open: Set[int] = frozenset()

    def of(self, kind: str) -> list[Period]:
        """Return the periods of a kind, in their order."""
        return sorted((one for one in self.periods if one.kind == kind), key=lambda one: one.starts_on)

    @property
    def reported(self) -> list[Period]:
        """The periods of the kinds for which units report."""
        return [period for period in self.periods if period.kind in self.kinds]

    @property
    def main_kind(self) -> str:
        """The kind of period by which the plan is shown first."""
        return first_kind(self.kinds)


def load_reporting_periods(plan: Plan, day: date) -> ReportingPeriods:
    """Return a plan's periods, read at once, with the kinds that its units report for: months if there are none.

    Whether a period is complete is asked only before its deadline: later there may be thousands of returns.
    """
    returns = Return.objects.filter(period=OuterRef("pk"))
    expected = ExpectedReturn.objects.filter(period=OuterRef("pk")).order_by()
    is_obliged = Exists(Obligation.objects.filter(plan=OuterRef("plan"), frequency=OuterRef("kind")))
    is_incomplete = Exists(expected.exclude(unit_return__state=Return.State.VERIFIED))
    is_open = Q(due_at__gte=end_of(day, plan.zone)) & Q(is_incomplete)
    rows: Any = Period.objects.filter(plan=plan).annotate(
        is_reported=Exists(returns) | is_obliged,
        has_verified=Exists(returns.filter(state=Return.State.VERIFIED)),
        is_open=Case(When(is_open, then=Value(True)), default=Value(False), output_field=BooleanField()),
    )
    periods: list[Period] = list(rows.order_by("ends_on", "-starts_on"))
    for period in periods:
        period.plan = plan
    return ReportingPeriods(
        _ordered({one.kind for one in _marked(periods, "is_reported")}),
        periods,
        frozenset(one.pk for one in _marked(periods, "has_verified")),
        frozenset(one.pk for one in _marked(periods, "is_open")),
    )


def _marked(periods: Sequence[Period], mark: str) -> list[Period]:
    return [period for period in periods if getattr(period, mark)]


def kinds_of(plan: Plan) -> list[str]:
    """Return the kinds of periods for which the plan's units report, the shortest first; months if there are none."""
    reported = Exists(Return.objects.filter(period=OuterRef("pk")))
    obliged = plan.obligations.order_by().values_list("frequency", flat=True).distinct()
    returned = plan.periods.filter(reported).order_by().values_list("kind", flat=True).distinct()
    return _ordered({*obliged, *returned})


def main_kind(plan: Plan) -> str:
    """Return the kind of period by which a plan is shown first: months where there are any, else the shortest kind."""
    return first_kind(kinds_of(plan))


def first_kind(kinds: Sequence[str]) -> str:
    """Return the kind to show first, of kinds in their order."""
    return Period.Kind.MONTH.value if Period.Kind.MONTH in kinds else kinds[0]


def _ordered(kinds: set[str]) -> list[str]:
    return [kind for kind in KINDS if kind in kinds] or [Period.Kind.MONTH.value]
