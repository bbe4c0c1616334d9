"""The ledger of a selection."""

from django.utils.translation import gettext_lazy

from tracker.documents import ledger
from tracker.queries.documents.kinds.kind import MONTH, ReportKind
from tracker.queries.documents.lists import read_ledger
from tracker.queries.documents.request import ReportData, ReportRequest


class Ledger(ReportKind):
    """The verified entries of chosen months and indicators, with the sums of each indicator."""

    identifier = ledger.IDENTIFIER
    name = gettext_lazy("Ledger")
    options = ("first_period", "indicators")
    keeps_for = MONTH
    lists_changes = False

    def read(self, request: ReportRequest) -> ReportData:
        """Return the ledger for a request."""
        figures = read_ledger(request)
        revisions = [line.revision_id for line in figures.lines]
        return ReportData(ledger.build_ledger_report(figures), {}, revisions, figures.is_demonstration)
