"""Completeness and timeliness of returns."""

from django.utils.translation import gettext_lazy

from tracker.documents import timeliness
from tracker.queries.documents.editions import edition_for
from tracker.queries.documents.inputs import hash_of_content
from tracker.queries.documents.kinds.kind import MONTH, ReportKind
from tracker.queries.documents.lists import read_timeliness, timeliness_as_json
from tracker.queries.documents.request import ReportData, ReportRequest


class TimelinessReport(ReportKind):
    """How completely and how punctually units report, by unit and by period."""

    identifier = timeliness.IDENTIFIER
    name = gettext_lazy("Completeness and timeliness")
    file_name = gettext_lazy("completeness-%(plan)s-%(period)s-issue-%(number)s")
    keeps_for = MONTH
    lists_changes = False

    def read(self, request: ReportRequest) -> ReportData:
        """Return the timeliness report for a request."""
        kept = request.kept.book if request.kept else timeliness_as_json(request)
        figures = read_timeliness(request, kept)
        sha256 = hash_of_content(kept, [])
        return ReportData(
            report=timeliness.build_timeliness_report(figures),
            book=kept,
            revisions=[],
            has_demonstration=figures.is_demonstration,
            inputs_sha256=sha256,
            edition=edition_for(request, sha256),
        )
