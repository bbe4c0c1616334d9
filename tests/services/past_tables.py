"""Files of past values, put through upload, guess and check as a person would."""

from dataclasses import replace
from pathlib import Path

from django.core.files.base import ContentFile

from tests.factories import NOW
from tracker.models import Job, Plan, Upload, User
from tracker.queries.errors import Refused
from tracker.services.imports.past_values.receive import ask_check, mapping_of, send_table
from tracker.services.imports.past_values.run_job import run_import_job

CASES = Path(__file__).parents[1] / "uploads" / "cases"


def run(job: Job) -> Job:
    """Do a job as a worker would."""
    run_import_job(job.pk, clock=lambda: NOW)
    job.refresh_from_db()
    return job


def sent_file(plan: Plan, sender: User, path: Path) -> Upload:
    """A table's file as it was uploaded, its columns guessed."""
    return send_table(ContentFile(path.read_bytes(), path.name), plan, acting_user=sender, now=NOW)


def checked_file(plan: Plan, sender: User, path: Path, **said: object) -> Upload:
    """The same after its check; `said` replaces what the columns were guessed to say. Raises Refused."""
    return check_again(sent_file(plan, sender, path), sender, **said)


def check_again(upload: Upload, sender: User, **said: object) -> Upload:
    """The table checked once more, with something said about it. Raises Refused."""
    mapping = replace(mapping_of(upload), **said)  # type: ignore[arg-type]
    run(ask_check(upload, mapping, acting_user=sender, now=NOW))
    upload.refresh_from_db()
    return upload


def values_of(upload: Upload) -> list[tuple[str, str]]:
    """The values that would be loaded, with their cells."""
    return [(line["place"], line["value"]) for line in upload.preview["new"]]


def questions_of(upload: Upload) -> dict[str, str]:
    """What a person must say before the table is checked."""
    try:
        mapping_of(upload).require_complete()
    except Refused as refused:
        return dict(refused.fields)
    return {}
