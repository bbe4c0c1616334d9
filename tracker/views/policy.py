"""Drafts of plans from policy documents: uploaded, looked at beside the text, changed, and created."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tracker.filters.policy import FORMS, ItemForm, SendDocumentForm, field_name
from tracker.filters.policy_plan import PlanFactsForm
from tracker.models import PolicyDocument
from tracker.queries.errors import Refused
from tracker.queries.pages.policy_draft import Cards, load_draft_page
from tracker.queries.pages.policy_text import page_of
from tracker.queries.plans.drafts.draft import Draft, Item, ItemState
from tracker.queries.plans.drafts.known import load_known
from tracker.queries.plans.drafts.marked import marked_item
from tracker.queries.plans.drafts.tables import PLAN
from tracker.services.drafts import edit
from tracker.services.drafts.create import DraftRefused, create_from_draft, mistakes_of
from tracker.services.drafts.receive import may_create_plans, send_document
from tracker.tasks import publish_job
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
    document = _document(request, pk)
    if document.state == PolicyDocument.State.READING and document.job and document.job.is_active:
        return redirect("job", document.job.pk)
    return _draft_page(request, document)


@require_http_methods(["GET", "HEAD", "POST"])
def plan_facts(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show or change the plan's facts and the regions that are added."""
    document = _open_document(request, pk)
    kept = Draft.from_json(document.draft)
    form = PlanFactsForm(kept, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            edit.save_plan_facts(
                document,
                form.plan,
                form.cleaned_data["regions"],
                seen=_seen(request),
                acting_user=request.user,
                now=timezone.now(),
            )
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("The facts of the plan were saved in the draft."))
            return redirect("policy_draft", pk)
    elif request.method != "POST":
        _show_mistakes(form, PLAN, kept, request)
    context = {"document": document, "form": form, "title": _("The plan as a whole")}
    return render(request, "tracker/policy/plan.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def item(request: SignedInRequest, pk: int, key: str) -> HttpResponse:
    """Show or change one proposal."""
    document = _open_document(request, pk)
    found = Draft.from_json(document.draft).item(key)
    if found is None:
        raise Http404
    return _item_page(request, document, found)


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: SignedInRequest, pk: int) -> HttpResponse:
    """Add what a marked part of the text says; without marked words, choose a sentence first."""
    document = _open_document(request, pk)
    start, end = (_number(request.GET.get(name, "")) for name in ("start", "end"))
    found = marked_item(
        document.text, Draft.from_json(document.draft), request.GET.get("kind", "target"), start or 0, end or 0
    )
    if found is None:
        messages.info(request, _("Mark words of the text, or choose “Add” at a sentence."))
        return redirect("policy_draft", pk)
    return _item_page(request, document, found)


@require_POST
def decide(request: SignedInRequest, pk: int) -> HttpResponse:
    """Accept, drop or reopen one proposal; lead back to it."""
    document = _open_document(request, pk)
    key, decision = request.POST.get("key", ""), DECISIONS.get(request.POST.get("decision", ""))
    found = Draft.from_json(document.draft).item(key)
    if found is None or decision is None:
        raise Http404
    _tried(
        request,
        lambda: edit.decide(
            document, [key], decision, seen=_seen(request), acting_user=request.user, now=timezone.now()
        ),
    )
    return _back_to(document, found)


@require_POST
def accept_sure(request: SignedInRequest, pk: int) -> HttpResponse:
    """Accept everything that is not doubted."""
    document = _open_document(request, pk)
    number = _tried(
        request,
        lambda: edit.accept_sure(document, seen=_seen(request), acting_user=request.user, now=timezone.now()),
    )
    if number is not None:
        said = ngettext("%(count)s proposal was accepted.", "%(count)s proposals were accepted.", number)
        messages.success(request, said % {"count": number})
    return redirect("policy_draft", pk)


@require_POST
def create(request: SignedInRequest, pk: int) -> HttpResponse:
    """Create the plan; lead to what is still missing before its first period can open."""
    document = _open_document(request, pk)
    try:
        plan = create_from_draft(document, seen=_seen(request), acting_user=request.user, now=timezone.now())
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


@require_POST
def discard(request: SignedInRequest, pk: int) -> HttpResponse:
    """Put the draft away."""
    document = _document(request, pk)
    done = _tried(request, lambda: edit.discard_draft(document, acting_user=request.user, now=timezone.now()) or True)
    if done:
        said = _("The draft of “%(file)s” was discarded. No plan was created.")
        messages.success(request, said % {"file": document.file_name})
        return redirect("plan_new")
    return redirect("policy_draft", pk)


