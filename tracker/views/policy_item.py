"""Items of a draft: changed, or added from words of the text."""

from dataclasses import replace

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tracker.filters.policy import FORMS, field_name
from tracker.filters.policy_items import ItemForm
from tracker.models import PolicyDocument
from tracker.queries.errors import Refused
from tracker.queries.pages.policy_draft import Cards
from tracker.queries.pages.policy_text import page_of
from tracker.queries.plans.drafts.draft import Draft, Item, ItemState
from tracker.queries.plans.drafts.known import load_known
from tracker.queries.plans.drafts.marked import marked_item
from tracker.services.drafts import edit
from tracker.services.drafts.create import mistakes_of
from tracker.views.policy_drafts import back_to, name_of, open_document, read_position, seen_version, show_mistakes
from tracker.web.requests import SignedInRequest

#: Key of an item that has none yet, while it is tried.
NEW = "new"


@require_http_methods(["GET", "HEAD", "POST"])
def item(request: SignedInRequest, pk: int, key: str) -> HttpResponse:
    """Show or change one proposal."""
    document = open_document(request, pk)
    found = Draft.from_json(document.draft).item(key)
    if found is None:
        raise Http404
    return _item_page(request, document, found)


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: SignedInRequest, pk: int) -> HttpResponse:
    """Add what a marked part of the text says; without marked words, choose a sentence first."""
    document = open_document(request, pk)
    start, end = (read_position(request.GET.get(name, "")) for name in ("start", "end"))
    found = marked_item(
        document.text, Draft.from_json(document.draft), request.GET.get("kind", "target"), start or 0, end or 0
    )
    if found is None:
        messages.info(request, _("Mark words of the text, or choose “Add” at a sentence."))
        return redirect("policy_draft", pk)
    return _item_page(request, document, found)


def _item_page(request: SignedInRequest, document: PolicyDocument, found: Item) -> HttpResponse:
    kept = Draft.from_json(document.draft)
    known = load_known(kept.regions)
    is_posted = request.method == "POST"
    form = FORMS[type(found)](found, kept, known, request.POST if is_posted else None)
    if is_posted and form.is_valid():
        saved = _saved(request, document, kept, form)
        if saved is not None:
            return back_to(document, saved)
    elif not is_posted and found.key:
        show_mistakes(form, found.key, kept, request)
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
    now, seen = timezone.now(), seen_version(request)
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
    messages.success(request, _("“%(item)s” was saved in the draft and is accepted.") % {"item": name_of(saved)})
    return saved


def _rehearsed(kept: Draft, changed: Item) -> Draft:
    return kept.with_item(replace(changed, key=changed.key or NEW, state=ItemState.ACCEPTED.value))
