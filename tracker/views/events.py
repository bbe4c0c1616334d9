"""The event log as a list."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from tracker.filters.events import EventFilter
from tracker.models.access import Capability, scope_of
from tracker.tables.events import EventTable
from tracker.tables.ordering import QuerysetRows
from tracker.views.listing import Listing, list_or_file, sorting
from tracker.web.requests import SignedInRequest


def events(request: SignedInRequest) -> HttpResponseBase:
    """Return what happened, filtered, for those who read the event log; the same as a file."""
    if not scope_of(request.user, Capability.READ_EVENTS).is_somewhere:
        raise PermissionDenied
    filters = EventFilter(request)
    table = EventTable(QuerysetRows(filters.rows), order_by=sorting(request))
    return list_or_file(request, Listing("events", _("Event log")), filters, table)
