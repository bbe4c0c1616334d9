"""The plan by its clauses: the targets and the commitments that each sets."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tracker.filters.place import PlaceForm
from tracker.models import Clause, Commitment, Event, Plan, Region, Target
from tracker.queries.figures.figures import Figures
from tracker.queries.pages.project_lists import lists_behind
from tracker.views.no_plan import no_plan
from tracker.web.page_clock import page_today
from tracker.web.requests import SignedInRequest


@require_safe
def clauses(request: SignedInRequest) -> HttpResponse:
    """Every clause of a plan with what it sets."""
    form = _readable(request)
    if form.ground.plan is None:
        return no_plan(request, _("Plan by clause"))
    context: dict[str, Any] = {"form": form, "plan": form.ground.plan}
    if form.is_valid():
        plan = form.cleaned_data["plan"]
        listed = plan.clauses.order_by("position").select_related("commitment")
        context |= {
            "plan": plan,
            "period": form.cleaned_data["period"],
            "clauses": listed.prefetch_related("targets__indicator__unit"),
        }
    return render(request, "tracker/clauses.html", context)


@require_safe
def clause(request: SignedInRequest, pk: int) -> HttpResponse:
    """One clause: its words, its targets and where they stand, its commitment with its status and its history."""
    found = get_object_or_404(Clause.objects.select_related("plan__region"), pk=pk)
    form = _readable(request, plan=found.plan)
    context: dict[str, Any] = {"form": form, "clause": found, "plan": found.plan}
    if form.is_valid():
        period, region = form.cleaned_data["period"], form.ground.regions[0]
        commitment = Commitment.objects.filter(clause=found).select_related("part_of__clause").first()
        context |= {
            "period": period,
            "region": region,
            "standings": _standings(found, Figures(period), region),
            "lists": lists_behind(found.plan, clause=found),
            "commitment": commitment,
            "history": _history(commitment) if commitment else [],
        }
    return render(request, "tracker/clause.html", context)


def _readable(request: SignedInRequest, plan: Plan | None = None) -> PlaceForm:
    """Return the form. Raise Http404 for a plan of which this user may read no region."""
    data = request.GET.copy()
    if plan is not None:
        data["plan"] = plan.code
    form = PlaceForm.for_person(request.user, data, page_today())
    if form.ground.plan is not None and form.is_out_of_scope:
        raise Http404
    return form


def _standings(found: Clause, figures: Figures, region: Region) -> list[Any]:
    targets = Target.objects.with_indicator().filter(clauses=found).order_by("position")
    return [
        figures.standing_of(target, region)
        for target in targets
        if region == figures.plan.region or figures.concerns(target, region)
    ]


def _history(commitment: Commitment) -> list[Event]:
    """Return what became of the commitment, the newest first."""
    events = Event.objects.filter(object_type="commitment", object_id=str(commitment.pk))
    return list(events.select_related("actor").order_by("-pk")[:50])
