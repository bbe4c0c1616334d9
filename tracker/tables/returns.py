"""The list of returns."""

from datetime import datetime
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from tracker.models import Return
from tracker.reports import wording
from tracker.tables.columns import MomentColumn, TextColumn

ON_ONE_LINE = {"td": {"class": "nowrap"}, "th": {"class": "nowrap"}}


class ReturnTable(tables.Table):
    """One row for each return; each leads to its entry or review screen."""

    unit = TextColumn(order_by=("unit__region__path", "unit__code"), verbose_name=_("reporting unit"))
    region = TextColumn(accessor="unit__region", order_by="unit__region__path", verbose_name=_("region"))
    period = TextColumn(order_by="period__starts_on", verbose_name=_("period"), attrs=ON_ONE_LINE)
    state = TextColumn(accessor="get_state_display", order_by="state", verbose_name=_("state"), attrs=ON_ONE_LINE)
    timeliness = TextColumn(accessor="pk", orderable=False, verbose_name=_("timeliness"), attrs=ON_ONE_LINE)
    due_at = MomentColumn(accessor="deadline", order_by="late_from", verbose_name=_("deadline"))
    submitted_at = MomentColumn(verbose_name=_("submitted at"))
    submitted_by = TextColumn(order_by="submitted_by__display_name", verbose_name=_("submitted by"))
    verified_by = TextColumn(order_by="verified_by__display_name", verbose_name=_("verified by"))
    review_comment = TextColumn(orderable=False, verbose_name=_("reviewer's comment"), attrs={"td": {"class": "wide"}})

    class Meta:
        default = wording.MISSING
        attrs = {"class": "list"}
        order_by = ("-period", "unit")

    def __init__(self, data: Any, *, now: datetime, **kwargs: Any) -> None:
        self.now = now
        super().__init__(data, **kwargs)

    def decimals_of(self, _row: Return) -> None:
        """A return has no amounts."""

    def render_unit(self, value: Any, record: Return) -> str:
        """The unit, leading to its return."""
        return format_html('<a href="{}">{}</a>', reverse("admin:tracker_return_change", args=[record.pk]), value)

    def value_unit(self, value: Any) -> str:
        """The unit's name alone."""
        return str(value)

    def render_state(self, value: str, record: Return) -> str:
        """The state as a badge."""
        return format_html('<span class="state state-{}">{}</span>', record.state, value)

    def value_state(self, value: str) -> str:
        """The state's word."""
        return value

    def render_timeliness(self, record: Return) -> str:
        """Whether it came on time, as a badge that says so in words."""
        code, words = _timeliness(record, self.now)
        return format_html('<span class="{}">{}</span>', code, words)

    def value_timeliness(self, record: Return) -> str:
        """The same in words."""
        return _timeliness(record, self.now)[1]


def _timeliness(row: Return, now: datetime) -> tuple[str, str]:
    if row.is_overdue(now):
        return "overdue", pgettext("return", "overdue")
    if row.is_open:
        return "not-due", pgettext("return", "not yet due")
    if row.handed_in_at is None:
        return "", wording.MISSING  # a table of past periods brought it: nobody knows when it was handed in
    return ("late", pgettext("return", "late")) if row.is_late else ("on-time", pgettext("return", "on time"))
