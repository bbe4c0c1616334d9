"""The monthly dispatch table."""

from django.utils.translation import gettext_lazy

from tracker.documents import dispatch
from tracker.queries.documents.compliance_figures import compliance_data
from tracker.queries.documents.kinds.kind import ReportKind
from tracker.queries.documents.request import ReportData, ReportRequest


class DispatchTable(ReportKind):
    """Every target of a plan on one page, with the months behind it."""

    identifier = dispatch.IDENTIFIER
    name = gettext_lazy("Monthly progress table")

    def read(self, request: ReportRequest) -> ReportData:
        """Return the dispatch table for a request."""
        return compliance_data(request, dispatch.build_dispatch_report)
