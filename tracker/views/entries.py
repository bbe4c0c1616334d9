"""The list of values."""

from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from tracker.filters.entries import EntryFilter
from tracker.tables.addresses import figure_address
from tracker.tables.entries import EntryTable
from tracker.tables.ordering import QuerysetRows
from tracker.views.listing import Listing, list_or_file, sorting
from tracker.web.requests import SignedInRequest


def entries(request: SignedInRequest) -> HttpResponseBase:
    """Values, reported and verified, with their revisions, filtered and sorted; the same as a file."""
    filters = EntryFilter(request)
    ground = filters.ground
    table = EntryTable(
        QuerysetRows(filters.rows),
        user=request.user,
        figure_of=figure_address(ground.plan, ground.regions, ground.periods),
        order_by=sorting(request),
    )
    return list_or_file(request, Listing("entries", _("Reported values")), filters, table)
