"""The one-page brief."""

from django.utils.translation import get_language, gettext_lazy

from tracker.documents import brief
from tracker.documents.files import PDF
from tracker.queries.documents.compliance_figures import compliance_data
from tracker.queries.documents.kinds.kind import ReportKind
from tracker.queries.documents.request import ReportData, ReportRequest


class Brief(ReportKind):
    """One page of A4 for a meeting. Made from an issued report (`report`, its key), it has that report's figures."""

    identifier = brief.IDENTIFIER
    name = gettext_lazy("One-page brief")
    options = ("report",)
    file_type = PDF

    def read(self, request: ReportRequest) -> ReportData:
        """Return the brief for a request."""
        language = get_language() or ""
        return compliance_data(request, lambda figures: brief.build_brief(figures, language))
