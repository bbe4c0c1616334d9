"""The list of where targets stand."""

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tracker.calculation.cells import Coverage
from tracker.calculation.level_history import LevelHistory
from tracker.calculation.levels import Level
from tracker.calculation.periods import months_of_code
from tracker.calculation.progress import TargetProgress
from tracker.documents import progress_words, trends, wording
from tracker.documents.shape import Formula, ProvisionalLevel
from tracker.models import Period, Target
from tracker.queries.figures.figures import Figures, RegionProgress, name_at
from tracker.tables.columns import (
    AmountColumn,
    CountColumn,
    LevelColumn,
    PointsColumn,
    RateColumn,
    TextColumn,
    level_badge,
    standing_badge,
    trend,
)


class TargetTable(tables.Table):
    """One row for each target in each region."""

    indicator = TextColumn(accessor="target__indicator", order_by="target__position", verbose_name=_("indicator"))
    unit = TextColumn(
        accessor="target__indicator__unit", verbose_name=_("unit"), order_by="target__indicator__unit__code"
    )
    clause = TextColumn(accessor="target__clause_numbers", verbose_name=_("clause"), orderable=False)
    region = TextColumn(accessor="region", order_by="region__path", verbose_name=_("region"))
    #: The page prints the bound with the figure; the workbook keeps the figure a number and the bound beside it.
    bound = TextColumn(accessor="target__get_bound_display", verbose_name=_("requirement"), visible=False)
    target = AmountColumn(accessor="standing__target", verbose_name=_("target of the year"))
    this_period = AmountColumn(accessor="standing__this_period__value", verbose_name=_("this month"))
    month_on_month = RateColumn(accessor="standing__month_on_month", verbose_name=_("month on month"))
    to_date = AmountColumn(accessor="standing__to_date__value", verbose_name=_("cumulative"))
    completion = RateColumn(accessor="standing__compared_completion", verbose_name=_("completion rate"))
    schedule = RateColumn(accessor="standing__compared_schedule", verbose_name=_("schedule rate"))
    gap = PointsColumn(accessor="standing__gap", verbose_name=_("gap (points)"))
    level = LevelColumn(accessor="level", verbose_name=_("warning level"))
    coverage = TextColumn(
        accessor="standing__to_date__coverage",
        verbose_name=_("returns verified"),
        order_by="standing__to_date__coverage__present",
    )
    #: The page prints these below the level; the workbook has a column for each, and for what the row rests on.
    change = TextColumn(accessor="level", empty_values=(), verbose_name=_("change of warning level"), visible=False)
    months_at_level = CountColumn(
        accessor="level", empty_values=(), verbose_name=_("months in a row at this level"), visible=False
    )
    basis = TextColumn(accessor="level", empty_values=(), verbose_name=_("basis"), visible=False)

    class Meta:
        default = wording.MISSING
        attrs = {"class": "list"}

    def __init__(self, data: Any, *, figures: Figures | None, as_of_query: str = "", **kwargs: Any) -> None:
        self.figures, self.as_of_query = figures, as_of_query
        self.is_provisional = figures is not None and figures.provisional
        self.caption = trends.basis(is_provisional=True) if self.is_provisional else ""
        super().__init__(data, **kwargs)
        if figures is not None:
            self.columns["target"].column.verbose_name = progress_words.target_label(
                is_one_year=figures.book.is_one_year
            )
            period = figures.period
            if period.kind != Period.Kind.MONTH or months_of_code(period.code) > 1:
                self.columns["this_period"].column.verbose_name = wording.this_period(period.kind, period.code)
                self.columns["month_on_month"].column.verbose_name = wording.on_period_before(figures.period.kind)

    def history_of(self, row: RegionProgress) -> LevelHistory:
        """Return the row's levels so far."""
        if self.figures is None:
            raise ValueError("a table without figures has no rows")
        return self.figures.history(row.target, row.region)

    def decimals_of(self, row: RegionProgress) -> int:
        """Return the indicator's decimals."""
        return row.target.indicator.decimals

    def render_indicator(self, value: Any, record: RegionProgress) -> str:
        """Return the indicator, with a link to the target's page."""
        if self.figures is None or record.period == self.figures.period:
            return format_html('<a href="{}">{}</a>', page_of(record) + self.as_of_query, value)
        period = wording.period_in_words(record.period.code)
        return format_html(
            '<a href="{}">{}</a> <span class="quiet nowrap">{}</span>',
            page_of(record) + self.as_of_query,
            value,
            period,
        )

    def value_indicator(self, value: Any, record: RegionProgress) -> str:
        """Return only the name, with the row's own period if that is another."""
        return name_at(record, self.figures.period) if self.figures else str(value)

    def render_level(self, value: Level | None, record: RegionProgress) -> str:
        """Return the level as a badge, with its change below."""
        badge = level_badge(value, is_provisional=True) if self.is_provisional else standing_badge(record.standing)
        return format_html("{} {}", badge, trend(self.history_of(record), record.period.kind))

    def value_level(self, value: Level | None, record: RegionProgress) -> Level | ProvisionalLevel | None:
        """Return the level itself, marked if it is provisional."""
        return ProvisionalLevel(value) if record.standing.is_provisional else value

    def value_change(self, record: RegionProgress) -> str:
        """Return how the level moved since last month."""
        return trends.level_change(self.history_of(record), record.period.kind)

    def value_months_at_level(self, record: RegionProgress) -> int | None:
        """For how many months in a row; None without a level."""
        return self.history_of(record).periods_at_level or None

    def value_basis(self) -> str:
        """Return what the row is reckoned from."""
        return trends.basis(is_provisional=self.is_provisional)

    def render_to_date(self, record: RegionProgress) -> str:
        """With as many digits as tell it from the goal."""
        return progress_words.cumulative(record.standing, self.decimals_of(record))

    def value_to_date(self, value: Decimal) -> Decimal:
        """Return the figure itself."""
        return value

    def render_completion(self, record: RegionProgress) -> str:
        """With as many digits as tell it from the schedule."""
        return progress_words.compared_completion(record.standing)

    def value_completion(self, value: Decimal, record: RegionProgress) -> Formula:
        """Return the figure itself, to be printed with as many digits as the schedule rate."""
        return Formula("", value, progress_words.compared_digits(record.standing))

    def render_schedule(self, record: RegionProgress) -> str:
        """With the digits of the completion rate."""
        return progress_words.compared_schedule(record.standing)

    def value_schedule(self, value: Decimal, record: RegionProgress) -> Formula:
        """Return the figure itself, to be printed with as many digits as the completion rate."""
        return Formula("", value, progress_words.compared_digits(record.standing))

    def render_gap(self, record: RegionProgress) -> str:
        """With as many digits as tell it from the bounds."""
        return progress_words.gap(record.standing)

    def value_gap(self, value: Decimal, record: RegionProgress) -> Formula:
        """Return the figure itself, to be printed with the digits of a gap."""
        return Formula("", value, progress_words.gap_digits(record.standing))

    def render_month_on_month(self, value: Decimal, record: RegionProgress) -> str:
        """In %, of a rate in percentage points, of a count in things."""
        return wording.change(value, is_rate=record.standing.is_rate, is_count=record.standing.is_count)

    def value_month_on_month(self, value: Decimal, record: RegionProgress) -> Decimal | str:
        """Return the figure; for a rate or a count the words, since it is not a percentage."""
        standing = record.standing
        if not standing.is_rate and not standing.is_count:
            return value
        return wording.change(value, is_rate=standing.is_rate, is_count=standing.is_count)

    def render_target(self, value: Decimal, record: RegionProgress) -> str:
        """Return the target value with its requirement: "≥ 6,500.00"."""
        return target_in_words(record.target, record.standing)

    def value_target(self, value: Decimal) -> Decimal:
        """Return only the target value."""
        return value

    def value_bound(self, value: str, record: RegionProgress) -> str:
        """Return the requirement in words, with "about" where the plan states so."""
        return gettext("%(bound)s, about") % {"bound": value} if record.target.is_approximate else value

    def render_coverage(self, value: Coverage, record: RegionProgress) -> str:
        """Units and months verified, leading to the returns behind the figure."""
        if self.as_of_query:  # returns are known as they are now; the figure's page has their revisions of then
            query = {"period": record.period.code, "region": record.region.code}
            address = f"{reverse('figure', args=[record.target.indicator.code])}?{urlencode(query)}{self.as_of_query}"
            return format_html('<a href="{}">{}</a>', address, value)
        query = {"plan": record.target.plan.code, "period": record.period.code, "region": record.region.code}
        return format_html(
            '<a href="{}?{}" title="{}">{}</a>',
            reverse("returns"),
            urlencode(query),
            gettext("The returns of this month"),
            value,
        )

    def value_coverage(self, value: Coverage) -> str:
        """Return only the count."""
        return str(value)


def page_of(row: RegionProgress) -> str:
    """Return the address of a target's page at this period and region."""
    query = {"period": row.period.code, "region": row.region.code}
    return f"{reverse('target', args=[row.target.pk])}?{urlencode(query)}"


def target_in_words(target: Target, standing: TargetProgress) -> str:
    """Return a target's value with its requirement and, where the plan states so, "about"."""
    return progress_words.goal(standing, target.indicator.decimals, is_approximate=target.is_approximate)
