"""The file of a report: written aside, then moved into its place in the transaction that records it."""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction

from config.release import RELEASE
from tracker.calculation.quantities import round_half_up
from tracker.models import Event, IssuedForecast, IssuedLevel, IssuedReport, Job
from tracker.queries.documents.request import ForecastIssued, IssuedGrade, ReportData, ReportRequest
from tracker.services.audit.events import record_event
from tracker.services.operations.jobs import finish_job
from tracker.services.storage.written_file import WrittenFile

#: Digits after the point that quantities are kept with.
FRACTION_DIGITS = 6


class IssueNumberConflict(Exception):
    """Another document took the edition that stands in this one: write it again as the next."""


def unfinished_directory() -> Path:
    """Return where all workers write what is not a report yet."""
    directory = Path(settings.MEDIA_ROOT) / "unfinished"
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    return directory


@contextmanager
def unfinished_file(job: Job, ending: str) -> Iterator[Path]:
    """Return where this worker writes; nothing stays there, not even from a worker of this job that was killed."""
    directory = unfinished_directory()
    for left_behind in directory.glob(f"job-{job.pk}-*"):
        left_behind.unlink(missing_ok=True)
    path = directory / f"job-{job.pk}-{job.claim}{ending}"
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
    period, region, edition = request.period, request.region, data.edition
    name = f"reports/{period.plan.code}/{period.code}/{region.code}-job-{job.pk}-{job.claim[:8]}{path.suffix}"
    report = IssuedReport(
        job=job,
        kind=request.kind,
        parameters=dict(request.options),
        issue_year=edition.year,
        issue_number=edition.number,
        edition=edition.edition,
        opens_edition=edition.opens,
        is_correction=data.is_correction,
        previous_edition=edition.previous_edition,
        previous_issue=edition.previous_issue,
        keep_until=keep_until,
        plan=period.plan,
        period=period,
        region=region,
        title=data.report.title[:300],
        language=request.language,
        as_of=request.as_of,
        issued_at=now,
        issued_by=job.requested_by,
        prepared_by=request.prepared_by,
        revisions=list(data.revisions),
        book=dict(data.book),
        inputs_sha256=data.inputs_sha256,
        file=name,
        file_size=path.stat().st_size,
        sha256=_sha256(path),
        has_demonstration=data.has_demonstration,
    )
    with _removed_without_report(name), transaction.atomic():
        finish_job(job, now=now)
        _save_numbered(report)
        save_levels(report, data.levels)
        save_forecasts(report, data.forecasts)
        record_event(
            Event.Action.REPORT_ISSUED,
            acting_user=job.requested_by,
            now=now,
            about=report,
            after={
                "issue": f"{report.issue_year}-{report.issue_number}",
                "edition": report.edition,
                "sha256": report.sha256,
                "inputs_sha256": report.inputs_sha256,
                "revisions": len(report.revisions),
                "release": RELEASE,
            },
        )
        with path.open("rb") as content:
            default_storage.save(name, WrittenFile(content, name=str(path)))
    return report


def save_levels(report: IssuedReport, levels: Iterable[IssuedGrade]) -> int:
    """Store the levels that a document was issued with, beside it. Return their number."""
    rows = [
        IssuedLevel(
            report=report,
            period=one.period,
            indicator=one.indicator,
            region=one.region,
            level=one.level,
            basis=one.basis,
        )
        for one in levels
    ]
    IssuedLevel.objects.bulk_create(rows, batch_size=500)
    return len(rows)


def save_forecasts(report: IssuedReport, forecasts: Iterable[ForecastIssued]) -> None:
    """Store the forecasts that a document was issued with, beside it."""
    rows = [
        IssuedForecast(
            report=report,
            period=one.period,
            indicator=one.indicator,
            region=one.region,
            method=one.forecast.method.value,
            value=round_half_up(one.forecast.value, FRACTION_DIGITS),
            low=_stored(one.forecast.low),
            high=_stored(one.forecast.high),
        )
        for one in forecasts
    ]
    IssuedForecast.objects.bulk_create(rows, batch_size=500)


def _stored(value: Decimal | None) -> Decimal | None:
    """Return a forecast with as many digits as quantities are kept with."""
    return None if value is None else round_half_up(value, FRACTION_DIGITS)


def _save_numbered(report: IssuedReport) -> None:
    """Save it as the edition that it prints. Raise IssueNumberConflict for the later of two at once.

    Constraints decide: an edition is opened once, and issued once in a language.
    """
    try:
        with transaction.atomic():
            report.save(force_insert=True)
    except IntegrityError:
        if IssuedReport.objects.of_the_issue_of(report).filter(edition=report.edition).exists():
            raise IssueNumberConflict from None
        raise


@contextmanager
def _removed_without_report(name: str) -> Iterator[None]:
    """Remove a stored file whose transaction failed: it is no report. Only the database shows if it failed."""
    try:
        yield
    except Exception:
        if not IssuedReport.objects.filter(file=name).exists():
            default_storage.delete(name)
        raise


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
