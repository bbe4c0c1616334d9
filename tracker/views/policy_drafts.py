"""Drafts of plans: what their pages share."""

from typing import Any

from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone

from tracker.filters.policy import field_name
from tracker.models import PolicyDocument
from tracker.queries.pages.policy_text import page_of
from tracker.queries.plans.drafts.draft import Draft, Item
from tracker.services.drafts.create import mistakes_of
from tracker.services.drafts.receive import may_create_plans
from tracker.web.requests import SignedInRequest


def back_to(document: PolicyDocument, item: Item) -> HttpResponseRedirect:
    """Lead back to an item in the text."""
    page = page_of(document.text, item.start)
    query = f"?page={page}" if page > 1 else ""
    return redirect(f"{reverse('policy_draft', args=[document.pk])}{query}#{item.key}")


def document_of(request: SignedInRequest, pk: int) -> PolicyDocument:
    """Return a document that this person may see. Raise Http404 for any other."""
    if not may_create_plans(request.user):
        raise Http404
    found = PolicyDocument.objects.visible_to(request.user).select_related("uploaded_by", "job", "plan")
    return get_object_or_404(found, pk=pk)


def open_document(request: SignedInRequest, pk: int) -> PolicyDocument:
    """Return a document whose draft is still open. Raise Http404 for any other."""
    document = document_of(request, pk)
    if document.state != PolicyDocument.State.OPEN:
        raise Http404
    return document


def seen_version(request: SignedInRequest) -> int:
    """Return the version of the draft that the page showed."""
    return read_position(request.POST.get("seen", "")) or 0


def read_position(text: str) -> int | None:
    """Return a number of an address or a form; None for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def name_of(item: Item) -> str:
    """Return what an item is called on the page."""
    words = (getattr(item, name, "") for name in ("indicator", "number", "clause", "name"))
    return " ".join(word for word in words if word)


def show_mistakes(form: Any, source: str, kept: Draft, request: SignedInRequest) -> None:
    """Hand the mistakes of an item to its form, so that a refused plan leads to the field with the reason."""
    found = mistakes_of(kept, acting_user=request.user, now=timezone.now())
    form.known_mistakes = [
        (form[name].label if (name := field_name(form, wrong)) else "", text)
        for key, wrong, text in found
        if key == source
    ]
