"""All that a target's page tells: where it stands in a region, month by month and city by city."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tracker.calculation.cells import Aggregate
from tracker.calculation.figure_inputs import FigureInputs
from tracker.calculation.forecast import Forecast
from tracker.calculation.level_history import LevelHistory
from tracker.calculation.levels import GradedBy, Level, warning_level
from tracker.calculation.pace import Pace
from tracker.calculation.periods import months_in
from tracker.calculation.progress import TargetProgress
from tracker.calculation.same_units import ComparableGrowth
from tracker.calculation.targets.terms import Milestone, Terms
from tracker.models import Body, Indicator, Period, ProgrammeTarget, Region, Target, TargetVersion
from tracker.models.target import PACE_CHOICES
from tracker.queries.figures.breaks import BreakMark
from tracker.queries.figures.figure_inputs import load_figure_inputs
from tracker.queries.figures.figures import Figures, RegionProgress
from tracker.queries.figures.forecast_record import ForecastRecord, load_forecast_records
from tracker.queries.figures.own_periods import own_period
from tracker.queries.figures.plan_inputs import PlanInputs
from tracker.queries.figures.trend import breaks_behind
from tracker.queries.plans.rule_words import RuleLine, changes_of
from tracker.queries.plans.totals_of_targets import Adjustment, adjustments_of
from tracker.queries.returns.month_values import MonthCell, zero_reports


@dataclass(frozen=True)
class MonthRow:
    """One month of the plan in the region: what was reported, what was verified, and where that led."""

    period: Period
    reported: Aggregate
    standing: TargetProgress

    @property
    def verified(self) -> Aggregate:
        """Return what counts."""
        return self.standing.this_period

    @property
    def difference(self) -> Decimal | None:
        """核减(增): verified less reported; None while some of what was reported waits for verification."""
        if self.verified.value is None or self.reported.value is None or self.is_waiting:
            return None
        return self.verified.value - self.reported.value

    @property
    def is_waiting(self) -> bool:
        """Return True if more is reported than verified."""
        return self.reported.coverage.present != self.verified.coverage.present


@dataclass(frozen=True)
class CityRow:
    """One city: its share, where it stands, its rank among all cities, and the month's cell."""

    region: Region
    standing: TargetProgress
    rank: int | None
    is_tied: bool
    growth: Decimal | None
    cell: MonthCell


@dataclass(frozen=True)
class Measured:
    """An indicator's figure to date, as an input of another."""

    indicator: Indicator
    value: Decimal | None


@dataclass(frozen=True)
class TargetPage:
    """A target in a region at the end of a period."""

    found: RegionProgress
    history: LevelHistory
    year_on_year: Decimal | None
    year_on_year_to_date: Decimal | None
    comparable: ComparableGrowth | None
    comparable_to_date: ComparableGrowth | None
    monthly_need: Decimal | None
    months_left: int
    forecast: Forecast | None
    own_level: Level | None
    inputs: Sequence[Measured]
    months: Sequence[MonthRow]
    cities: Sequence[CityRow]
    versions: Sequence[TargetVersion]
    changes: Sequence[RuleLine]
    programme: ProgrammeTarget | None
    unallocated: Decimal | None
    book: FigureInputs
    missing_parts: Sequence[str] = ()
    adjustments: Sequence[Adjustment] = ()
    bodies: Sequence[Body] = ()
    forecasts: ForecastRecord | None = None
    breaks: Sequence[BreakMark] = ()

    def last_year(self, *, to_date: bool) -> Aggregate:
        """Return the indicator in the same period of the year before, or up to it."""
        book, found = self.book, self.found
        codes = [span.code for span in book.periods] if to_date else book.codes_of_period
        return book.last_year.tally(found.target.indicator.code, book.places_in(found.region.code), codes)

    @property
    def periods_left(self) -> int:
        """Return how many periods are to come, by which the need is divided."""
        return self.book.periods_left

    @property
    def terms(self) -> Terms:
        """Return the terms in force at the end of the period, as known at the moment that the page shows."""
        return self.book.requirements.terms_of(self.found.target.indicator.code)

    @property
    def pace_in_words(self) -> str:
        """Return the name of the curve in force."""
        return str(dict(PACE_CHOICES)[self.terms.pace.value])

    @property
    def points(self) -> Sequence[tuple[date, Decimal]]:
        """Return the points of the curve in force: days with the share due, in %."""
        is_by_points = self.terms.pace is Pace.POINTS
        return [(point.day, point.share * 100) for point in self.terms.points] if is_by_points else []

    @property
    def milestones(self) -> Sequence[Milestone]:
        """Return the dated values on the way to the goal, as known at the moment that the page shows."""
        return self.terms.milestones

    @property
    def crossed(self) -> list[BreakMark]:
        """Return the breaks that lie between the period and the same one a year before."""
        period = self.found.period
        return [one for one in self.breaks if one.lies_between(period.starts_on, period.kind)]

    @property
    def broken_codes(self) -> set[str]:
        """Return the codes of the periods from which on the series is another one."""
        return {one.code for one in self.breaks}

    @property
    def season(self) -> Sequence[Decimal]:
        """Return the season table as known at the moment that the page shows."""
        return self.book.requirements.terms_of(self.found.target.indicator.code).season

    @property
    def is_whole(self) -> bool:
        """Return True if the region is the plan's own."""
        return self.found.region == self.found.target.plan.region


