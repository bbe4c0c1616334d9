"""Where every target stands: the one source of figures for pages, workbook and mail."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from tracker.calculation.cells import Aggregate, Coverage
from tracker.calculation.figure_inputs import FigureInputs
from tracker.calculation.forecast import Forecast
from tracker.calculation.level_history import LevelHistory
from tracker.calculation.levels import Level
from tracker.calculation.progress import TargetProgress
from tracker.documents import wording
from tracker.models import Indicator, Period, Plan, Region, Target, TargetVersion
from tracker.queries.figures.figure_inputs import load_condensed_inputs, load_figure_inputs
from tracker.queries.figures.own_periods import newest_periods, own_periods
from tracker.queries.figures.plan_inputs import PlanInputs


@dataclass(frozen=True)
class RegionProgress:
    """One target in one region at the end of one period, with the version of the target it is held to."""

    target: Target
    region: Region
    period: Period
    standing: TargetProgress
    version: TargetVersion | None

    @property
    def level(self) -> Level | None:
        """The warning level; None is not graded."""
        return self.standing.level


@dataclass(frozen=True)
class OtherBook:
    """The kept figures of targets that are reported at another frequency, with the codes of their indicators.

    `is_summed` is True if the periods within a document's own one are added up: a quarter's months.
    """

    book: FigureInputs
    indicators: Sequence[str]
    is_summed: bool = False


def _by_indicator(others: Mapping[Period, OtherBook]) -> dict[str, Period]:
    return {code: period for period, other in others.items() for code in other.indicators}


def name_at(row: RegionProgress, period: Period) -> str:
    """Return the name of a row's indicator, with its own period where that is another than `period`."""
    name = str(row.target.indicator)
    if row.period == period:
        return name
    return _("%(name)s (%(unit)s)") % {"name": name, "unit": wording.period_in_words(row.period.code)}


