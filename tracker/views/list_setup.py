"""Setting up a list after it was created: its rules and steps, and what it says of a member for the year."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tracker.filters.list_forms import ListRulesForm, StepRowForm, YearForm, rows_in_order, step_formset
from tracker.filters.project_forms import add_refusal
from tracker.queries.errors import Refused
from tracker.services.projects.rights import may_keep
from tracker.services.projects.set_up import StepRow, save_list, save_year
from tracker.views.project import member_of
from tracker.views.project_lists import readable_list
from tracker.web.requests import SignedInRequest


@require_http_methods(["GET", "HEAD", "POST"])
def project_list_setup(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change the name, the rules and the steps of a list."""
    found = readable_list(request, pk)
    if not may_keep(request.user, found.plan):
        raise Http404
    posted = request.POST if request.method == "POST" else None
    version, form, steps = found.version, ListRulesForm(posted, instance=found), step_formset(found, posted)
    if posted is not None and form.is_valid() and steps.is_valid():
        rows = rows_in_order(list(steps))
        how: dict[str, Any] = {"acting_user": request.user, "now": timezone.now()}
        try:
            save_list(
                form.save(commit=False), [row for _form, row in rows], expected_version=_seen(request, version), **how
            )
        except Refused as refusal:
            _show(form, rows, refusal)
        else:
            messages.success(request, _("The list was saved. Stages and figures follow its steps."))
            return redirect("project_list", found.pk)
    context = {"project_list": found, "plan": found.plan, "form": form, "steps": steps, "version": version}
    return render(request, "tracker/lists/setup.html", context, status=200 if posted is None else 422)


@require_http_methods(["GET", "HEAD", "POST"])
def project_year(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change the category of a project on its list, and its investment planned for the year."""
    member = member_of(request, pk)
    listed = member.project_list
    if not may_keep(request.user, listed.plan) or listed.is_roster:
        raise Http404
    version = member.project.version
    posted = request.POST if request.method == "POST" else None
    initial = {name: getattr(member, name) for name in YearForm.base_fields}
    form = YearForm(posted, initial=initial)
    if posted is not None and form.is_valid():
        how: dict[str, Any] = {"acting_user": request.user, "now": timezone.now()}
        try:
            save_year(member, **form.cleaned_data, expected_version=_seen(request, version), **how)
        except Refused as refusal:
            add_refusal(form, refusal.message, refusal.fields)
        else:
            return redirect("project", member.pk)
    context = {"form": form, "title": _("Change the year's plan"), "plan": listed.plan, "project_list": listed}
    context |= {"member": member, "version": version}
    return render(request, "tracker/lists/form.html", context, status=200 if posted is None else 422)


def _seen(request: SignedInRequest, version: int) -> int:
    """Return the version that the person saw."""
    seen = request.POST.get("version", "")
    return int(seen) if seen.isdecimal() and len(seen) < 10 else version


def _show(form: ListRulesForm, rows: list[tuple[StepRowForm, StepRow]], refusal: Refused) -> None:
    """Show a refusal at the step and the field that it is about, all else above."""
    elsewhere = {}
    for place, words in refusal.fields.items():
        number, _mark, name = place.partition(": ")
        if number.isdecimal() and 0 < int(number) <= len(rows):
            rows[int(number) - 1][0].add_error(name, words)
        else:
            elsewhere[place] = words
    if elsewhere or not refusal.fields:
        add_refusal(form, refusal.message, elsewhere)
    else:
        form.add_error(None, refusal.message)
