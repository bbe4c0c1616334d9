"""The place of a document in its series: number, edition, and what it is compared with."""

from tracker.calculation.issue_numbers import issue_number
from tracker.documents.issue_words import Issue
from tracker.models import IssuedReport
from tracker.models.output import IssuedReportQuerySet
from tracker.queries.documents.request import Edition, ReportRequest


def edition_for(request: ReportRequest, sha256: str) -> Edition:
    """Return the edition that a document with these inputs is.

    The newest edition where that has the same inputs and was not issued in this language; else the next one.
    """
    if request.kept:
        return kept_edition(request.kept)
    own = IssuedReport(
        kind=request.kind,
        plan=request.period.plan,
        period=request.period,
        region=request.region,
        language=request.language,
    )
    year, number = issue_number(request.period.code)
    issued = IssuedReport.objects.of_the_issue_of(own).without_inputs()
    newest = issued.newest_edition()
    if newest is None:
        return Edition(year, number, previous_issue=previous_issue(own))
    same = issued.filter(edition=newest.edition)
    if newest.inputs_sha256 == sha256 and not same.filter(language=request.language).exists():
        return Edition(year, number, newest.edition, False, newest.previous_edition, newest.previous_issue)
    before = same.filter(language=request.language).first() or newest
    return Edition(year, number, newest.edition + 1, True, before, previous_issue(own))


def kept_edition(report: IssuedReport) -> Edition:
    """Return the edition that an issued document is."""
    return Edition(
        report.issue_year,
        report.issue_number,
        report.edition,
        report.opens_edition,
        report.previous_edition,
        report.previous_issue,
    )


def previous_issue(report: IssuedReport) -> IssuedReport | None:
    """Return the newest edition of the nearest earlier period that was issued, if there is one in the same language."""
    series: IssuedReportQuerySet = IssuedReport.objects.of_the_series_of(report).without_inputs()
    earlier = series.filter(period__ends_on__lt=report.period.starts_on)
    newest = earlier.order_by("-period__ends_on", "-edition", "pk").select_related("period").first()
    if newest is None:
        return None
    return earlier.filter(period=newest.period, edition=newest.edition, language=report.language).first() or newest


def issue_of(report: IssuedReport) -> Issue:
    """Return the identity of an issued document, to be put in words."""
    return Issue(
        report.issue_year, report.issue_number, report.period.kind, report.edition, is_correction=report.is_correction
    )


def baselines(edition: Edition) -> list[IssuedReport]:
    """Return all earlier documents whose values are compared with: each edition of this issue and of the previous one.

    The newest come first. A correction that one of them did not have is listed, whatever was issued in between.
    """
    return [*_with_editions_before(edition.previous_edition), *_with_editions_before(edition.previous_issue)]


def _with_editions_before(report: IssuedReport | None) -> list[IssuedReport]:
    """Return a document and one of each edition before it, without the inputs of their figures."""
    if report is None:
        return []
    issued = IssuedReport.objects.of_the_issue_of(report).filter(edition__lt=report.edition, opens_edition=True)
    return [report, *issued.select_related("period").defer("book").order_by("-edition")]
