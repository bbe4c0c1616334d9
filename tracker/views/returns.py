"""The list of returns."""

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tracker.filters.returns import ReturnFilter
from tracker.queries.pages import overview
from tracker.tables.ordering import QuerysetRows
from tracker.tables.returns import ReturnTable
from tracker.views.listing import Listing, list_or_file, sorting
from tracker.web.page_clock import page_now
from tracker.web.requests import SignedInRequest


@require_http_methods(["GET", "HEAD", "POST"])
def returns(request: SignedInRequest) -> HttpResponseBase:
    """Show the returns, filtered and sorted, or export them as a workbook."""
    filters = ReturnFilter(request)
    table = ReturnTable(
        QuerysetRows(filters.rows), now=page_now(filters.ground.plan), user=request.user, order_by=sorting(request)
    )
    title = _("List of returns")
    if filters.chosen_period:
        title = _("List of returns, %(period)s") % {"period": filters.chosen_period.code}
    listing = Listing("returns", title, "tracker/returns.html")
    return list_or_file(request, listing, filters, table, outstanding=_outstanding(filters))


def _outstanding(filters: ReturnFilter) -> overview.Outstanding | None:
    """Return who has not reported for the month chosen: units without a return have no row in the list."""
    if not filters.chosen_period or filters.data.get("state") or filters.data.get("timeliness"):
        return None
    regions = filters.ground.regions
    region = filters.form.cleaned_data["region"] or (regions[0] if regions else None)
    return overview.outstanding(filters.chosen_period, region) if region in regions else None
