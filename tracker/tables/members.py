"""The members of a list as a table."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from tracker.documents import wording
from tracker.models import ListMember, ListStep
from tracker.queries.projects.listed import stage_at
from tracker.tables.addresses import numbered_address
from tracker.tables.columns import AmountColumn, CountColumn, TextColumn

ON_ONE_LINE = {"td": {"class": "nowrap"}, "th": {"class": "nowrap"}}
CHOICE = '<label class="nowrap"><input type="checkbox" name="member" value="{}"> {}</label>'
STATE = '<span class="state state-{}">{}</span>'


class DayColumn(TextColumn):
    """A day."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("attrs", ON_ONE_LINE)
        super().__init__(*args, **kwargs)

    def render(self, value: date) -> str:
        """As pages say it."""
        return wording.day(value)

    def value(self, value: date) -> str:
        """As programs sort it."""
        return value.isoformat()


class MemberTable(tables.Table):
    """One row for each member; each leads to its page."""

    number = CountColumn(verbose_name=_("no."))
    project = TextColumn(order_by=("project__name",), verbose_name=_("name"))
    code = TextColumn(accessor="project__code", verbose_name=_("project code"), visible=False)
    credit_code = TextColumn(
        accessor="project__credit_code", verbose_name=_("unified social credit code"), visible=False
    )
    builder = TextColumn(accessor="project__builder", verbose_name=_("builder"))
    region = TextColumn(accessor="project__region", order_by="project__region__path", verbose_name=_("region"))
    unit = TextColumn(accessor="project__unit", order_by="project__unit__code", verbose_name=_("responsible unit"))
    region_code = TextColumn(accessor="project__region__code", verbose_name=_("code of the region"), visible=False)
    unit_code = TextColumn(
        accessor="project__unit__code", verbose_name=_("code of the responsible unit"), visible=False
    )
    category = TextColumn(accessor="get_category_display", order_by="category", verbose_name=_("category"))
    stage = TextColumn(order_by="stage__position", verbose_name=_("stage"), attrs=ON_ONE_LINE, empty_values=())
    stage_on = DayColumn(verbose_name=_("at the stage since"), empty_values=())
    state = TextColumn(accessor="get_state_display", order_by="state", verbose_name=_("state"), attrs=ON_ONE_LINE)
    total = AmountColumn(accessor="project__total_investment", verbose_name=_("total investment (10,000 yuan)"))
    year = AmountColumn(accessor="yearly_investment", verbose_name=_("investment planned for the year"), visible=False)
    invested = AmountColumn(verbose_name=_("invested to date"), visible=False)
    planned_start = DayColumn(accessor="project__planned_start", verbose_name=_("planned start"), visible=False)
    planned_finish = DayColumn(accessor="project__planned_finish", verbose_name=_("planned finish"))
    site = TextColumn(accessor="project__site", verbose_name=_("site"), visible=False)
    nature = TextColumn(
        accessor="project__get_nature_display",
        order_by="project__nature",
        verbose_name=_("nature of construction"),
        visible=False,
    )
    content = TextColumn(accessor="project__content", verbose_name=_("content and scale"), visible=False)
    person = TextColumn(accessor="project__person", verbose_name=_("person responsible"), visible=False)
    leader = TextColumn(accessor="project__leader", verbose_name=_("leader in charge"), visible=False)
    longitude = TextColumn(accessor="project__longitude", verbose_name=_("longitude"), visible=False)
    latitude = TextColumn(accessor="project__latitude", verbose_name=_("latitude"), visible=False)

    class Meta:
        default = wording.MISSING
        attrs = {"class": "list"}
        order_by = ("number",)

    def __init__(
        self,
        *args: Any,
        day: date | None = None,
        steps: Mapping[str, ListStep] | None = None,
        is_roster: bool = False,
        may_choose: bool = False,
        **kwargs: Any,
    ) -> None:
        self.address, self.may_choose, self.day, self.steps = numbered_address("project"), may_choose, day, steps or {}
        super().__init__(*args, **kwargs)
        if is_roster:
            for name in ("builder", "category", "total", "year", "invested", "planned_start", "planned_finish"):
                self.columns.hide(name)
            self.columns.show("credit_code")

    def decimals_of(self, record: ListMember) -> int:
        """Amounts are shown in whole units, unless one of the row has decimals: a file keeps all of them."""
        amounts = (record.project.total_investment, record.yearly_investment, record.invested)
        places = (str(one).rstrip("0").partition(".")[2] for one in amounts if one is not None)
        return max(map(len, places), default=0)

    def render_number(self, record: ListMember, value: int) -> str:
        """Return the number, beside a box that chooses the member where something can be done with several."""
        if not self.may_choose or record.ends is not None:
            return str(value)
        return format_html(CHOICE, record.pk, value)

    def value_number(self, value: int) -> int:
        """Return the number alone."""
        return value

    def render_project(self, record: ListMember, value: Any) -> str:
        """Return the name, leading to the page."""
        return format_html('<a href="{}">{}</a>', self.address(record.pk), value)

    def value_project(self, value: Any) -> str:
        """Return the name alone."""
        return str(value)

    def stage_of(self, record: ListMember) -> tuple[ListStep | None, date | None]:
        """Return the stage at the end of the day that the table shows, and since when."""
        if self.day is None:
            return record.stage, record.stage_on
        return stage_at(record, self.steps, self.day)

    def render_stage(self, record: ListMember) -> str:
        """Return the stage then."""
        return str(self.stage_of(record)[0] or wording.MISSING)

    def value_stage(self, record: ListMember) -> str | None:
        """Return the stage then, or nothing."""
        stage = self.stage_of(record)[0]
        return str(stage) if stage else None

    def render_stage_on(self, record: ListMember) -> str:
        """Return the day, as pages say it."""
        since = self.stage_of(record)[1]
        return wording.day(since) if since else wording.MISSING

    def value_stage_on(self, record: ListMember) -> str | None:
        """Return the day, as programs sort it."""
        since = self.stage_of(record)[1]
        return since.isoformat() if since else None

    def value_state(self, value: Any) -> str:
        """Return the state's word."""
        return str(value)

    def render_state(self, record: ListMember, value: Any) -> str:
        """Return the state; the ordinary one in no colour."""
        return format_html(STATE, record.state, value)
