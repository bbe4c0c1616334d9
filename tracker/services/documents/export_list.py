"""Letting a list out as a file, and recording that it left."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from tracker.documents.csv_text import csv_of
from tracker.documents.shape import Report
from tracker.documents.workbook import write_workbook
from tracker.models import Event, User
from tracker.queries.operations.rate_limits import require_not_too_often
from tracker.services.audit.events import record_event
from tracker.services.audit.opened_lists import without_typed


def export_list(
    report: Report,
    *,
    filters: Mapping[str, str],
    acting_user: User,
    now: datetime,
    address: str | None,
    as_csv: bool = False,
) -> bytes:
    """Return the list as an Excel workbook, or its first sheet as CSV.

    The event keeps what was chosen and how many rows left, not the rows. Raises TooOften.
    """
    require_not_too_often(acting_user, now)
    content = csv_of(report.sheets[0]) if as_csv else _workbook(report)
    rows = sum(len(sheet.rows) for sheet in report.sheets)
    record_event(
        Event.Action.EXPORTED,
        acting_user=acting_user,
        now=now,
        after={
            "list": report.identifier,
            "rows": rows,
            "filters": without_typed(filters),
            "format": "csv" if as_csv else "xlsx",
        },
        address=address,
    )
    return content


def _workbook(report: Report) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "list.xlsx"
        write_workbook(report, path)
        return path.read_bytes()
