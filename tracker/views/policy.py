"""Drafts of plans from policy documents: uploaded, looked at beside the text, changed, and created."""

from io import BytesIO
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tracker.filters.policy import FORMS, SendDocumentForm
from tracker.filters.policy_plan import PlanFactsForm
from tracker.models import PolicyDocument
from tracker.queries.errors import Refused
from tracker.queries.pages.policy_draft import load_draft_page
from tracker.queries.plans.drafts.draft import Draft, ItemState
from tracker.queries.plans.drafts.proposal import proposal_tables
from tracker.queries.plans.drafts.tables import PLAN
from tracker.services.drafts import edit
from tracker.services.drafts.create import DraftRefused, create_from_draft
from tracker.services.drafts.receive import may_create_plans, send_document
from tracker.services.imports.setup_workbook import proposal_workbook
from tracker.tasks import publish_job
from tracker.views.listing import XLSX
from tracker.views.policy_drafts import (
    back_to,
    document_of,
    name_of,
    open_document,
    read_position,
    seen_version,
    show_mistakes,
)
from tracker.web.addresses import address_of
from tracker.web.requests import SignedInRequest

DECISIONS = {"accept": ItemState.ACCEPTED, "drop": ItemState.DROPPED, "reopen": ItemState.OPEN}


@require_POST
def send(request: SignedInRequest) -> HttpResponse:
    """Take a document in; lead to the job that reads it."""
    from tracker.views.setup import new_plan_page

    if not may_create_plans(request.user):
        raise PermissionDenied
    form = SendDocumentForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            with transaction.atomic():
                _document, job = send_document(
                    form.cleaned_data["file"],
                    acting_user=request.user,
                    now=timezone.now(),
                    address=address_of(request),
                )
                publish_job(job)
        except Refused as refusal:
            form.add_error("file", refusal.message)
        else:
            return redirect("job", job.pk)
    return new_plan_page(request, document_form=form, status=422)


@require_safe
def draft(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show the text and the proposals side by side."""
    document = document_of(request, pk)
    if document.state == PolicyDocument.State.READING and document.job and document.job.is_active:
        return redirect("job", document.job.pk)
    return _draft_page(request, document)


@require_http_methods(["GET", "HEAD", "POST"])
def plan_facts(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show or change the plan's facts and the regions that are added."""
    document = open_document(request, pk)
    kept = Draft.from_json(document.draft)
    form = PlanFactsForm(kept, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            edit.save_plan_facts(
                document,
                form.facts,
                form.cleaned_data["regions"],
                seen=seen_version(request),
                acting_user=request.user,
                now=timezone.now(),
            )
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("The facts of the plan were saved in the draft."))
            return redirect("policy_draft", pk)
    elif request.method != "POST":
        show_mistakes(form, PLAN, kept, request)
    context = {"document": document, "form": form, "title": _("The plan as a whole")}
    return render(request, "tracker/policy/plan.html", context, status=422 if form.is_bound else 200)


@require_POST
def decide(request: SignedInRequest, pk: int) -> HttpResponse:
    """Accept, drop or reopen one proposal; lead back to it."""
    document = open_document(request, pk)
    key, decision = request.POST.get("key", ""), DECISIONS.get(request.POST.get("decision", ""))
    found = Draft.from_json(document.draft).item(key)
    if found is None or decision is None:
        raise Http404
    _tried(
        request,
        lambda: edit.decide(
            document, [key], decision, seen=seen_version(request), acting_user=request.user, now=timezone.now()
        ),
    )
    return back_to(document, found)


@require_POST
def accept_sure(request: SignedInRequest, pk: int) -> HttpResponse:
    """Accept everything that is not doubted."""
    document = open_document(request, pk)
    number = _tried(
        request,
        lambda: edit.accept_sure(document, seen=seen_version(request), acting_user=request.user, now=timezone.now()),
    )
    if number is not None:
        said = ngettext("%(count)s proposal was accepted.", "%(count)s proposals were accepted.", number)
        messages.success(request, said % {"count": number})
    return redirect("policy_draft", pk)


@require_POST
def create(request: SignedInRequest, pk: int) -> HttpResponse:
    """Create the plan; lead to what is still missing before its first period can open."""
    document = open_document(request, pk)
    try:
        plan = create_from_draft(document, seen=seen_version(request), acting_user=request.user, now=timezone.now())
    except DraftRefused as refusal:
        return _draft_page(request, document, refusal.message, refusal.mistakes)
    except Refused as refusal:
        return _draft_page(
            request, document, refusal.message, [(key, "", text) for key, text in refusal.fields.items()]
        )
    words = {
        "plan": plan,
        "targets": plan.targets.count(),
        "commitments": plan.clauses.filter(commitment__isnull=False).count(),
    }
    said = _("“%(plan)s” was created with %(targets)s targets and %(commitments)s commitments.")
    messages.success(request, said % words)
    return redirect(f"{reverse('setup')}?plan={plan.code}")


@require_safe
def workbook(request: SignedInRequest, pk: int) -> FileResponse:
    """Return the set-up workbook filled with what the draft proposes; nothing of it is stored as a plan."""
    document = open_document(request, pk)
    kept = Draft.from_json(document.draft)
    content = proposal_workbook(
        proposal_tables(kept), acting_user=request.user, now=timezone.now(), address=address_of(request)
    )
    name = _("Set-up-%(plan)s") % {"plan": kept.plan.code or document.pk}
    response = FileResponse(BytesIO(content), as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def discard(request: SignedInRequest, pk: int) -> HttpResponse:
    """Put the draft away."""
    document = document_of(request, pk)
    done = _tried(request, lambda: edit.discard_draft(document, acting_user=request.user, now=timezone.now()) or True)
    if done:
        said = _("The draft of “%(file)s” was discarded. No plan was created.")
        messages.success(request, said % {"file": document.file_name})
        return redirect("plan_new")
    return redirect("policy_draft", pk)


def _draft_page(
    request: SignedInRequest,
    document: PolicyDocument,
    refusal: str = "",
    mistakes: list[tuple[str, str, str]] | None = None,
) -> HttpResponse:
    number = read_position(request.GET.get("page", "")) or 1
    page = load_draft_page(document, number) if document.state == PolicyDocument.State.OPEN else None
    context = {
        "document": document,
        "page": page,
        "refusal": refusal,
        "mistakes": [_mistake_line(page.draft, *one) for one in mistakes or []] if page else [],
    }
    return render(request, "tracker/policy/draft.html", context, status=422 if refusal else 200)


def _mistake_line(kept: Draft, key: str, name: str, text: str) -> dict[str, Any]:
    found = kept.item(key)
    form = FORMS[type(found)] if found else PlanFactsForm
    field = form.base_fields.get(name)
    return {
        "key": key if found else "",
        "item": name_of(found) if found else _("The plan as a whole"),
        "field": field.label if field else "",
        "text": text,
    }


def _tried(request: SignedInRequest, do: Any) -> Any:
    try:
        return do()
    except Refused as refusal:
        messages.warning(request, refusal.message)
        return None
