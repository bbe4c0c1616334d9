"""Issuing reports."""

from collections.abc import Callable
from datetime import datetime


def run_report_job(job_id: int, *, clock: Callable[[], datetime]) -> None:
    """Do a report job."""
