"""The values of figures that are counted from lists: what `CountChange` adds up to, period by period.

They take the place of typed values: an indicator with a rule has no others. Verified and reported values are the
same, since only verified steps are counted.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import accumulate

from django.db.models import BigIntegerField, Min, Sum, Value
from django.utils import timezone
from django.utils.functional import cached_property

from tracker.calculation.rollup import SUMS, Rollup
from tracker.models import CountChange, ListMember, ListRule, Period, Plan
from tracker.models.quantity import MICRO
from tracker.queries.figures.values import Amount

#: The sums of a rule in a region, by day.
Daily = Mapping[tuple[int, int], Sequence[tuple[date, int]]]
#: From when on a list has members in a region, by list and region.
Since = Mapping[int, Mapping[int, date]]


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


class ListedCounts:
    """The counts behind rules, read once for all books of a page, a document or a mail.

    With `as_of` those known at that moment. `periods` are those of one plan where they are read already.
    """

    def __init__(
        self,
        rules: Mapping[tuple[int, int], ListedRule],
        *,
        as_of: datetime | None = None,
        periods: Sequence[Period] = (),
    ) -> None:
        self.rules = rules
        self.as_of = as_of
        self._given = periods
        self._known: dict[tuple[frozenset[int], frozenset[int]], dict[tuple[int, int, int], Amount]] = {}

    def values(self, rules: Collection[ListedRule], periods: Collection[int]) -> dict[tuple[int, int, int], Amount]:
        """Return the value of each of these rules by indicator, region and period.

        A figure that adds up over periods gets the change within the period, any other the count at its end. A region
        has a value, if only 0, from the period on in which its first member came onto the list.
        """
        if not rules:
            return {}
        asked = frozenset(one.pk for one in rules), frozenset(periods)
        if asked not in self._known:
            self._known[asked] = self._values(rules, periods)
        return self._known[asked]

    def _values(self, rules: Collection[ListedRule], periods: Collection[int]) -> dict[tuple[int, int, int], Amount]:
        wanted = set(periods)
        listed = [one for one in self._periods if one.pk in wanted]
        found: dict[tuple[int, int, int], Amount] = {}
        for rule in rules:
            regions = self._since.get(rule.project_list_id, {})
            for region in regions.keys() | {region for one, region in self._daily if one == rule.pk}:
                rows = self._daily.get((rule.pk, region), ())
                begins = min([*([regions[region]] if region in regions else []), *(day for day, _micro in rows)])
                days, sums = [day for day, _micro in rows], [0, *accumulate(micro for _day, micro in rows)]
                for period in listed:
                    if period.plan_id == rule.plan_id and begins <= period.ends_on:
                        first = period.starts_on if rule.adds_up else None
                        before = sums[bisect_left(days, first)] if first else 0
                        micro = sums[bisect_right(days, period.ends_on)] - before
                        found[rule.indicator_id, region, period.pk] = Amount(Decimal(micro) / MICRO, 1, 1)
        return found

    def sums_to_date(self, rules: Collection[ListedRule], periods: Collection[int]) -> dict[tuple[int, int], Amount]:
        """Return what each rule that adds up comes to over these periods, by indicator and region."""
        sums: dict[tuple[int, int], Amount] = {}
        for (indicator, region, _period), amount in self.values([one for one in rules if one.adds_up], periods).items():
            sums[indicator, region] = sums.get((indicator, region), Amount()).plus(amount)
        return sums

    @cached_property
    def plan_of(self) -> dict[int, int]:
        """Return the plan of each period of the plans with rules."""
        return {one.pk: one.plan_id for one in self._rows}

    @cached_property
    def _periods(self) -> list[ListedPeriod]:
        """Return the periods that have begun, with the days they count.

        The first of a plan counts what was before it, too. A period to come is left out, since its count is not known;
        without `as_of`, by the day that the plan shows as today.
        """
        return [
            ListedPeriod(
                one.pk, one.plan_id, None if one.starts_on <= one.plan.starts_on else one.starts_on, one.ends_on
            )
            for one in self._rows
            if one.starts_on <= _shown_day(one.plan, self.as_of)
        ]

    @cached_property
    def _rows(self) -> list[Period]:
        plans = {plan for plan, _indicator in self.rules}
        given = [one for one in self._given if one.plan_id in plans]
        others = plans - {one.plan_id for one in given}
        return [*given, *Period.objects.filter(plan__in=others).select_related("plan").order_by()]

    @property
    def _daily(self) -> Daily:
        return self._read[0]

    @property
    def _since(self) -> Since:
        return self._read[1]

    @cached_property
    def _read(self) -> tuple[Daily, Since]:
        return _read(self.rules.values(), self.as_of)


def _shown_day(plan: Plan, as_of: datetime | None) -> date:
    if as_of is None and plan.demonstration_day:
        return plan.demonstration_day
    return timezone.localdate(as_of, plan.zone)


def _read(rules: Collection[ListedRule], as_of: datetime | None) -> tuple[Daily, Since]:
    """Return the changes of each rule by day, and since when its list has members in a region, asked for at once."""
    changes = CountChange.objects.filter(rule__in=[rule.pk for rule in rules]).known_at(as_of).order_by()
    members = ListMember.objects.filter(project_list__in={rule.project_list_id for rule in rules}).order_by()
    by_day = changes.values("rule_id", "region_id", "day").annotate(total=Sum("micro"), of_list=Value(0))
    first = members.values("project_list_id", "project__region_id").annotate(
        day=Min("begins"), total=Value(0, BigIntegerField()), of_list=Value(1)
    )
    rows = by_day.values_list("rule_id", "region_id", "day", "total", "of_list").union(
        first.values_list("project_list_id", "project__region_id", "day", "total", "of_list"), all=True
    )
    daily: dict[tuple[int, int], list[tuple[date, int]]] = defaultdict(list)
    since: dict[int, dict[int, date]] = defaultdict(dict)
    for owner, region, day, micro, of_list in rows:
        if of_list:
            since[owner][region] = day
        else:
            daily[owner, region].append((day, int(micro)))
    return {key: sorted(days) for key, days in daily.items()}, since
