"""The book: every input of a plan's figures at one period, and the figures reckoned from it.

It holds no names and no rows of a database, so the same inputs give the same figures for ever: an issued report
keeps its book. Places are region codes, periods their codes; both "the plan's own region" and "all below it" are
read from the regions' paths.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from tracker.calculation import forecast as forecasting
from tracker.calculation import levels
from tracker.calculation.cells import Aggregate, Coverage
from tracker.calculation.comparison import change, ranks, streak
from tracker.calculation.levels import Bounds, Level
from tracker.calculation.pace import Pace, Point, schedule_share
from tracker.calculation.progress import Cells, TargetProgress, standing

#: The period under which a condensed book keeps the amounts from the plan's start to its last period.
TO_DATE = "to date"


@dataclass(frozen=True)
class Span:
    """A period: its code and its days."""

    code: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class Goal:
    """What a place is to reach by the end of the plan, from a day on."""

    effective_from: date
    value: Decimal


@dataclass(frozen=True)
class Programme:
    """A longer programme that the plan is a part of: its span, its target, and what was done before the plan."""

    starts_on: date
    ends_on: date
    value: Decimal
    before: Decimal


@dataclass(frozen=True)
class Terms:
    """How a target is judged."""

    pace: Pace = Pace.EVEN_BY_DAY
    points: tuple[Point, ...] = ()
    is_graded: bool = True
    programme: Programme | None = None


@dataclass(frozen=True)
class LevelHistory:
    """A target's levels period by period: the one before the last, the last, and how long it has stood."""

    levels: tuple[Level | None, ...]

    @property
    def now(self) -> Level | None:
        """The level at the period."""
        return self.levels[-1]

    @property
    def before(self) -> Level | None:
        """The level one period earlier; None when there was none."""
        return self.levels[-2] if len(self.levels) > 1 else None

    @property
    def change(self) -> int:
        """By how many levels it got better (above 0) or worse (below 0); 0 when either is not graded."""
        if self.now is None or self.before is None:
            return 0
        return int(self.now) - int(self.before)

    @property
    def periods_at_level(self) -> int:
        """For how many periods in a row it has stood at this level."""
        return streak(self.levels)


