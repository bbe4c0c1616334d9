"""What the worker does with a table: checks it whole and keeps the preview, or loads it once it was accepted."""

import hashlib
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from tracker.models import Event, Job, Plan, Upload
from tracker.queries.errors import ChangedMeanwhile, Refused
from tracker.queries.imports.past_values.cells import PastValue, Problem, Scalar
from tracker.queries.imports.past_values.check import TableCheck
from tracker.queries.imports.past_values.compare import compare
from tracker.queries.imports.past_values.cross_checks import compare_cumulative, compare_totals
from tracker.queries.imports.past_values.mapping import Mapping, table_cells
from tracker.queries.imports.past_values.names import Vocabulary
from tracker.queries.imports.past_values.plausible import check_values, with_notes
from tracker.queries.imports.past_values.preview import Findings, all_problems, make_preview
from tracker.queries.imports.stored_files import on_disk
from tracker.services.audit.events import record_event
from tracker.services.documents.job_failures import record_failure
from tracker.services.imports.past_values.load import Batch, load_values
from tracker.services.imports.past_values.names import remember_names
from tracker.services.imports.past_values.problems import store_problems
from tracker.services.imports.past_values.receive import mapping_of, may_accept
from tracker.services.operations import jobs
from tracker.uploads.faults import UploadRefused
from tracker.uploads.places import cell_name
from tracker.uploads.table import TableRows, read_table
from tracker.uploads.wording import explain

logger = logging.getLogger(__name__)
Clock = Callable[[], datetime]
#: Values of one table: what one transaction writes in seconds and a worker holds in memory.
MAX_VALUES = 200_000
STEP = 5_000
#: Writing is one transaction; nobody sees its progress before it ends.
WRITING_LEASE = timedelta(minutes=5)


def run_import_job(job_id: int, *, clock: Clock) -> None:
    """Do a job on a table, if it is still to be done; safe to call any number of times, from any number of workers."""
    job = jobs.claim_job(job_id, now=clock())
    if job is None:
        return
    with translation.override(job.parameters["language"]):
        upload = Upload.objects.select_related("plan__region", "uploaded_by").get(pk=job.parameters["upload"])
        try:
            _check(upload, job, clock) if job.parameters["step"] == "check" else _load(upload, job, clock)
        except jobs.ClaimLost:
            logger.info("Job %s was cancelled or given to another worker.", job.pk)
        except (Refused, UploadRefused) as refused:
            _refuse(upload, job, refused, now=clock())
        except Exception as error:
            logger.exception("Job %s failed.", job.pk)
            record_failure(job, error, now=clock())


@dataclass(frozen=True)
class _Understood:
    """A table as read: what it holds, what is wrong with it, and where it came from."""

    check: TableCheck
    values: list[PastValue]
    wrong: list[Problem]
    table: TableRows
    mapping: Mapping


def _check(upload: Upload, job: Job, clock: Clock) -> None:
    """Understand every row, compare it with what is stored, keep what was found. No return changes."""
    found = _understood(upload, job, clock)
    words = found.check.words
    comparison = compare(found.values, corrects=bool(found.mapping.reason))
    plausibility = check_values(found.values, comparison.to_write, words)
    crossed = [
        *compare_totals(found.check.totals, found.values, words),
        *compare_cumulative(found.check.cumulative, found.values, words),
    ]
    findings = Findings(found.check, comparison, found.wrong, plausibility, crossed, found.mapping)
    preview = make_preview(findings, rows=found.table.total, hidden_rows=found.table.hidden_rows)
    problems = all_problems(findings)
    stored = store_problems(upload, found.mapping.sheet, problems) if problems else ""
    failure = ""
    if not problems and not comparison.to_write:
        failure = _("Every value of the table stands already; nothing is to be loaded.")
    state = Upload.State.WRONG if problems or failure else Upload.State.READY
    with transaction.atomic():
        ours = Upload.objects.filter(pk=upload.pk, job=job, state=Upload.State.CHECKING)
        ours.update(state=state, preview=preview, marked_file=stored, failure=failure)
        jobs.finish_job(job, now=clock())