class Figures:
    """The figures of a plan at a period, from verified values alone, with the rows that name them.

    `provisional` reckons with reported values instead, to show what they would give: never issued, never ranked.
    `as_of` gives the figures as they were known at that moment. `book` gives those of a kept book (a snapshot), and
    `others` the books of the periods of targets that are reported at another frequency.
    """

    def __init__(
        self,
        period: Period,
        *,
        provisional: bool = False,
        as_of: datetime | None = None,
        book: FigureInputs | None = None,
        others: Mapping[Period, OtherBook] | None = None,
        inputs: PlanInputs | None = None,
    ) -> None:
        self.period = period
        self.inputs = inputs or PlanInputs(period.plan, as_of=as_of)
        self.plan: Plan = self.inputs.plan
        self.provisional = provisional
        self.as_of = as_of
        self._details: dict[int, FigureInputs] = {}
        #: The same of one region alone, by target and region.
        self._of_region: dict[tuple[int, int], FigureInputs] = {}
        self._others = {
            other.pk: Figures(other, as_of=as_of, book=kept.book, inputs=self.inputs)
            for other, kept in (others or {}).items()
        }
        #: Of a kept book the periods of the others; None where they are read when they are asked for.
        self._kept_own = None if book is None else _by_indicator(others or {})
        self._kept = book or (
            load_figure_inputs(period, as_of=as_of, provisional=provisional, plan_inputs=self.inputs) if as_of else None
        )

    @cached_property
    def periods(self) -> list[Period]:
        """Return the plan's periods of this kind up to and including the one shown."""
        return [one for one in self.inputs.periods_of(self.period.kind) if one.ends_on <= self.period.ends_on]

    @cached_property
    def book(self) -> FigureInputs:
        """Return the inputs at the period itself, for every region."""
        if self._kept:
            return self._kept
        found = load_condensed_inputs(self.period, provisional=self.provisional, plan_inputs=self.inputs)
        return replace(found, period_by_period=self._period_by_period) if found.is_condensed else found

    def _period_by_period(self, indicator: str, place: str) -> FigureInputs:
        """Return the inputs period by period: those of the plan's own region, or of every target read at once."""
        if place == self.plan.region.code:
            return self.series
        self._read_details(self.targets)
        return next(self._details[one.pk] for one in self.targets if one.indicator.code == indicator)

    @cached_property
    def series(self) -> FigureInputs:
        """Return the inputs of the plan's own region period by period, for every target."""
        return self._kept or load_figure_inputs(
            self.period, provisional=self.provisional, top_only=True, plan_inputs=self.inputs
        )

    def own(self, target: Target) -> "Figures":
        """Return the figures at the target's own newest period: these, unless it is reported at another frequency."""
        return self.at(self._own_periods.get(target.indicator_id, self.period))

    def at(self, period: Period) -> "Figures":
        """Return the figures at another period of the plan, read once."""
        if period == self.period:
            return self
        if period.pk not in self._others:
            self._others[period.pk] = Figures(
                period, provisional=self.provisional, as_of=self.as_of, inputs=self.inputs
            )
        return self._others[period.pk]

    @cached_property
    def _own_periods(self) -> dict[int, Period]:
        """Return the newest period of each indicator that is reported at another frequency.

        Where one set of inputs is kept, return the kept periods.
        """
        if self._kept_own is None:
            return own_periods(self.period, [target.indicator for target in self.targets], self.inputs)
        return {
            target.indicator_id: self._kept_own[target.indicator.code]
            for target in self.targets
            if target.indicator.code in self._kept_own
        }

    def series_of(self, target: Target, region: Region) -> FigureInputs:
        """One target period by period, where the region is known."""
        if (own := self.own(target)) is not self:
            return own.series_of(target, region)
        if self._kept or region == self.plan.region:
            return self.series
        if target.pk not in self._details and (target.pk, region.pk) in self._of_region:
            return self._of_region[target.pk, region.pk]
        self._read_details([target])
        return self._details[target.pk]

    def read_series(self, rows: Iterable[RegionProgress]) -> None:
        """Read what these rows' histories need at once; asked for one by one, each target is read anew.

        The plan's own region has its series in one book; of a single region below it only that region is read.
        """
        by_period: dict[Figures, list[RegionProgress]] = defaultdict(list)
        for row in rows:
            if row.region != self.plan.region:
                by_period[self.own(row.target)].append(row)
        for figures, found in by_period.items():
            regions = {row.region.pk: row.region for row in found}
            targets = [row.target for row in found]
            if len(regions) == 1:
                figures._read_region(targets, *regions.values())
            else:
                figures._read_details(targets)

    def _read_region(self, targets: Iterable[Target], region: Region) -> None:
        self._of_region |= {(pk, region.pk): book for pk, book in self._read(targets, within=region).items()}

    def _read_details(self, targets: Iterable[Target]) -> None:
        self._details |= self._read(targets)

    def _read(self, targets: Iterable[Target], within: Region | None = None) -> dict[int, FigureInputs]:
        """Return the inputs period by period of those of these targets that have none yet, by target."""
        wanted = [target for target in targets if target.pk not in self._details]
        if self._kept or not wanted:
            return {}
        book = load_figure_inputs(
            self.period,
            provisional=self.provisional,
            of=[target.indicator for target in wanted],
            within=within,
            plan_inputs=self.inputs,
        )
        return dict.fromkeys((target.pk for target in wanted), book)

    @cached_property
    def targets(self) -> list[Target]:
        """Return the plan's targets in the plan's order."""
        return self.inputs.targets

    @cached_property
    def cities(self) -> list[Region]:
        """Return the regions directly below the plan's own."""
        return self.below(self.plan.region)

    def below(self, region: Region) -> list[Region]:
        """Return the regions right below one at the end of the period, without those that are closed by then."""
        return self.inputs.tree_on(self.period.ends_on).below(region.pk)

    @cached_property
    def indicators(self) -> dict[str, Indicator]:
        """Every indicator by code, with its unit."""
        return {indicator.code: indicator for indicator in self.inputs.indicators}

    def standing_of(self, target: Target, region: Region) -> RegionProgress:
        """Return where a target stands in a region (the plan's own, or one below it) at its own newest period."""
        if (own := self.own(target)) is not self:
            return own.standing_of(target, region)
        standing = self.book.standing(target.indicator.code, region.code)
        return RegionProgress(target, region, self.period, standing, self._versions.get(target.pk))

    def standings(self, regions: Iterable[Region]) -> list[RegionProgress]:
        """Every target in each of these regions; a city without allocation or obligation for one is left out."""
        listed = list(regions)
        return [
            self.standing_of(target, region)
            for target in self.targets
            for region in listed
            if region == self.plan.region or self.concerns(target, region)
        ]

    def concerns(self, target: Target, region: Region) -> bool:
        """Return True if a region has anything to do with a target: a share of it, or a return to file on it."""
        if (own := self.own(target)) is not self:
            return own.concerns(target, region)
        code = target.indicator.code
        if self.book.requirements.has_one_goal(code):
            has_goal = (code, region.code) in self.book.goals
        else:
            has_goal = self.target_value(target, region) is not None
        return has_goal or bool(self.book.tally(code, region.code, -1).coverage.expected)

    def tally(self, indicator: Indicator, region: Region, periods: Sequence[Period]) -> Aggregate:
        """Aggregate an indicator in a region and all below it over these periods, up to the one shown."""
        if not periods:
            return Aggregate()
        book = self._kept or load_figure_inputs(
            self.period, provisional=self.provisional, of=[indicator], plan_inputs=self.inputs
        )
        return book.cells.tally(indicator.code, book.places_in(region.code), [period.code for period in periods])

    def target_value(self, target: Target, region: Region) -> Decimal | None:
        """Return what a region is held to at the end of the period: the target, or its allocation."""
        if (own := self.own(target)) is not self:
            return own.target_value(target, region)
        return self.book.goal(target.indicator.code, region.code, self.period.ends_on)

    def missing_parts(self, target: Target, region: Region) -> list[str]:
        """Return the names of a derived target's parts of which nothing is verified for the period."""
        missing = self.book.missing_parts(target.indicator.code, region.code)
        return [str(self.indicators[code]) for code in missing]

    def unallocated(self, target: Target) -> Decimal | None:
        """未分解余额: the target less what is allocated right below the plan's own region; below 0 is a stretch."""
        if (own := self.own(target)) is not self:
            return own.unallocated(target)
        return self.book.unallocated(target.indicator.code, [city.code for city in self.cities])

    def history(self, target: Target, region: Region) -> LevelHistory:
        """Return the levels period by period: what changed, and for how long the level has lasted."""
        return self.series_of(target, region).history(target.indicator.code, region.code)

    def level_by_rules_before(self, target: Target, region: Region) -> tuple[bool, Level | None]:
        """Return whether a rule or goal moved since the period before, and if so the level by those before."""
        if (own := self.own(target)) is not self:
            return own.level_by_rules_before(target, region)
        code, place = target.indicator.code, region.code
        moved = self.book.moves_ruler(code, place)
        return moved, self.book.level_by_rules_before(code, place) if moved else None

    def forecast(self, target: Target, region: Region) -> Forecast | None:
        """Return where the year will land, with method and range."""
        return self.series_of(target, region).forecast(target.indicator.code, region.code)

    def monthly_need(self, target: Target, region: Region) -> Decimal | None:
        """Return the amount needed in each remaining period."""
        return self.series_of(target, region).monthly_need(target.indicator.code, region.code)

    def year_on_year(self, target: Target, region: Region, *, to_date: bool = False) -> Decimal | None:
        """同比 in %."""
        return self.series_of(target, region).year_on_year(target.indicator.code, region.code, to_date=to_date)

    def ranking(self, target: Target, by: str = "completion", parent_id: int | None = None) -> dict[str, int | None]:
        """Return the ranks by region code among the regions directly below one, else below the plan's own.

        See `FigureInputs.ranking`.
        """
        if (own := self.own(target)) is not self:
            return own.ranking(target, by, parent_id)
        beside = self.inputs.tree_on(self.period.ends_on).below(parent_id or self.plan.region_id)
        cities = [city for city in beside if self.concerns(target, city)]
        book = self.series_of(target, cities[0]) if by == "growth" and cities else self.book
        return book.ranking(target.indicator.code, [city.code for city in cities], by)

    def returns_by_period(self, region: Region) -> list[tuple[Period, Coverage]]:
        """Return how many returns count of those expected in a region, for the newest period of each kind.

        Periods for which none is expected are left out, but for the only one there is.
        """
        periods = [self.period] if self._kept_own is not None else newest_periods(self.period, self.inputs)
        found = [(period, self.at(period).units_reported_in(region)) for period in periods]
        return [one for one in found if one[1].expected] or found[:1]

    def units_reported_in(self, region: Region) -> Coverage:
        """Return the coverage by units within one region."""
        return self.book.units_in(region.code)

    @cached_property
    def _versions(self) -> dict[int, TargetVersion]:
        """By target, the version in force when the period ends."""
        return self.inputs.versions_on(self.period.ends_on)
