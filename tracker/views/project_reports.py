"""The project sheet of a return: what a unit reports of all its projects for a period, on one page."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tracker.filters.project_forms import add_refusal
from tracker.filters.project_report_forms import ProjectSheet, ReportingForm
from tracker.models import Return
from tracker.models.access import Capability
from tracker.queries.errors import ChangedMeanwhile, Refused
from tracker.queries.projects.reports import ReportRow, report_rows
from tracker.queries.returns.project_rows import rows_readable_by
from tracker.services.projects.lists import set_reporting
from tracker.services.projects.rights import may_keep
from tracker.services.returns.project_reports import save_and_submit_projects, save_project_reports
from tracker.views.project_lists import readable_list
from tracker.web.requests import SignedInRequest


@require_http_methods(["GET", "HEAD", "POST"])
def project_sheet(request: SignedInRequest, pk: int) -> HttpResponse:
    """Read the project sheet of a return; for its unit, fill it in and submit it with the return."""
    rows = Return.objects.visible_to(request.user).with_names()
    unit_return = get_object_or_404(rows, pk=pk)
    is_own = unit_return.is_within(request.user, Capability.ENTER)
    may_enter = is_own and unit_return.is_open and not unit_return.is_locked(timezone.now())
    if request.method == "POST":
        if not may_enter:
            raise Http404
        return _store(request, unit_return)
    return _page(request, unit_return, rows_readable_by(unit_return, request.user), may_enter=may_enter)


@require_http_methods(["GET", "HEAD", "POST"])
def project_list_reports(request: SignedInRequest, pk: int) -> HttpResponse:
    """Set how often units report of the projects on a list, and from when on."""
    found = readable_list(request, pk)
    if not may_keep(request.user, found.plan):
        raise Http404
    form = ReportingForm(request.POST if request.method == "POST" else None, instance=found)
    if request.method == "POST" and form.is_valid():
        try:
            set_reporting(found, **form.cleaned_data, acting_user=request.user, now=timezone.now())
        except Refused as refusal:
            add_refusal(form, refusal.message, refusal.fields)
        else:
            messages.success(request, _("The reports by the projects were set. Their returns are expected."))
            return redirect("project_list", found.pk)
    context = {"form": form, "title": _("Reports by the projects"), "plan": found.plan, "project_list": found}
    status = 422 if request.method == "POST" else 200
    return render(request, "tracker/lists/form.html", context, status=status)


def _store(request: SignedInRequest, unit_return: Return) -> HttpResponse:
    sheet = ProjectSheet(report_rows(unit_return), request.POST)
    how: dict[str, Any] = {"acting_user": request.user, "now": timezone.now()}
    try:
        if "_submit" in request.POST:
            save_and_submit_projects(unit_return, sheet.texts, expected=sheet.version, **how)
            messages.success(request, _("The return was submitted to the reviewer."))
        else:
            save_project_reports(unit_return, sheet.texts, expected_version=sheet.version, **how)
            messages.success(request, _("The draft was saved. It is not submitted yet."))
    except Refused as refusal:
        unit_return = get_object_or_404(Return.objects.with_names(), pk=unit_return.pk)
        sheet.rows = rows_readable_by(unit_return, request.user)
        version = sheet.version if isinstance(refusal, ChangedMeanwhile) else unit_return.version
        return _page(
            request,
            unit_return,
            sheet.rows,
            may_enter=unit_return.is_open,
            sheet=sheet.with_errors(refusal.fields),
            error=refusal.message,
            elsewhere=sheet.elsewhere(refusal.fields),
            version=version,
        )
    return redirect("project_sheet", unit_return.pk)


def _page(
    request: SignedInRequest,
    unit_return: Return,
    rows: list[ReportRow],
    *,
    may_enter: bool,
    sheet: ProjectSheet | None = None,
    **more: Any,
) -> HttpResponse:
    context = {
        "unit_return": unit_return,
        "plan": unit_return.period.plan,
        "lines": (sheet or ProjectSheet(rows)).lines,
        "may_enter": may_enter,
        "version": unit_return.version,
        "reviews": unit_return.is_reviewed_by(request.user) and not unit_return.is_open,
        **more,
    }
    return render(request, "tracker/lists/sheet.html", context, status=422 if sheet else 200)