def _load(upload: Upload, job: Job, clock: Clock) -> None:
    """Check again, then write everything in one transaction with the end of the job: all of it or nothing."""
    acceptor = job.requested_by
    if acceptor is None or not may_accept(acceptor, upload.plan):  # it may have been narrowed since
        raise ChangedMeanwhile(_("You may not accept tables for this plan: that takes a reviewer of its whole region."))
    found = _understood(upload, job, clock)
    if found.wrong:
        raise ChangedMeanwhile(_("What the table names has changed since it was checked. Check it again."))
    text = _("Writing %(number)s values") % {"number": len(found.values)}
    jobs.report_progress(job, found.table.total, found.table.total, text, now=clock(), lease=WRITING_LEASE)
    mapping = found.mapping
    comparison = compare(found.values, corrects=bool(mapping.reason))
    plausibility = check_values(found.values, comparison.to_write, found.check.words)
    if plausibility.errors or plausibility.unexplained:
        raise ChangedMeanwhile(_("What the values are compared with has changed since the check. Check it again."))
    with transaction.atomic():
        now = clock()
        batch = Batch(upload, mapping.sheet, upload.uploaded_by, acceptor, now, mapping.reason)
        loaded = load_values(with_notes(found.values, plausibility), batch)
        names = remember_names(upload, found.check.words, mapping.answers, now=now)
        ours = Upload.objects.filter(pk=upload.pk, job=job, state=Upload.State.LOADING)
        if not ours.update(state=Upload.State.ACCEPTED):
            raise jobs.ClaimLost
        after = {
            "values": loaded.values,
            "returns": loaded.returns,
            "sha256": upload.sha256,
            "file": upload.file_name,
            **({"corrections": loaded.corrections, "reason": mapping.reason} if loaded.corrections else {}),
            **({"names": names} if names else {}),
            **loaded.seal,
        }
        record_event(Event.Action.TABLE_LOADED, acting_user=acceptor, now=now, about=upload, after=after)
        jobs.finish_job(job, now=clock())


def _understood(upload: Upload, job: Job, clock: Clock) -> _Understood:
    """Read all values of the table and all that is wrong with it, reporting progress on the way."""
    with on_disk(upload.file.name) as path:
        return _read(path, upload, job, clock)


def _read(path: Path, upload: Upload, job: Job, clock: Clock) -> _Understood:
    mapping = mapping_of(upload)
    if hashlib.sha256(path.read_bytes()).hexdigest() != upload.sha256:
        raise Refused(_("The stored file is not the one that was uploaded. Tell the engineer, and upload it again."))
    jobs.report_progress(job, 0, 0, _("Reading the file"), now=clock())
    columns = [column for column, _role in mapping.used]
    table = read_table(path, upload.file_name, mapping.sheet, mapping.first_row, columns)
    plan = _plan_of(upload)
    check = TableCheck(
        plan,
        sender=upload.uploaded_by,
        today=timezone.localdate(clock()),
        columns=mapping.columns_of_words,
        words=Vocabulary(plan, mapping.answers),
        year=mapping.year,
        merged=mapping.merged_values(table.merged),
    )
    values: list[PastValue] = []
    wrong: list[Problem] = []
    rows = _counted(table, job, clock)
    for found in check.check(table_cells(mapping, rows)):
        values.append(_with_note(found, mapping)) if isinstance(found, PastValue) else wrong.append(found)
        if len(values) + len(wrong) > MAX_VALUES:
            raise Refused(
                _("The table has more than %(limit)s values. Split it, by year say, and send the parts.")
                % {"limit": f"{MAX_VALUES:,}"}
            )
    if not values and not wrong:
        raise Refused(
            _("The table has no values below its headings. Look at the sheet and the row of headings chosen.")
        )
    return _Understood(check, values, wrong, table, mapping)


def _with_note(value: PastValue, mapping: Mapping) -> PastValue:
    """Return the value with the note on the page, if the table has none of its own."""
    if value.note or not mapping.notes:
        return value
    place = cell_name(value.row, value.column)
    return value._replace(page_note=mapping.notes.get(place) or mapping.notes.get("*", ""))


def _counted(table: TableRows, job: Job, clock: Clock) -> Iterator[tuple[int, Sequence[Scalar]]]:
    """Yield the rows, reporting the progress at intervals."""
    for done, row in enumerate(table.rows):
        if done % STEP == 0:
            text = _("Checking row %(row)s of %(total)s") % {"row": row[0], "total": table.total}
            jobs.report_progress(job, min(row[0], table.total), table.total, text, now=clock())
        yield row


def _plan_of(upload: Upload) -> Plan:
    if upload.plan is None:
        raise Refused(_("The table is for no plan. Send it in again and choose one."))
    return upload.plan


@transaction.atomic
def _refuse(upload: Upload, job: Job, refused: Refused | UploadRefused, *, now: datetime) -> None:
    """Tell the person; a table that was being loaded must be checked again, since something changed meanwhile."""
    if isinstance(refused, UploadRefused):
        fault = refused.faults[0]
        message = f"{fault.place}: {explain(fault)}" if fault.place else explain(fault)
    else:
        message = refused.message
    Upload.objects.filter(pk=upload.pk, job=job, state__in=(Upload.State.CHECKING, Upload.State.LOADING)).update(
        state=Upload.State.WRONG, failure=message, decided_by=None, decided_at=None
    )
    jobs.fail_job(job, message, "", now=now)
