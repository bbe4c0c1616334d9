"""Every problem of a table as a workbook, for who corrects it beside the table."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.files import File
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from tracker.documents.shape import Column, Report, Row, Sheet
from tracker.documents.workbook import write_workbook
from tracker.models import Event, Upload, User
from tracker.queries.errors import NotAllowed, Refused
from tracker.queries.imports.past_values.cells import Problem
from tracker.services.audit.events import record_event


def store_problems(upload: Upload, sheet: str, problems: Sequence[Problem]) -> str:
    """Return where the workbook of problems is stored."""
    title = _("What is wrong in %(file)s") % {"file": upload.file_name}
    lines = Sheet(
        name=_("Errors"),
        title=title[:100],
        columns=[
            Column(_("Sheet")),
            Column(_("Cell")),
            Column(_("What stands there")),
            Column(_("What is wrong and what to do")),
        ],
        rows=[Row([sheet, one.place, one.text[:200], one.message]) for one in problems],
    )
    with TemporaryDirectory() as folder:
        path = Path(folder) / "problems.xlsx"
        write_workbook(Report(identifier="past_problems", title=title, issuer="", sheets=[lines]), path)
        with path.open("rb") as content:
            return default_storage.save(f"{upload.file.name.rpartition('.')[0]}-problems.xlsx", File(content))


def open_problems(upload: Upload, *, acting_user: User, now: datetime, address: str | None = None) -> File:
    """Open the workbook of problems for a user who may see the table; record the download."""
    if not Upload.objects.visible_to(acting_user).filter(pk=upload.pk).exists():
        raise NotAllowed(_("This table was uploaded by somebody else."))
    if not upload.marked_file:
        raise Refused(_("Nothing is wrong with this table."))
    file = upload.marked_file.open("rb")
    record_event(Event.Action.DOWNLOADED, acting_user=acting_user, now=now, about=upload, address=address)
    return file
