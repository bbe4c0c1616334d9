"""Issuing reports: asked for once, written aside, stored with the revisions that the figures rest on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.files import File

from tracker.models import IssuedReport, Job, Period, Region, User

COMPLIANCE = "compliance"


def request_report(
    *, kind: str = COMPLIANCE, period: Period, region: Region, language: str, acting_user: User | None, now: datetime
) -> tuple[Job, bool]:
    """The job that writes this report, and whether it is new: while one runs, asking again gives the same one."""
    raise NotImplementedError


def run_report_job(job_id: int, *, clock: Callable[[], datetime]) -> None:
    """Do a report job, if it is still to be done."""


def issue_report(
    *,
    period: Period,
    region: Region,
    language: str,
    acting_user: User | None,
    now: datetime,
    kind: str = COMPLIANCE,
    clock: Callable[[], datetime] | None = None,
) -> IssuedReport:
    """Ask for a report and write it at once, by the very same steps as a worker."""
    raise NotImplementedError


def open_report(report: IssuedReport, *, acting_user: User, now: datetime, address: str | None = None) -> File:
    """The report's file, open for reading, for a person who may read it; the download is recorded."""
    raise NotImplementedError


def download_name(report: IssuedReport) -> str:
    """What the file is called on the reader's computer."""
    raise NotImplementedError
