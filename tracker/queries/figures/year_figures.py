"""The figure of a year in a plan, by place: what a target of another plan may start from."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from tracker.models import Indicator, Period, Plan
from tracker.queries.figures.figure_inputs import load_figure_inputs
from tracker.queries.figures.own_periods import own_period
from tracker.queries.figures.plan_inputs import PlanInputs
from tracker.queries.figures.reporting_periods import main_kind


@dataclass(frozen=True)
class YearFigures:
    """An indicator's verified figures of one year, by the code of the place, in the indicator's unit.

    `missing` are the codes of places of which something that was expected is not verified: their figures would be too
    small, and are left out.
    """

    values: Mapping[str, Decimal]
    missing: frozenset[str]


def load_year_figures(plan: Plan, indicator: Indicator, year: int) -> YearFigures:
    """Return what was verified in a plan for the year's periods that end in a calendar year.

    Amounts are those of the year alone, not of the plan so far; of a stock or a rate it is the figure at the end of
    the year. Of a plan that has no such period nothing is there.
    """
    inputs = PlanInputs(plan)
    last = _last_period(inputs, indicator, year)
    if last is None:
        return YearFigures({}, frozenset())
    book = load_figure_inputs(last, of=[indicator], plan_inputs=inputs)
    first = next(at for at, span in enumerate(book.periods) if span.ends_on.year == year)
    values, missing = {}, set()
    for place in book.paths:
        found = book.tally(indicator.code, place, first)
        if not found.is_complete:
            missing.add(place)
        elif found.value is not None:
            values[place] = found.value
    return YearFigures(values, frozenset(missing))


def _last_period(inputs: PlanInputs, indicator: Indicator, year: int) -> Period | None:
    """Return the last period ending in the year, of the kind for which the indicator is reported."""
    of_year = [one for one in inputs.periods_of(main_kind(inputs.plan)) if one.ends_on.year == year]
    return own_period(of_year[-1], indicator, inputs) if of_year else None
