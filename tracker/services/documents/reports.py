"""Issuing reports: asked for once, written aside, stored with the revisions that the figures rest on."""

import hashlib
import json
import logging
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from tracker.documents import wording
from tracker.documents.files import count_steps, write_document
from tracker.models import Event, IssuedReport, Job, Period, Plan, Region, User
from tracker.models.access import Capability, scope_of
from tracker.queries.documents.consistent_read import consistent_read
from tracker.queries.documents.file_names import file_name_of
from tracker.queries.documents.kinds import COMPLIANCE, KINDS, document_name
from tracker.queries.documents.request import ReportRequest
from tracker.queries.errors import NotAllowed, Refused
from tracker.services.audit.events import record_event
from tracker.services.documents.job_failures import record_failure
from tracker.services.documents.store import IssueNumberConflict, store_report, unfinished_file
from tracker.services.operations import jobs
from tracker.services.operations.job_progress import Clock, Steps, kept_alive
from tracker.services.returns.open_periods import open_for_document
from tracker.services.storage.hashing import open_proved

logger = logging.getLogger(__name__)
NUMBERING_ATTEMPTS = 5


def request_report(
    *,
    kind: str = COMPLIANCE,
    period: Period,
    region: Region,
    language: str,
    options: Mapping[str, Any] | None = None,
    acting_user: User | None,
    now: datetime,
) -> tuple[Job, bool]:
    """Return the active job that writes this report, or create one. Return `(job, created)`.

    `options` are what a kind lets the user choose beyond plan, period, region and language. `acting_user` None is the
    system itself, at the command line. Raise NotAllowed outside the user's scope and Refused for a report that does not
    exist.
    """
    _require_scope(acting_user, region, period.plan)
    if not region.path.startswith(period.plan.region.path):
        raise Refused(
            _("%(region)s lies outside the plan.") % {"region": region},
            {"region": _("Choose %(region)s or a region within it.") % {"region": period.plan.region}},
        )
    options = dict(options or {})
    if kind not in KINDS or language not in dict(settings.LANGUAGES) or set(options) - set(KINDS[kind].options):
        raise Refused(_("There is no such report."))
    period = open_for_document(period)
    parameters = {
        "kind": kind,
        "plan": period.plan_id,
        "period": period.pk,
        "region": region.pk,
        "region_path": region.path,  # who may read reports on the region may see the job
        "language": language,
        "options": options,
    }
    request_key = f"{kind}:{period.pk}:{region.pk}:{language}{_digest(options)}"
    with transaction.atomic():
        job, is_new = jobs.request_job(
            Job.Kind.REPORT, parameters, request_key=request_key, acting_user=acting_user, now=now
        )
        if is_new:
            after = {"kind": kind, "period": period.code, "region": region.code, "language": language} | options
            record_event(Event.Action.REPORT_REQUESTED, acting_user=acting_user, now=now, about=job, after=after)
    return job, is_new


def request_again(job: Job, *, acting_user: User, now: datetime) -> tuple[Job, bool]:
    """Repeat the same request for a job that failed or was cancelled. Return `(job, created)`.

    Raise NotAllowed outside the user's scope, and Refused while the job is active.
    """
    if job.kind != Job.Kind.REPORT:
        raise Refused(_("There is no such report."))
    if job.is_active:
        raise Refused(_("This job has not ended yet."))
    region = Region.objects.get(pk=job.parameters["region"])
    _require_scope(acting_user, region, Plan.objects.get(periods=job.parameters["period"]))
    with transaction.atomic():
        again, is_new = jobs.request_job(
            Job.Kind.REPORT, job.parameters, request_key=job.request_key, acting_user=acting_user, now=now
        )
        if is_new:
            after = {"again": job.pk} | job.parameters
            record_event(Event.Action.REPORT_REQUESTED, acting_user=acting_user, now=now, about=again, after=after)
    return again, is_new


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
    options: Mapping[str, Any] | None = None,
    clock: Clock = timezone.now,
) -> IssuedReport:
    """Ask for a report and write it at once, by the very same steps as a worker. Raises Refused when it fails."""
    job, _is_new = request_report(
        kind=kind,
        period=period,
        region=region,
        language=language,
        options=options,
        acting_user=acting_user,
        now=now,
    )
    run_report_job(job.pk, clock=clock)
    job.refresh_from_db()
    if job.state == Job.State.DONE:
        return IssuedReport.objects.with_names().get(job=job)
    raise Refused(
        _(job.failure) if job.failure else _("A worker is writing this report now. Please try again in a minute.")
    )


