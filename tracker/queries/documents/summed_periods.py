"""Documents on a quarter, a half-year or a year of a plan whose units report for shorter periods.

Such a document is counted from the shorter periods: its own figures are those of all of them together, and what has
accrued, is due and is graded is as at the end of the last one.
"""

from collections.abc import Sequence
from dataclasses import replace

from tracker.calculation.cells import Coverage
from tracker.calculation.figure_inputs import FigureInputs
from tracker.models import Period, Plan, Region
from tracker.queries.figures.figure_inputs import load_figure_inputs
from tracker.queries.figures.reporting_periods import KINDS, first_kind, kinds_of
from tracker.queries.figures.values import returns_there

#: The kinds of periods whose documents are summed from shorter periods where no return is due for them.
SUMMED = (Period.Kind.QUARTER.value, Period.Kind.HALF_YEAR.value, Period.Kind.YEAR.value)


def summed_periods(plan: Plan, kinds: Sequence[str]) -> list[Period]:
    """Return the periods that are counted from shorter ones, `kinds` being those that units report for.

    One that no document has been made on yet is not stored.
    """
    reported = KINDS.index(first_kind(kinds))
    wanted = [kind for kind in SUMMED if kind not in kinds and KINDS.index(kind) > reported]
    stored = {one.code: one for one in plan.periods.filter(kind__in=wanted)}
    return [
        stored.get(span.code)
        or Period(plan=plan, kind=kind, code=span.code, starts_on=span.first_day, ends_on=span.last_day)
        for kind in wanted
        for span in plan.spans(Period.Kind(kind), plan.starts_on, plan.ends_on)
    ]


def periods_within(period: Period) -> list[Period]:
    """Return the shorter periods that a document on a period is counted from; empty where units report for it."""
    kinds = kinds_of(period.plan)
    base = first_kind(kinds)
    if period.kind in kinds or period.kind not in SUMMED or KINDS.index(base) >= KINDS.index(period.kind):
        return []
    return _of_kind_within(period, base)


def periods_to_sum(period: Period, kind: str) -> list[Period]:
    """Return the periods of a kind that a document on a period adds up for what is reported for periods of that kind.

    Empty for a kind that is no shorter: of it the newest period counts.
    """
    is_shorter = KINDS.index(kind) < KINDS.index(period.kind)
    return _of_kind_within(period, kind) if is_shorter and period.kind in SUMMED else []


def _of_kind_within(period: Period, kind: str) -> list[Period]:
    within = {"starts_on__gte": period.starts_on, "ends_on__lte": period.ends_on}
    found = list(Period.objects.filter(plan=period.plan, kind=kind, **within).order_by("starts_on"))
    for one in found:
        one.plan = period.plan
    return found


def load_summed_inputs(within: Sequence[Period]) -> FigureInputs:
    """Return the inputs of a document that is counted from these periods."""
    book = load_figure_inputs(within[-1], same_units=True)
    return replace(book, width=len(within), units=_units(within))


def _units(within: Sequence[Period]) -> dict[str, Coverage]:
    """Return how many of the returns for these periods count, by region."""
    found: dict[int, Coverage] = {}
    for period in within:
        counts = returns_there(period, provisional=False)
        for region, expected in counts.expected.items():
            found[region] = found.get(region, Coverage()) + Coverage(counts.there.get(region, 0), expected)
    codes = dict(Region.objects.filter(pk__in=found).values_list("pk", "code"))
    return {codes[region]: coverage for region, coverage in found.items()}
