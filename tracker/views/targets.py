"""The list of where targets stand."""

from dataclasses import replace

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tracker.documents import wording
from tracker.documents.shape import Sheet
from tracker.filters.as_of import as_of_context, as_of_query
from tracker.filters.targets import TargetStandingFilter
from tracker.models import Period
from tracker.tables.ordering import ListRows
from tracker.tables.targets import TargetTable
from tracker.views.listing import Listing, known_at, list_or_file, sorting
from tracker.web.requests import SignedInRequest


@require_http_methods(["GET", "HEAD", "POST"])
def targets(request: SignedInRequest) -> HttpResponseBase:
    """Targets with their progress, filtered and sorted; the same as a workbook."""
    filters = TargetStandingFilter(request)
    table = TargetTable(
        ListRows(filters.rows),
        figures=filters.figures,
        as_of_query=as_of_query(filters.moment),
        order_by=sorting(request),
    )
    listing = Listing(
        "targets",
        _("Progress of targets"),
        "tracker/targets.html",
        as_file=lambda sheet: known_at(_titled(sheet, table, filters.chosen_period), filters.moment),
    )
    return list_or_file(request, listing, filters, table, **as_of_context(filters.moment, request.GET))


def _titled(sheet: Sheet, table: TargetTable, period: Period | None) -> Sheet:
    """Return what is provisional says so in its title too."""
    if period is None:
        return sheet
    words = {"period": period.code}
    title = _("Progress of targets, %(period)s") % words
    if table.is_provisional:
        title = _("Progress of targets, %(period)s (preliminary, from reported values)") % words
    month = _("Period: %(month)s") % {"month": wording.period_in_words(period.code)}
    return replace(sheet, name=title[:31], title=title, middle=month, notice=table.caption)
