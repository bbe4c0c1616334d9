"""The newest period of a target that is reported at another frequency than the period that a page shows."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from tracker.models import Indicator, Obligation, Period
from tracker.models.period import PeriodQuerySet
from tracker.queries.figures.evaluation_rules import with_what_they_rest_on
from tracker.queries.figures.plan_inputs import PlanInputs
from tracker.queries.figures.reporting_periods import KINDS


def own_periods(period: Period, indicators: Iterable[Indicator], inputs: PlanInputs | None = None) -> dict[int, Period]:
    """Return, by indicator, the newest period of those that nobody reports for periods of the kind of `period`.

    An indicator is reported at the frequencies of the obligations on it, or on what it is calculated from.
    """
    if inputs is not None and inputs.reports_only(period.kind):
        return {}
    others = Obligation.objects.filter(plan=period.plan_id, frequency__in=[one for one in KINDS if one != period.kind])
    if not others.exists():  # of hundreds of thousands of one kind none is read
        return {}
    frequencies = _frequencies(period)
    if all(period.kind in kinds for kinds in frequencies.values()):
        return {}
    inputs = inputs or PlanInputs(period.plan)
    own: dict[int, Period] = {}
    for indicator in indicators:
        rests_on = with_what_they_rest_on([indicator.code], inputs.rules)
        kinds = set().union(*(frequencies.get(code, set()) for code in rests_on))
        if not kinds or period.kind in kinds:
            continue
        newest = inputs.newest_period(min(kinds, key=KINDS.index), period.ends_on)
        if newest is not None:
            own[indicator.pk] = newest
    return own


def own_period(period: Period, indicator: Indicator, inputs: PlanInputs | None = None) -> Period:
    """Return the period at which one indicator is shown where a page shows `period`."""
    return own_periods(period, [indicator], inputs).get(indicator.pk, period)


def newest_periods(period: Period, inputs: PlanInputs | None = None) -> list[Period]:
    """Return a period and, of each other kind that the plan has, the newest one that ends no later."""
    inputs = inputs or PlanInputs(period.plan)
    found = [inputs.newest_period(kind, period.ends_on) for kind in inputs.kinds if kind != period.kind]
    return [period, *(one for one in found if one is not None and one.ends_on <= period.ends_on)]


def periods_behind(period: Period) -> PeriodQuerySet:
    """Return the periods behind the figures at `period`: those of its kind, and of each other kind up to its newest."""
    found = Period.objects.until(period)
    for other in newest_periods(period)[1:]:
        found |= Period.objects.until(other)
    return found


def _frequencies(period: Period) -> Mapping[str, set[str]]:
    """Return the frequencies of the obligations in force in a period, by indicator."""
    rows = Obligation.objects.covering(period).order_by().values_list("indicator__code", "frequency").distinct()
    frequencies: dict[str, set[str]] = defaultdict(set)
    for code, frequency in rows:
        frequencies[code].add(frequency)
    return frequencies
