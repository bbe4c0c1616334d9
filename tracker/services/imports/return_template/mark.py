"""Giving the workbook back with its faults marked: a colour and a comment in each wrong cell."""

import json
import logging
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.files import File
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from tracker.models import Upload
from tracker.queries.imports.stored_files import on_disk
from tracker.uploads.bounded import run_bounded
from tracker.uploads.faults import Fault, UploadRefused
from tracker.uploads.patience import Patience
from tracker.uploads.wording import explain

logger = logging.getLogger(__name__)
MARKER = "tracker.uploads.mark_cells"
MOST = 2_000


def mark_workbook(upload: Upload, faults: Sequence[Fault], patience: Patience) -> str:
    """Return where the marked workbook is stored; "" where no fault has a sheet, or the workbook cannot be written
    again.

    Raises TakesTooLong.
    """
    placed = [fault for fault in faults if fault.sheet][:MOST]
    if not placed:
        return ""
    with TemporaryDirectory() as folder:
        said, written = Path(folder) / "faults.json", Path(folder) / "marked.xlsx"
        marks = [{"sheet": fault.sheet, "cell": fault.cell, "text": explain(fault)} for fault in placed]
        said.write_text(json.dumps({"author": _("Policy target tracker"), "marks": marks}), encoding="utf-8")
        try:
            with on_disk(upload.file.name) as path:
                list(run_bounded(MARKER, [str(path), str(said), str(written)], seconds=patience.left()))
        except UploadRefused as refused:
            patience.left()  # stopped at its time, it may yet be marked by who has more
            logger.warning("Upload %s could not be marked: %s", upload.pk, refused)
            return ""
        with written.open("rb") as content:
            return default_storage.save(f"{upload.file.name.removesuffix('.xlsx')}-marked.xlsx", File(content))
