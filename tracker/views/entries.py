"""The list of values."""

from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from tracker.filters.as_of import as_of_context, as_of_query
from tracker.filters.entries import EntryFilter
from tracker.tables.addresses import figure_address
from tracker.tables.entries import EntryTable, EntryThenTable
from tracker.tables.ordering import QuerysetRows
from tracker.views.listing import Listing, known_at, list_or_file, sorting
from tracker.web.requests import SignedInRequest


def entries(request: SignedInRequest) -> HttpResponseBase:
    """Values, reported and verified, with their revisions, filtered and sorted; the same as a file."""
    filters = EntryFilter(request)
    ground = filters.ground
    table = (EntryThenTable if filters.moment else EntryTable)(
        QuerysetRows(filters.rows),
        user=request.user,
        figure_of=figure_address(ground.plan, ground.regions, ground.periods, as_of_query(filters.moment)),
        sums=filters.sums,
        order_by=sorting(request),
    )
    listing = Listing("entries", _("Reported values"), as_file=lambda sheet: known_at(sheet, filters.moment))
    return list_or_file(request, listing, filters, table, **as_of_context(filters.moment, request.GET))
