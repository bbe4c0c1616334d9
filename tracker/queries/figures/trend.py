"""The way of a target through its plan, from its figures."""

from collections.abc import Sequence

from tracker.calculation.trend import trend
from tracker.documents import wording
from tracker.documents.trend_chart import TrendChart
from tracker.models import Indicator, Region, Target
from tracker.queries.figures.breaks import BreakMark, load_breaks
from tracker.queries.figures.evaluation_rules import with_what_they_rest_on
from tracker.queries.figures.figures import Figures
from tracker.queries.figures.plan_inputs import PlanInputs


def breaks_behind(inputs: PlanInputs, indicator: Indicator, region: Region) -> Sequence[BreakMark]:
    """Return the breaks of an indicator, and of what it rests on, that concern a region."""
    behind = with_what_they_rest_on([indicator.code], inputs.evaluation.rules)
    return load_breaks(inputs.plan, behind, region, as_of=inputs.as_of)


def trend_of(figures: Figures, target: Target, region: Region, breaks: Sequence[BreakMark]) -> TrendChart:
    """Return the chart of a target in a region, in the language in force, with the breaks of its series marked."""
    figures = figures.own(target)
    book = figures.series_of(target, region)
    indicator = target.indicator
    periods = figures.inputs.periods_of(figures.period.kind)
    broken = {one.code for one in breaks}
    requirement = book.requirements.of(indicator.code, region.code, figures.period.ends_on)
    return TrendChart(
        title=f"{region} · {indicator}",
        unit=str(indicator.unit),
        decimals=indicator.decimals,
        labels=[wording.period_in_words(period.code) for period in periods],
        points=trend(book, indicator.code, region.code, [period.ends_on for period in periods]),
        target=requirement.goal_level if requirement else None,
        forecast=book.forecast(indicator.code, region.code),
        code=indicator.code,
        adds_up=book.adds_up(indicator.code),
        breaks=[at for at, period in enumerate(periods) if period.code in broken],
    )
