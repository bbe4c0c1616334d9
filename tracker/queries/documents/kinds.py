"""The kinds of report, each a declaration: what it is called, what may be chosen, and how it is made."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker.documents import compliance, dispatch, ledger, timeliness
from tracker.documents.shape import Report
from tracker.models import IssuedReport, Job, Period, Region
from tracker.queries.documents.compliance_figures import Issue, read_compliance_figures
from tracker.queries.documents.lists import read_ledger, read_timeliness, timeliness_as_json
from tracker.queries.documents.quality import quality_as_json
from tracker.queries.figures.figure_inputs import load_figure_inputs
from tracker.queries.figures.figures import Figures
from tracker.queries.figures.snapshots import book_as_json, book_from_json

#: How long the files of lists are kept; what was issued is kept for ever.
MONTH = timedelta(days=30)


@dataclass(frozen=True)
class ReportRequest:
    """What is to be written: of which period and region, with which choices, as which issue."""

    period: Period
    region: Region
    issue: Issue
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ReportData:
    """A report ready to be written, with the inputs it keeps: its book, and the revisions it rests on."""

    report: Report
    book: dict[str, Any]
    revisions: list[int]
    has_demonstration: bool


@dataclass(frozen=True)
class ReportKind:
    """A kind of report. `options` are what may be chosen beyond plan, period, region and language.

    `file_name` is what the file is called, with plan, period and number. It is kept for ever, or as long as
    `keeps_for` says.
    """

    identifier: str
    name: Promise
    file_name: Promise
    read: Callable[[ReportRequest], ReportData]
    options: tuple[str, ...] = ()
    keeps_for: timedelta | None = None
    lists_changes: bool = True


def _figures(asked: ReportRequest) -> Figures:
    """From the book that an issued report kept, or as they stand now."""
    kept = asked.issue.kept
    if kept:
        return Figures(asked.period, book=book_from_json(kept.book), as_of=kept.as_of)
    return Figures(asked.period, book=load_figure_inputs(asked.period))


def _read_compliance(asked: ReportRequest) -> ReportData:
    figures = read_compliance_figures(_figures(asked), asked.region, asked.issue)
    return _content(compliance.build_compliance_report(figures), figures)


def _read_dispatch(asked: ReportRequest) -> ReportData:
    figures = read_compliance_figures(_figures(asked), asked.region, asked.issue)
    return _content(dispatch.build_dispatch_report(figures), figures)


def _read_timeliness(asked: ReportRequest) -> ReportData:
    period, region, issue = asked.period, asked.region, asked.issue
    figures = read_timeliness(period, region, issue)
    book = issue.kept.book if issue.kept else timeliness_as_json(period, region, issue)
    return ReportData(timeliness.build_timeliness_report(figures), book, [], figures.is_demonstration)


def _read_ledger(asked: ReportRequest) -> ReportData:
    figures = read_ledger(asked.period, asked.region, asked.issue, asked.options)
    revisions = [line.revision_id for line in figures.lines]
    return ReportData(ledger.build_ledger_report(figures), {}, revisions, figures.is_demonstration)


def _content(report: Report, figures: compliance.ComplianceFigures) -> ReportData:
    return ReportData(
        report=report,
        book=book_as_json(figures.book) | {"quality": quality_as_json(figures.quality)},
        revisions=list(figures.revisions),
        has_demonstration=figures.is_demonstration,
    )


KINDS = {
    kind.identifier: kind
    for kind in (
        ReportKind(
            compliance.IDENTIFIER,
            gettext_lazy("Compliance report"),
            gettext_lazy("compliance-report-%(plan)s-%(period)s-issue-%(number)s"),
            _read_compliance,
        ),
        ReportKind(
            dispatch.IDENTIFIER,
            gettext_lazy("Monthly dispatch table"),
            gettext_lazy("dispatch-table-%(plan)s-%(period)s-issue-%(number)s"),
            _read_dispatch,
        ),
        ReportKind(
            timeliness.IDENTIFIER,
            gettext_lazy("Completeness and timeliness"),
            gettext_lazy("completeness-%(plan)s-%(period)s-issue-%(number)s"),
            _read_timeliness,
            keeps_for=MONTH,
            lists_changes=False,
        ),
        ReportKind(
            ledger.IDENTIFIER,
            gettext_lazy("Ledger"),
            gettext_lazy("ledger-%(plan)s-%(period)s-issue-%(number)s"),
            _read_ledger,
            options=("first_period", "indicators"),
            keeps_for=MONTH,
            lists_changes=False,
        ),
    )
}
COMPLIANCE, LEDGER = compliance.IDENTIFIER, ledger.IDENTIFIER


def name_of(report: IssuedReport) -> str:
    """What an issued report's kind is called."""
    return _name_of(report.kind)


def kind_of_job(job: Job) -> str:
    """What the kind of report is called that a job writes."""
    return _name_of(job.parameters.get("kind", COMPLIANCE))


def _name_of(identifier: str) -> str:
    kind = KINDS.get(identifier)
    return str(kind.name) if kind else _("Report")


def kept_until(kind: ReportKind, now: datetime) -> datetime | None:
    """Until when a file written now is kept; None is for ever."""
    return now + kind.keeps_for if kind.keeps_for else None
