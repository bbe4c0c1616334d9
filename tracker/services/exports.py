"""Letting a list out as a workbook, and recording that it left."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from tracker.models import Event, User
from tracker.reports.shape import Report
from tracker.reports.workbook import write_workbook
from tracker.services.events import record_event
from tracker.services.limits import require_not_too_often


def export_list(
    report: Report, *, filters: Mapping[str, str], acting_user: User, now: datetime, address: str | None
) -> bytes:
    """The list as an Excel workbook. The event keeps what was chosen and how many rows left, not the rows.

    Raises TooOften.
    """
    require_not_too_often(acting_user, now)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "list.xlsx"
        write_workbook(report, path)
        content = path.read_bytes()
    rows = sum(len(sheet.rows) for sheet in report.sheets)
    record_event(
        Event.Action.EXPORTED,
        acting_user=acting_user,
        now=now,
        after={"list": report.identifier, "rows": rows, "filters": dict(filters)},
        address=address,
    )
    return content
