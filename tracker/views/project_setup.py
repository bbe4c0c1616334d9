"""Setting up lists and projects: a new list, the figures counted from it, and what is known of a project."""

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tracker.filters.place import PlaceForm
from tracker.filters.project_forms import (
    NewListForm,
    PermitForm,
    ProblemForm,
    ProjectForm,
    RuleForm,
    add_refusal,
)
from tracker.models import ProjectProblem
from tracker.queries.errors import Refused
from tracker.services.projects.facts import raise_problem, save_permit, save_project, settle_problem
from tracker.services.projects.lists import create_list, save_rule
from tracker.services.projects.rights import may_keep, may_report
from tracker.views.project import member_of
from tracker.views.project_lists import readable_list
from tracker.web.requests import SignedInRequest


@require_http_methods(["GET", "HEAD", "POST"])
def project_list_new(request: SignedInRequest) -> HttpResponse:
    """Create a list of the plan that the address names."""
    ground = PlaceForm.for_person(request.user, request.GET, timezone.localdate()).ground
    plan = ground.plan
    if plan is None or not may_keep(request.user, plan):
        raise Http404
    form = NewListForm(request.POST if request.method == "POST" else None, initial={"year": plan.starts_on.year})
    if request.method == "POST" and form.is_valid():
        try:
            made = create_list(form.project_list(plan), form.steps, acting_user=request.user, now=timezone.now())
        except Refused as refusal:
            add_refusal(form, refusal.message, refusal.fields)
        else:
            return redirect("project_list", made.pk)
    return _form(request, form, _("New list"), plan=plan)


@require_http_methods(["GET", "HEAD", "POST"])
def project_list_rule(request: SignedInRequest, pk: int) -> HttpResponse:
    """Let a figure be counted from the list."""
    found = readable_list(request, pk)
    if not may_keep(request.user, found.plan):
        raise Http404
    form = RuleForm(found, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            save_rule(form.rule, acting_user=request.user, now=timezone.now())
        except Refused as refusal:
            add_refusal(form, refusal.message, refusal.fields)
        else:
            messages.success(
                request, _("The figure is counted from this list from now on. Nobody reports it any more.")
            )
            return redirect("project_list", found.pk)
    return _form(request, form, _("Count a figure from this list"), plan=found.plan, project_list=found)


@require_http_methods(["GET", "HEAD", "POST"])
def project_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change what is known of a project."""
    member = member_of(request, pk)
    listed = member.project_list
    if not may_keep(request.user, listed.plan):
        raise Http404
    seen = request.POST.get("version", "")
    posted = request.POST if request.method == "POST" else None
    form = ProjectForm(listed.plan.region, posted, instance=member.project, is_roster=listed.is_roster)
    version = member.project.version
    if request.method == "POST" and form.is_valid():
        expected = int(seen) if seen.isdecimal() and len(seen) < 10 else version
        try:
            how: dict[str, Any] = {"acting_user": request.user, "now": timezone.now()}
            save_project(form.save(commit=False), member, expected_version=expected, **how)
        except Refused as refusal:
            add_refusal(form, refusal.message, refusal.fields)
        else:
            return redirect("project", member.pk)
    return _form(
        request, form, _("Change the project"), plan=listed.plan, project_list=listed, member=member, version=version
    )


@require_http_methods(["GET", "HEAD", "POST"])
def project_permit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Record the state of a permit."""
    member = _writable(request, pk)
    form = PermitForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            save_permit(member, **form.cleaned_data, acting_user=request.user, now=timezone.now())
        except Refused as refusal:
            add_refusal(form, refusal.message, refusal.fields)
        else:
            return redirect("project", member.pk)
    listed = member.project_list
    return _form(request, form, _("Record a permit"), plan=listed.plan, project_list=listed, member=member)


@require_http_methods(["GET", "HEAD", "POST"])
def project_problem(request: SignedInRequest, pk: int) -> HttpResponse:
    """Record a problem of the project."""
    member = _writable(request, pk)
    form = ProblemForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            raise_problem(member, **form.cleaned_data, acting_user=request.user, now=timezone.now())
        except Refused as refusal:
            add_refusal(form, refusal.message, refusal.fields)
        else:
            return redirect("project", member.pk)
    listed = member.project_list
    return _form(request, form, _("Record a problem"), plan=listed.plan, project_list=listed, member=member)


@require_POST
def project_settle(request: SignedInRequest, pk: int) -> HttpResponse:
    """Record how a problem was settled."""
    member = _writable(request, pk)
    number = request.POST.get("problem", "")
    if not number.isdecimal() or len(number) > 18:
        raise Http404
    problem = get_object_or_404(ProjectProblem, pk=int(number), project=member.project_id)
    try:
        how = request.POST.get("settlement", "")[:300]
        settle_problem(problem, member, how=how, acting_user=request.user, now=timezone.now())
    except Refused as refusal:
        messages.error(request, " ".join([refusal.message, *refusal.fields.values()]))
    return redirect("project", member.pk)


def _writable(request: SignedInRequest, pk: int) -> Any:
    member = member_of(request, pk)
    if not (may_report(request.user, member) or may_keep(request.user, member.project_list.plan)):
        raise Http404
    return member


def _form(request: SignedInRequest, form: Form | ProjectForm, title: str, **more: Any) -> HttpResponse:
    status = 422 if request.method == "POST" else 200
    return render(request, "tracker/lists/form.html", {"form": form, "title": title, **more}, status=status)