def _item_page(request: SignedInRequest, document: PolicyDocument, found: Item) -> HttpResponse:
    kept = Draft.from_json(document.draft)
    known = load_known(kept.regions)
    is_posted = request.method == "POST"
    form = FORMS[type(found)](found, kept, known, request.POST if is_posted else None)
    if is_posted and form.is_valid():
        saved = _saved(request, document, kept, form)
        if saved is not None:
            return _back_to(document, saved)
    elif not is_posted and found.key:
        _show_mistakes(form, found.key, kept, request)
    context = {
        "document": document,
        "form": form,
        "item": found,
        "card": Cards(document.text, kept, known).of(found),
        "sentence": document.text[found.start : found.end],
        "page": page_of(document.text, found.start),
    }
    return render(request, "tracker/policy/item.html", context, status=422 if is_posted else 200)


def _saved(request: SignedInRequest, document: PolicyDocument, kept: Draft, form: ItemForm) -> Item | None:
    """Save what was entered; None where it is refused, with the reason at its field."""
    now, seen = timezone.now(), _seen(request)
    other = form.cleaned_data.get("same_as", "")
    try:
        if other:
            merged = edit.merge_target(document, form.item.key, other, seen=seen, acting_user=request.user, now=now)
            said = _("It counts as “%(indicator)s”, which has its clause and sentence too.")
            messages.success(request, said % {"indicator": merged.indicator})
            return merged
        rehearsed = _rehearsed(kept, form.changed)
        wrong = [
            one for one in mistakes_of(rehearsed, acting_user=request.user, now=now) if one[0] == (form.item.key or NEW)
        ]
        for _key, name, text in wrong:
            form.add_error(field_name(form, name), text)
        if wrong:
            return None
        saved = edit.save_item(document, form.changed, seen=seen, acting_user=request.user, now=now)
    except Refused as refusal:
        form.add_error(None, " ".join([refusal.message, *refusal.fields.values()]))
        return None
    messages.success(request, _("“%(item)s” was saved in the draft and is accepted.") % {"item": _name(saved)})
    return saved


#: Key of an item that has none yet, while it is tried.
NEW = "new"


def _rehearsed(kept: Draft, changed: Item) -> Draft:
    from dataclasses import replace

    return kept.with_item(replace(changed, key=changed.key or NEW, state=ItemState.ACCEPTED.value))


def _name(item: Item) -> str:
    words = (getattr(item, name, "") for name in ("indicator", "number", "clause", "name"))
    return " ".join(word for word in words if word)


def _show_mistakes(form: Any, source: str, kept: Draft, request: SignedInRequest) -> None:
    """Hand the mistakes of an item to its form, so that a refused plan leads to the field with the reason."""
    found = mistakes_of(kept, acting_user=request.user, now=timezone.now())
    form.known_mistakes = [
        (form[name].label if (name := field_name(form, wrong)) else "", text)
        for key, wrong, text in found
        if key == source
    ]


def _draft_page(
    request: SignedInRequest,
    document: PolicyDocument,
    refusal: str = "",
    mistakes: list[tuple[str, str, str]] | None = None,
) -> HttpResponse:
    number = _number(request.GET.get("page", "")) or 1
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
        "item": _name(found) if found else _("The plan as a whole"),
        "field": field.label if field else "",
        "text": text,
    }


def _back_to(document: PolicyDocument, item: Item) -> HttpResponseRedirect:
    page = page_of(document.text, item.start)
    query = f"?page={page}" if page > 1 else ""
    return redirect(f"{reverse('policy_draft', args=[document.pk])}{query}#{item.key}")


def _tried(request: SignedInRequest, do: Any) -> Any:
    try:
        return do()
    except Refused as refusal:
        messages.warning(request, refusal.message)
        return None


def _document(request: SignedInRequest, pk: int) -> PolicyDocument:
    if not may_create_plans(request.user):
        raise Http404
    found = PolicyDocument.objects.visible_to(request.user).select_related("uploaded_by", "job", "plan")
    return get_object_or_404(found, pk=pk)


def _open_document(request: SignedInRequest, pk: int) -> PolicyDocument:
    document = _document(request, pk)
    if document.state != PolicyDocument.State.OPEN:
        raise Http404
    return document


def _seen(request: SignedInRequest) -> int:
    return _number(request.POST.get("seen", "")) or 0


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None
