"""Gathering a plan's book from the database: the inputs of its figures now, or as they were known at a moment."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import (
    BigIntegerField,
    Count,
    DecimalField,
    ExpressionWrapper,
    F,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import Cast, Round
from django.utils.functional import cached_property

from tracker.calculation.book import TO_DATE, Book, Span
from tracker.calculation.cells import Coverage, Tally
from tracker.calculation.levels import Bounds
from tracker.calculation.progress import Cells
from tracker.calculation.rollup import Rollup
from tracker.models import (
    Entry,
    Indicator,
    ObligationCount,
    Period,
    PeriodTotal,
    PlanTotal,
    Region,
    RegionTotal,
    Return,
    ValueRevision,
)
from tracker.models.totals import MICRO
from tracker.services.figure_terms import gather_goals, gather_rules, gather_terms

#: (indicator's, region's, period's primary key) -> (sum, how many units gave a value)
Leaves = Mapping[tuple[int, int, int], tuple[Decimal, int]]
LEAF = ("indicator_id", "region_id", "period_id")
NOTHING = (Decimal(0), 0)


def gather_book(
    period: Period,
    *,
    provisional: bool = False,
    as_of: datetime | None = None,
    of: Iterable[Indicator] | None = None,
    top_only: bool = False,
) -> Book:
    """Everything the figures of a plan at a period are reckoned from, period by period.

    Verified values; with `provisional` reported ones. With `as_of` the values and target versions known then,
    from the revisions; without, the maintained totals. `of` reads only these indicators and their terms;
    `top_only` reads the plan's own region in one, without those below it.
    """
    gathering = _Gathering(period, top_only=top_only)
    ids = gathering.with_terms(of) if of is not None else None
    if as_of is None:
        leaves = gathering.kept_leaves(ids, provisional=provisional)
        there = gathering.returns_there(provisional=provisional)
    elif provisional or top_only:
        raise ValueError("as of a moment only verified values are known, by region: drafts are nobody else's business")
    else:
        leaves = gathering.leaves_known_at(as_of)
        there = gathering.returns_known_at(as_of)
    return gathering.book(leaves, there, as_of)


def gather_condensed_book(period: Period, *, provisional: bool = False) -> Book:
    """The same figures at the period itself, without the way there: what a table of many targets and places needs.

    It reads the period, the one before and the sums to date, however many periods there are.
    """
    gathering = _Gathering(period, top_only=False)
    return gathering.condensed_book(provisional=provisional)


class _Gathering:
    """One gathering: the periods, names and obligations that every part of a book needs, read once."""

    def __init__(self, period: Period, *, top_only: bool) -> None:
        self.period, self.plan, self.top_only = period, period.plan, top_only
        self.in_plan = list(Period.objects.filter(plan=self.plan, kind=period.kind).order_by("starts_on"))
        self.so_far = [one for one in self.in_plan if one.ends_on <= period.ends_on]
        self.this_year = {one.pk: one.code for one in self.so_far}
        self.indicators = list(Indicator.objects.select_related("unit"))
        self.codes = {indicator.pk: indicator.code for indicator in self.indicators}
        self.rules = gather_rules(self.indicators)
        regions = list(Region.objects.filter(path__startswith=self.plan.region.path).order_by("path"))
        self.paths = {self.plan.region.code: self.plan.region.path}
        self.places = {region.pk: self.plan.region.code if top_only else region.code for region in regions}
        if not top_only:
            self.paths = {region.code: region.path for region in regions}

    @cached_property
    def last_year(self) -> dict[int, str]:
        """Periods of any plan a year before this one's, each under the code of the one it is compared with."""
        days = {one.starts_on.replace(year=one.starts_on.year - 1): one.code for one in self.in_plan}
        earlier = Period.objects.filter(kind=self.period.kind, starts_on__in=days)
        return {one.pk: days[one.starts_on] for one in earlier}

    def with_terms(self, wanted: Iterable[Indicator]) -> set[int]:
        """These indicators and all they are reckoned from."""
        by_code = {code: pk for pk, code in self.codes.items()}
        todo, found = [indicator.code for indicator in wanted], set[str]()
        while todo:
            code = todo.pop()
            if code and code not in found:
                found.add(code)
                rule = self.rules[code]
                todo += [*rule.parts, rule.numerator, rule.denominator]
        return {by_code[code] for code in found}

    def kept_leaves(self, indicator_ids: set[int] | None, *, provisional: bool) -> Leaves:
        """From the maintained totals, this year's and last year's each by themselves: neither waits for the other."""
        totals = PeriodTotal.objects if self.top_only else RegionTotal.objects
        leaves: dict[tuple[int, int, int], tuple[Decimal, int]] = {}
        for periods in (self.this_year, self.last_year):
            rows = totals.filter(period__in=periods)
            if indicator_ids is not None:
                rows = rows.filter(indicator__in=indicator_ids)
            if self.top_only:
                found = _amounts(rows, ("indicator_id", "period_id"), provisional=provisional)
                leaves |= {(one, self.plan.region_id, pk): amount for (one, pk), amount in found}
            else:
                leaves |= dict(_amounts(rows, LEAF, provisional=provisional))
        return leaves

    def leaves_known_at(self, moment: datetime) -> Leaves:
        """From the revisions: what stood verified at that moment."""
        in_micro = Round(ExpressionWrapper(F("known") * MICRO, DecimalField()))
        rows = (
            self.entries_known_at(moment)
            .values_list("indicator_id", "unit_return__unit__region_id", "unit_return__period_id")
            # whole millionths, as in the totals: a sum of SQLite's reals is exact to fifteen digits only
            .annotate(micro=Sum(Cast(in_micro, BigIntegerField())), number=Count("pk"))
        )
        return {row[:3]: (Decimal(row[3]) / MICRO, row[4]) for row in rows}

    def entries_known_at(self, moment: datetime) -> QuerySet[Entry]:
        """The entries of these periods that stood verified then, with the value as `known`."""
        known = ValueRevision.objects.filter(
            entry=OuterRef("pk"), kind=ValueRevision.Kind.VERIFIED, recorded_at__lte=moment
        ).order_by("-number")
        entries = Entry.objects.filter(unit_return__period__in=[*self.this_year, *self.last_year]).order_by()
        return entries.annotate(known=Subquery(known.values("value")[:1])).filter(known__isnull=False)

    def book(self, leaves: Leaves, there: Mapping[int, int], as_of: datetime | None) -> Book:
        """The book over these leaves."""
        return self._book(
            self.tallies(leaves, self.this_year), self.tallies(leaves, self.last_year), self.so_far, there, as_of
        )

    def condensed_book(self, *, provisional: bool) -> Book:
        """The book over the last two periods and the sums to date."""
        last_two = {one.pk: one.code for one in self.so_far[-2:]}
        leaves = self._by_region(list(last_two), provisional=provisional)
        tallies = self.tallies(leaves, last_two)
        tallies |= self.tallies_to_date(self.sums_to_date(provisional=provisional), tallies)
        there = self.returns_there(provisional=provisional)
        return replace(self._book(tallies, {}, self.so_far[-2:], there, None), is_condensed=True)

    def sums_to_date(self, *, provisional: bool) -> dict[tuple[int, int], tuple[Decimal, int]]:
        """By indicator and region: all periods of the plan less those still to come, or those so far added up.

        Whichever reads fewer periods: for the newest one it is a single row each, however long the year.
        """
        to_come = [one.pk for one in self.in_plan if one.ends_on > self.period.ends_on]
        so_far = list(self.this_year)
        if len(so_far) < len(to_come):
            start, sign, periods = {}, 1, so_far
        else:
            whole = PlanTotal.objects.filter(plan=self.plan, kind=self.period.kind)
            start, sign, periods = dict(_amounts(whole, LEAF[:2], provisional=provisional)), -1, to_come
        sums: dict[tuple[int, int], tuple[Decimal, int]] = start
        for (one, region, _period), (value, number) in self._by_region(periods, provisional=provisional).items():
            before = sums.get((one, region), NOTHING)
            sums[one, region] = (before[0] + sign * value, before[1] + sign * number)
        return {key: amount for key, amount in sums.items() if amount[1]}

    def _by_region(self, periods: list[int], *, provisional: bool) -> Leaves:
        return dict(_amounts(RegionTotal.objects.filter(period__in=periods), LEAF, provisional=provisional))

    def tallies_to_date(
        self,
        sums: Mapping[tuple[int, int], tuple[Decimal, int]],
        tallies: Mapping[tuple[str, str, str], Tally],
    ) -> dict[tuple[str, str, str], Tally]:
        """Of what adds up over periods the sums so far, of what does not the period itself."""
        to_date: dict[tuple[str, str, str], Tally] = {}
        for code, place, period in tallies:
            if self.rules[code].over_periods is Rollup.LATEST and period == self.period.code:
                to_date[code, place, TO_DATE] = tallies[code, place, period]
        owed = {key[:2]: units for key, units in self.owed.items() if key[2] == self.period.pk}
        for key in owed.keys() | sums.keys():
            code = self.codes[key[0]]
            if key[1] in self.places and self.rules[code].over_periods is not Rollup.LATEST:
                value, number = sums.get(key, (None, 0))
                expected = max(owed.get(key, 0) * len(self.so_far), number)
                to_date[code, self.places[key[1]], TO_DATE] = Tally(value, Coverage(number, expected))
        return to_date

    @cached_property
    def owed(self) -> dict[tuple[int, int, int], int]:
        """How many units of a region owe an indicator for a period."""
        plans: dict[int, list[int]] = defaultdict(list)
        for pk, plan_id in Period.objects.filter(pk__in=[*self.this_year, *self.last_year]).values_list(
            "pk", "plan_id"
        ):
            plans[plan_id].append(pk)
        counts = ObligationCount.objects.filter(
            plan__in=plans, frequency=self.period.kind, indicator__isnull=False, region__in=self.places
        )
        key = ("plan_id", "indicator_id") if self.top_only else ("plan_id", "indicator_id", "region_id")
        rows = counts.order_by().values_list(*key).annotate(all_units=Sum("units"))
        return {
            (row[1], self.plan.region_id if self.top_only else row[2], pk): row[-1]
            for row in rows
            for pk in plans[row[0]]
        }

    def tallies(self, leaves: Leaves, periods: Mapping[int, str]) -> dict[tuple[str, str, str], Tally]:
        """The leaves of some periods under their codes; what is owed and not there is an empty cell."""
        tallies = {
            (self.codes[one], self.places[region], periods[pk]): Tally(None, Coverage(0, units))
            for (one, region, pk), units in self.owed.items()
            if pk in periods
        }
        for (one, region, pk), (value, number) in leaves.items():
            if pk in periods and region in self.places:
                coverage = Coverage(number, max(self.owed.get((one, region, pk), 0), number))
                tallies[self.codes[one], self.places[region], periods[pk]] = Tally(value, coverage)
        return tallies

    def _book(
        self,
        this_year: dict[tuple[str, str, str], Tally],
        last_year: dict[tuple[str, str, str], Tally],
        periods: list[Period],
        there: Mapping[int, int],
        as_of: datetime | None,
    ) -> Book:
        plan = self.plan
        return Book(
            starts_on=plan.starts_on,
            ends_on=plan.ends_on,
            top=plan.region.code,
            paths=self.paths,
            periods=tuple(Span(one.code, one.starts_on, one.ends_on) for one in periods),
            codes_in_plan=tuple(one.code for one in self.in_plan),
            bounds=Bounds(plan.level_two_below, plan.level_one_below),
            cells=Cells(self.rules, this_year),
            last_year=Cells(self.rules, last_year),
            goals=gather_goals(plan, self.codes, as_of),
            terms=gather_terms(plan, self.codes),
            units=self.units(there),
        )

    def units(self, there: Mapping[int, int]) -> dict[str, Coverage]:
        """Of each place's own units that owe a return for the period, how many have one of those that are there."""
        owing = ObligationCount.objects.filter(
            plan=self.plan, frequency=self.period.kind, indicator=None, region__in=self.places
        )
        owed = dict(owing.values_list("region_id", "units"))
        counts: dict[str, Coverage] = defaultdict(Coverage)
        for region, place in self.places.items():
            present = there.get(region, 0)
            counts[place] += Coverage(present, max(owed.get(region, 0), present))
        return dict(counts)

    def returns_there(self, *, provisional: bool) -> dict[int, int]:
        """By region, how many returns for the period count."""
        states = Return.REPORTED_STATES if provisional else (Return.State.VERIFIED,)
        rows = Return.objects.filter(period=self.period, state__in=states).order_by()
        return dict(rows.values_list("unit__region_id").annotate(number=Count("pk")))

    def returns_known_at(self, moment: datetime) -> dict[int, int]:
        """By region, how many units had verified values for the period at that moment."""
        entries = self.entries_known_at(moment).filter(unit_return__period=self.period)
        rows = entries.values_list("unit_return__unit__region_id")
        return dict(rows.annotate(number=Count("unit_return_id", distinct=True)))


def _amounts(
    totals: QuerySet[Any], key: tuple[str, ...], *, provisional: bool
) -> Iterable[tuple[Any, tuple[Decimal, int]]]:
    """Of each total its key, the sum in the indicator's unit, and the number of values."""
    micro, number = ("reported_micro", "reported_count") if provisional else ("verified_micro", "verified_count")
    for row in totals.filter(**{f"{number}__gt": 0}).values_list(*key, micro, number):
        yield row[:-2], (Decimal(row[-2]) / MICRO, row[-1])
