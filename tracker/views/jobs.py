"""How far a job is."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tracker.documents import wording
from tracker.documents.files import WORKBOOK
from tracker.models import Job, Period, PolicyDocument, Region, Upload
from tracker.queries.documents.kinds import KINDS, kind_of_job
from tracker.queries.errors import Refused
from tracker.services.documents.reports import request_again
from tracker.services.operations import jobs
from tracker.tasks import publish_job, recover_stale_jobs
from tracker.web.requests import SignedInRequest

TEMPLATES = {
    Job.Kind.REPORT: "tracker/job.html",
    Job.Kind.IMPORT: "tracker/past/job.html",
    Job.Kind.POLICY: "tracker/policy/job.html",
}


@require_safe
def job(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show a job with its progress; a script follows it, without one the page reloads itself."""
    found = _followed(request, pk)
    upload = _table(request, found)
    if upload and not found.is_active:
        return redirect("past_table", upload)
    document = _document(request, found)
    if document and not found.is_active:
        return redirect("policy_draft", document)
    context = {
        "job": found,
        "upload": upload,
        "state": _state(found),
        "report": _report(found),
        "file_is_workbook": _is_workbook(found),
        "asked": _asked(found),
        "may_cancel": found.requested_by == request.user or request.user.is_superuser,
    }
    return render(request, TEMPLATES[Job.Kind(found.kind)], context)


@require_safe
def job_state(request: SignedInRequest, pk: int) -> JsonResponse:
    """Answer the same for the script: state, steps, words, and where the result is."""
    response = JsonResponse(_state(_followed(request, pk)))
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def job_cancel(request: SignedInRequest, pk: int) -> HttpResponse:
    """Stop the job: for who asked for it, not for who only looks on."""
    found = _job(request, pk)
    try:
        jobs.cancel_job(found, acting_user=request.user, now=timezone.now())
    except Refused as refusal:
        messages.warning(request, refusal.message)
    return redirect("job", found.pk)


@require_POST
def job_again(request: SignedInRequest, pk: int) -> HttpResponse:
    """Request the very same job once more; redirect to its page."""
    found = _job(request, pk)
    try:
        with transaction.atomic():
            again, is_new = request_again(found, acting_user=request.user, now=timezone.now())
            if is_new:
                publish_job(again)
    except Refused as refusal:
        messages.warning(request, refusal.message)
        return redirect("job", found.pk)
    return redirect("job", again.pk)


def _asked(found: Job) -> list[str]:
    """Return what was asked for, in words."""
    period = Period.objects.filter(pk=found.parameters.get("period")).select_related("plan").first()
    region = Region.objects.filter(pk=found.parameters.get("region")).first()
    if period is None or region is None:
        return []
    kind = [kind_of_job(found)] if found.kind == Job.Kind.REPORT else []
    return [*kind, str(period.plan), wording.period_in_words(period.code), str(region)]


def _job(request: SignedInRequest, pk: int) -> Job:
    return get_object_or_404(Job.objects.visible_to(request.user).select_related("report", "requested_by"), pk=pk)


def _followed(request: SignedInRequest, pk: int) -> Job:
    """Return the job; if its worker died, queue it again first, so that it continues without a scheduler too."""
    found = _job(request, pk)
    if found.is_stale(timezone.now()):
        recover_stale_jobs()
        found.refresh_from_db()
    return found


def _is_workbook(found: Job) -> bool:
    """Return True unless the job's report is a paper of another type, such as the brief."""
    result = _report(found)
    return result is None or KINDS[result.kind].file_type is WORKBOOK


def _report(found: Job) -> Any:
    return getattr(found, "report", None)


def _table(request: SignedInRequest, found: Job) -> int | None:
    """Return the table of past values that the job works on; None if this user may not see it."""
    tables = Upload.objects.visible_to(request.user).filter(pk=found.parameters.get("upload"))
    return tables.values_list("pk", flat=True).first() if found.kind == Job.Kind.IMPORT else None


def _document(request: SignedInRequest, found: Job) -> int | None:
    """Return the policy document that the job reads; None if this user may not see it."""
    documents = PolicyDocument.objects.visible_to(request.user).filter(pk=found.parameters.get("document"))
    return documents.values_list("pk", flat=True).first() if found.kind == Job.Kind.POLICY else None


def _state(found: Job) -> dict[str, Any]:
    result = _report(found)
    return {
        "state": found.state,
        "state_text": str(found.get_state_display()),
        "is_active": found.is_active,
        "done": found.progress_done,
        "total": found.progress_total,
        "text": _words(found),
        "report": reverse("report", args=[result.pk]) if result else None,
    }


def _words(found: Job) -> str:
    """Return what is being done now, or how it ended."""
    if found.state == Job.State.QUEUED:
        return _("Waiting for a background worker; usually a few seconds.")
    if found.state == Job.State.RUNNING and not found.progress_text:
        return _("Reading the figures") if found.kind == Job.Kind.REPORT else _("Reading the file")
    if found.state == Job.State.RUNNING:
        return _("Now: %(part)s") % {"part": found.progress_text}
    if found.kind != Job.Kind.REPORT:
        return found.failure or str(found.get_state_display())
    if found.state == Job.State.FAILED:
        return _(found.failure) if found.failure else _("The report could not be written.")
    return _("The report is ready.") if found.state == Job.State.DONE else _("Cancelled; nothing was issued.")
