"""Completeness and timeliness of returns."""

from django.utils.translation import gettext_lazy

from tracker.documents import timeliness
from tracker.queries.documents.editions import edition_for, issue_of
from tracker.queries.documents.inputs import hash_of_content
from tracker.queries.documents.kinds.kind import MONTH, ReportKind
from tracker.queries.documents.lists import read_timeliness, timeliness_as_json
from tracker.queries.documents.named_changes import SET_UP, changes_of_timeliness
from tracker.queries.documents.request import Edition, ReportData, ReportRequest


class TimelinessReport(ReportKind):
    """How completely and how punctually units report, by unit and by period."""

    identifier = timeliness.IDENTIFIER
    name = gettext_lazy("Completeness and timeliness")
    keeps_for = MONTH
    lists_changes = False

    def read(self, request: ReportRequest) -> ReportData:
        """Return the timeliness report for a request."""
        kept = request.kept.book if request.kept else timeliness_as_json(request)
        sha256 = hash_of_content(kept, [])
        edition = edition_for(request, sha256)
        if not request.kept:
            kept |= {SET_UP: changes_of_timeliness(edition, request.period)}
        figures = read_timeliness(request, kept, edition)
        return ReportData(
            report=timeliness.build_timeliness_report(figures),
            book=kept,
            revisions=[],
            has_demonstration=figures.is_demonstration,
            inputs_sha256=sha256,
            edition=edition,
            is_correction=request.kept.is_correction if request.kept else _is_correction(edition, figures),
        )


def _is_correction(edition: Edition, figures: timeliness.TimelinessFigures) -> bool:
    """Return True if the edition before counted a period otherwise."""
    before = edition.previous_edition
    words = issue_of(before).in_words(is_edition=True) if before else ""
    return any(change.since == words for change in figures.changes)
