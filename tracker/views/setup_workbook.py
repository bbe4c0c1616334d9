"""The set-up workbook: downloaded, uploaded, shown as a preview, imported whole or discarded."""

from io import BytesIO
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from tracker.documents.setup.sheets import BY_TABLE
from tracker.models import Plan, Upload
from tracker.queries.errors import ChangedMeanwhile, NotAllowed, Refused
from tracker.services.imports import setup_workbook
from tracker.services.imports.return_template import open_marked
from tracker.services.imports.setup_workbook.export import may_export
from tracker.services.imports.uploads import waiting
from tracker.services.imports.uploads.waiting import CHECKABLE, check_now
from tracker.tasks import publish_check, publish_import
from tracker.views.listing import XLSX
from tracker.web.addresses import address_of
from tracker.web.requests import SignedInRequest

#: How many changes of a kind, and how many earlier workbooks, a page lists.
SHOWN, EARLIER = 300, 10


class SetupUploadForm(forms.Form):
    """The workbook to upload."""

    file = forms.FileField(
        label=gettext_lazy("Workbook"),
        help_text=gettext_lazy("The set-up workbook (.xlsx), filled in; at most 20 MB."),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        error_messages={
            "required": gettext_lazy("Choose the workbook that you filled in."),
            "empty": gettext_lazy("The file is empty. Choose the workbook that you filled in."),
        },
    )


@require_safe
def setup_page(request: SignedInRequest) -> HttpResponse:
    """Show the downloads, the upload and the person's earlier workbooks."""
    return _page(request, SetupUploadForm())


@require_safe
def setup_download(request: SignedInRequest) -> FileResponse:
    """Return the workbook, empty or with what is set up for the plan named by ?plan=; ?people=no leaves people out."""
    _require_may(request)
    code = request.GET.get("plan", "")
    plan = get_object_or_404(Plan.objects.select_related("region"), code=code) if code else None
    try:
        content = setup_workbook.export_setup(
            plan,
            acting_user=request.user,
            now=timezone.now(),
            address=address_of(request),
            with_people=request.GET.get("people") != "no",
        )
    except NotAllowed as refusal:
        raise Http404(refusal.message) from None
    name = _("Set-up-%(plan)s") % {"plan": plan.code if plan else _("empty")}
    response = FileResponse(BytesIO(content), as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def setup_upload(request: SignedInRequest) -> HttpResponse:
    """Receive and check a workbook; leads to its preview."""
    _require_may(request)
    form = SetupUploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        upload = setup_workbook.receive_setup(
            form.cleaned_data["file"], acting_user=request.user, now=timezone.now(), address=address_of(request)
        )
    except Refused as refusal:
        form.add_error("file", refusal.message)
        return _page(request, form, status=422)
    _check(upload)
    return redirect("setup_workbook_preview", upload.pk)


@require_safe
def setup_preview(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show what a workbook would change, and what is wrong with it."""
    return _preview(request, _own(request, pk))


@require_POST
def setup_check(request: SignedInRequest, pk: int) -> HttpResponse:
    """Check a workbook once more, against what is set up now."""
    upload = _own(request, pk)
    if upload.state in CHECKABLE:
        _check(upload)
    return redirect("setup_workbook_preview", pk)


@require_POST
def setup_accept(request: SignedInRequest, pk: int) -> HttpResponse:
    """Import a workbook; shows the new accounts' temporary passwords this once."""
    upload = _own(request, pk)
    try:
        done = setup_workbook.accept_setup(
            upload,
            acting_user=request.user,
            now=timezone.now(),
            seconds=waiting.WAITED,
            documents_seen=bool(request.POST.get("documents_seen")),
        )
    except ChangedMeanwhile as refusal:
        messages.warning(request, refusal.message)
        return redirect("setup_workbook_preview", pk)
    except Refused as refusal:
        messages.error(request, " ".join([refusal.message, *refusal.fields.values()]))
        return redirect("setup_workbook_preview", pk)
    upload.refresh_from_db()
    if done.is_waiting:
        publish_import(upload)
    if done.is_waiting and not done.passwords:
        return redirect("setup_workbook_preview", pk)
    if not done.passwords:
        messages.success(request, _("Imported: %(number)s changes.") % {"number": done.changes})
        return redirect("setup_workbook_preview", pk)
    response = render(request, "tracker/setup/passwords.html", {"upload": upload, "done": done})
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def setup_discard(request: SignedInRequest, pk: int) -> HttpResponse:
    """Put a workbook away."""
    try:
        setup_workbook.discard_setup(_own(request, pk), acting_user=request.user, now=timezone.now())
    except Refused as refusal:
        messages.warning(request, refusal.message)
    else:
        messages.success(request, _("The workbook was discarded. Nothing was changed."))
    return redirect("setup_workbook")


@require_safe
def setup_marked(request: SignedInRequest, pk: int) -> FileResponse:
    """Return the person's workbook with its wrong cells marked."""
    upload = _own(request, pk)
    try:
        file = open_marked(upload, acting_user=request.user, now=timezone.now(), address=address_of(request))
    except Refused as refusal:
        raise Http404(refusal.message) from None
    name = _("%(file)s, marked.xlsx") % {"file": upload.file_name.rpartition(".")[0]}
    response = FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)
    response["Cache-Control"] = "no-store"
    return response


def _check(upload: Upload) -> None:
    """Check a workbook now, or by a worker where it is large or takes long."""
    check_now(upload, setup_workbook.check_setup, now=timezone.now())
    if upload.state == Upload.State.CHECKING:
        publish_check(upload)


def _require_may(request: SignedInRequest) -> None:
    if not setup_workbook.may_set_up(request.user):
        raise PermissionDenied


def _own(request: SignedInRequest, pk: int) -> Upload:
    uploads = Upload.objects.filter(kind=Upload.Kind.SETUP, uploaded_by=request.user)
    return get_object_or_404(uploads.select_related("uploaded_by", "decided_by"), pk=pk)


def _page(request: SignedInRequest, form: SetupUploadForm, status: int = 200) -> HttpResponse:
    _require_may(request)
    plans = [plan for plan in Plan.objects.select_related("region") if may_export(request.user, plan)]
    earlier = Upload.objects.filter(kind=Upload.Kind.SETUP, uploaded_by=request.user).order_by("-pk")
    context = {"form": form, "plans": plans, "uploads": earlier[:EARLIER]}
    return render(request, "tracker/setup/workbook.html", context, status=status)


def _in_words(line: dict[str, Any]) -> dict[str, Any]:
    """Return a line of the preview with its sheet's title in the reader's language."""
    sheet = BY_TABLE.get(line.get("table", ""))
    return {**line, "title": capfirst(str(sheet.title))} if sheet else line


def _preview(request: SignedInRequest, upload: Upload) -> HttpResponse:
    changes = [_in_words(one) for one in upload.preview.get("changes", [])]
    groups = [
        (change, [one for one in changes if one["change"] == change][:SHOWN], counted)
        for change in ("new", "changed", "removed")
        if (counted := sum(one["change"] == change for one in changes))
    ]
    context = {
        "upload": upload,
        "preview": {**upload.preview, "tables": [_in_words(one) for one in upload.preview.get("tables", [])]},
        "groups": groups,
        "is_open": upload.state in CHECKABLE,
        "is_waiting": upload.state in (Upload.State.CHECKING, Upload.State.LOADING),
    }
    return render(request, "tracker/setup/preview.html", context)
