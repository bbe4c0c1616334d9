"""One target's page."""

import json
from datetime import datetime
from typing import Any

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_safe

from tracker.calculation.rollup import Rollup
from tracker.documents import derivation, derivation_outlook, wording
from tracker.documents.derivation import Term
from tracker.documents.derivation_outlook import Printed
from tracker.documents.drawing import trend_svg
from tracker.documents.drawing.trend import picture_of
from tracker.documents.trend_chart import TrendChart
from tracker.filters.as_of import as_of_context, as_of_query, as_of_text
from tracker.filters.target import TargetPageForm
from tracker.models import Indicator, Period, Region, Target
from tracker.queries.figures.figures import Figures
from tracker.queries.figures.trend import breaks_behind, trend_of
from tracker.queries.pages.project_lists import behind
from tracker.queries.pages.target import TargetPage, load_target_page
from tracker.views.listing import workbook_of
from tracker.web.page_clock import page_today
from tracker.web.plan_zone import use_zone_of
from tracker.web.requests import SignedInRequest


@require_safe
def target(request: SignedInRequest, pk: int) -> HttpResponse:
    """Return where a target stands in a region, how its figures come about, month by month and city by city."""
    found = get_object_or_404(Target.objects.with_indicator().select_related("plan__region", "responsible"), pk=pk)
    use_zone_of(found.plan)
    form = TargetPageForm.for_person(found, request.user, request.GET, page_today())
    if form.is_out_of_scope:
        raise Http404
    context: dict[str, Any] = {"target": found, "indicator": found.indicator, "form": form}
    if form.is_valid():
        asked = form.cleaned_data
        inputs, region = form.ground.inputs, asked["region"]
        cities = form.ground.compared(region)
        sheet = load_target_page(found, asked["period"], region, cities=cities, by=asked["by"], inputs=inputs)
        figures = Figures(sheet.found.period, book=sheet.book, inputs=inputs)
        chart = trend_of(figures, found, region, sheet.breaks)
        context |= {
            **asked,
            "period": sheet.found.period,
            "sheet": sheet,
            "standing": sheet.found.standing,
            "derivation": derived(sheet),
            "source": found.sentences.order_by("start").first(),
            **as_of_context(asked["as_of"], request.GET),
        }
        if (found.plan_id, found.indicator_id) in figures.inputs.listed.rules:
            context["lists"] = behind(found.indicator, request.user, sheet.found.period, region)
        context |= trend_context(chart, found, sheet.found.period, region, asked["as_of"])
    return render(request, "tracker/target.html", context)


@require_GET
def target_trend(request: SignedInRequest, pk: int) -> FileResponse:
    """Return the data of the trend chart as a workbook, and record the download."""
    found = get_object_or_404(Target.objects.with_indicator().select_related("plan__region"), pk=pk)
    use_zone_of(found.plan)
    form = TargetPageForm.for_person(found, request.user, request.GET, page_today())
    if form.is_out_of_scope or not form.is_valid():
        raise Http404
    period, region = form.cleaned_data["period"], form.cleaned_data["region"]
    figures = form.ground.figures(period)
    sheet = trend_of(figures, found, region, breaks_behind(figures.inputs, found.indicator, region)).as_sheet()
    chosen = {"target": found.indicator.code, "period": period.code, "region": region.code}
    if form.cleaned_data["as_of"]:
        chosen["as_of"] = as_of_text(form.cleaned_data["as_of"])
    return workbook_of(request, sheet, identifier="trend", issuer=found.plan.issuing_body, filters=chosen)


def trend_context(
    chart: TrendChart, target: Target, period: Period, region: Region, as_of: datetime | None = None
) -> dict[str, Any]:
    """Return what the chart's part of a page needs."""
    query = urlencode({"period": period.code, "region": region.code}) + as_of_query(as_of)
    picture = picture_of(chart)
    return {
        "chart": chart,
        "chart_room": picture.room,
        "chart_plot": format_html("{}", trend_svg.plot(picture)),
        "chart_legend": [(format_html("{}", sample), name) for sample, name in trend_svg.legend(picture)],
        "chart_data": json.dumps(chart.as_data(), ensure_ascii=False),
        "chart_file": f"{reverse('target_trend', args=[target.pk])}?{query}",
    }


def derived(sheet: TargetPage) -> list[str]:
    """Return how the figures come about, line by line, with the numbers they were reckoned from."""
    found, plan = sheet.found.standing, sheet.found.target.plan
    indicator = sheet.found.target.indicator
    pace = sheet.terms.pace
    on = sheet.found.period.ends_on
    return [
        _cumulative(sheet),
        *([derivation.change(found, indicator.decimals)] if found.kind.is_change else []),
        derivation.completion(found, indicator.decimals),
        derivation.schedule(found, pace, plan.starts_on, plan.ends_on, on, indicator.decimals),
        derivation.gap(found, indicator.decimals),
        derivation.level(found.judged_by, is_graded=sheet.found.target.is_graded),
        *derivation.band(found),
        *derivation_outlook.need(found, sheet.monthly_need, sheet.periods_left, indicator.decimals),
        *_growth(gettext("Year on year, this period"), sheet, to_date=False),
        *_growth(gettext("Year on year, cumulative"), sheet, to_date=True),
    ]


def _growth(name: str, sheet: TargetPage, *, to_date: bool) -> list[str]:
    found, last = sheet.found.standing, sheet.last_year(to_date=to_date).value
    this = (found.to_date if to_date else found.this_period).value
    change = sheet.year_on_year_to_date if to_date else sheet.year_on_year
    words = wording.change(change, is_rate=found.is_rate, is_count=found.is_count)
    decimals, is_quotient = sheet.found.target.indicator.decimals, not (found.is_rate or found.is_count)
    return derivation_outlook.growth(name, this, last, change, Printed(words, decimals, is_quotient))


def _cumulative(sheet: TargetPage) -> str:
    indicator = sheet.found.target.indicator
    total = Term(str(indicator), sheet.found.standing.to_date.value, indicator.decimals)
    inputs = [Term(str(one.indicator), one.value, one.indicator.decimals) for one in sheet.inputs]
    if indicator.kind == Indicator.Kind.RATIO:
        rule = sheet.book.cells.rules[indicator.code]
        return derivation.quotient(inputs[0], inputs[1], total, rule.scale, is_percent=rule.is_percent)
    if indicator.kind == Indicator.Kind.DERIVED:
        return derivation.sum_of_parts(inputs, total)
    months = [
        Term(wording.period_in_words(row.period.code), row.verified.value, indicator.decimals) for row in sheet.months
    ]
    if sheet.book.cells.rules[indicator.code].over_periods is Rollup.LATEST:
        return derivation.latest_month(months[-1])
    return derivation.sum_of_months(months, total)
