"""A summary and the workbook that goes with it: they must hold the same figures."""

from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tracker.documents.findings import Facts
from tracker.models import Entry, IssuedReport, Period, Region
from tracker.queries.documents.consistent_read import consistent_read
from tracker.queries.errors import Refused
from tracker.queries.figures.own_periods import periods_behind
from tracker.queries.mail.summary_facts import MailScope, facts_of
from tracker.services.documents import reports

#: How often a report is issued anew because values were verified while it was being written.
TRIES = 3


def facts_with_report(scope: MailScope, *, now: datetime) -> tuple[Facts, IssuedReport]:
    """The facts of a period and a report that rests on the very same values, in the language in force.

    Issues the report when there is none. Raises Refused when it cannot be issued, or not just now.
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
    """The facts, and the report that rests on the same values if one was issued; nothing is issued here."""
    with consistent_read():
        report = _newest_report(scope.period, scope.region)
        is_present = report is not None and _rests_on_present_values(report, scope.period)
        return facts_of(scope), report if is_present else None


def _newest_report(period: Period, region: Region) -> IssuedReport | None:
    found = IssuedReport.objects.filter(
        kind=reports.COMPLIANCE,
        plan=period.plan_id,
        period=period,
        region=region,
        language=get_language(),
    )
    return found.with_names().order_by("-issue_number").first()


def _rests_on_present_values(report: IssuedReport, period: Period) -> bool:
    """Return True if the verified values behind the figures are still those that the report was made from."""
    present = Entry.objects.filter(
        unit_return__period__in=periods_behind(period),
        unit_return__unit__region__path__startswith=report.region.path,
        verified_value__isnull=False,
    )
    return set(report.revisions) == set(present.values_list("verified_revision_id", flat=True))
