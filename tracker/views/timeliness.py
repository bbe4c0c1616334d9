"""The list of how completely and how timely units report."""

from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from tracker.filters.timeliness import TimelinessFilter
from tracker.reports import wording
from tracker.signed_in import SignedInRequest
from tracker.tables.ordering import ListRows
from tracker.tables.timeliness import PeriodTimelinessTable, UnitTimelinessTable
from tracker.views.listing import exported, list_page, sheet_of, sorting, wants_workbook


def timeliness(request: SignedInRequest) -> HttpResponseBase:
    """Completeness and timeliness by unit or by period, filtered and sorted; the same as a workbook."""
    filters = TimelinessFilter(request)
    kind = PeriodTimelinessTable if filters.is_by_period else UnitTimelinessTable
    table = kind(ListRows(filters.rows), order_by=sorting(request))
    if wants_workbook(request) and filters.chosen_period:
        until = wording.period_in_words(filters.chosen_period.kind, filters.chosen_period.starts_on)
        words = {"period": until, "region": filters.form.cleaned_data["region"]}
        sheet = sheet_of(
            table,
            _("Completeness and timeliness"),
            middle=_("%(region)s, up to %(period)s, as of %(moment)s")
            % {**words, "moment": wording.moment(filters.now)},
            chosen=request.GET.getlist("columns"),
        )
        return exported(request, filters, table, identifier="timeliness", sheet=sheet)
    return list_page(request, "tracker/timeliness.html", filters, table, total=filters.total)
