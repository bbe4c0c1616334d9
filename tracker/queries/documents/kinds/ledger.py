"""The ledger of a selection."""

from django.utils.translation import gettext_lazy

from tracker.documents import ledger
from tracker.queries.documents.editions import edition_for
from tracker.queries.documents.inputs import hash_of_content
from tracker.queries.documents.kinds.kind import MONTH, ReportKind
from tracker.queries.documents.lists import ledger_inputs, read_ledger
from tracker.queries.documents.request import ReportData, ReportRequest


class Ledger(ReportKind):
    """The verified entries of chosen months and indicators, with the sums of each indicator."""

    identifier = ledger.IDENTIFIER
    name = gettext_lazy("Ledger")
    file_name = gettext_lazy("ledger-%(plan)s-%(period)s-issue-%(number)s")
    options = ("first_period", "indicators")
    keeps_for = MONTH
    lists_changes = False

    def read(self, request: ReportRequest) -> ReportData:
        """Return the ledger for a request."""
        inputs = ledger_inputs(request)
        figures, content = read_ledger(request, inputs), inputs.as_json()
        sha256 = hash_of_content({**content, "options": dict(request.options)}, inputs.revisions)
        return ReportData(
            report=ledger.build_ledger_report(figures),
            book=content,
            revisions=list(inputs.revisions),
            has_demonstration=figures.is_demonstration,
            inputs_sha256=sha256,
            edition=edition_for(request, sha256),
        )
