"""The job that reads a policy document and keeps its proposals as a draft."""

import hashlib
import logging
from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from tracker.models import Job, PolicyDocument
from tracker.queries.errors import Refused
from tracker.queries.imports.draft_lists.lists import with_lists
from tracker.queries.imports.stored_files import on_disk
from tracker.queries.plans.drafts.propose import propose
from tracker.services.documents.job_failures import record_failure
from tracker.services.operations import jobs
from tracker.services.operations.job_progress import kept_alive
from tracker.uploads.faults import UploadRefused
from tracker.uploads.policy.proposals import Reading
from tracker.uploads.policy_document import read_policy
from tracker.uploads.wording import explain

logger = logging.getLogger(__name__)
Clock = Callable[[], datetime]


def run_policy_job(job_id: int, *, clock: Clock) -> None:
    """Read the document of a job, if it is still to be read; safe to call any number of times."""
    job = jobs.claim_job(job_id, now=clock())
    if job is None:
        return
    with translation.override(job.parameters["language"]):
        document = PolicyDocument.objects.get(pk=job.parameters["document"])
        try:
            with kept_alive(job, clock):
                reading = _read(document)
            _keep(document, job, reading, now=clock())
        except jobs.ClaimLost:
            logger.info("Job %s was cancelled or given to another worker.", job.pk)
        except (Refused, UploadRefused) as refused:
            message = explain(refused.faults[0]) if isinstance(refused, UploadRefused) else refused.message
            _refuse(document, job, message, now=clock())
        except Exception as error:
            logger.exception("Job %s failed.", job.pk)
            record_failure(job, error, now=clock())
            job.refresh_from_db()
            _mark_failed(document, job, job.failure)


def _read(document: PolicyDocument) -> Reading:
    with on_disk(document.file.name) as path:
        if hashlib.sha256(path.read_bytes()).hexdigest() != document.sha256:
            raise Refused(
                _("The stored file is not the one that was uploaded. Tell the engineer, and upload it again.")
            )
        return read_policy(path)


@transaction.atomic
def _keep(document: PolicyDocument, job: Job, reading: Reading, *, now: datetime) -> None:
    ours = PolicyDocument.objects.filter(pk=document.pk, job=job, state=PolicyDocument.State.READING)
    ours.update(
        state=PolicyDocument.State.OPEN,
        text=reading.text,
        draft=with_lists(propose(reading), reading).as_json(),
        version=1,
    )
    jobs.finish_job(job, now=now)


@transaction.atomic
def _refuse(document: PolicyDocument, job: Job, message: str, *, now: datetime) -> None:
    _mark_failed(document, job, message)
    jobs.fail_job(job, message, "", now=now)


def _mark_failed(document: PolicyDocument, job: Job, message: str) -> None:
    ours = PolicyDocument.objects.filter(pk=document.pk, job=job, state=PolicyDocument.State.READING)
    ours.update(state=PolicyDocument.State.FAILED, failure=message)
