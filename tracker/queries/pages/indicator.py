"""An indicator's page: what is counted, and every city's months."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tracker.calculation.cells import Aggregate
from tracker.documents import wording
from tracker.documents.shape import Column, Kind, Row, Sheet
from tracker.documents.trend_chart import TrendChart
from tracker.models import Indicator, Period, Region, Target
from tracker.queries.figures.breaks import BreakMark
from tracker.queries.figures.figure_inputs import load_figure_inputs
from tracker.queries.figures.figures import Figures
from tracker.queries.figures.own_periods import own_period
from tracker.queries.figures.trend import breaks_behind, trend_of


@dataclass(frozen=True)
class PlaceMonths:
    """A place's months, verified, and the year so far."""

    region: Region
    months: Sequence[tuple[Period, Aggregate]]
    to_date: Aggregate


@dataclass(frozen=True)
class IndicatorPage:
    """An indicator over a plan up to a month."""

    indicator: Indicator
    terms: Sequence[Indicator]
    target: Target | None
    periods: Sequence[Period]
    rows: Sequence[PlaceMonths]
    chart: TrendChart | None
    breaks: Sequence[BreakMark] = ()

    @property
    def broken_codes(self) -> set[str]:
        """Return the codes of the periods from which on the series is another one."""
        return {one.code for one in self.breaks}

    def as_sheet(self, title: str, *, place: str, to_date: str) -> Sheet:
        """Return the table with unrounded values, for a workbook."""
        headings = [*(wording.period_in_words(one.code) for one in self.periods), to_date]
        amounts = [Column(heading, Kind.AMOUNT, self.indicator.decimals, is_exact=True) for heading in headings]
        return Sheet(
            name=str(self.indicator)[:31],
            title=title,
            right=str(self.indicator.unit),
            columns=[Column(place), *amounts],
            rows=[
                Row([str(row.region), *(tally.value for _period, tally in row.months), row.to_date.value])
                for row in self.rows
            ],
            frozen_columns=1,
        )


def load_indicator_page(indicator: Indicator, period: Period, regions: Iterable[Region]) -> IndicatorPage:
    """Load the page with a row for each of these regions, the first of which the chart is about."""
    listed, period = list(regions), own_period(period, indicator)
    book = load_figure_inputs(period, of=[indicator])
    periods = list(Period.objects.until(period).order_by("starts_on"))
    code = indicator.code
    rule = book.cells.rules[code]
    codes = rule.parts or tuple(filter(None, (rule.numerator, rule.denominator)))
    terms = {row.code: row for row in Indicator.objects.filter(code__in=codes).select_related("unit")}
    target = Target.objects.with_indicator().filter(plan=period.plan_id, indicator=indicator).first()
    rows = [
        PlaceMonths(
            region,
            [(month, book.tally(code, region.code, at, at + 1)) for at, month in enumerate(periods)],
            book.tally(code, region.code),
        )
        for region in listed
    ]
    figures = Figures(period, book=book)
    breaks = breaks_behind(figures.inputs, indicator, listed[0])
    return IndicatorPage(
        indicator=indicator,
        terms=[terms[one] for one in codes],
        target=target,
        periods=periods,
        rows=[row for row in rows if row.to_date.coverage.expected or row.region == listed[0]],
        chart=trend_of(figures, target, listed[0], breaks) if target else None,
        breaks=breaks,
    )
