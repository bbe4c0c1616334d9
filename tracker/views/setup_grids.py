"""Grids of set-up: the split of a plan's targets, and who owes what."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from tracker.documents.wording import amount
from tracker.filters.setup import read_obligations, read_split
from tracker.models import Period, Plan
from tracker.models.access import Capability, scope_of
from tracker.queries.errors import Refused
from tracker.queries.pages.overview import plans_within
from tracker.queries.pages.setup_grids import (
    UNITS_PER_PAGE,
    ObligationGrid,
    SplitGrid,
    load_obligations,
    load_split,
    units_of,
)
from tracker.services.plans.obligation_grid import save_obligation_grid
from tracker.services.plans.split_grid import require_manages, save_split
from tracker.web.requests import SignedInRequest


@require_http_methods(["GET", "HEAD", "POST"])
def split(request: SignedInRequest, code: str) -> HttpResponse:
    """Show or save the shares of a plan's targets by region."""
    grid = load_split(_plan(request, code))
    if request.method != "POST":
        return _split_page(request, grid)
    shares, wrong = read_split(grid, request.POST)
    refusal = ""
    if not wrong:
        try:
            number = save_split(
                grid.plan, shares, seen=request.POST.get("seen", ""), acting_user=request.user, now=timezone.now()
            )
        except Refused as refused:
            refusal, wrong = refused.message, refused.fields
        else:
            said = ngettext(
                "Allocation saved: %(count)s share of “%(plan)s” changed.",
                "Allocation saved: %(count)s shares of “%(plan)s” changed.",
                number,
            )
            messages.success(request, said % {"count": number, "plan": grid.plan})
            return redirect("plan_split", code)
    return _split_page(request, grid, wrong, refusal)


@require_http_methods(["GET", "HEAD", "POST"])
def obligations(request: SignedInRequest, code: str) -> HttpResponse:
    """Show or save how often each unit reports each indicator."""
    plan = _plan(request, code)
    page = Paginator(units_of(plan), UNITS_PER_PAGE).get_page(request.GET.get("page"))
    grid = load_obligations(plan, page.object_list)
    if request.method != "POST":
        return _obligations_page(request, grid, page)
    try:
        number = save_obligation_grid(
            grid,
            read_obligations(grid, request.POST),
            seen=request.POST.get("seen", ""),
            acting_user=request.user,
            now=timezone.now(),
        )
    except Refused as refused:
        return _obligations_page(request, grid, page, refused.fields, refused.message)
    said = ngettext(
        "Obligations saved: %(count)s of “%(plan)s” changed.",
        "Obligations saved: %(count)s of “%(plan)s” changed.",
        number,
    )
    messages.success(request, said % {"count": number, "plan": plan})
    return redirect(request.get_full_path())


def _split_page(
    request: SignedInRequest, grid: SplitGrid, wrong: dict[str, str] | None = None, refusal: str = ""
) -> HttpResponse:
    rows = []
    for row in grid.rows:
        cells = []
        for region in grid.regions:
            name = f"{row.target.pk}-{region.pk}"
            held = row.shares.get(region.pk)
            stored = "" if held is None else format(held.normalize(), "f")
            cells.append(
                {
                    "name": f"c-{name}",
                    "value": request.POST.get(f"c-{name}", stored) if wrong or refusal else stored,
                    "label": f"{row.target} · {region}",
                    "error": (wrong or {}).get(name, ""),
                }
            )
        decimals = row.target.indicator.decimals
        rows.append(
            {
                "row": row,
                "cells": cells,
                "value": amount(row.version.value, decimals),
                "rest": None if row.rest is None else amount(row.rest, decimals),
                "is_over": row.rest is not None and row.rest < 0,
            }
        )
    context = {"grid": grid, "rows": rows, "refusal": refusal}
    return render(request, "tracker/setup/split.html", context, status=422 if wrong or refusal else 200)


def _obligations_page(
    request: SignedInRequest, grid: ObligationGrid, page: Any, wrong: dict[str, str] | None = None, refusal: str = ""
) -> HttpResponse:
    rows = []
    for unit in grid.units:
        cells = []
        for indicator in grid.indicators:
            held = grid.obligations.get((unit.pk, indicator.pk))
            name = f"{unit.pk}-{indicator.pk}"
            stored = held.frequency if held else ""
            cells.append(
                {
                    "name": f"c-{name}",
                    "value": request.POST.get(f"c-{name}", stored) if refusal else stored,
                    "label": f"{unit} · {indicator}",
                    "error": (wrong or {}).get(name, ""),
                    "ends": held.ends if held else None,
                    "obligation": held,
                }
            )
        rows.append({"unit": unit, "cells": cells})
    context = {"grid": grid, "rows": rows, "page": page, "refusal": refusal, "kinds": Period.Kind.choices}
    return render(request, "tracker/setup/obligations.html", context, status=422 if refusal else 200)


def _plan(request: SignedInRequest, code: str) -> Plan:
    """Return the plan that this person manages as a whole. Raise Http404 for one that lies outside the scope."""
    scope = scope_of(request.user, Capability.MANAGE_PLAN)
    plans = plans_within(scope) if scope.is_somewhere else []
    plan = next((one for one in plans if one.code == code), None)
    if plan is None:
        raise Http404
    try:
        require_manages(plan, request.user)
    except Refused as refused:
        raise PermissionDenied(refused.message) from None
    return plan
