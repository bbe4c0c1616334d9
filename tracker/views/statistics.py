"""The page of a plan's statistics, the metadata of an indicator, and the revision policy."""

from typing import Any

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_safe

from tracker.documents import wording
from tracker.filters.place import PlaceForm
from tracker.models import Identity, Indicator, Plan
from tracker.models.access import Capability, scope_of
from tracker.queries.figures.revision_sizes import load_revision_sizes
from tracker.queries.pages import statistics as pages
from tracker.services.operations.identity import may_set_identity
from tracker.views.listing import workbook_of
from tracker.web.page_clock import page_today
from tracker.web.requests import SignedInRequest


@require_safe
def statistics(request: SignedInRequest) -> HttpResponse:
    """Return how right forecasts were, how far values were revised, the breaks in series and the calendar of issues."""
    form = _form(request, ("region",))
    context: dict[str, Any] = {"form": form}
    if form.is_valid() and form.ground.inputs:
        period, region = form.cleaned_data["period"], form.cleaned_data["region"]
        today = page_today()
        sheet = pages.load_statistics_page(form.ground.inputs, period, region)
        context |= {
            **form.cleaned_data,
            "sheet": sheet,
            "calendar": [(one, one.is_late(today)) for one in sheet.calendar],
            "note": pages.revisions_note(),
            "may_manage": _may_manage(request, period.plan),
        }
    return render(request, "tracker/statistics.html", context)


@require_GET
@require_safe
def statistics_revisions(request: SignedInRequest) -> FileResponse:
    """Return the table of revisions as a workbook; the download is recorded."""
    form = _form(request, ("region",))
    if not form.is_valid() or not form.ground.inputs:
        raise Http404
    period, region = form.cleaned_data["period"], form.cleaned_data["region"]
    words = {"plan": period.plan, "period": wording.period_in_words(period.code), "region": region}
    rows = load_revision_sizes(form.ground.inputs, period, region)
    sheet = pages.revisions_as_sheet(rows, _("%(plan)s: size of revisions up to %(period)s, %(region)s") % words)
    chosen = {"plan": period.plan.code, "period": period.code, "region": region.code}
    return workbook_of(request, sheet, identifier="revisions", issuer=period.plan.issuing_body, filters=chosen)


@require_safe
def indicator_metadata(request: SignedInRequest, code: str) -> HttpResponse:
    """Return one page with what is to be known of an indicator before one uses its figures."""
    found = get_object_or_404(Indicator.objects.select_related("unit", "numerator", "denominator", "weight"), code=code)
    form = _form(request, ())
    if not form.is_valid():
        raise Http404
    period, region = form.cleaned_data["period"], form.ground.regions[0]
    sheet = pages.load_metadata(found, period.plan, region)
    context = {"indicator": found, "sheet": sheet, "plan": period.plan, "period": period}
    return render(request, "tracker/metadata.html", context)


@require_safe
def revision_policy(request: SignedInRequest) -> HttpResponse:
    """Return the organisation's revision policy."""
    context = {
        "policy": pages.revision_policy(),
        "is_own": Identity.objects.exclude(revision_policy="").exists(),
        "may_set": may_set_identity(request.user),
    }
    return render(request, "tracker/revision_policy.html", context)


def _may_manage(request: SignedInRequest, plan: Plan) -> bool:
    return scope_of(request.user, Capability.MANAGE_PLAN).in_plan(plan.pk).covers_region(plan.region)


def _form(request: SignedInRequest, names: tuple[str, ...]) -> PlaceForm:
    form = PlaceForm.for_person(request.user, request.GET, page_today(), names, shows_figures=True)
    if form.is_out_of_scope:
        raise Http404
    return form