def load_target_page(
    target: Target,
    period: Period,
    region: Region,
    *,
    cities: Iterable[Region],
    by: str,
    inputs: PlanInputs | None = None,
) -> TargetPage:
    """Load the page at the target's own newest period, with a row for each of these cities.

    `by` is what they are ranked by, see `FigureInputs.ranking`. `inputs` are the plan's where they are read already.

    Two sets of inputs are loaded, of verified and of reported values, each for this indicator only. As of an earlier
    moment there are only verified values: values reported and not verified are not known of the past.
    """
    inputs = inputs or PlanInputs(target.plan)
    indicator, as_of = target.indicator, inputs.as_of
    period = own_period(period, indicator, inputs)
    book = load_figure_inputs(period, of=[indicator], as_of=as_of, same_units=True, plan_inputs=inputs)
    figures = Figures(period, as_of=as_of, book=book, inputs=inputs)
    reported = None if as_of else load_figure_inputs(period, of=[indicator], provisional=True, plan_inputs=inputs)
    found = figures.standing_of(target, region)
    own = next(one for one in inputs.targets if one.pk == target.pk)
    return TargetPage(
        found=found,
        history=figures.history(target, region),
        year_on_year=figures.year_on_year(target, region),
        year_on_year_to_date=figures.year_on_year(target, region, to_date=True),
        comparable=book.comparable_growth(indicator.code, region.code),
        comparable_to_date=book.comparable_growth(indicator.code, region.code, to_date=True),
        monthly_need=figures.monthly_need(target, region),
        months_left=months_in(figures.book.codes_in_plan[len(figures.periods) :]),
        forecast=figures.forecast(target, region),
        own_level=_own_level(found.standing),
        inputs=_inputs(figures, indicator, region),
        months=_months(figures, reported, indicator, region),
        cities=_cities(figures, reported, target, cities, by),
        versions=[one for one in inputs.known_versions if one.target_id == target.pk],
        changes=changes_of(target, as_of),
        programme=getattr(own, "programme", None) if region == figures.plan.region else None,
        unallocated=figures.unallocated(target),
        book=figures.book,
        missing_parts=figures.missing_parts(target, region),
        adjustments=adjustments_of(target) if indicator.kind == Indicator.Kind.DERIVED else (),
        bodies=_bodies(target),
        forecasts=load_forecast_records(inputs, [indicator], region).get(indicator.code),
        breaks=breaks_behind(inputs, indicator, region),
    )


def _bodies(target: Target) -> list[Body]:
    """Return the responsible body first, then the supporting ones."""
    return [*filter(None, [target.responsible]), *target.supporting.all()]


def _own_level(standing: TargetProgress) -> Level | None:
    """Return the level by the plan's own schedule, without the longer programme's yardstick."""
    measured = standing.deviation if standing.bounds.by is GradedBy.DUE else standing.gap
    return warning_level(measured, standing.judged_by) if standing.level is not None else None


def _inputs(figures: Figures, indicator: Indicator, region: Region) -> list[Measured]:
    """Return what a derived indicator adds up, or a rate divides."""
    found = figures.book.terms_of(indicator.code, region.code)
    return [Measured(figures.indicators[code], term.value) for code, term in found.items()]


def _months(figures: Figures, reported: FigureInputs | None, indicator: Indicator, region: Region) -> list[MonthRow]:
    return [
        MonthRow(
            period,
            reported.tally(indicator.code, region.code, at, at + 1) if reported else Aggregate(),
            figures.book.standing(indicator.code, region.code, at),
        )
        for at, period in enumerate(figures.periods)
    ]


def _cities(
    figures: Figures, reported: FigureInputs | None, target: Target, cities: Iterable[Region], by: str
) -> list[CityRow]:
    """Return the ranked cities first, then those without a value; for every reader, ranks are among all cities."""
    asked = list(cities)
    ranks = figures.ranking(target, by, asked[0].parent_id) if asked else {}
    taken = [rank for rank in ranks.values() if rank is not None]
    listed = [city for city in asked if city.code in ranks]
    leaves = _leaves(figures.book, target.indicator.code)
    zeros = zero_reports(figures.period, leaves, listed) if reported else {}
    last = len(figures.periods) - 1
    rows = []
    for city in listed:
        code = target.indicator.code
        rank = ranks[city.code]
        standing = figures.book.standing(code, city.code)
        told = reported.tally(code, city.code, last) if reported else Aggregate()
        cell = MonthCell(told, standing.this_period, tuple(zeros.get(city.code, ())))
        growth = figures.year_on_year(target, city)
        rows.append(CityRow(city, standing, rank, taken.count(rank or 0) > 1, growth, cell))
    return sorted(rows, key=lambda row: (row.rank is None, row.rank or 0, row.region.path))


def _leaves(book: FigureInputs, code: str) -> Collection[str]:
    """Return the entered indicators behind one."""
    rule = book.cells.rules[code]
    below = rule.parts or tuple(filter(None, (rule.numerator, rule.denominator)))
    return {leaf for part in below for leaf in _leaves(book, part)} if below else {code}
