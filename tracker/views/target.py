"""One target's page."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from tracker.calculation.pace import Pace
from tracker.calculation.rollup import Rollup
from tracker.filters.target import TargetPageForm
from tracker.models import Indicator, Target
from tracker.reports import derivation, wording
from tracker.reports.derivation import Term
from tracker.services.target_sheet import TargetSheet, read_target_sheet
from tracker.signed_in import SignedInRequest


def target(request: SignedInRequest, pk: int) -> HttpResponse:
    """Where a target stands in a region, how its figures come about, month by month and city by city."""
    found = get_object_or_404(Target.objects.with_indicator().select_related("plan__region"), pk=pk)
    form = TargetPageForm.for_person(found, request.user, request.GET, timezone.localdate())
    if form.is_out_of_scope:
        raise Http404
    context: dict[str, Any] = {"target": found, "indicator": found.indicator, "form": form}
    if form.is_valid():
        asked = form.cleaned_data
        sheet = read_target_sheet(found, asked["period"], asked["region"], cities=form.cities, by=asked["by"])
        context |= {**asked, "sheet": sheet, "standing": sheet.found.standing, "derivation": derived(sheet)}
    return render(request, "tracker/target.html", context)


def derived(sheet: TargetSheet) -> list[str]:
    """How the figures come about, line by line, with the numbers they were reckoned from."""
    found, plan = sheet.found.standing, sheet.found.target.plan
    indicator = sheet.found.target.indicator
    is_rate = indicator.kind == Indicator.Kind.RATIO
    pace = Pace(sheet.found.target.pace)
    on = sheet.found.period.ends_on
    return [
        _cumulative(sheet),
        derivation.completion(found, indicator.decimals),
        derivation.schedule(pace, plan.starts_on, plan.ends_on, on, found.schedule_rate, is_rate=is_rate),
        derivation.gap(found),
        derivation.level(sheet.book.bounds, is_graded=sheet.found.target.is_graded),
    ]


def _cumulative(sheet: TargetSheet) -> str:
    indicator = sheet.found.target.indicator
    total = Term(str(indicator), sheet.found.standing.to_date.value, indicator.decimals)
    inputs = [Term(str(one.indicator), one.value, one.indicator.decimals) for one in sheet.inputs]
    if indicator.kind == Indicator.Kind.RATIO:
        return derivation.quotient(inputs[0], inputs[1], total)
    if indicator.kind == Indicator.Kind.DERIVED:
        return derivation.sum_of_parts(inputs, total)
    months = [
        Term(wording.period_name(row.period.starts_on), row.verified.value, indicator.decimals) for row in sheet.months
    ]
    if indicator.over_periods == Rollup.LATEST:
        return derivation.latest_month(months[-1])
    return derivation.sum_of_months(months, total)
