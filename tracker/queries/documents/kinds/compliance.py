"""The compliance report."""

from django.utils.translation import gettext_lazy

from tracker.documents import compliance
from tracker.queries.documents.compliance_figures import compliance_data
from tracker.queries.documents.kinds.kind import ReportKind
from tracker.queries.documents.request import ReportData, ReportRequest


class ComplianceReport(ReportKind):
    """Progress of every target, with cities, trends, ledger and the basis of every figure."""

    identifier = compliance.IDENTIFIER
    name = gettext_lazy("Compliance report")

    def read(self, request: ReportRequest) -> ReportData:
        """Return the compliance report for a request."""
        return compliance_data(request, compliance.build_compliance_report)
