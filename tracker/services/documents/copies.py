"""Copies of issued documents without the names of people, for mail to addresses outside the organisation."""

import hashlib
import tempfile
from datetime import datetime
from pathlib import Path

from django.utils.translation import gettext as _

from tracker.models import Delivery, Event, IssuedReport
from tracker.services.audit.events import record_event
from tracker.services.documents.reports import rewrite_report


def copy_without_names(report: IssuedReport) -> bytes:
    """Return the document, written again from what it kept, without the names of people."""
    with tempfile.TemporaryDirectory(prefix="tracker-copy-") as folder:
        path = Path(folder) / f"copy{Path(report.file.name).suffix}"
        rewrite_report(report, path, hides_names=True)
        return path.read_bytes()


def name_without_names(name: str) -> str:
    """Return what the copy of a file is called.

    >>> name_without_names("报告.xlsx") in ("报告-不含姓名.xlsx", "报告-without names.xlsx")
    True
    """
    path = Path(name)
    addition = _("without names")
    return f"{path.stem}-{addition}{path.suffix}"


def record_copy(report: IssuedReport, delivery: Delivery, content: bytes, *, now: datetime) -> None:
    """Record the hash of a copy that is attached to a mail: who gets it can have it proved."""
    after = {"sha256": hashlib.sha256(content).hexdigest(), "delivery": delivery.pk}
    record_event(Event.Action.COPY_WITHOUT_NAMES, acting_user=None, now=now, about=report, after=after)
