"""The way of a target through its plan, from its figures."""

from tracker.calculation.trend import trend
from tracker.documents import wording
from tracker.documents.trend_chart import TrendChart
from tracker.models import Region, Target
from tracker.queries.figures.breaks import load_breaks
from tracker.queries.figures.evaluation_rules import with_what_they_rest_on
from tracker.queries.figures.figures import Figures


def trend_of(figures: Figures, target: Target, region: Region) -> TrendChart:
    """The chart of a target in a region, in the language in force."""
    figures = figures.own(target)
    book = figures.series_of(target, region)
    indicator = target.indicator
    periods = figures.inputs.periods_of(figures.period.kind)
    behind = with_what_they_rest_on([indicator.code], figures.inputs.evaluation.rules)
    broken = {one.code for one in load_breaks(figures.plan, behind, region, as_of=figures.as_of)}
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
