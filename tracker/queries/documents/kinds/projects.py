"""The ledger of projects: their month in the official columns, the funnel, changes of lists, and the dispatch sheet."""

from django.utils.translation import gettext_lazy

from tracker.documents import wording
from tracker.documents.projects import report
from tracker.documents.projects.figures import ProjectFigures
from tracker.models import ListChange
from tracker.queries.documents.document_names import names_from_json
from tracker.queries.documents.editions import edition_for
from tracker.queries.documents.inputs import hash_of_content
from tracker.queries.documents.kinds.kind import ReportKind
from tracker.queries.documents.project_lines import project_book
from tracker.queries.documents.request import ReportData, ReportRequest


class ProjectLedger(ReportKind):
    """The projects and rosters of a plan at the end of a month or a week, with what is to be dispatched."""

    identifier = report.IDENTIFIER
    name = gettext_lazy("Project ledger")
    lists_changes = False

    def read(self, request: ReportRequest) -> ReportData:
        """Return the ledger for a request; one that was issued prints what it kept."""
        book = request.kept.book if request.kept else project_book(request)
        sha256 = hash_of_content(book, [])
        names = names_from_json(book["names"])
        figures = ProjectFigures(
            plan=names.plan_in_words,
            issuer=str(names.issuer),
            period=wording.period_in_words(request.period.code),
            as_of=request.as_of,
            lists=book["lists"],
            prepared_by="" if request.hides_names else request.prepared_by,
            is_demonstration=book["is_demonstration"],
        )
        kinds = {one.value: str(one.label) for one in ListChange.Kind}
        return ReportData(
            report=report.build_project_ledger(figures, kinds),
            book=book,
            revisions=[],
            has_demonstration=figures.is_demonstration,
            inputs_sha256=sha256,
            edition=edition_for(request, sha256),
        )
