"""Pages of set-up on which a region or a reporting unit changes from a day on."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tracker.filters.region_changes import ChangeForm, OtherRegionForm, RenameRegionForm, RenameUnitForm
from tracker.models import Region, ReportingUnit, User
from tracker.models.access import Capability, Scope, scope_of
from tracker.queries.errors import Refused
from tracker.services.plans import region_changes
from tracker.web.requests import SignedInRequest


@require_http_methods(["GET", "HEAD", "POST"])
def region(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show what may change of a region from a day on; change one of it."""
    scope = _scope(request.user)
    found = Region.objects.filter(pk=pk).filter(scope.as_filter("path")).select_related("parent", "merged_into").first()
    if found is None:
        raise Http404
    chosen = request.POST.get("change", "") if request.method == "POST" else ""
    regions = Region.objects.filter(scope.as_filter("path")).filter(closed_on=None).order_by("path")
    data = {name: request.POST if name == chosen else None for name in ("rename", "move", "merge", "close")}
    changes: dict[str, tuple[forms.Form, Callable[..., object]]] = {
        "rename": (RenameRegionForm.of_region(found, data["rename"]), region_changes.rename_region),
        "move": (
            OtherRegionForm("parent", _("region above"), regions, "move", data["move"]),
            region_changes.move_region_since,
        ),
        "merge": (
            OtherRegionForm("into", _("merged into"), regions, "merge", data["merge"]),
            region_changes.merge_region,
        ),
        "close": (ChangeForm("close", data["close"]), region_changes.close_region),
    }
    context = {
        "region": found,
        "rename": changes["rename"][0],
        "move": changes["move"][0],
        "merge": changes["merge"][0],
        "close": changes["close"][0],
        "earlier": found.earlier.select_related("parent").order_by("-until"),
        "aliases": found.aliases.order_by("name"),
        "allocated": region_changes.allocations_of(found),
    }
    return _answer(request, found, changes.get(chosen), "tracker/setup/region_changes.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def unit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show the names of a reporting unit; give it another from a day on."""
    scope = _scope(request.user)
    rows = ReportingUnit.objects.filter(scope.as_filter("region__path")).select_related("region")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    form = RenameUnitForm.of(found, request.POST if request.method == "POST" else None)
    context = {
        "unit": found,
        "rename": form,
        "earlier": found.earlier_names.order_by("-until"),
        "aliases": found.aliases.order_by("name"),
    }
    change = (form, region_changes.rename_unit) if request.method == "POST" else None
    return _answer(request, found, change, "tracker/setup/unit_names.html", context)


def _answer(
    request: SignedInRequest,
    row: Region | ReportingUnit,
    change: tuple[forms.Form, Callable[..., object]] | None,
    template: str,
    context: dict[str, Any],
) -> HttpResponse:
    """Do the change that was chosen and show the page again; what is wrong stands at its field."""
    if change is not None:
        form, verb = change
        if form.is_valid():
            try:
                verb(row, **form.cleaned_data, acting_user=request.user, now=timezone.now())
            except Refused as refusal:
                for name, text in refusal.fields.items():
                    form.add_error(name if name in form.fields else None, text)
            else:
                messages.success(request, _("“%(row)s” was changed. Earlier periods stay as they were.") % {"row": row})
                return redirect(request.path)
        row.refresh_from_db()
    return render(request, template, context, status=422 if request.method == "POST" else 200)


def _scope(user: User) -> Scope:
    """Return where this person sets up regions. Raise PermissionDenied if nowhere."""
    scope = scope_of(user, Capability.MANAGE_PLAN)
    if not scope.is_somewhere:
        raise PermissionDenied
    return scope
