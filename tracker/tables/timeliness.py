"""Completeness and timeliness of returns, by unit or by period."""

from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from tracker.documents import wording
from tracker.queries.returns.timeliness import PeriodTimeliness
from tracker.tables.columns import CountColumn, PeriodColumn, RateColumn, TextColumn


class TimelinessTable(tables.Table):
    """What both tables count; see `tracker.calculation.timeliness` for what each number means."""

    owed = CountColumn(accessor="total__owed", verbose_name=_("expected"))
    filed = CountColumn(accessor="total__filed", verbose_name=_("submitted returns"))
    on_time = CountColumn(accessor="total__on_time", verbose_name=_("of these on time"))
    late = CountColumn(accessor="total__late", verbose_name=_("of these late"))
    missing = CountColumn(accessor="total__missing", verbose_name=_("missing"))
    sent_back = CountColumn(accessor="total__sent_back", verbose_name=_("sent back, to be resubmitted"))
    times_sent_back = CountColumn(accessor="total__times_sent_back", verbose_name=_("times sent back"))
    completeness = RateColumn(accessor="total__completeness", verbose_name=_("completeness"))
    timeliness = RateColumn(accessor="total__timeliness", verbose_name=_("on-time rate"))

    class Meta:
        default = wording.MISSING
        attrs = {"class": "list"}

    def decimals_of(self, _row: Any) -> None:
        """Numbers of returns have no decimals."""


class UnitTimelinessTable(TimelinessTable):
    """One row for each unit."""

    unit = TextColumn(order_by=("unit__region__path", "unit__code"), verbose_name=_("reporting unit"))
    region = TextColumn(accessor="unit__region", order_by="unit__region__path", verbose_name=_("region"))

    class Meta(TimelinessTable.Meta):
        sequence = ("unit", "region", "...")


class PeriodTimelinessTable(TimelinessTable):
    """One row for each period."""

    period = PeriodColumn(order_by=("period__ends_on", "period__code"), verbose_name=_("period"))

    class Meta(TimelinessTable.Meta):
        sequence = ("period", "...")

    def render_period(self, record: PeriodTimeliness) -> str:
        """ "2020年8月"."""
        return wording.period_in_words(record.period.code)

    def value_period(self, record: PeriodTimeliness) -> str:
        """As on the page."""
        return self.render_period(record)
