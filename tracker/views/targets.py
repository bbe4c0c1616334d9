"""The list of where targets stand."""

from dataclasses import replace

from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from tracker.filters.targets import TargetStandingFilter
from tracker.models import Period
from tracker.reports import wording
from tracker.reports.shape import Sheet
from tracker.signed_in import SignedInRequest
from tracker.tables.ordering import ListRows
from tracker.tables.targets import TargetTable
from tracker.views.listing import exported, list_page, sheet_of, sorting, wants_workbook


def targets(request: SignedInRequest) -> HttpResponseBase:
    """Targets with their progress, filtered and sorted; the same as a workbook."""
    filters = TargetStandingFilter(request)
    table = TargetTable(ListRows(filters.rows), figures=filters.figures, order_by=sorting(request))
    if wants_workbook(request) and filters.chosen_period:
        sheet = _sheet(table, filters.chosen_period, request.GET.getlist("columns"))
        return exported(request, filters, table, identifier="targets", sheet=sheet)
    return list_page(request, "tracker/targets.html", filters, table)


def _sheet(table: TargetTable, period: Period, chosen: list[str]) -> Sheet:
    """The list as a sheet; what is provisional says so in its title too."""
    words = {"period": period.code}
    title = _("Progress of targets, %(period)s") % words
    if table.is_provisional:
        title = _("Progress of targets, %(period)s (provisional, from reported values)") % words
    month = _("Period: %(month)s") % {"month": wording.period_name(period.starts_on)}
    return replace(sheet_of(table, title, middle=month, chosen=chosen), notice=table.caption)
