"""The file of a report: written aside, then moved into its place in the transaction that records it."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import Max

from tracker.models import Event, IssuedReport, Job, Period, Region
from tracker.queries.documents.basis import hash_of_kept
from tracker.queries.documents.request import ReportData, ReportRequest
from tracker.services.audit.events import record_event
from tracker.services.operations.jobs import finish_job
from tracker.services.storage.written_file import WrittenFile


class IssueNumberConflict(Exception):
    """Another report took the number that stands in this one: write it again with the next."""


def unfinished_directory() -> Path:
    """Return where all workers write what is not a report yet."""
    directory = Path(settings.MEDIA_ROOT) / "unfinished"
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    return directory


@contextmanager
def unfinished_file(job: Job) -> Iterator[Path]:
    """Return where this worker writes; nothing stays there, not even from a worker of this job that was killed."""
    directory = unfinished_directory()
    for left_behind in directory.glob(f"job-{job.pk}-*"):
        left_behind.unlink(missing_ok=True)
    path = directory / f"job-{job.pk}-{job.claim}.xlsx"
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def store_report(
    job: Job, request: ReportRequest, data: ReportData, path: Path, *, keep_until: datetime | None, now: datetime
) -> IssuedReport:
    """Finish the job and store the document that was written to `path`, both or neither.

    Raise ClaimLost or IssueNumberConflict before the file is touched.
    """
    period, region = request.period, request.region
    name = f"reports/{period.plan.code}/{period.code}/{region.code}-job-{job.pk}-{job.claim[:8]}.xlsx"
    report = IssuedReport(
        job=job,
        kind=job.parameters["kind"],
        parameters=dict(request.options),
        issue_number=request.number,
        keep_until=keep_until,
        plan=period.plan,
        period=period,
        region=region,
        title=data.report.title[:300],
        language=job.parameters["language"],
        as_of=request.as_of,
        issued_at=now,
        issued_by=job.requested_by,
        revisions=list(data.revisions),
        book=dict(data.book),
        file=name,
        file_size=path.stat().st_size,
        sha256=_sha256(path),
        has_demonstration=data.has_demonstration,
    )
    with _removed_without_report(name), transaction.atomic():
        finish_job(job, now=now)
        _save_numbered(report)
        record_event(
            Event.Action.REPORT_ISSUED,
            acting_user=job.requested_by,
            now=now,
            about=report,
            after={
                "issue": report.issue_number,
                "sha256": report.sha256,
                "revisions": len(report.revisions),
                "inputs": hash_of_kept(report.book, report.revisions),
            },
        )
        with path.open("rb") as content:
            default_storage.save(name, WrittenFile(content, name=str(path)))
    return report


def next_number(kind: str, period: Period, region: Region) -> int:
    """The number of the next issue of a kind for a period and region."""
    issues = IssuedReport.objects.filter(kind=kind, plan=period.plan_id, period=period, region=region)
    return (issues.aggregate(last=Max("issue_number"))["last"] or 0) + 1


def _save_numbered(report: IssuedReport) -> None:
    """Save it under the number that it prints. Raises IssueNumberConflict for the later of two at once."""
    try:
        with transaction.atomic():
            report.save(force_insert=True)
    except IntegrityError:
        if next_number(report.kind, report.period, report.region) > report.issue_number:
            raise IssueNumberConflict from None
        raise


@contextmanager
def _removed_without_report(name: str) -> Iterator[None]:
    """A stored file whose transaction failed is no report. Whether it failed the database alone knows."""
    try:
        yield
    except Exception:
        if not IssuedReport.objects.filter(file=name).exists():
            default_storage.delete(name)
        raise


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
