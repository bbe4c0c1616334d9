"""Checking a set-up workbook: read in the bounded process, then rehearsed."""

from collections import Counter
from datetime import datetime
from typing import Any

from tracker.models import Upload
from tracker.queries.imports.setup_workbook.read import ReadSetup, read_setup
from tracker.queries.imports.stored_files import on_disk
from tracker.services.imports.return_template.mark import mark_workbook
from tracker.services.imports.setup_workbook.perform import rehearse
from tracker.services.imports.setup_workbook.run import SAME, SetupRun
from tracker.services.imports.uploads.waiting import leave_to_check, settle
from tracker.uploads.faults import Fault, UploadRefused
from tracker.uploads.patience import ENDLESS, Patience, TakesTooLong
from tracker.uploads.wording import explain
from tracker.uploads.workbook import read_workbook

MOST_FAULTS = 500


def check_setup(upload: Upload, *, now: datetime, seconds: float | None = None) -> Upload:
    """Check a workbook: ready, or wrong with every mistake at its cell and the workbook marked. Nothing is changed.

    What is not done within `seconds` of wall time is left to be checked by a worker, which takes longer.
    """
    patience = Patience(seconds)
    try:
        read = read_upload(upload, patience)
        run = None if read.faults and not (read.rows or read.grids) else _rehearsed(read, upload, now, patience)
        faults = (read.faults + (run.faults if run else []))[:MOST_FAULTS]
        marked = mark_workbook(upload, faults, patience) if faults else ""
    except TakesTooLong:
        return leave_to_check(upload)
    outcomes = run.outcomes if run else []
    words = [in_words(fault) for fault in faults]
    return settle(
        upload,
        state=Upload.State.WRONG if faults else Upload.State.READY,
        preview={
            "changes": [one.as_json() for one in outcomes if one.change != SAME],
            "same": sum(one.change == SAME for one in outcomes),
            "counts": dict(Counter(one.change for one in outcomes)),
            "tables": tables_of(run),
            "faults": words,
            "notices": [in_words(fault) for fault in read.notices],
            "touched": touched_of(run),
            "new_accounts": run.new_accounts if run else [],
            "plan": str(run.plan) if run and run.plan else "",
        },
        marked_file=marked,
        failure=words[0]["text"] if words else "",
    )


def read_upload(upload: Upload, patience: Patience = ENDLESS) -> ReadSetup:
    """Return what the stored workbook says; its faults if it cannot be read."""
    try:
        with on_disk(upload.file.name) as path:
            return read_setup(read_workbook(path, patience))
    except UploadRefused as refused:
        patience.left()  # stopped at its time, it may yet be read by a worker
        return ReadSetup(faults=list(refused.faults))
    except FileNotFoundError:
        return ReadSetup(faults=[Fault("unreadable")])


def _rehearsed(read: ReadSetup, upload: Upload, now: datetime, patience: Patience) -> SetupRun:
    return rehearse(read, acting_user=upload.uploaded_by, now=now, patience=patience)


def tables_of(run: SetupRun | None) -> list[dict[str, Any]]:
    """Return, for each sheet that was read, how much of it is new, changed, the same and removed."""
    found: dict[str, Counter[str]] = {}
    titles: dict[str, str] = {}
    for one in run.outcomes if run else []:
        found.setdefault(one.table, Counter())[one.change] += 1
        titles[one.table] = one.as_json()["title"]
    return [{"table": table, "title": titles[table], **counts} for table, counts in found.items()]


def touched_of(run: SetupRun | None) -> list[dict[str, Any]]:
    """Return the rows dated back before issued documents, with these documents."""
    return [one.as_json() for one in run.touched] if run else []


def in_words(fault: Fault) -> dict[str, str]:
    """Return a fault as the preview keeps it."""
    return {"sheet": fault.sheet, "cell": fault.cell, "place": fault.place, "text": explain(fault)}
