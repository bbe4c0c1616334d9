"""An indicator's page, and the page of one of its figures with the rows of the ledger behind it."""

from typing import Any

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_safe

from tracker.calculation.rollup import Rollup
from tracker.documents import derivation, wording
from tracker.documents.derivation import Term
from tracker.filters.as_of import as_of_context
from tracker.filters.place import YEAR, PlaceForm
from tracker.models import Indicator
from tracker.queries.pages.figure import ROWS, FigurePage, ledger_behind, load_figure_page, rows_known_at
from tracker.queries.pages.indicator import load_indicator_page
from tracker.queries.pages.project_lists import behind
from tracker.tables.keyset import Key, read_slice
from tracker.tables.pages import PLACE
from tracker.views.listing import workbook_of
from tracker.views.target import trend_context
from tracker.web.page_clock import page_today
from tracker.web.requests import SignedInRequest

#: No page of a list.
NOWHERE: dict[str, str | None] = dict.fromkeys(PLACE)
#: The ledger of a figure: the newest month first, in it by place.
IN_ORDER = (
    Key("unit_return__period__starts_on", is_descending=True),
    Key("unit_return__unit__region__path"),
    Key("pk"),
)


@require_safe
def indicator(request: SignedInRequest, code: str) -> HttpResponse:
    """Return what is counted and how it rolls up, and the verified months of every city that this person may read."""
    found, form = _asked(request, code, ())
    context: dict[str, Any] = {"indicator": found, "form": form}
    if form.is_valid():
        period, regions = form.cleaned_data["period"], form.ground.regions
        sheet = load_indicator_page(found, period, regions)
        context |= {"sheet": sheet, "period": period, "plan": period.plan, "region": regions[0]}
        if sheet.chart and sheet.target:
            context |= trend_context(sheet.chart, sheet.target, period, regions[0])
    return render(request, "tracker/indicator.html", context)


@require_GET
@require_safe
def indicator_months(request: SignedInRequest, code: str) -> FileResponse:
    """Return the cities by months as a workbook, and record the download."""
    found, form = _asked(request, code, ())
    if not form.is_valid():
        raise Http404
    period = form.cleaned_data["period"]
    words = {"indicator": found, "month": wording.period_in_words(period.code)}
    title = _("%(indicator)s by month, up to %(month)s") % words
    table = load_indicator_page(found, period, form.ground.regions)
    sheet = table.as_sheet(title, place=_("Region"), to_date=_("Cumulative"))
    chosen = {"indicator": found.code, "plan": period.plan.code, "period": period.code}
    return workbook_of(request, sheet, identifier="indicator", issuer=period.plan.issuing_body, filters=chosen)


@require_safe
def figure(request: SignedInRequest, code: str) -> HttpResponse:
    """One figure: how it comes about, and the rows of the ledger behind it with who verified each."""
    found, form = _asked(request, code, ("region", "span", "as_of"), shows_figures=True)
    context: dict[str, Any] = {"indicator": found, "form": form}
    if form.is_valid():
        asked = form.cleaned_data
        sheet = load_figure_page(
            found, asked["period"], asked["region"], is_year=asked["span"] == YEAR, inputs=form.ground.inputs
        )
        context |= {
            **asked,
            **as_of_context(asked["as_of"], request.GET),
            "period": sheet.period,
            "sheet": sheet,
            "plan": sheet.period.plan,
            "derivation": _derived(sheet),
            "lists": behind(found, request.user, sheet.period, asked["region"]),
        }
        context |= _rows(request, sheet) if context["lists"] is None else {}
    return render(request, "tracker/figure.html", context)


def _asked(
    request: SignedInRequest, code: str, names: tuple[str, ...], *, shows_figures: bool = False
) -> tuple[Indicator, PlaceForm]:
    found = get_object_or_404(Indicator.objects.select_related("unit", "numerator", "denominator"), code=code)
    form = PlaceForm.for_person(request.user, request.GET, page_today(), names, shows_figures=shows_figures)
    if form.is_out_of_scope:
        raise Http404
    return found, form


def _derived(sheet: FigurePage) -> str:
    """Describe the figure as its terms, or as the sum of its regions or of its rows."""
    decimals = sheet.indicator.decimals
    total = Term(str(sheet.indicator), sheet.tally.value, decimals)
    terms = [Term(one.name, one.tally.value, one.indicator.decimals) for one in sheet.terms]
    if sheet.indicator.kind == Indicator.Kind.RATIO:
        return derivation.quotient(terms[0], terms[1], total, sheet.rule.scale, is_percent=sheet.rule.is_percent)
    if sheet.indicator.kind == Indicator.Kind.DERIVED:
        return derivation.sum_of_parts(terms, total)
    adds_up = sheet.indicator.over_places == Rollup.SUM
    places = [Term(one.name, one.tally.value, decimals) for one in sheet.places] if adds_up else []
    return derivation.sum_of_parts(places, Term(str(sheet.region), sheet.tally.value, decimals)) if places else ""


def _rows(request: SignedInRequest, sheet: FigurePage) -> dict[str, Any]:
    """One page of the ledger, and where the pages beside it are: nothing is counted or skipped."""
    if not sheet.is_entered:
        return {}
    asked = request.GET
    found = read_slice(ledger_behind(sheet), IN_ORDER, ROWS, after=asked.get("after"), before=asked.get("before"))
    return {
        "rows": found.rows if sheet.as_of is None else rows_known_at(found.rows, sheet.as_of),
        "previous": {**NOWHERE, "before": found.before} if found.before else None,
        "next": {**NOWHERE, "after": found.after} if found.after else None,
    }
