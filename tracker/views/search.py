"""The page that lists what the search box found."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from tracker.queries.search.find import Found, search, terms_of
from tracker.queries.search.kinds import KINDS, Hit
from tracker.queries.search.reader import Reader
from tracker.services.audit.opened_lists import PersonalList, record_opened_list
from tracker.web.addresses import address_of
from tracker.web.requests import SignedInRequest


@require_safe
def results(request: SignedInRequest) -> HttpResponse:
    """Return what fits the text, grouped by kind, or at length what fits of one kind."""
    text, only = request.GET.get("q", "").strip(), request.GET.get("kind", "")
    only = only if only in {kind.identifier for kind in KINDS} else ""
    found_kinds = search(Reader(request.user), text, only)
    if any(found.kind.identifier == "people" for found in found_kinds):
        record_opened_list(
            PersonalList.FOUND_PEOPLE,
            {"q": text, "kind": only},
            acting_user=request.user,
            now=timezone.now(),
            address=address_of(request),
        )
    groups = [_group(found, text, only) for found in found_kinds]
    context = {"text": text, "groups": groups, "only": only, "is_asked": bool(terms_of(text))}
    return render(request, "tracker/search.html", context)


def _group(found: Found, text: str, only: str) -> dict[str, object]:
    everything = urlencode({"q": text, "kind": found.kind.identifier})
    return {
        "heading": found.kind.heading,
        "hits": [(hit, _address(hit)) for hit in found.hits],
        "more": f"?{everything}" if found.has_more and not only else "",
        "is_cut": found.has_more and bool(only),
    }


def _address(hit: Hit) -> str:
    query = f"?{urlencode(hit.query)}" if hit.query else ""
    return reverse(hit.page, args=hit.args) + query
