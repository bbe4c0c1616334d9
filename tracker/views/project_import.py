"""Loading the annex of a plan into a list: the file, its preview with every error at its cell, and the decision."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from tracker.filters.project_forms import AnnexForm, add_refusal
from tracker.models import ProjectList, Upload
from tracker.queries.errors import Refused
from tracker.queries.imports.project_lists.headings import HEADINGS
from tracker.queries.projects.members import MemberProblem
from tracker.services.imports.project_lists import load
from tracker.services.projects.rights import may_keep
from tracker.views.project_lists import readable_list
from tracker.web.addresses import address_of
from tracker.web.requests import SignedInRequest

MOST_SHOWN = 50
MOST_PROBLEMS = 200


@require_http_methods(["GET", "HEAD", "POST"])
def project_list_import(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take an annex in; leads to its preview."""
    found = readable_list(request, pk)
    if not may_keep(request.user, found.plan):
        raise Http404
    own = load.own_document(found)
    form = AnnexForm(
        request.POST if request.method == "POST" else None,
        request.FILES or None,
        own_document=own.file_name if own else "",
        initial=_of_plan(found) if own else {},
    )
    if request.method == "POST" and form.is_valid():
        how: dict[str, Any] = {"acting_user": request.user, "now": timezone.now(), "address": address_of(request)}
        try:
            if form.cleaned_data.get("own"):
                upload = load.receive_own_annex(found, form.document, **how)
            else:
                upload = load.receive_annex(form.cleaned_data["file"], found, form.document, **how)
        except Refused as refusal:
            add_refusal(form, refusal.message, refusal.fields)
        else:
            return redirect("list_upload", upload.pk)
    headings = [words[0] for words in HEADINGS.values()]
    context = {"project_list": found, "plan": found.plan, "form": form, "headings": headings}
    status = 422 if request.method == "POST" else 200
    return render(request, "tracker/lists/import.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def list_upload(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show the preview of an annex, and carry out the decision about it."""
    mine = Upload.objects.filter(kind=Upload.Kind.LIST, uploaded_by=request.user)
    upload = get_object_or_404(mine, pk=pk)
    found = load.list_of(upload)
    if not may_keep(request.user, found.plan):
        raise Http404
    if request.method == "POST":
        return _decide(request, upload)
    context = {"project_list": found, "plan": found.plan, "upload": upload, "document": load.document_of(upload)}
    if upload.state == Upload.State.READY:
        try:
            annex = load.read_upload(upload)
        except Refused as refusal:
            context["refusal"] = refusal.message
        else:
            context |= {
                "annex": annex,
                "first": annex.members[:MOST_SHOWN],
                "wrong": _in_order(annex.problems)[:MOST_PROBLEMS],
            }
    return render(request, "tracker/lists/upload.html", context)


def _of_plan(found: ProjectList) -> dict[str, Any]:
    """Return the document of the plan itself, by which a list that stands in it is issued."""
    plan = found.plan
    return {
        "document_number": plan.document_number,
        "issued_on": plan.issued_on.isoformat(),
        "effective_from": plan.starts_on.isoformat(),
    }


def _in_order(problems: Sequence[MemberProblem]) -> list[MemberProblem]:
    """Return what concerns the whole file first, then what stops the import, then hints, each as in the file."""
    return sorted(problems, key=lambda one: (bool(one.place), not one.is_error))


def _decide(request: SignedInRequest, upload: Upload) -> HttpResponse:
    now, found = timezone.now(), load.list_of(upload)
    try:
        if request.POST.get("deed") == "accept":
            number = len(load.accept_annex(upload, acting_user=request.user, now=now))
            words = ngettext("%(number)s name was added.", "%(number)s names were added.", number)
            messages.success(request, words % {"number": number})
        else:
            load.discard_annex(upload, acting_user=request.user, now=now)
            messages.success(request, _("The file was discarded."))
    except Refused as refusal:
        messages.error(request, " ".join([refusal.message, *list(refusal.fields.values())[:5]]))
        return redirect("list_upload", upload.pk)
    return redirect("project_list", found.pk)
