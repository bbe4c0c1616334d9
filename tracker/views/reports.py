"""Reports of every kind: asking for one, the list of those issued, and one of them."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tracker.documents.files import WORKBOOK, type_of
from tracker.filters.as_of import as_of_query
from tracker.filters.choices import PageScope
from tracker.filters.reports import IssuedReportFilter, ReportRequestForm
from tracker.models import IssuedReport, Job, Period, Region, User
from tracker.models.access import Capability, scope_of
from tracker.queries.documents.kinds import KINDS
from tracker.queries.documents.report_papers import open_bulletins, report_papers
from tracker.queries.documents.summed_periods import periods_within
from tracker.queries.errors import Refused
from tracker.queries.pages.report import report_page
from tracker.services.documents.brief import request_brief
from tracker.services.documents.reports import download_name, open_report, removed_words, request_report
from tracker.tables.ordering import QuerysetRows
from tracker.tables.reports import IssuedReportTable
from tracker.tasks import publish_job
from tracker.views.listing import Listing, list_or_file, list_page, sorting
from tracker.web.addresses import address_of
from tracker.web.page_clock import page_today
from tracker.web.requests import SignedInRequest

PER_PAGE = 25


@require_http_methods(["GET", "HEAD", "POST"])
def reports(request: SignedInRequest) -> HttpResponseBase:
    """Show the issued reports that this user may read, and the form to request another."""
    form = ReportRequestForm(request.user, request.GET, page_today(), is_asked=False)
    return _page(request, form)


@require_POST
def report_request(request: SignedInRequest) -> HttpResponseBase:
    """Ask for a report; leads to the job that writes it."""
    is_asked = "narrow" not in request.POST  # the button that looks for indicators asks for nothing yet
    form = ReportRequestForm(request.user, request.POST, page_today(), is_asked=is_asked)
    if not is_asked:
        return _page(request, form)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        job, is_new = _ask(request, form)
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return _page(request, form, status=422)
    if not is_new:
        messages.info(request, _("This report is being written already; here is how far it is."))
    return redirect("job", job.pk)


@require_safe
def report(request: SignedInRequest, pk: int) -> HttpResponse:
    """One issued report: what it covers, what it rests on, and its file."""
    issued = get_object_or_404(IssuedReport.objects.visible_to(request.user).with_names(), pk=pk)
    context = {
        "report": issued,
        "page": report_page(issued, request.user),
        "file_name": download_name(issued),
        "removed": removed_words(issued),
        "file_is_workbook": KINDS[issued.kind].file_type is WORKBOOK,
        "papers": report_papers(issued, request.user),
        **(_as_issued(issued) if KINDS[issued.kind].lists_changes else {}),
    }
    return render(request, "tracker/report.html", context)


@require_POST
def report_brief(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask for the one-page brief on a report, of the same figures; leads to the job that writes it."""
    issued = get_object_or_404(IssuedReport.objects.visible_to(request.user).with_names(), pk=pk)
    try:
        with transaction.atomic():
            job, is_new = request_brief(issued, acting_user=request.user, now=timezone.now())
            if is_new:
                publish_job(job)
    except Refused as refusal:
        messages.warning(request, refusal.message)
        return redirect("report", pk)
    return redirect("job", job.pk)


def _as_issued(issued: IssuedReport) -> dict[str, Any]:
    """Return what leads to the pages of the report's figures as known at its moment, by the clock of its plan."""
    with timezone.override(issued.plan.zone):
        moment = as_of_query(issued.as_of)
    shown = (periods_within(issued.period) or [issued.period])[-1]
    return {
        "as_issued": moment,
        "here": urlencode({"plan": issued.plan.code, "period": shown.code}),
        "targets": issued.plan.targets.select_related("indicator").order_by("position"),
    }


@require_safe
def report_file(request: SignedInRequest, pk: int) -> FileResponse:
    """Send the workbook itself. Check the permission each time: the address alone opens nothing."""
    issued = get_object_or_404(IssuedReport.objects.visible_to(request.user).with_names(), pk=pk)
    try:
        file = open_report(issued, acting_user=request.user, now=timezone.now(), address=address_of(request))
    except Refused as refusal:
        raise Http404(refusal.message) from None
    content_type = type_of(issued.file.name).content_type
    response = FileResponse(file, as_attachment=True, filename=download_name(issued), content_type=content_type)
    response["Cache-Control"] = "no-store"
    return response


@transaction.atomic
def _ask(request: SignedInRequest, form: ReportRequestForm) -> tuple[Job, bool]:
    asked = form.cleaned_data
    job, is_new = request_report(
        kind=asked["kind"],
        period=asked["period"],
        region=asked["region"],
        language=asked["language"],
        options=asked["options"],
        acting_user=request.user,
        now=timezone.now(),
    )
    if is_new:
        publish_job(job)
    return job, is_new


def _page(request: SignedInRequest, form: ReportRequestForm, status: int = 200) -> HttpResponseBase:
    filters = IssuedReportFilter(request)
    table = IssuedReportTable(QuerysetRows(filters.rows), order_by=sorting(request))
    listing = Listing("reports", _("Issued reports"), "tracker/reports.html")
    context = {
        "form": form,
        "may_issue": scope_of(request.user, Capability.ISSUE_REPORTS).is_somewhere,
        "reads_figures": not PageScope(request.user, QueryDict(), page_today()).is_closed(""),
        "jobs": _being_written(request.user),
        "bulletins": open_bulletins(request.user),
    }
    if request.path == reverse("reports"):
        return list_or_file(request, listing, filters, table, **context)
    # Asked for and not granted: the list below the form is at an address of its own, where it can be changed.
    page = list_page(request, listing, filters, table, columns=[], **context)
    page.status_code = status
    return page


def _being_written(user: User) -> list[tuple[Job, Period, Region]]:
    """Return the user's reports in progress, each with its month and region."""
    jobs = list(Job.objects.visible_to(user).active().filter(kind=Job.Kind.REPORT).order_by("-pk")[:PER_PAGE])
    periods = Period.objects.in_bulk({job.parameters["period"] for job in jobs})
    regions = Region.objects.in_bulk({job.parameters["region"] for job in jobs})
    return [(job, periods[job.parameters["period"]], regions[job.parameters["region"]]) for job in jobs]
