"""Kinds of document, each one class in one file."""

from django.utils.translation import gettext as _

from tracker.models import IssuedReport, Job
from tracker.queries.documents.kinds.compliance import ComplianceReport
from tracker.queries.documents.kinds.dispatch import DispatchTable
from tracker.queries.documents.kinds.kind import ReportKind
from tracker.queries.documents.kinds.ledger import Ledger
from tracker.queries.documents.kinds.timeliness import TimelinessReport

KINDS: dict[str, ReportKind] = {
    kind.identifier: kind for kind in (ComplianceReport(), DispatchTable(), TimelinessReport(), Ledger())
}
COMPLIANCE, LEDGER = ComplianceReport.identifier, Ledger.identifier


def name_of(report: IssuedReport) -> str:
    """Return the name of an issued report's kind."""
    return _name_of(report.kind)


def kind_of_job(job: Job) -> str:
    """Return the name of the kind of report that a job writes."""
    return _name_of(job.parameters.get("kind", COMPLIANCE))


def _name_of(identifier: str) -> str:
    kind = KINDS.get(identifier)
    return str(kind.name) if kind else _("Report")
