"""The page of a project or an enterprise on a list: what is known of it, its steps, and the changes by documents."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tracker.filters.project_forms import LeaveForm, NewMemberForm, StepForm, add_refusal
from tracker.models import ListMember, StepDecision, TakenStep
from tracker.queries.errors import Refused
from tracker.queries.pages.project import load_member_page
from tracker.services.projects.members import declare_inapplicable, remove_member, replace_member
from tracker.services.projects.rights import may_keep, may_report, may_verify
from tracker.services.projects.steps import ReportedStep, decide_steps, report_steps
from tracker.web.page_clock import page_today
from tracker.web.requests import SignedInRequest


@require_safe
def project(request: SignedInRequest, pk: int) -> HttpResponse:
    """All about a member of a list, with what this person may do there."""
    return _page(request, member_of(request, pk))


@require_POST
def project_step(request: SignedInRequest, pk: int) -> HttpResponse:
    """Report a step of the project."""
    member = member_of(request, pk)
    if not may_report(request.user, member):
        raise Http404
    now = timezone.now()
    form = StepForm(member.project_list, request.POST, today=member.project_list.plan.day_of(now))
    if form.is_valid():
        data = form.cleaned_data
        line = ReportedStep(member, data["step"], data["day"], data["evidence"], data["note"])
        try:
            report_steps([line], acting_user=request.user, now=now)
        except Refused as refusal:
            add_refusal(form, refusal.message, refusal.fields)
        else:
            messages.success(request, _("The step was reported. It counts once a reviewer has verified it."))
            return redirect("project", member.pk)
    return _page(request, member, step_form=form)


@require_POST
def project_withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """Withdraw the verification of a step."""
    member = member_of(request, pk)
    if not may_verify(request.user, member.project_list.plan):
        raise Http404
    number = request.POST.get("step", "")
    if not number.isdecimal() or len(number) > 18:
        raise Http404
    taken = get_object_or_404(TakenStep, pk=int(number), member=member)
    verdict = StepDecision.Verdict.WITHDRAWN
    try:
        comment = request.POST.get("comment", "")[:500]
        decide_steps([taken], verdict, acting_user=request.user, now=timezone.now(), comment=comment)
    except Refused as refusal:
        messages.error(request, " ".join([refusal.message, *refusal.fields.values()]))
    else:
        messages.success(request, _("The verification was withdrawn."))
    return redirect("project", member.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def project_leave(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take the member off its list by a document, or put another in its place."""
    member = member_of(request, pk)
    listed = member.project_list
    if not may_keep(request.user, listed.plan):
        raise Http404
    is_replacing = request.POST.get("deed") == "replace"
    leave = LeaveForm(request.POST if request.method == "POST" and not is_replacing else None, prefix="leave")
    posted = request.POST if request.method == "POST" and is_replacing else None
    replace = NewMemberForm(listed.plan.region, posted, is_roster=listed.is_roster, prefix="replace")
    form = replace if is_replacing else leave
    if request.method == "POST" and form.is_valid():
        how: dict[str, Any] = {"document": form.document, "acting_user": request.user, "now": timezone.now()}
        try:
            if is_replacing:
                replace_member(member, replace.member, **how)
            elif leave.cleaned_data["how"] == LeaveForm.REMOVE:
                remove_member(member, **how)
            else:
                declare_inapplicable(member, **how)
        except Refused as refusal:
            add_refusal(form, refusal.message, refusal.fields)
        else:
            messages.success(request, _("The list was changed. Counts of earlier months stay."))
            return redirect("project", member.pk)
    context = {"member": member, "project_list": listed, "plan": listed.plan, "leave": leave, "replace": replace}
    status = 422 if request.method == "POST" else 200
    return render(request, "tracker/lists/leave.html", context, status=status)


def _page(request: SignedInRequest, member: ListMember, *, step_form: StepForm | None = None) -> HttpResponse:
    listed = member.project_list
    today = page_today(listed.plan)
    reports = may_report(request.user, member)
    context: dict[str, Any] = {
        "member": member,
        "project": member.project,
        "project_list": listed,
        "plan": listed.plan,
        "page": load_member_page(member, request.user),
        "step_form": (step_form or StepForm(member.project_list, today=today)) if reports else None,
        "keeps": may_keep(request.user, listed.plan),
        "verifies": may_verify(request.user, listed.plan),
    }
    return render(request, "tracker/lists/project.html", context, status=422 if step_form else 200)


def member_of(request: SignedInRequest, pk: int) -> ListMember:
    """Return a member that the person may read; else raise Http404."""
    rows = ListMember.objects.visible_to(request.user).with_names()
    rows = rows.select_related(
        "project__region", "project__unit__region", "stage", "project_list__plan__region", "added_by", "ended_by"
    )
    return get_object_or_404(rows, pk=pk)
