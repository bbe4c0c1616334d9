"""A summary and the workbook that goes with it: they must hold the same figures."""

from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tracker.documents.findings import Facts
from tracker.models import IssuedReport, Period, Region
from tracker.queries.documents.consistent_read import consistent_read
from tracker.queries.documents.inputs import load_inputs
from tracker.queries.errors import Refused
from tracker.queries.mail.summary_facts import MailScope, facts_of
from tracker.services.documents import reports

#: How often a report is issued anew because inputs changed while it was being written.
TRIES = 3


def facts_with_report(scope: MailScope, *, now: datetime) -> tuple[Facts, IssuedReport]:
    """Return the facts of a period and a report that rests on the very same inputs, in the language in force.

    Issue the report when there is none. Raise Refused when it cannot be issued, or not just now.
    """
    for _round in range(TRIES):
        facts, report = facts_and_present_report(scope)
        if report:
            return facts, report
        reports.issue_report(
            period=scope.period, region=scope.region, language=get_language() or "", acting_user=None, now=now
        )
    raise Refused(_("The figures are changing just now."))


def facts_and_present_report(scope: MailScope) -> tuple[Facts, IssuedReport | None]:
    """Return the facts, and the report on the same inputs, or None if none was issued. Issue nothing."""
    with consistent_read():
        report = _newest_report(scope.period, scope.region)
        is_present = report is not None and _rests_on_present_inputs(report)
        return facts_of(scope), report if is_present else None


def _newest_report(period: Period, region: Region) -> IssuedReport | None:
    found = IssuedReport.objects.filter(
        kind=reports.COMPLIANCE,
        plan=period.plan_id,
        period=period,
        region=region,
        language=get_language(),
    )
    return found.with_names().without_inputs().order_by("-edition").first()


def _rests_on_present_inputs(report: IssuedReport) -> bool:
    """Return True if the report shows what the mail will: the same values, targets, rules, names and returns."""
    return bool(report.inputs_sha256) and load_inputs(report.period, report.region).sha256 == report.inputs_sha256
