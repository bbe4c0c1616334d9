"""The list of how completely and how timely units report."""

from dataclasses import replace

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tracker.documents import wording
from tracker.filters.as_of import as_of_context
from tracker.filters.timeliness import TimelinessFilter
from tracker.tables.ordering import ListRows
from tracker.tables.timeliness import PeriodTimelinessTable, UnitTimelinessTable
from tracker.views.listing import Listing, list_or_file, sorting
from tracker.web.requests import SignedInRequest


@require_http_methods(["GET", "HEAD", "POST"])
def timeliness(request: SignedInRequest) -> HttpResponseBase:
    """Completeness and timeliness by unit or by period, filtered and sorted; the same as a workbook."""
    filters = TimelinessFilter(request)
    kind = PeriodTimelinessTable if filters.is_by_period else UnitTimelinessTable
    table = kind(ListRows(filters.rows), order_by=sorting(request))
    listing = Listing(
        "timeliness",
        _("Completeness and timeliness"),
        "tracker/timeliness.html",
        as_file=lambda sheet: replace(sheet, middle=_counted(filters)),
    )
    moment = as_of_context(filters.moment, request.GET)
    return list_or_file(request, listing, filters, table, total=filters.total, **moment)


def _counted(filters: TimelinessFilter) -> str:
    """Where, up to which period and at which moment it was counted."""
    period = filters.chosen_period
    return _("%(region)s, up to %(period)s, as of %(moment)s") % {
        "region": filters.form.cleaned_data["region"],
        "period": wording.period_in_words(period.code) if period else "",
        "moment": wording.moment(filters.moment or filters.now),
    }
