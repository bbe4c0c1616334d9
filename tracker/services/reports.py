"""Issuing reports: asked for once, written aside, stored with the revisions that the figures rest on."""

import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from tracker.models import Event, IssuedReport, Job, Period, Region, User
from tracker.models.access import Capability, scope_of
from tracker.reports import compliance, workbook
from tracker.services import jobs
from tracker.services.errors import NotAllowed, Refused
from tracker.services.events import record_event
from tracker.services.figure_inputs import gather_book
from tracker.services.figures import Figures
from tracker.services.report_failures import record_failure
from tracker.services.report_figures import consistent_read, read_compliance_figures, reread_compliance_figures
from tracker.services.report_store import Written, store_report, unfinished_file
from tracker.services.snapshots import book_as_json

logger = logging.getLogger(__name__)
COMPLIANCE = compliance.IDENTIFIER
Clock = Callable[[], datetime]


def request_report(
    *, kind: str = COMPLIANCE, period: Period, region: Region, language: str, acting_user: User | None, now: datetime
) -> tuple[Job, bool]:
    """The job that writes this report, and whether it is new: while one runs, asking again gives the same one.

    `acting_user` None is the system itself, at the command line. Raises NotAllowed outside the person's scope and
    Refused for a report that there is not.
    """
    _require_scope(acting_user, region)
    if not region.path.startswith(period.plan.region.path):
        raise Refused(
            _("%(region)s lies outside the plan.") % {"region": region},
            {"region": _("Choose %(region)s or a region within it.") % {"region": period.plan.region}},
        )
    if kind != COMPLIANCE or language not in dict(settings.LANGUAGES):
        raise Refused(_("There is no such report."))
    parameters = {
        "kind": kind,
        "period": period.pk,
        "region": region.pk,
        "region_path": region.path,  # who may read reports on the region may see the job
        "language": language,
    }
    request_key = f"{kind}:{period.pk}:{region.pk}:{language}"
    with transaction.atomic():
        job, is_new = jobs.request_job(
            Job.Kind.REPORT, parameters, request_key=request_key, acting_user=acting_user, now=now
        )
        if is_new:
            after = {"kind": kind, "period": period.code, "region": region.code, "language": language}
            record_event(Event.Action.REPORT_REQUESTED, acting_user=acting_user, now=now, about=job, after=after)
    return job, is_new


def run_report_job(job_id: int, *, clock: Clock) -> None:
    """Do a report job, if it is still to be done; safe to call any number of times, from any number of workers."""
    job = jobs.claim_job(job_id, now=clock())
    if job is None:
        return
    with translation.override(job.parameters["language"]):
        try:
            _issue(job, clock)
        except jobs.ClaimLost:
            logger.info("Job %s was cancelled or given to another worker.", job.pk)
        except Exception as error:
            logger.exception("Job %s failed.", job.pk)
            record_failure(job, error, now=clock())


def issue_report(
    *,
    period: Period,
    region: Region,
    language: str,
    acting_user: User | None,
    now: datetime,
    kind: str = COMPLIANCE,
    clock: Clock = timezone.now,
) -> IssuedReport:
    """Ask for a report and write it at once, by the very same steps as a worker. Raises Refused when it fails."""
    job, _is_new = request_report(
        kind=kind, period=period, region=region, language=language, acting_user=acting_user, now=now
    )
    run_report_job(job.pk, clock=clock)
    job.refresh_from_db()
    if job.state == Job.State.DONE:
        return IssuedReport.objects.with_names().get(job=job)
    raise Refused(job.failure or _("A worker is writing this report now. Please try again in a minute."))


def rewrite_report(report: IssuedReport, path: Path) -> None:
    """Write an issued report again, from the inputs it kept: the same figures, whatever was corrected since."""
    with translation.override(report.language):
        with consistent_read():
            figures = reread_compliance_figures(report)
        workbook.write_workbook(compliance.build_compliance_report(figures), path)


def open_report(report: IssuedReport, *, acting_user: User, now: datetime, address: str | None = None) -> File:
    """The report's file, open for reading, for a person who may read it; the download is recorded."""
    if not scope_of(acting_user, Capability.READ_REPORTS).covers_region(report.region):
        raise NotAllowed(_("You may not read reports on %(region)s.") % {"region": report.region})
    try:
        file = report.file.open("rb")
    except FileNotFoundError:
        raise Refused(_("The file of this report is not in its place. Tell the engineer.")) from None
    record_event(Event.Action.DOWNLOADED, acting_user=acting_user, now=now, about=report, address=address)
    return file


def download_name(report: IssuedReport) -> str:
    """What the file is called on the reader's computer: 合规报告-shanxi-2020-2020-08-第1期.xlsx."""
    with translation.override(report.language):
        name = _("compliance-report-%(plan)s-%(period)s-issue-%(number)s") % {
            "plan": report.plan.code if report.region == report.plan.region else f"{report.plan.code}-{report.region}",
            "period": report.period.code,
            "number": report.issue_number,
        }
    return f"{name}.xlsx"


def _require_scope(acting_user: User | None, region: Region) -> None:
    if acting_user and not scope_of(acting_user, Capability.ISSUE_REPORTS).covers_region(region):
        raise NotAllowed(_("You may not issue reports on %(region)s.") % {"region": region})


def _issue(job: Job, clock: Clock) -> None:
    period = Period.objects.select_related("plan__region").get(pk=job.parameters["period"])
    region = Region.objects.get(pk=job.parameters["region"])
    _require_scope(job.requested_by, region)  # it may have been narrowed since
    jobs.report_progress(job, 0, 0, _("Reading the figures"), now=clock())
    with consistent_read():
        as_of = clock()
        book = gather_book(period)
        last = _last_issue(job, period, region)
        figures = read_compliance_figures(Figures(period, book=book), region, as_of=as_of, last=last)
    report = compliance.build_compliance_report(figures)
    steps = _Steps(job, workbook.count_steps(report) + 2, clock)
    with unfinished_file(job) as path:
        workbook.write_workbook(report, path, progress=steps.report)
        steps.report(_("Storing the file"))
        written = Written(
            path=path,
            title=report.title,
            as_of=as_of,
            book=book_as_json(book),
            revisions=[line.revision_id for line in figures.ledger],
            has_demonstration=figures.is_demonstration,
        )
        store_report(job, period, region, written, now=clock())


def _last_issue(job: Job, period: Period, region: Region) -> IssuedReport | None:
    new = IssuedReport(
        kind=job.parameters["kind"], plan=period.plan, region=region, language=job.parameters["language"]
    )
    return IssuedReport.objects.of_the_kind_of(new).first()


class _Steps:
    """Counts the steps of a job as they are done; each one renews the lease."""

    def __init__(self, job: Job, total: int, clock: Clock) -> None:
        self.job = job
        self.total = total
        self.clock = clock
        self.done = 0

    def report(self, text: str) -> None:
        self.done += 1
        jobs.report_progress(self.job, self.done, self.total, text, now=self.clock())
