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
from tracker.models import Target
from tracker.reports import wording
from tracker.services.figures import TargetStanding
from tracker.tables.columns import AmountColumn, LevelColumn, PointsColumn, RateColumn, TextColumn


class TargetTable(tables.Table):
    """One row for each target in each region."""

    indicator = TextColumn(accessor="target__indicator", order_by="target__position", verbose_name=_("indicator"))
    unit = TextColumn(
        accessor="target__indicator__unit", verbose_name=_("unit"), order_by="target__indicator__unit__code"
    )
    clause = TextColumn(accessor="target__clause_numbers", verbose_name=_("clause"), orderable=False)
    region = TextColumn(accessor="region", order_by="region__path", verbose_name=_("region"))
    #: The page prints the bound with the figure; the workbook keeps the figure a number and the bound beside it.
    bound = TextColumn(accessor="target__get_bound_display", verbose_name=_("bound"), visible=False)
    target = AmountColumn(accessor="standing__target", verbose_name=_("target of the year"))
    this_period = AmountColumn(accessor="standing__this_period__value", verbose_name=_("this month"))
    month_on_month = RateColumn(accessor="standing__month_on_month", verbose_name=_("month on month"))
    to_date = AmountColumn(accessor="standing__to_date__value", verbose_name=_("cumulative"))
    completion = RateColumn(accessor="standing__completion", verbose_name=_("completion rate"))
    schedule = RateColumn(accessor="standing__schedule_rate", verbose_name=_("schedule rate"))
    gap = PointsColumn(accessor="standing__gap", verbose_name=_("gap (points)"))
    level = LevelColumn(accessor="level", verbose_name=_("warning level"))
    coverage = TextColumn(
        accessor="standing__to_date__coverage",
        verbose_name=_("coverage"),
        order_by="standing__to_date__coverage__present",
    )

    class Meta:
        default = wording.MISSING
        attrs = {"class": "list"}

    def decimals_of(self, row: TargetStanding) -> int:
        """The indicator's decimals."""
        return row.target.indicator.decimals

    def render_target(self, value: Decimal, record: TargetStanding) -> str:
        """The figure with its bound: "≥ 6,500.00"."""
        return target_in_words(record.target, value)

    def value_target(self, value: Decimal) -> Decimal:
        """The figure alone."""
        return value

    def value_bound(self, value: str, record: TargetStanding) -> str:
        """The bound in words, with "about" where the plan says so."""
        return gettext("%(bound)s, about") % {"bound": value} if record.target.is_approximate else value

    def render_coverage(self, value: Coverage, record: TargetStanding) -> str:
        """Units and months verified, leading to the returns behind the figure."""
        query = {"plan": record.target.plan.code, "period": record.period.code, "region": record.region.code}
        return format_html(
            '<a href="{}?{}" title="{}">{}</a>',
            reverse("returns"),
            urlencode(query),
            gettext("The returns of this month"),
            value,
        )

    def value_coverage(self, value: Coverage) -> str:
        """The count alone."""
        return str(value)


def target_in_words(target: Target, value: Decimal | None) -> str:
    """A target's figure with its bound and, where the plan says so, "about"."""
    words: dict[Any, str] = {
        Target.Bound.AT_LEAST: gettext("≥ %(value)s"),
        Target.Bound.MORE_THAN: gettext("> %(value)s"),
        Target.Bound.EXACTLY: gettext("= %(value)s"),
        Target.Bound.ALL_OF: gettext("all %(value)s"),
        Target.Bound.REFERENCE: gettext("reference %(value)s"),
    }
    figure = wording.amount(value, target.indicator.decimals)
    if target.is_approximate:
        figure = gettext("about %(value)s") % {"value": figure}
    return wording.MISSING if value is None else words[target.bound] % {"value": figure}
