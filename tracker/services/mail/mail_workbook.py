"""A summary and the workbook that goes with it: they must hold the same figures."""

from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tracker.models import Entry, IssuedReport, Period
from tracker.reports.findings import Facts
from tracker.services.errors import Refused
from tracker.services.mail.summary_content import facts_of
from tracker.services.reporting import reports
from tracker.services.reporting.report_figures import consistent_read

#: How often a report is issued anew because values were verified while it was being written.
TRIES = 3


def facts_with_report(period: Period, *, now: datetime) -> tuple[Facts, IssuedReport]:
    """The facts of a period and a report that rests on the very same values, in the language in force.

    Issues the report when there is none. Raises Refused when it cannot be issued, or not just now.
    """
    for _round in range(TRIES):
        facts, report = facts_with_present_report(period)
        if report:
            return facts, report
        reports.issue_report(
            period=period, region=period.plan.region, language=get_language() or "", acting_user=None, now=now
        )
    raise Refused(_("The figures are changing just now."))


def facts_with_present_report(period: Period) -> tuple[Facts, IssuedReport | None]:
    """The facts of a period, and the report that rests on the very same values if there is one."""
    with consistent_read():
        facts, report = facts_of(period), _newest_report(period)
        return facts, report if report and _rests_on_present_values(report, period) else None


def _newest_report(period: Period) -> IssuedReport | None:
    found = IssuedReport.objects.filter(
        kind=reports.COMPLIANCE,
        plan=period.plan_id,
        period=period,
        region=period.plan.region_id,
        language=get_language(),
    )
    return found.with_names().order_by("-issue_number").first()


def _rests_on_present_values(report: IssuedReport, period: Period) -> bool:
    """Whether the verified values behind the figures are still those that the report was made from."""
    present = Entry.objects.filter(
        unit_return__period__in=Period.objects.until(period),
        unit_return__unit__region__path__startswith=period.plan.region.path,
        verified_value__isnull=False,
    )
    return set(report.revisions) == set(present.values_list("verified_revision_id", flat=True))
