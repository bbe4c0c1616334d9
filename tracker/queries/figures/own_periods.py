"""The newest period of a target that is reported at another frequency than the period that a page shows."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from django.db.models import Exists, OuterRef

from tracker.models import Indicator, Obligation, Period, Plan, Return
from tracker.models.period import PeriodQuerySet
from tracker.queries.figures.evaluation_rules import gather_rules, with_what_they_rest_on

#: The kinds of periods, the shortest first.
KINDS = [kind.value for kind in Period.Kind]


def kinds_of(plan: Plan) -> list[str]:
    """Return the kinds of periods for which the plan's units report, the shortest first; months if there are none."""
    reported = Exists(Return.objects.filter(period=OuterRef("pk")))
    found = {
        *plan.obligations.order_by().values_list("frequency", flat=True).distinct(),
        *plan.periods.filter(reported).order_by().values_list("kind", flat=True).distinct(),
    }
    return [kind for kind in KINDS if kind in found] or [Period.Kind.MONTH.value]


def main_kind(plan: Plan) -> str:
    """Return the kind of period by which a plan is shown first: months where there are any, else the shortest kind."""
    kinds = kinds_of(plan)
    return Period.Kind.MONTH.value if Period.Kind.MONTH in kinds else kinds[0]


def newest_period(plan: Plan, kind: str, day: date) -> Period | None:
    """Return the last period of a kind that ends on or before a day, else the plan's first of this kind."""
    periods = Period.objects.filter(plan=plan, kind=kind).select_related("plan__region")
    return periods.filter(ends_on__lte=day).order_by("-ends_on").first() or periods.order_by("ends_on").first()


def own_periods(period: Period, indicators: Iterable[Indicator]) -> dict[int, Period]:
    """Return, by indicator, the newest period of those that nobody reports for periods of the kind of `period`.

    An indicator is reported at the frequencies of the obligations on it, or on what it is calculated from.
    """
    frequencies = _frequencies(period)
    if all(period.kind in kinds for kinds in frequencies.values()):
        return {}
    rules = gather_rules(Indicator.objects.all())
    found: dict[str, Period | None] = {}
    own: dict[int, Period] = {}
    for indicator in indicators:
        rests_on = with_what_they_rest_on([indicator.code], rules)
        kinds = set().union(*(frequencies.get(code, set()) for code in rests_on))
        if not kinds or period.kind in kinds:
            continue
        kind = min(kinds, key=KINDS.index)
        if kind not in found:
            found[kind] = newest_period(period.plan, kind, period.ends_on)
        newest = found[kind]
        if newest is not None:
            own[indicator.pk] = newest
    return own


def own_period(period: Period, indicator: Indicator) -> Period:
    """Return the period at which one indicator is shown where a page shows `period`."""
    return own_periods(period, [indicator]).get(indicator.pk, period)


def newest_periods(period: Period) -> list[Period]:
    """Return a period and, of each other kind that the plan has, the newest one that ends no later."""
    others = [kind for kind in kinds_of(period.plan) if kind != period.kind]
    found = [newest_period(period.plan, kind, period.ends_on) for kind in others]
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