def rewrite_report(report: IssuedReport, path: Path, *, hides_names: bool = False) -> None:
    """Write an issued report again, from the inputs it kept: the same figures, whatever was corrected since.

    A copy that hides names has no names of people, and is no edition of its own.
    """
    zone = report.book.get("names", {}).get("zone", report.plan.time_zone)
    with translation.override(report.language), timezone.override(zone):
        with consistent_read():
            request = ReportRequest(
                kind=report.kind,
                period=report.period,
                region=report.region,
                language=report.language,
                as_of=report.as_of,
                options=report.parameters,
                kept=report,
                prepared_by=report.prepared_by,
                hides_names=hides_names,
            )
            data = KINDS[report.kind].read(request)
        write_document(data.report, path)


def open_report(report: IssuedReport, *, acting_user: User, now: datetime, address: str | None = None) -> File:
    """Open the report's file for a user who may read it, and record the download."""
    if not scope_of(acting_user, Capability.READ_REPORTS, plan_id=report.plan_id).covers_region(report.region):
        raise NotAllowed(_("You may not read reports on %(region)s.") % {"region": report.region})
    if report.file_removed_at:
        raise Refused(removed_words(report))
    try:
        file = open_proved(report.file, report.sha256)
    except FileNotFoundError:
        raise Refused(_("The file of this report is not in its place. Tell the engineer.")) from None
    record_event(Event.Action.DOWNLOADED, acting_user=acting_user, now=now, about=report, address=address)
    return file


def removed_words(report: IssuedReport) -> str:
    """Explain that the file was removed at the end of its retention, and what to do."""
    when = wording.moment(report.file_removed_at) if report.file_removed_at else ""
    return _("The file was removed on %(when)s, as files of this kind are. Ask for the report again.") % {"when": when}


def download_name(report: IssuedReport) -> str:
    """Return what the file is called on the reader's computer: 山西省节能行动计划-2020年第8期-月度调度表.xlsx."""
    with translation.override(report.language):
        name = document_name(report.plan, report.kind)
        return file_name_of(report, name, KINDS[report.kind].file_type.ending)


def _require_scope(acting_user: User | None, region: Region, plan: Plan) -> None:
    if acting_user and not scope_of(acting_user, Capability.ISSUE_REPORTS, plan_id=plan.pk).covers_region(region):
        raise NotAllowed(_("You may not issue reports on %(region)s.") % {"region": region})


def _issue(job: Job, clock: Clock) -> None:
    """Write and store it; again, as the next edition, when another one was stored meanwhile as its own."""
    period = Period.objects.select_related("plan__region").get(pk=job.parameters["period"])
    region = Region.objects.get(pk=job.parameters["region"])
    _require_scope(job.requested_by, region, period.plan)  # it may have been narrowed since
    for attempt in range(1, NUMBERING_ATTEMPTS + 1):
        try:
            with timezone.override(period.plan.zone):
                _write_and_store(job, period, region, clock)
        except IssueNumberConflict:
            if attempt == NUMBERING_ATTEMPTS:
                raise
        else:
            return


def _write_and_store(job: Job, period: Period, region: Region, clock: Clock) -> None:
    kind, options = KINDS[job.parameters["kind"]], job.parameters.get("options", {})
    jobs.report_progress(job, 0, 0, _("Reading the figures"), now=clock())
    with kept_alive(job, clock), consistent_read():
        source = _source_of(options, period, region)
        request = ReportRequest(
            kind=kind.identifier,
            period=period,
            region=region,
            language=job.parameters["language"],
            as_of=source.as_of if source else clock(),
            options=options,
            source=source,
            prepared_by=str(job.requested_by or ""),
        )
        data = kind.read(request)
    steps = Steps(job, count_steps(data.report) + 2, clock)
    with unfinished_file(job, kind.file_type.ending) as path:
        write_document(data.report, path, progress=steps.report)
        steps.report_last(_("Storing the file"))
        now = clock()
        store_report(job, request, data, path, keep_until=kind.kept_until(now), now=now)


def _source_of(options: Mapping[str, Any], period: Period, region: Region) -> IssuedReport | None:
    """Return the issued report whose inputs the document takes. Raise Refused for one of other figures."""
    if "report" not in options:
        return None
    found = IssuedReport.objects.filter(kind=COMPLIANCE, period=period, region=region, pk=options["report"]).first()
    if found is None:
        raise Refused(_("The report that this is made from is of another period or region. Open the report again."))
    return found


def _digest(options: Mapping[str, Any]) -> str:
    """Tells apart requests that differ in what was chosen."""
    if not options:
        return ""
    return ":" + hashlib.sha256(json.dumps(options, sort_keys=True).encode()).hexdigest()[:32]
