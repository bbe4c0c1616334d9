"""The one-page brief of an issued report: it has the same figures, whatever was verified since."""

import logging
from datetime import datetime

from django.utils.translation import gettext as _

from tracker.models import IssuedReport, Job, User
from tracker.queries.documents.kinds import BRIEF, COMPLIANCE
from tracker.queries.errors import Refused
from tracker.services.documents import reports
from tracker.services.operations.job_progress import Clock

logger = logging.getLogger(__name__)


def run_report_job(job_id: int, *, clock: Clock) -> None:
    """Do a report job; a compliance report is followed by its brief, which the same worker writes.

    Safe to call any number of times: a report that has its brief gets no second one.
    """
    reports.run_report_job(job_id, clock=clock)
    report = IssuedReport.objects.with_names().filter(job=job_id, kind=COMPLIANCE).first()
    if report is None or not report.book or brief_of(report):
        return
    try:
        job, _is_new = request_brief(report, acting_user=None, now=clock())
    except Refused as refused:
        logger.warning("The brief of report %s was not requested: %s", report.pk, refused.message)
        return
    reports.run_report_job(job.pk, clock=clock)


def request_brief(report: IssuedReport, *, acting_user: User | None, now: datetime) -> tuple[Job, bool]:
    """Return the job that writes the brief of a report, and whether it is new. Raise Refused for another kind."""
    _require_figures(report)
    return reports.request_report(
        kind=BRIEF,
        period=report.period,
        region=report.region,
        language=report.language,
        options={"report": report.pk},
        acting_user=acting_user,
        now=now,
    )


def issue_brief(report: IssuedReport, *, acting_user: User | None, now: datetime) -> IssuedReport:
    """Return the brief of a report; issue it where there is none. Raise Refused when it cannot be issued now."""
    found = brief_of(report)
    if found:
        return found
    _require_figures(report)
    return reports.issue_report(
        kind=BRIEF,
        period=report.period,
        region=report.region,
        language=report.language,
        options={"report": report.pk},
        acting_user=acting_user,
        now=now,
    )


def brief_of(report: IssuedReport) -> IssuedReport | None:
    """Return the newest brief that was made from a report and whose file is kept."""
    found = IssuedReport.objects.filter(
        kind=BRIEF, plan=report.plan_id, period=report.period_id, region=report.region_id, parameters__report=report.pk
    )
    return found.filter(file_removed_at=None).with_names().order_by("-pk").first()


def _require_figures(report: IssuedReport) -> None:
    if report.kind != COMPLIANCE or not report.book:
        raise Refused(_("A brief is made from a compliance report that keeps its inputs. Issue one first."))
