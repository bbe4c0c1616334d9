"""All that lies behind one figure: an indicator in a place over a month or the year, down to the rows of the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from tracker.calculation.cells import Aggregate
from tracker.calculation.figure_inputs import FigureInputs
from tracker.calculation.progress import AggregationRule
from tracker.models import Entry, Indicator, Period, Region, Target, TargetVersion
from tracker.queries.figures.figure_inputs import load_figure_inputs
from tracker.queries.figures.own_periods import own_period

#: Rows of the ledger on one page.
ROWS = 100


@dataclass(frozen=True)
class Input:
    """Another figure that this one is reckoned from: of another indicator, another month or another place."""

    name: str
    indicator: Indicator
    region: Region
    period: Period
    tally: Aggregate


@dataclass(frozen=True)
class FigurePage:
    """The figure, what it is reckoned from, and the target that it is held to: of the region its share."""

    indicator: Indicator
    region: Region
    period: Period
    periods: Sequence[Period]
    tally: Aggregate
    reported: Aggregate
    rule: AggregationRule
    terms: Sequence[Input]
    places: Sequence[Input]
    target: Target | None
    held_to: Decimal | None
    version: TargetVersion | None

    @property
    def is_entered(self) -> bool:
        """Return True if it is typed in returns: then rows of the ledger lie right behind it."""
        return self.indicator.kind == Indicator.Kind.ENTERED


def load_figure_page(indicator: Indicator, period: Period, region: Region, *, is_year: bool) -> FigurePage:
    """The sheet of the month, or of the year up to it, from verified values; what is reported stands beside it."""
    period = own_period(period, indicator)
    so_far = list(Period.objects.until(period).order_by("starts_on"))
    periods = so_far if is_year else [period]
    first = 0 if is_year else -1
    book = load_figure_inputs(period, of=[indicator])
    rule = book.cells.rules[indicator.code]
    codes = rule.parts or tuple(filter(None, (rule.numerator, rule.denominator)))
    named = {row.code: row for row in Indicator.objects.filter(code__in=codes).select_related("unit")}
    below = list(region.children.order_by("path"))
    target = Target.objects.with_indicator().filter(plan=period.plan_id, indicator=indicator).first()
    first_of_terms = max(first, book.year_start) if rule.numerator and is_year else first
    versions = TargetVersion.objects.filter(target=target).in_force_on(period.ends_on) if target else []
    return FigurePage(
        indicator=indicator,
        region=region,
        period=period,
        periods=periods,
        tally=book.tally(indicator.code, region.code, first),
        reported=load_figure_inputs(period, of=[indicator], provisional=True).tally(indicator.code, region.code, first),
        rule=rule,
        terms=[
            Input(str(named[code]), named[code], region, period, book.tally(code, region.code, first_of_terms))
            for code in codes
        ],
        places=[
            Input(str(place), indicator, place, period, found)
            for place in below
            if (found := _tally(book, indicator, place, first)).coverage.expected
        ],
        target=target,
        held_to=book.goal(indicator.code, region.code, period.ends_on) if target else None,
        version=list(versions)[-1] if versions else None,
    )


def _tally(book: FigureInputs, indicator: Indicator, place: Region, first: int) -> Aggregate:
    return book.tally(indicator.code, place.code, first) if place.code in book.paths else Aggregate()


def ledger_behind(sheet: FigurePage) -> QuerySet[Entry]:
    """The ledger's rows behind a figure, in no order: what units stand by. Drafts are not among them."""
    entries = Entry.objects.reported().filter(
        indicator=sheet.indicator,
        unit_return__period__in=sheet.periods,
        unit_return__unit__region__path__startswith=sheet.region.path,
        reported_value__isnull=False,
    )
    return entries.with_names().select_related(
        "indicator__unit",
        "unit_return__unit__region",
        "unit_return__period",
        "reported_revision__actor",
        "verified_revision__actor",
    )
