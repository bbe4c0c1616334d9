"""Tables of past periods: sent in, their columns told, their preview, and the decision of a second person."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tracker.filters.past import ColumnsForm, SendTableForm, is_of_several
from tracker.models import Job, Upload
from tracker.queries.errors import Refused
from tracker.queries.imports.past_values.guess_mapping import guess_mapping
from tracker.queries.imports.past_values.mapping import Mapping
from tracker.queries.imports.past_values.names import Vocabulary
from tracker.queries.imports.past_values.roles import QUESTION
from tracker.services.imports.past_values import decide, receive
from tracker.services.imports.past_values.problems import open_problems
from tracker.tasks import publish_job
from tracker.uploads.table import SheetHead
from tracker.views.listing import XLSX
from tracker.web.addresses import address_of
from tracker.web.page_clock import page_today
from tracker.web.requests import SignedInRequest

PER_PAGE = 25


@require_safe
def tables(request: SignedInRequest) -> HttpResponse:
    """Show the tables that this user uploaded or may import, and the form to upload one."""
    return _tables(request, SendTableForm(day=page_today()))


@require_POST
def send(request: SignedInRequest) -> HttpResponse:
    """Take a table in; leads to its columns."""
    form = SendTableForm(request.POST, request.FILES, day=page_today())
    if form.is_valid():
        try:
            send_in = receive.send_base_year if form.cleaned_data["is_base_year"] else receive.send_table
            upload = send_in(
                form.cleaned_data["file"],
                form.cleaned_data["plan"],
                acting_user=request.user,
                now=timezone.now(),
                address=address_of(request),
            )
        except Refused as refusal:
            form.add_error("file", refusal.message)
        else:
            return redirect("past_table", upload.pk)
    return _tables(request, form, status=422)


@require_safe
def table(request: SignedInRequest, pk: int) -> HttpResponse:
    """One table: its columns, what its check found, who decided."""
    upload = _upload(request, pk)
    if upload.state == Upload.State.LOADING:
        decide.settle(upload)
    return _table(request, upload)


@require_POST
def check(request: SignedInRequest, pk: int) -> HttpResponse:
    """Keep what the columns say and have the table checked; leads to the job that does it."""
    upload = _upload(request, pk)
    head = _head(upload, request.POST.get("sheet", ""))
    mapping = receive.mapping_of(upload)
    words = Vocabulary(_plan(upload), mapping.answers)
    form = ColumnsForm(head, _posted(mapping, request), words, request.POST, preview=upload.preview)
    if not form.is_valid():
        return _table(request, upload, form, status=422)
    try:
        job = _published(lambda: receive.ask_check(upload, form.chosen, acting_user=request.user, now=timezone.now()))
    except Refused as refusal:
        for text in [refusal.message, *refusal.fields.values()]:
            form.add_error(None, text)
        return _table(request, upload, form, status=422)
    return redirect("job", job.pk)


@require_POST
def accept(request: SignedInRequest, pk: int) -> HttpResponse:
    """Accept what the preview showed; leads to the job that loads it."""
    upload = _upload(request, pk)
    seen = request.POST.get("seen", "")
    try:
        job = _published(
            lambda: decide.ask_acceptance(
                upload,
                acting_user=request.user,
                now=timezone.now(),
                seen_job=int(seen) if seen.isdecimal() else 0,
            )
        )
    except Refused as refusal:
        messages.warning(request, refusal.message)
        return redirect("past_table", pk)
    return redirect("job", job.pk)


@require_POST
def discard(request: SignedInRequest, pk: int) -> HttpResponse:
    """Put the table away."""
    try:
        decide.discard_table(_upload(request, pk), acting_user=request.user, now=timezone.now())
    except Refused as refusal:
        messages.warning(request, refusal.message)
    else:
        messages.success(request, _("The table was discarded. Nothing was loaded."))
    return redirect("past_table", pk)


@require_safe
def problems(request: SignedInRequest, pk: int) -> FileResponse:
    """Everything that is wrong with the table, as a workbook."""
    upload = _upload(request, pk)
    try:
        file = open_problems(upload, acting_user=request.user, now=timezone.now(), address=address_of(request))
    except Refused as refusal:
        raise Http404(refusal.message) from None
    name = _("errors in %(file)s.xlsx") % {"file": upload.file_name.rpartition(".")[0]}
    response = FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)
    response["Cache-Control"] = "no-store"
    return response


def _upload(request: SignedInRequest, pk: int) -> Upload:
    uploads = Upload.objects.visible_to(request.user).filter(kind=Upload.Kind.TABLE)
    return get_object_or_404(uploads.select_related("plan__region", "uploaded_by", "decided_by", "job"), pk=pk)


def _plan(upload: Upload) -> Any:
    if upload.plan is None:
        raise Http404
    return upload.plan


def _head(upload: Upload, name: str) -> SheetHead:
    """Return the sheet of this name, else the one that the columns are mapped for."""
    heads = {head.name: head for head in receive.heads_of(upload)}
    return heads.get(name) or heads[receive.mapping_of(upload).sheet]


@transaction.atomic
def _published(ask: Callable[[], Job]) -> Job:
    job = ask()
    publish_job(job)
    return job


def _tables(request: SignedInRequest, form: SendTableForm, status: int = 200) -> HttpResponse:
    found = Upload.objects.visible_to(request.user).filter(kind=Upload.Kind.TABLE)
    context = {
        "form": form,
        "may_send": receive.may_send(request.user),
        "page": Paginator(found.select_related("plan", "uploaded_by", "decided_by").order_by("-pk"), PER_PAGE).get_page(
            request.GET.get("page")
        ),
    }
    return render(request, "tracker/past/tables.html", context, status=status)


def _table(
    request: SignedInRequest, upload: Upload, form: ColumnsForm | None = None, status: int = 200
) -> HttpResponse:
    is_sender = upload.uploaded_by_id == request.user.pk
    is_open = upload.state in receive.CHECKABLE and not (upload.job and upload.job.is_active)
    mapping = _mapping_seen(request, upload)
    if form is None and is_open and is_sender:
        words = Vocabulary(_plan(upload), mapping.answers)
        form = ColumnsForm(_head(upload, mapping.sheet), mapping, words, preview=upload.preview)
    context = {
        "upload": upload,
        "preview": upload.preview,
        "job": upload.job,
        "form": form,
        "sheets": receive.heads_of(upload),
        "mapping": mapping,
        "is_sender": is_sender,
        "is_open": is_open,
        "may_accept": not is_sender and receive.may_accept(request.user, upload.plan),
    }
    return render(request, "tracker/past/table.html", context, status=status)


def _posted(kept: Mapping, request: SignedInRequest) -> Mapping:
    """Return the columns with what the form offered beside its lists: open questions, and roles of several things.

    The questions must be answerable with themselves while they are open.
    """
    posted = [(name, str(text)) for name, text in request.POST.items()]
    roles, measures = list(kept.roles), list(kept.measures)
    for name, text in posted:
        if text.startswith(QUESTION):
            (roles if name.startswith("role_") else measures).append(text)
    of_several = {text for name, text in posted if name.startswith("role_") and is_of_several(text)}
    return replace(kept, roles=(*roles, *of_several), measures=tuple(measures))


def _mapping_seen(request: SignedInRequest, upload: Upload) -> Mapping:
    """Return what the columns say; guessed anew where the address names another sheet or row of headings."""
    kept = receive.mapping_of(upload)
    sheet, row = request.GET.get("sheet"), request.GET.get("row", "")
    heads = receive.heads_of(upload)
    if sheet is None or sheet not in {head.name for head in heads}:
        return kept
    number = int(row) if row.isascii() and row.isdecimal() and len(row) < 3 else 0
    guess = guess_mapping(heads, Vocabulary(_plan(upload)), sheet, number if sheet == kept.sheet or number else 0)
    return replace(guess, answers=kept.answers, notes=kept.notes, reason=kept.reason)
