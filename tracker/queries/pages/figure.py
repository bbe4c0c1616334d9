"""All that lies behind one figure: an indicator in a place over a month or the year, down to the rows of the ledger."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from tracker.calculation.cells import Aggregate
from tracker.calculation.figure_inputs import FigureInputs
from tracker.calculation.progress import AggregationRule
from tracker.calculation.targets.terms import Goal
from tracker.models import Entry, Indicator, Period, Region, Target, TargetVersion, ValueRevision
from tracker.models.earlier import lay_within, tree_on
from tracker.models.indicator import ROLLUP_CHOICES
from tracker.queries.figures.figure_inputs import load_figure_inputs
from tracker.queries.figures.own_periods import own_period
from tracker.queries.figures.plan_inputs import PlanInputs
from tracker.queries.figures.values import revisions_known_at

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
    held_to: Goal | None
    version: TargetVersion | None
    as_of: datetime | None = None

    @property
    def over_periods(self) -> str:
        """Return the aggregation over time in force at the end of the period, in words."""
        return str(dict(ROLLUP_CHOICES)[self.rule.over_periods.value])

    @property
    def over_places(self) -> str:
        """Return the aggregation over regions in force at the end of the period, in words."""
        return str(dict(ROLLUP_CHOICES)[self.rule.over_places.value])

    @property
    def is_entered(self) -> bool:
        """Return True if it is typed in returns: then rows of the ledger lie right behind it."""
        return self.indicator.kind == Indicator.Kind.ENTERED


@dataclass(frozen=True)
class KnownRow:
    """A row of the ledger as it was verified at a moment."""

    entry: Entry
    revision: ValueRevision


def load_figure_page(
    indicator: Indicator, period: Period, region: Region, *, is_year: bool, inputs: PlanInputs | None = None
) -> FigurePage:
    """Load the page of the month, or of the year up to it, from verified values, with reported values beside them.

    `inputs` are the plan's if they are already loaded. As of an earlier time, reported values are not shown.
    """
    inputs = inputs or PlanInputs(period.plan)
    as_of = inputs.as_of
    period = own_period(period, indicator, inputs)
    so_far = [one for one in inputs.periods_of(period.kind) if one.ends_on <= period.ends_on]
    periods = so_far if is_year else [period]
    first = 0 if is_year else -1
    book = load_figure_inputs(period, of=[indicator], as_of=as_of, plan_inputs=inputs)
    rule = book.cells.rules[indicator.code]
    named = {row.code: row for row in inputs.indicators if row.code in rule.terms}
    below = inputs.tree_on(period.ends_on).below(region.pk)
    target = next((one for one in inputs.targets if one.indicator_id == indicator.pk), None)
    reported = None if as_of else load_figure_inputs(period, of=[indicator], provisional=True, plan_inputs=inputs)
    return FigurePage(
        indicator=indicator,
        region=region,
        period=period,
        periods=periods,
        tally=book.tally(indicator.code, region.code, first),
        reported=reported.tally(indicator.code, region.code, first) if reported else Aggregate(),
        rule=rule,
        terms=[
            Input(str(named[code]), named[code], region, period, term)
            for code, term in book.terms_of(indicator.code, region.code, first).items()
        ],
        places=[
            Input(str(place), indicator, place, period, found)
            for place in below
            if (found := _tally(book, indicator, place, first)).coverage.expected
        ],
        target=target,
        held_to=book.requirements.goal_in_force(indicator.code, region.code, period.ends_on) if target else None,
        version=inputs.versions_on(period.ends_on).get(target.pk) if target else None,
        as_of=as_of,
    )


def _tally(book: FigureInputs, indicator: Indicator, place: Region, first: int) -> Aggregate:
    return book.tally(indicator.code, place.code, first) if place.code in book.paths else Aggregate()


def ledger_behind(sheet: FigurePage) -> QuerySet[Entry]:
    """Return the ledger's rows behind a figure, in no order: values that units reported. Drafts are not included.

    As of an earlier time, return the rows that were verified then, whatever became of them. They lie in the region as
    it was at the end of the figure's period.
    """
    if sheet.as_of is not None:
        regions = tree_on(sheet.region, sheet.period.ends_on, sheet.as_of).regions
        within = Entry.objects.filter(indicator=sheet.indicator, unit_return__unit__region__in=regions)
        known = revisions_known_at([one.pk for one in sheet.periods], sheet.as_of)
        return within.filter(pk__in=known.values("entry")).select_related(
            "indicator__unit", "unit_return__unit__region", "unit_return__period"
        )
    entries = Entry.objects.reported().filter(
        lay_within(sheet.region, sheet.period.ends_on, "unit_return__unit__region"),
        indicator=sheet.indicator,
        unit_return__period__in=sheet.periods,
        reported_value__isnull=False,
    )
    return (
        entries.with_names()
        .with_status()
        .select_related(
            "indicator__unit",
            "unit_return__unit__region",
            "unit_return__period",
            "reported_revision__actor",
            "verified_revision__actor",
        )
    )


def rows_known_at(entries: Iterable[Entry], moment: datetime) -> list[KnownRow]:
    """Return each entry with the verified revision that was its newest at a moment."""
    listed = list(entries)
    revisions = (
        ValueRevision.objects.filter(entry__in=listed, kind=ValueRevision.Kind.VERIFIED, recorded_at__lte=moment)
        .with_status()
        .select_related("actor", "saw")
    )
    newest = {revision.entry_id: revision for revision in revisions.order_by("number")}
    return [KnownRow(entry, newest[entry.pk]) for entry in listed]
