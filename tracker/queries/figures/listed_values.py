"""The values of figures that are counted from lists: what `CountChange` adds up to, period by period.

They take the place of typed values: an indicator with a rule has no others. Verified and reported values are the
same, since only verified steps are counted.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import accumulate

from django.db.models import Min, Sum
from django.utils import timezone

from tracker.calculation.rollup import SUMS, Rollup
from tracker.models import CountChange, ListMember, ListRule, Period, Plan
from tracker.models.quantity import MICRO
from tracker.queries.figures.values import Amount

#: The sums of a rule in a region, by day.
Daily = Mapping[tuple[int, int], Sequence[tuple[date, int]]]


@dataclass(frozen=True)
class ListedRule:
    """A rule by the indicator that it gives the values of, in one plan."""

    pk: int
    plan_id: int
    indicator_id: int
    project_list_id: int
    adds_up: bool


@dataclass(frozen=True)
class ListedPeriod:
    """A period of a plan with its days; `opens` is the first day that its plan counts from, None for any before it."""

    pk: int
    plan_id: int
    starts_on: date | None
    ends_on: date


def load_rules(rollups: Mapping[int, Rollup], *, as_of: datetime | None = None) -> dict[tuple[int, int], ListedRule]:
    """Return the rules of all plans by plan and indicator; with `as_of` those that there were then."""
    rows = ListRule.objects.order_by()
    if as_of is not None:
        rows = rows.filter(recorded_at__lte=as_of)
    return {
        (plan, indicator): ListedRule(pk, plan, indicator, listed, rollups[indicator] in SUMS)
        for pk, plan, indicator, listed in rows.values_list("pk", "plan_id", "indicator_id", "project_list_id")
    }


def with_days(periods: Collection[int], *, as_of: datetime | None = None) -> list[ListedPeriod]:
    """Return periods with the days they count: the first of a plan counts whatever happened before it, too.

    A period that has not begun is not there: its count is not known. Without `as_of`, by the day that the plan shows as
    today.
    """
    rows = [
        one
        for one in Period.objects.filter(pk__in=periods).select_related("plan")
        if one.starts_on <= _shown_day(one.plan, as_of)
    ]
    return [
        ListedPeriod(one.pk, one.plan_id, None if one.starts_on <= one.plan.starts_on else one.starts_on, one.ends_on)
        for one in rows
    ]


def listed_values(
    rules: Collection[ListedRule], periods: Iterable[ListedPeriod], *, as_of: datetime | None = None
) -> dict[tuple[int, int, int], Amount]:
    """Return the value of each rule by indicator, region and period.

    A figure that adds up over periods gets the change within the period, any other the count at its end. A region has
    a value, if only 0, from the period on in which its first member came onto the list.
    """
    if not rules:
        return {}
    daily, since = _daily(rules, as_of), _since(rules)
    listed = list(periods)
    found: dict[tuple[int, int, int], Amount] = {}
    for rule in rules:
        regions = since.get(rule.project_list_id, {})
        for region in regions.keys() | {region for one, region in daily if one == rule.pk}:
            rows = daily.get((rule.pk, region), ())
            begins = min([*([regions[region]] if region in regions else []), *(day for day, _micro in rows)])
            days, sums = [day for day, _micro in rows], [0, *accumulate(micro for _day, micro in rows)]
            for period in listed:
                if period.plan_id == rule.plan_id and begins <= period.ends_on:
                    first = period.starts_on if rule.adds_up else None
                    before = sums[bisect_left(days, first)] if first else 0
                    micro = sums[bisect_right(days, period.ends_on)] - before
                    found[rule.indicator_id, region, period.pk] = Amount(Decimal(micro) / MICRO, 1, 1)
    return found


def sums_to_date(rules: Collection[ListedRule], periods: Sequence[ListedPeriod]) -> dict[tuple[int, int], Amount]:
    """Return what each rule that adds up comes to over these periods, by indicator and region."""
    sums: dict[tuple[int, int], Amount] = {}
    for (indicator, region, _period), amount in listed_values([one for one in rules if one.adds_up], periods).items():
        sums[indicator, region] = sums.get((indicator, region), Amount()).plus(amount)
    return sums


def _shown_day(plan: Plan, as_of: datetime | None) -> date:
    if as_of is None and plan.demonstration_day:
        return plan.demonstration_day
    return timezone.localdate(as_of, plan.zone)


def _daily(rules: Collection[ListedRule], as_of: datetime | None) -> Daily:
    rows = (
        CountChange.objects.filter(rule__in=[rule.pk for rule in rules])
        .known_at(as_of)
        .values_list("rule_id", "region_id", "day")
        .annotate(total=Sum("micro"))
        .order_by("day")
    )
    found: dict[tuple[int, int], list[tuple[date, int]]] = defaultdict(list)
    for rule, region, day, micro in rows:
        found[rule, region].append((day, micro))
    return found


def _since(rules: Collection[ListedRule]) -> dict[int, dict[int, date]]:
    """Return by list and region from when on there are members."""
    rows = ListMember.objects.filter(project_list__in={rule.project_list_id for rule in rules}).order_by()
    found: dict[int, dict[int, date]] = defaultdict(dict)
    for listed, region, begins in rows.values_list("project_list_id", "project__region_id").annotate(
        first=Min("begins")
    ):
        found[listed][region] = begins
    return found
