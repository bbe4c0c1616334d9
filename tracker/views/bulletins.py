"""Bulletins: drafting, reviewing and issuing one, and its file."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tracker.documents.files import WORD
from tracker.models import Bulletin, IssuedReport
from tracker.queries.documents.bulletins import bulletin_page
from tracker.queries.errors import ChangedMeanwhile, Refused
from tracker.services.documents import bulletins
from tracker.web.requests import SignedInRequest


@require_POST
def bulletin_draft(request: SignedInRequest, pk: int) -> HttpResponse:
    """Draft a bulletin on a report; leads to it."""
    report = get_object_or_404(IssuedReport.objects.visible_to(request.user).with_names(), pk=pk)
    try:
        drafted = bulletins.draft_bulletin(report, acting_user=request.user, now=timezone.now())
    except Refused as refusal:
        messages.warning(request, refusal.message)
        return redirect("report", pk)
    return redirect("bulletin", drafted.pk)


@require_safe
def bulletin(request: SignedInRequest, pk: int) -> HttpResponse:
    """One bulletin: a form while it is a draft, the text to read afterwards."""
    return _page(request, _found(request, pk))


@require_safe
def bulletin_file(request: SignedInRequest, pk: int) -> HttpResponse:
    """Return the Word document; for a draft as it would be issued."""
    found = _found(request, pk)
    try:
        name, content = bulletins.bulletin_file(found, acting_user=request.user, now=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("bulletin", pk)
    response = HttpResponse(content, content_type=WORD.content_type)
    response.headers["Content-Disposition"] = _disposition(name)
    response.headers["Cache-Control"] = "no-store"
    return response


@require_POST
def bulletin_act(request: SignedInRequest, pk: int) -> HttpResponse:
    """Save, renew, submit, send back, issue or discard: what the pressed button names."""
    found = _found(request, pk)
    act = ACTS.get(request.POST.get("act", ""))
    if act is None:
        messages.warning(request, _("Press one of the buttons of the page."))
        return redirect("bulletin", pk)
    try:
        said = act(request, found, _version(request))
    except ChangedMeanwhile as refusal:
        messages.warning(request, refusal.message)
        return _page(request, _found(request, pk), written=request, status=409)
    except Refused as refusal:
        messages.error(request, refusal.message)
        return _page(request, _found(request, pk), written=request, wrong=refusal.fields, status=422)
    messages.success(request, said)
    return redirect("report", found.report_id) if act is _discard else redirect("bulletin", pk)


def _save(request: SignedInRequest, found: Bulletin, version: int) -> str:
    bulletins.save_bulletin(
        found,
        title=request.POST.get("title", found.title),
        texts=_texts(request, found),
        expected_version=version,
        acting_user=request.user,
        now=timezone.now(),
    )
    return _("The draft was saved.")


def _submit(request: SignedInRequest, found: Bulletin, version: int) -> str:
    """Save the content of the page first."""
    _save(request, found, version)
    bulletins.submit_bulletin(found, expected_version=found.version, acting_user=request.user, now=timezone.now())
    return _("The bulletin was sent for review. A second person issues it.")


def _refresh(request: SignedInRequest, found: Bulletin, version: int) -> str:
    _save(request, found, version)
    bulletins.refresh_bulletin(found, expected_version=found.version, acting_user=request.user, now=timezone.now())
    return _("The sentences are those of the newest report now. Your texts stayed.")


def _send_back(request: SignedInRequest, found: Bulletin, version: int) -> str:
    bulletins.send_bulletin_back(
        found,
        reason=request.POST.get("reason", ""),
        expected_version=version,
        acting_user=request.user,
        now=timezone.now(),
    )
    return _("The bulletin was sent back.")


def _issue(request: SignedInRequest, found: Bulletin, version: int) -> str:
    bulletins.issue_bulletin(found, expected_version=version, acting_user=request.user, now=timezone.now())
    return _("The bulletin is issued.")


def _discard(request: SignedInRequest, found: Bulletin, version: int) -> str:
    bulletins.discard_bulletin(found, expected_version=version, acting_user=request.user, now=timezone.now())
    return _("The draft was discarded.")


ACTS: dict[str, Callable[[SignedInRequest, Bulletin, int], str]] = {
    "save": _save,
    "submit": _submit,
    "refresh": _refresh,
    "send_back": _send_back,
    "issue": _issue,
    "discard": _discard,
}


def _found(request: SignedInRequest, pk: int) -> Bulletin:
    return get_object_or_404(Bulletin.objects.visible_to(request.user).with_names(), pk=pk)


def _version(request: SignedInRequest) -> int:
    given = request.POST.get("version", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 9 else 0


def _texts(request: SignedInRequest, found: Bulletin) -> dict[str, str]:
    return {slot: request.POST[f"text-{slot}"] for slot in found.texts if f"text-{slot}" in request.POST}


def _page(
    request: SignedInRequest,
    found: Bulletin,
    *,
    written: SignedInRequest | None = None,
    wrong: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show the bulletin; what a person wrote and was not saved stays in the fields, under today's version."""
    if written and found.state == Bulletin.State.DRAFT:
        found.title = written.POST.get("title", found.title)
        found.texts = {**found.texts, **_texts(written, found)}
    page = bulletin_page(found, request.user)
    labels = {"title": _("Title"), **{slot: label for slot, label, _text in [*page.head, *page.foot]}}
    labels |= {passage.slot: passage.heading for passage in page.passages}
    context = {
        "page": page,
        "wrong_fields": [
            ({"slot": slot, "label": labels.get(slot, slot)}, words) for slot, words in (wrong or {}).items()
        ],
        "bulletin": found,
        "report": found.report,
        "wrong": wrong or {},
        "reason": written.POST.get("reason", "") if written else "",
        "was_written_here": found.was_written_by(request.user),
    }
    return render(request, "tracker/bulletin.html", context, status=status)


def _disposition(name: str) -> str:
    return content_disposition_header(as_attachment=True, filename=name) or "attachment"
