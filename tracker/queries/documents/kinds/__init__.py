"""Kinds of document, each one class in one file."""

from django.utils.translation import gettext as _

from tracker.models import IssuedReport, Job, Plan
from tracker.queries.documents.file_names import own_document_name
from tracker.queries.documents.kinds.brief import Brief
from tracker.queries.documents.kinds.compliance import ComplianceReport
from tracker.queries.documents.kinds.dispatch import DispatchTable
from tracker.queries.documents.kinds.kind import ReportKind
from tracker.queries.documents.kinds.ledger import Ledger
from tracker.queries.documents.kinds.projects import ProjectLedger
from tracker.queries.documents.kinds.timeliness import TimelinessReport

KINDS: dict[str, ReportKind] = {
    kind.identifier: kind
    for kind in (ComplianceReport(), DispatchTable(), Brief(), ProjectLedger(), TimelinessReport(), Ledger())
}
COMPLIANCE, BRIEF, LEDGER = ComplianceReport.identifier, Brief.identifier, Ledger.identifier


def name_of(report: IssuedReport) -> str:
    """Return the name of an issued report's kind."""
    return _name_of(report.kind)


def kind_of_job(job: Job) -> str:
    """Return the name of the kind of report that a job writes."""
    return _name_of(job.parameters.get("kind", COMPLIANCE))


def document_name(plan: Plan, kind: str) -> str:
    """Return what a plan calls a kind of document, in the active language."""
    return own_document_name(plan, kind) or _name_of(kind)


def _name_of(identifier: str) -> str:
    kind = KINDS.get(identifier)
    return str(kind.name) if kind else _("Report")
