"""The list of returns."""

from datetime import datetime
from typing import Any

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from tracker.documents import wording
from tracker.models import Return, User
from tracker.tables.addresses import return_address
from tracker.tables.columns import MomentColumn, PeriodColumn, TextColumn

STATE = '<span class="state state-{}">{}</span>'
TIMELINESS = '<span class="{}">{}</span>'
ON_ONE_LINE = {"td": {"class": "nowrap"}, "th": {"class": "nowrap"}}


class ReturnTable(tables.Table):
    """One row for each return; each leads to its page, or to the screen on which the person works on it."""

    unit = TextColumn(order_by=("unit__region__path", "unit__code"), verbose_name=_("reporting unit"))
    region = TextColumn(accessor="unit__region", order_by="unit__region__path", verbose_name=_("region"))
    period = PeriodColumn(order_by="period__starts_on", verbose_name=_("period"))
    state = TextColumn(accessor="pk", order_by="state", verbose_name=_("state"), attrs=ON_ONE_LINE)
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

    def __init__(self, data: Any, *, now: datetime, user: User | None = None, **kwargs: Any) -> None:
        self.now = now
        #: What a page says again and again is said once.
        self.states = {state.value: str(state.label) for state in Return.State}
        self.state_badges = {code: format_html(STATE, code, words) for code, words in self.states.items()}
        self.timely = _timeliness_words()
        self.timeliness_badges = {code: format_html(TIMELINESS, code, words) for code, words in self.timely.items()}
        self.page_of = return_address(user)
        super().__init__(data, **kwargs)

    def decimals_of(self, _row: Return) -> None:
        """Return None: a return has no amounts."""

    def render_unit(self, value: Any, record: Return) -> str:
        """Return the unit as a link to its return."""
        return format_html('<a href="{}">{}</a>', self.page_of(record), value)

    def value_unit(self, value: Any) -> str:
        """Return the unit's name alone."""
        return str(value)

    def render_state(self, record: Return) -> str:
        """Return the state as a badge."""
        return self.state_badges[record.state]

    def value_state(self, record: Return) -> str:
        """Return the state's word."""
        return self.states[record.state]

    def render_timeliness(self, record: Return) -> str:
        """Return the timeliness as a badge with its word."""
        return self.timeliness_badges[_timeliness(record, self.now)]

    def value_timeliness(self, record: Return) -> str:
        """Return the timeliness in words."""
        return self.timely[_timeliness(record, self.now)]


def _timeliness_words() -> dict[str, str]:
    return {
        "overdue": pgettext("return", "overdue"),
        "not-due": pgettext("return", "not yet due"),
        "": wording.MISSING,  # a table of past periods brought it: nobody knows when it was handed in
        "late": pgettext("return", "late"),
        "on-time": pgettext("return", "on time"),
    }


def _timeliness(row: Return, now: datetime) -> str:
    if row.is_open:
        return "overdue" if row.is_overdue(now) else "not-due"
    if row.handed_in_at is None:
        return ""
    return "late" if row.is_late else "on-time"
