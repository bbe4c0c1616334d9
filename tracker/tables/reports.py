"""The list of issued reports."""

from typing import Any

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from tracker.documents import wording
from tracker.models import IssuedReport
from tracker.queries.documents.editions import issue_of
from tracker.queries.documents.kinds import name_of
from tracker.tables.addresses import numbered_address
from tracker.tables.columns import MomentColumn, PeriodColumn, TextColumn
from tracker.tables.returns import ON_ONE_LINE


class IssuedReportTable(tables.Table):
    """One row for each report, the newest first; each leads to its page and to its file."""

    title = TextColumn(orderable=False, verbose_name=_("title"))
    kind = TextColumn(verbose_name=_("kind"), attrs=ON_ONE_LINE)
    period = PeriodColumn(order_by="period__starts_on", verbose_name=_("period"))
    region = TextColumn(order_by="region__path", verbose_name=_("region"))
    issue = TextColumn(accessor="pk", orderable=False, verbose_name=_("issue"))
    language = TextColumn(orderable=False, verbose_name=_("language"))
    issued_at = MomentColumn(order_by="pk", verbose_name=_("issued at"))
    issued_by = TextColumn(empty_values=(), orderable=False, verbose_name=_("issued by"))
    file = TextColumn(accessor="pk", orderable=False, verbose_name=_("file"), attrs=ON_ONE_LINE)

    class Meta:
        default = wording.MISSING
        attrs = {"class": "list"}
        order_by = ("-issued_at",)

    def __init__(self, data: Any, **kwargs: Any) -> None:
        self.page_of = numbered_address("report")
        self.file_of = numbered_address("report_file")
        super().__init__(data, **kwargs)

    def decimals_of(self, _row: IssuedReport) -> None:
        """Return None: a report has no amounts of its own."""

    def render_title(self, value: str, record: IssuedReport) -> SafeString:
        """Return the title with a link to the report's page; mark demonstration data."""
        link = format_html('<a href="{}">{}</a>', self.page_of(record.pk), value)
        if not record.has_demonstration:
            return link
        return format_html('{} <span class="mark">{}</span>', link, _t("demonstration"))

    def value_title(self, value: str) -> str:
        """Return only the title."""
        return value

    def render_kind(self, record: IssuedReport) -> str:
        """Return the kind in words."""
        return name_of(record)

    def render_issue(self, record: IssuedReport) -> str:
        """Return the issue number of its period, and the edition if it was issued again."""
        return str(issue_of(record))

    def value_issue(self, record: IssuedReport) -> str:
        """Return the issue number and the edition as in the list."""
        return str(issue_of(record))

    def render_issued_by(self, value: Any) -> str:
        """Return the user, or the system."""
        return str(value) if value else _t("the system")

    def render_file(self, record: IssuedReport) -> SafeString | str:
        """Return the link to the file, while it is stored."""
        if record.file_removed_at:
            return format_html('<span class="quiet">{}</span>', _t("removed"))
        return format_html('<a href="{}">{}</a>', self.file_of(record.pk), _t("Download"))

    def value_file(self, record: IssuedReport) -> str:
        """Return True if the file is kept."""
        return _t("removed") if record.file_removed_at else ""
