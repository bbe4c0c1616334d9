"""Gathering a plan's book from the database: the inputs of its figures now, or as they were known at a moment."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from django.utils.functional import cached_property

from tracker.calculation.cells import Aggregate, Coverage
from tracker.calculation.figure_inputs import FigureInputs
from tracker.calculation.place_figures import Span
from tracker.calculation.progress import TO_DATE, AggregationRule, Cells
from tracker.calculation.rollup import OVER_PERIODS, SUMS, Rollup, over_periods
from tracker.calculation.same_units import SameUnits
from tracker.models import (
    Indicator,
    Period,
    PeriodTotal,
    PlanTotal,
    Region,
    RegionTotal,
)
from tracker.queries.figures.evaluation_rules import with_what_they_rest_on
from tracker.queries.figures.expected_counts import Counts, expected_at
from tracker.queries.figures.listed_values import ListedRule
from tracker.queries.figures.plan_inputs import PlanInputs
from tracker.queries.figures.same_units import load_same_units
from tracker.queries.figures.values import (
    LEAF,
    Amount,
    Leaves,
    ReturnCounts,
    amounts,
    leaves_known_at,
    returns_known_at,
    returns_there,
)
from tracker.queries.figures.year_before import EarlierPeriods

#: Rules over places that need each place's own figure.
BY_PLACE = frozenset({Rollup.WEIGHTED, Rollup.MAXIMUM, Rollup.MINIMUM, Rollup.OWN})


def load_figure_inputs(
    period: Period,
    *,
    provisional: bool = False,
    as_of: datetime | None = None,
    of: Iterable[Indicator] | None = None,
    top_only: bool = False,
    within: Region | None = None,
    same_units: bool = False,
    plan_inputs: PlanInputs | None = None,
) -> FigureInputs:
    """Everything the figures of a plan at a period are reckoned from, period by period.

    Verified values; with `provisional` reported ones. With `as_of` the values, the plan's terms and what was owed as
    they were known then, from the revisions and what was kept; without, the maintained totals. `of` reads only these
    indicators and their terms; `top_only` reads the plan's own region in one, without those below it; `within` reads
    a region and those below it alone. Each of these leaves out the counts of units that reported. `same_units` reads
    what the same units have in both years too. `plan_inputs` are those of the plan where they are read already.
    """
    gathering = _FigureInputsLoader(period, plan_inputs, top_only=top_only, within=within, as_of=as_of)
    ids = gathering.with_terms(of) if of is not None else None
    if as_of is None:
        leaves = gathering.kept_leaves(ids, provisional=provisional)
        is_whole = of is None and not top_only and within is None
        there = returns_there(period, provisional=provisional) if is_whole else None
    elif provisional or top_only or within:
        raise ValueError("as of a moment only verified values are known, by region: drafts are nobody else's business")
    else:
        leaves = gathering.with_listed(leaves_known_at(gathering.all_periods, as_of, gathering.expected_then))
        there = ReturnCounts(returns_known_at(period, as_of), gathering.expected_returns_then)
    book = gathering.book(leaves, there)
    if not same_units or not any(one.value is not None for one in book.last_year.leaves.values()):
        return book
    return replace(book, same_units=gathering.same_units(ids))


def load_condensed_inputs(
    period: Period, *, provisional: bool = False, plan_inputs: PlanInputs | None = None
) -> FigureInputs:
    """Load the same inputs for the period itself, without the history: as a table of many targets and regions needs.

    It reads the period, the one before and the cumulative sums, however many periods there are.
    """
    gathering = _FigureInputsLoader(period, plan_inputs, top_only=False)
    if not gathering.is_condensable:
        return load_figure_inputs(period, provisional=provisional, plan_inputs=gathering.inputs)
    return gathering.condensed_book(provisional=provisional)


class _FigureInputsLoader:
    """One gathering: the periods, names and obligations that every part of a book needs, read once."""

    def __init__(
        self,
        period: Period,
        inputs: PlanInputs | None = None,
        *,
        top_only: bool,
        within: Region | None = None,
        as_of: datetime | None = None,
    ) -> None:
        self.inputs = inputs or PlanInputs(period.plan, as_of=as_of)
        self.period, self.plan, self.as_of = period, self.inputs.plan, as_of
        #: The indicators that are read; None for all.
        self.wanted: set[int] | None = None
        self.in_plan = self.inputs.periods_of(period.kind)
        self.so_far = [one for one in self.in_plan if one.ends_on <= period.ends_on]
        self.this_year = {one.pk: one.code for one in self.so_far}
        self.codes = self.inputs.codes
        self.judging = self.inputs.evaluation.on(period.ends_on)
        self.rules = self.judging.rules
        self.top_only = top_only and not any(rule.over_places in BY_PLACE for rule in self.target_rules)
        tree = self.inputs.tree_on(period.ends_on)
        top = self.plan.region.code
        whole = tree.paths[within.code] if within else ""
        paths = {code: path for code, path in tree.paths.items() if path.startswith(whole)} if within else tree.paths
        self.within = within
        self.places = {one.pk: top if self.top_only else one.code for one in tree.regions if one.code in paths}
        self.paths = {top: tree.paths[top]} if self.top_only else paths

    @cached_property
    def target_rules(self) -> list[AggregationRule]:
        """Return the rules of all that the plan's targets are calculated from."""
        return [self.rules[code] for code in with_what_they_rest_on(self.judging.terms, self.rules)]

    @cached_property
    def years(self) -> dict[str, int]:
        """Return the number of the plan's year that each period lies in; empty for a plan of one year."""
        first = self.plan.starts_on
        numbers = {
            one.code: ((one.starts_on.year - first.year) * 12 + one.starts_on.month - first.month) // 12
            for one in self.in_plan
        }
        return numbers if len(set(numbers.values())) > 1 else {}

    @property
    def is_condensable(self) -> bool:
        """Return True if figures to date follow from sums to date by region.

        Those of one year of a longer plan do not, nor those that are no sums over places and periods.
        """
        if self.years and any(rule.numerator or rule.over_periods is Rollup.SUM_IN_YEAR for rule in self.target_rules):
            return False
        if self.judging.earlier and any(one.rule_set.rules != self.rules for one in self.judging.earlier):
            return False  # figures to date of earlier periods rest on other roll-ups
        return all(
            rule.parts
            or rule.numerator
            or rule.over_periods is Rollup.LATEST
            or (rule.over_periods in SUMS and rule.over_places in (Rollup.SUM, Rollup.NONE))
            for rule in self.target_rules
        )

    @cached_property
    def years_before(self) -> list[EarlierPeriods]:
        """Of each plan a year before this one, its periods under the codes of those they are compared with."""
        return self.inputs.years_before(self.period.kind)

    @cached_property
    def last_year(self) -> list[int]:
        """Periods of any plan a year before this one's."""
        return [pk for periods in self.years_before for pk in periods.keys]

    @property
    def all_periods(self) -> list[int]:
        """This year's and last year's."""
        return [*self.this_year, *self.last_year]

    def with_terms(self, wanted: Iterable[Indicator]) -> set[int]:
        """Return these indicators and all those they are calculated from."""
        by_code = {code: pk for pk, code in self.codes.items()}
        found = with_what_they_rest_on((indicator.code for indicator in wanted), self.rules)
        return {by_code[code] for code in found}

    def kept_leaves(self, indicator_ids: set[int] | None, *, provisional: bool) -> Leaves:
        """From the maintained totals, this year's and last year's each by themselves: neither waits for the other."""
        totals = PeriodTotal.objects if self.top_only else RegionTotal.objects
        leaves: dict[tuple[int, int, int], Amount] = {}
        self.wanted = indicator_ids
        for periods in (self.this_year, self.last_year):
            rows = totals.filter(period__in=periods)
            if self.within is not None:
                rows = RegionTotal.objects.filter(period__in=periods, region__in=list(self.places))
            if indicator_ids is not None:
                rows = rows.filter(indicator__in=indicator_ids)
            if self.top_only:
                found = amounts(rows, ("indicator_id", "period_id"), provisional=provisional)
                leaves |= {(one, self.plan.region_id, pk): amount for (one, pk), amount in found}
            else:
                leaves |= dict(amounts(rows, LEAF, provisional=provisional))
        return self.with_listed(leaves)

    @cached_property
    def listed(self) -> dict[tuple[int, int], ListedRule]:
        """Return the rules by which indicators are counted from lists, by plan and indicator."""
        rules = self.inputs.listed.rules
        return {key: rule for key, rule in rules.items() if self.wanted is None or key[1] in self.wanted}

    def with_listed(self, leaves: Leaves, periods: Iterable[int] | None = None) -> Leaves:
        """Return the leaves with those counted from lists in the place of typed ones."""
        if not self.listed:
            return leaves
        of = set(self.all_periods if periods is None else periods)
        plan_of = self.inputs.listed.plan_of
        found = {key: amount for key, amount in leaves.items() if (plan_of.get(key[2], 0), key[0]) not in self.listed}
        for (one, region, pk), amount in self.inputs.listed.values(self.listed.values(), of).items():
            key = (one, self.plan.region_id if self.top_only else region, pk)
            found[key] = found.get(key, Amount()).plus(amount)
        return found

    def book(self, leaves: Leaves, there: ReturnCounts | None) -> FigureInputs:
        """Return the inputs over these leaves."""
        return self._book(self.tallies(leaves, self.this_year), self.tallies_before(leaves), self.so_far, there)

    def condensed_book(self, *, provisional: bool) -> FigureInputs:
        """Return the inputs over the last two periods and the cumulative sums."""
        last_two = {one.pk: one.code for one in self.so_far[-2:]}
        leaves = self._by_region({*last_two, *self._summed_periods}, provisional=provisional)
        tallies = self.tallies(leaves, last_two)
        tallies |= self.tallies_to_date(self.sums_to_date(leaves, provisional=provisional), tallies)
        there = returns_there(self.period, provisional=provisional)
        return replace(self._book(tallies, {}, self.so_far[-2:], there), is_condensed=True)

    @cached_property
    def _summed_periods(self) -> list[int]:
        """Return the periods that cumulative sums are read from: those so far, or those to come if they are fewer."""
        to_come = [one.pk for one in self.in_plan if one.ends_on > self.period.ends_on]
        return list(self.this_year) if len(self.this_year) < len(to_come) else to_come

    def sums_to_date(self, leaves: Leaves, *, provisional: bool) -> dict[tuple[int, int], Amount]:
        """By indicator and region: all periods of the plan less those still to come, or those so far added up.

        Whichever reads fewer periods: for the newest one it is a single row each, however long the year.
        """
        sums: dict[tuple[int, int], Amount] = {}
        sign = 1 if self.period.pk in self._summed_periods else -1
        if sign < 0:
            whole = PlanTotal.objects.filter(plan=self.plan, kind=self.period.kind)
            sums = dict(amounts(whole, LEAF[:2], provisional=provisional))
        summed = set(self._summed_periods)
        for (one, region, period), amount in leaves.items():
            if period in summed:
                sums[one, region] = sums.get((one, region), Amount()).plus(amount, sign)
        if self.listed:
            sums = {key: amount for key, amount in sums.items() if (self.plan.pk, key[0]) not in self.listed}
            sums |= self.inputs.listed.sums_to_date(self.listed.values(), self.this_year)
        return {key: amount for key, amount in sums.items() if amount.number or amount.expected}

    def _by_region(self, periods: Iterable[int], *, provisional: bool) -> Leaves:
        listed = list(periods)
        rows = amounts(RegionTotal.objects.filter(period__in=listed), LEAF, provisional=provisional)
        return self.with_listed(dict(rows), listed)

    def tallies_to_date(
        self,
        sums: Mapping[tuple[int, int], Amount],
        tallies: Mapping[tuple[str, str, str], Aggregate],
    ) -> dict[tuple[str, str, str], Aggregate]:
        """Of what adds up over periods the sums so far, of what does not the period itself."""
        to_date: dict[tuple[str, str, str], Aggregate] = {}
        for code, place, period in tallies:
            if self.rules[code].over_periods is Rollup.LATEST and period == self.period.code:
                to_date[code, place, TO_DATE] = tallies[code, place, period]
        for (one, region), amount in sums.items():
            code = self.codes[one]
            if region in self.places and self.rules[code].over_periods is not Rollup.LATEST:
                to_date[code, self.places[region], TO_DATE] = amount.aggregate
        return to_date

    def same_units(self, indicator_ids: set[int] | None) -> SameUnits:
        """Return what the same units have in both years."""
        names = (self.codes, self.places)
        return load_same_units(self.this_year, self.years_before, names, of=indicator_ids, as_of=self.as_of)

    @cached_property
    def plan_of(self) -> dict[int, int]:
        """Each period's plan, this year's and last year's."""
        return dict(Period.objects.filter(pk__in=self.all_periods).values_list("pk", "plan_id"))

    @cached_property
    def expected_then(self) -> Counts:
        """Return what was expected for these periods as known at the moment."""
        return expected_at(self.plan_of, self.period.kind, self.as_of) if self.as_of else {}

    @cached_property
    def expected_returns_then(self) -> dict[int, int]:
        """Return by region how many returns were expected for the period as known at the moment."""
        then = self.expected_then.items()
        return {place: number for (one, place, pk), number in then if one is None and pk == self.period.pk}

    def tallies(self, leaves: Leaves, periods: Mapping[int, str]) -> dict[tuple[str, str, str], Aggregate]:
        """Return the leaves of some periods under their codes; one that is expected and missing is an empty cell."""
        return {
            (self.codes[one], self.places[region], periods[pk]): amount.aggregate
            for (one, region, pk), amount in leaves.items()
            if pk in periods and region in self.places
        }

    def tallies_before(self, leaves: Leaves) -> dict[tuple[str, str, str], Aggregate]:
        """Last year's, where several plans carry an indicator: of the most akin that has a value."""
        found: dict[tuple[str, str, str], Aggregate] = {}
        for periods in self.years_before:
            tallies = self.tallies(leaves, periods.codes) | self._of_other_length(leaves, periods)
            for key, tally in self._as_expected_now(tallies, leaves) if periods.is_base_year else tallies.items():
                if key not in found or (found[key].value is None and tally.value is not None):
                    found[key] = tally
        return found

    def _of_other_length(self, leaves: Leaves, periods: EarlierPeriods) -> dict[tuple[str, str, str], Aggregate]:
        """Return January and February of last year under the period that they are together, by the rule over time.

        While a half is missing the cell is empty, as is that of a month where last year had both in one.
        """
        found: dict[tuple[str, str, str], Aggregate] = {}
        for pk, codes in periods.unequal.items():
            for one, place, _code in self.tallies(leaves, {pk: ""}):
                found |= {(one, place, code): Aggregate(None, Coverage(0, 1)) for code in codes}
        for code, pair in periods.joined.items():
            halves = [self.tallies(leaves, {pk: code}) for pk in pair]
            for key in {*halves[0], *halves[1]}:
                both = [half.get(key, Aggregate(None, Coverage(0, 1))) for half in halves]
                rule = self.rules[key[0]].over_periods
                if rule in OVER_PERIODS and (rule is Rollup.LATEST or all(one.value is not None for one in both)):
                    found[key] = over_periods(rule, both)
                else:
                    found[key] = Aggregate(None, Coverage(0, sum(one.coverage.expected for one in both)))
        return found

    def _as_expected_now(
        self, tallies: Mapping[tuple[str, str, str], Aggregate], leaves: Leaves
    ) -> Iterator[tuple[tuple[str, str, str], Aggregate]]:
        """Return a base year's values with what this year expects: a place without a value there is missing.

        A period to come expects what the one before it does.
        """
        expected: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
        for (code, place, period), tally in self.tallies(leaves, self.this_year).items():
            expected[code, place][period] = tally.coverage.expected
        of_indicators = {(code, period) for code, _place, period in tallies}
        for (code, place), by_period in expected.items():
            newest = max(by_period)
            for period in (one for of, one in of_indicators if of == code):
                found = tallies.get((code, place, period), Aggregate())
                now = max(by_period.get(period, by_period[newest]), found.coverage.expected)
                yield (code, place, period), replace(found, coverage=replace(found.coverage, expected=now))
        yield from ((key, tally) for key, tally in tallies.items() if key[:2] not in expected)

    def _book(
        self,
        this_year: dict[tuple[str, str, str], Aggregate],
        last_year: dict[tuple[str, str, str], Aggregate],
        periods: list[Period],
        there: ReturnCounts | None,
    ) -> FigureInputs:
        plan = self.plan
        return FigureInputs(
            starts_on=plan.starts_on,
            ends_on=plan.ends_on,
            top=plan.region.code,
            paths=self.paths,
            periods=tuple(Span(one.code, one.starts_on, one.ends_on) for one in periods),
            codes_in_plan=tuple(one.code for one in self.in_plan),
            bounds=self.judging.bounds,
            cells=Cells(self.rules, this_year, self.years),
            last_year=Cells(self.rules, last_year, self.years),
            goals=self.judging.goals,
            terms=self.judging.terms,
            earlier=self.judging.earlier,
            units={} if there is None else self.units(there),
            listed=tuple(sorted(self.codes[one] for plan_id, one in self.listed if plan_id == plan.pk)),
        )

    def units(self, returns: ReturnCounts) -> dict[str, Coverage]:
        """Of each place's own units that owe a return for the period, how many have one of those that are there."""
        counts: dict[str, Coverage] = defaultdict(Coverage)
        for region, place in self.places.items():
            present = returns.there.get(region, 0)
            counts[place] += Coverage(present, max(returns.expected.get(region, 0), present))
        return dict(counts)
