"""Accepting a checked table, by another person than sent it in, or discarding it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tracker.models import Event, Job, Upload, User
from tracker.models.access import Capability, scope_of
from tracker.queries.errors import ChangedMeanwhile, NotAllowed
from tracker.services.audit.events import record_event
from tracker.services.imports.past_values.receive import ask_job, may_accept


def ask_acceptance(upload: Upload, *, acting_user: User, now: datetime, seen_job: int) -> Job:
    """Accept the table as its preview showed it, and ask for it to be loaded; who accepts verifies its values.

    `seen_job` is the check whose preview was seen. Raises NotAllowed, and ChangedMeanwhile where it was checked again.
    """
    if upload.uploaded_by_id == acting_user.pk:
        raise NotAllowed(_("You sent this table in; another person must accept it."))
    if not may_accept(acting_user, upload.plan):
        raise NotAllowed(_("You may not accept tables for this plan: that takes a reviewer of its whole region."))
    with transaction.atomic():
        settle(upload)
        job = ask_job(upload, "load", acting_user, now)
        ready = Upload.objects.filter(pk=upload.pk, state=Upload.State.READY, job=seen_job)
        if not ready.update(state=Upload.State.LOADING, decided_by=acting_user, decided_at=now, job=job):
            raise ChangedMeanwhile(_("This table was checked again, accepted or discarded meanwhile. Reload the page."))
        record_event(
            Event.Action.TABLE_ACCEPTED, acting_user=acting_user, now=now, about=upload, after={"job": seen_job}
        )
    upload.refresh_from_db()
    return job


@transaction.atomic
def discard_table(upload: Upload, *, acting_user: User, now: datetime) -> None:
    """Put a table away that was not loaded; its file stays for the log."""
    manages = upload.plan and scope_of(acting_user, Capability.MANAGE_PLAN, plan_id=upload.plan.pk).covers_region(
        upload.plan.region
    )
    if not (upload.uploaded_by_id == acting_user.pk or manages or may_accept(acting_user, upload.plan)):
        raise NotAllowed(_("This table was uploaded by somebody else."))
    if upload.job and upload.job.is_active:
        raise ChangedMeanwhile(_("This table is being worked on already. Wait until it is done."))
    settle(upload)
    undecided = Upload.objects.filter(pk=upload.pk).exclude(
        state__in=(Upload.State.ACCEPTED, Upload.State.DISCARDED, Upload.State.LOADING)
    )
    if not undecided.update(state=Upload.State.DISCARDED, decided_by=acting_user, decided_at=now):
        raise ChangedMeanwhile(_("This table was accepted or discarded already."))
    upload.refresh_from_db()
    record_event(Event.Action.TABLE_DISCARDED, acting_user=acting_user, now=now, about=upload)


def settle(upload: Upload) -> None:
    """Mark a table ready again if its loading was cancelled or failed: nothing was written."""
    ended = Upload.objects.filter(
        pk=upload.pk, state=Upload.State.LOADING, job__state__in=(Job.State.CANCELLED, Job.State.FAILED)
    )
    ended.update(state=Upload.State.READY, decided_by=None, decided_at=None)
    upload.refresh_from_db()
