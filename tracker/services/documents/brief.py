"""The one-page brief of an issued report: it has the same figures, whatever was verified since."""

from datetime import datetime

from django.utils.translation import gettext as _

from tracker.models import IssuedReport, Job, User
from tracker.queries.documents.kinds import BRIEF, COMPLIANCE
from tracker.queries.errors import Refused
from tracker.services.documents import reports


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
