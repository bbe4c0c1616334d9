"""The list of where targets stand."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from tracker.filters.targets import TargetStandingFilter
from tracker.reports import wording
from tracker.tables.ordering import ListRows
from tracker.tables.targets import TargetTable
from tracker.views.listing import exported, list_page, sheet_of, sorting, wants_workbook


def targets(request: HttpRequest) -> HttpResponse:
    """Targets with their progress, filtered and sorted; the same as a workbook."""
    filters = TargetStandingFilter(request)
    table = TargetTable(ListRows(filters.rows), order_by=sorting(request))
    if wants_workbook(request) and filters.chosen_period:
        month = wording.period_name(filters.chosen_period.starts_on)
        title = _("Progress of targets, %(period)s") % {"period": filters.chosen_period.code}
        sheet = sheet_of(table, title, middle=_("Period: %(month)s") % {"month": month})
        return exported(request, filters, table, identifier="targets", sheet=sheet)
    return list_page(request, "tracker/targets.html", filters, table)