@dataclass(frozen=True)
class FigureInputs:
    """The inputs. `periods` runs from the plan's first to the one judged; `codes_in_plan` names all there are.

    `last_year` holds the amounts of the year before, under the codes of this plan's periods; `units` counts, of
    each region's own units that owe a return for the period, those that have one. A condensed book has
    the last two periods only, and what came before them in one sum under TO_DATE.
    """

    starts_on: date
    ends_on: date
    top: str
    paths: Mapping[str, str]
    periods: tuple[Span, ...]
    codes_in_plan: tuple[str, ...]
    bounds: Bounds
    cells: Cells
    last_year: Cells
    goals: Mapping[tuple[str, str], Sequence[Goal]] = field(default_factory=dict)
    terms: Mapping[str, Terms] = field(default_factory=dict)
    units: Mapping[str, Coverage] = field(default_factory=dict)
    is_condensed: bool = False

    def tally(self, indicator: str, place: str, first: int = 0, last: int | None = None) -> Aggregate:
        """An indicator in a place and all below it, over the periods from index `first` up to before `last`."""
        codes = [span.code for span in self.periods[first:last]]
        if self.is_condensed and len(codes) == len(self.periods):
            codes = [TO_DATE]
        return self.cells.tally(indicator, self.places_in(place), codes) if codes else Aggregate()

    def goal(self, indicator: str, place: str, on: date) -> Decimal | None:
        """What a place is held to on a day: the newest goal in force then.

        A derived target is the sum of its parts' goals, None when one has none; a rate's goal is the same for
        every place.
        """
        rule = self.cells.rules[indicator]
        if rule.parts:
            parts = [self.goal(part, place, on) for part in rule.parts]
            return None if None in parts else sum((part for part in parts if part is not None), Decimal(0))
        key = (indicator, self.top if rule.numerator else place)
        in_force = [goal for goal in self.goals.get(key, ()) if goal.effective_from <= on]
        return in_force[-1].value if in_force else None

    def standing(self, indicator: str, place: str, at: int = -1) -> TargetProgress:
        """Where a target stands in a place at the end of one of the periods, by its index."""
        index = at % len(self.periods)
        if self.is_condensed and index < len(self.periods) - 1:
            raise ValueError("a condensed book knows its last period alone")
        this_period = self.tally(indicator, place, index, index + 1)
        last_period = self.tally(indicator, place, index - 1, index) if index else Aggregate()
        to_date = self.tally(indicator, place, 0, index + 1)
        return self._judged(indicator, place, index, (this_period, last_period, to_date))

    def history(self, indicator: str, place: str) -> LevelHistory:
        """The levels at the end of every period so far, each judged by the goal then in force."""
        if self.is_condensed and len(self.periods) > 1:
            raise ValueError("a condensed book knows its last period alone")
        codes = [span.code for span in self.periods]
        each = [self.cells.tally(indicator, self.places_in(place), [code]) for code in codes]
        to_dates = self.cells.to_each_period(indicator, self.places_in(place), codes)
        tallies = enumerate(zip(each, [Aggregate(), *each], to_dates, strict=False))
        return LevelHistory(tuple(self._judged(indicator, place, index, of).level for index, of in tallies))

    def year_on_year(self, indicator: str, place: str, *, to_date: bool = False) -> Decimal | None:
        """同比 of the period or of the cumulative, in %, of a rate in percentage points.

        None unless both years are complete, and of an amount on a zero base.
        """
        codes = [span.code for span in self.periods[0 if to_date else -1 :]]
        this = self.cells.tally(indicator, self.places_in(place), codes)
        last = self.last_year.tally(indicator, self.places_in(place), codes)
        if not (this.is_complete and last.is_complete):
            return None
        return change(this.value, last.value, is_rate=self.is_rate(indicator))

    def forecast(self, indicator: str, place: str) -> forecasting.Forecast | None:
        """Where an amount will land: by last year's seasons where last year is complete, else by the run rate."""
        if not self.adds_up(indicator):
            return None
        months = [self._complete(self.cells, indicator, place, span.code) for span in self.periods]
        last_year = [self._complete(self.last_year, indicator, place, code) for code in self.codes_in_plan]
        found = forecasting.by_last_year(months, last_year) or forecasting.by_run_rate(months, len(self.codes_in_plan))
        reached = self.tally(indicator, place).value  # with the months that are not complete
        if found is None or reached is None or any(month is not None and month < 0 for month in months):
            return found
        return found.not_below(reached)

    def monthly_need(self, indicator: str, place: str) -> Decimal | None:
        """The amount needed in each period left to land on the target; None for what does not add up."""
        if not self.adds_up(indicator):
            return None
        target = self.goal(indicator, place, self.periods[-1].ends_on)
        to_date = self.tally(indicator, place)
        return forecasting.monthly_need(target, to_date.value, len(self.codes_in_plan) - len(self.periods))

    def ranking(self, indicator: str, places: Sequence[str], by: str) -> dict[str, int | None]:
        """Places ranked by "completion", "gap" or "growth"; one with nothing verified for the period has no rank."""
        figures: dict[str, Decimal | None] = {}
        for place in places:
            judged = self.standing(indicator, place)
            figure = self.year_on_year(indicator, place) if by == "growth" else getattr(judged, by)
            figures[place] = figure if judged.this_period.coverage.present else None
        return ranks(figures)

    def units_in(self, place: str) -> Coverage:
        """How many of the units in a place and below it that owe a return for the period have one that counts."""
        return sum((self.units.get(code, Coverage()) for code in self.places_in(place)), Coverage())

    def places_in(self, place: str) -> list[str]:
        """The place and all below it."""
        return [code for code, path in self.paths.items() if path.startswith(self.paths[place])]

    def is_rate(self, indicator: str) -> bool:
        """Whether it is a ratio of two others."""
        return bool(self.cells.rules[indicator].numerator)

    def adds_up(self, indicator: str) -> bool:
        """Whether its periods add up to a year: only then can a run rate say anything."""
        rule = self.cells.rules[indicator]
        if rule.parts:
            return all(self.adds_up(part) for part in rule.parts)
        return not rule.numerator and rule.over_periods == "sum"

    def _judged(
        self, indicator: str, place: str, index: int, tallies: tuple[Aggregate, Aggregate, Aggregate]
    ) -> TargetProgress:
        """The standing at the end of a period, by its tally, the last one's and the one to date."""
        this_period, last_period, to_date = tallies
        on = self.periods[index].ends_on
        terms = self.terms.get(indicator, Terms())
        return standing(
            this_period=this_period,
            last_period=last_period,
            to_date=to_date,
            target=self.goal(indicator, place, on),
            schedule_share=schedule_share(terms.pace, self.starts_on, self.ends_on, on, terms.points),
            bounds=self.bounds,
            is_graded=terms.is_graded,
            is_rate=self.is_rate(indicator),
            other_level=self._programme_level(terms, place, to_date, on),
        )

    def _complete(self, cells: Cells, indicator: str, place: str, code: str) -> Decimal | None:
        """A period's amount, only where no cell behind it is missing."""
        tally = cells.tally(indicator, self.places_in(place), [code])
        return tally.value if tally.is_complete else None

    def _programme_level(self, terms: Terms, place: str, to_date: Aggregate, on: date) -> Level | None:
        """The longer programme's yardstick, for the plan's own region alone: its target is not split."""
        programme = terms.programme
        if programme is None or place != self.top or to_date.value is None:
            return None
        completion = levels.completion_rate(programme.before + to_date.value, programme.value)
        share = schedule_share(Pace.EVEN_BY_DAY, programme.starts_on, programme.ends_on, on)
        return levels.warning_level(levels.gap(completion, share * 100), self.bounds)
