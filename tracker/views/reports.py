"""Compliance reports: asking for one, the list of those issued, and one of them."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tracker.addresses import address_of
from tracker.filters.reports import ReportRequestForm
from tracker.models import IssuedReport, Job
from tracker.models.access import Capability, scope_of
from tracker.services.errors import Refused
from tracker.services.reports import COMPLIANCE, download_name, open_report, request_report
from tracker.tasks import publish_job
from tracker.views.listing import XLSX

PER_PAGE = 25


def reports(request: HttpRequest) -> HttpResponse:
    """The reports issued that this person may read, and the form to ask for another."""
    form = ReportRequestForm(request.user, request.GET, timezone.localdate(), is_asked=False)
    return _page(request, form)


@require_POST
def report_request(request: HttpRequest) -> HttpResponse:
    """Ask for a report; leads to the job that writes it."""
    form = ReportRequestForm(request.user, request.POST, timezone.localdate(), is_asked=True)
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


def report(request: HttpRequest, pk: int) -> HttpResponse:
    """One issued report: what it covers, what it rests on, and its file."""
    issued = get_object_or_404(IssuedReport.objects.visible_to(request.user).with_names(), pk=pk)
    return render(request, "tracker/report.html", {"report": issued, "file_name": download_name(issued)})


def report_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The workbook itself. Who may read it is asked each time: the address alone opens nothing."""
    issued = get_object_or_404(IssuedReport.objects.visible_to(request.user).with_names(), pk=pk)
    try:
        file = open_report(issued, acting_user=request.user, now=timezone.now(), address=address_of(request))
    except Refused as refusal:
        raise Http404(refusal.message) from None
    response = FileResponse(file, as_attachment=True, filename=download_name(issued), content_type=XLSX)
    response["Cache-Control"] = "no-store"
    return response


@transaction.atomic
def _ask(request: HttpRequest, form: ReportRequestForm) -> tuple[Job, bool]:
    asked = form.cleaned_data
    job, is_new = request_report(
        kind=COMPLIANCE,
        period=asked["period"],
        region=asked["region"],
        language=asked["language"],
        acting_user=request.user,
        now=timezone.now(),
    )
    if is_new:
        publish_job(job)
    return job, is_new


def _page(request: HttpRequest, form: ReportRequestForm, status: int = 200) -> HttpResponse:
    issued = IssuedReport.objects.visible_to(request.user).with_names().order_by("-pk")
    context = {
        "form": form,
        "may_issue": scope_of(request.user, Capability.ISSUE_REPORTS).is_somewhere,
        "page": Paginator(issued, PER_PAGE).get_page(request.GET.get("page")),
        "jobs": Job.objects.visible_to(request.user).active().filter(kind=Job.Kind.REPORT).order_by("-pk"),
    }
    return render(request, "tracker/reports.html", context, status=status)
