"""A place's page: a city, or the plan's own region."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tracker.filters.as_of import as_of_context
from tracker.filters.place import PlaceForm
from tracker.models import Commitment
from tracker.queries.pages.project_lists import lists_of_region
from tracker.queries.pages.region import load_region_page
from tracker.web.page_clock import page_now, page_today
from tracker.web.requests import SignedInRequest


@require_safe
def region(request: SignedInRequest, code: str) -> HttpResponse:
    """Return where a place's targets stand and why, who reports there, and what became of the year's returns."""
    query = request.GET.copy()
    query["region"] = code
    form = PlaceForm.for_person(request.user, query, page_today(), ("as_of",), shows_figures=True)
    # Named and lying in the tree as in the period shown.
    found = next((one for one in form.ground.regions if one.code == code), None)
    if found is None:
        raise Http404
    context: dict[str, Any] = {"form": form, "region": found}
    if form.is_valid():
        period, as_of = form.cleaned_data["period"], form.cleaned_data["as_of"]
        commitments = Commitment.objects.filter(clause__plan=period.plan, places=found).select_related("clause")
        context |= {
            "period": period,
            "plan": period.plan,
            "sheet": load_region_page(period, found, now=page_now(period.plan), figures=form.ground.figures(period)),
            "commitments": commitments,
            "lists": [] if as_of else lists_of_region(period.plan, found, request.user, period.ends_on),
            **as_of_context(as_of, request.GET),
            "is_whole": found == period.plan.region,
            "above": form.ground.above(found),
            "below": form.ground.below(found),
        }
    return render(request, "tracker/region.html", context)
