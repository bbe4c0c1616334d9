"""Changing the members of a list: several at once, one into its parts, and all that go on into the next year."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.forms import BaseFormSet, Form, formset_factory
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from tracker.filters.member_forms import (
    MOVE,
    REMOVE,
    STEP,
    CarryForm,
    MoveForm,
    PartForm,
    ReasonedForm,
    SeveralStepsForm,
)
from tracker.filters.members import MemberFilter
from tracker.filters.project_forms import add_refusal
from tracker.models import ListMember, Plan, ProjectList
from tracker.queries.errors import Refused
from tracker.queries.projects.carrying import continuing_members
from tracker.services.projects.carry_over import carry_over
from tracker.services.projects.members import remove_members, split_member
from tracker.services.projects.move import move_members
from tracker.services.projects.rights import may_keep
from tracker.services.projects.steps import ReportedStep, report_steps
from tracker.views.project import member_of
from tracker.views.project_lists import readable_list
from tracker.web.requests import SignedInRequest

#: So many names are shown above the form; a list's filters find the others.
MOST_NAMED = 60
#: So many parts a package project is split into on its page; an annex has room for more.
MOST_PARTS = 8
SELECT = ("project__region", "project__unit__region", "project_list__plan__region", "stage")


@require_POST
def project_list_several(request: SignedInRequest, pk: int) -> HttpResponse:
    """Do one thing with several members of a list: first show who they are and ask what is needed, then do it."""
    found = readable_list(request, pk)
    deed = request.POST.get("deed", "")
    chosen = _chosen(request, found, deed)
    if deed not in (STEP, MOVE, REMOVE) or chosen is None:
        raise Http404
    if not chosen:
        messages.error(request, _("Choose the members first."))
        return redirect("project_list", found.pk)
    is_applied = request.POST.get("apply") == "1"
    form = _several_form(found, deed, request.POST if is_applied else None)
    if is_applied and form.is_valid():
        try:
            _do(request, deed, form, chosen)
        except Refused as refusal:
            _refuse_several(form, refusal)
        else:
            return redirect("project_list", found.pk)
    context = {
        "project_list": found,
        "plan": found.plan,
        "form": form,
        "deed": deed,
        "title": _titles()[deed],
        "number": len(chosen),
        "named": chosen[:MOST_NAMED],
        "chosen": [] if request.POST.get("all") else chosen,
        "query": request.GET.urlencode(),
    }
    return render(request, "tracker/lists/several.html", context, status=422 if is_applied else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def project_split(request: SignedInRequest, pk: int) -> HttpResponse:
    """Split a package project into its parts by a document."""
    member = member_of(request, pk)
    listed = member.project_list
    if not may_keep(request.user, listed.plan):
        raise Http404
    posted = request.POST if request.method == "POST" else None
    form = ReasonedForm(posted)
    parts_set = formset_factory(PartForm, extra=MOST_PARTS, max_num=MOST_PARTS)
    how: dict[str, Any] = {"prefix": "part", "form_kwargs": {"plan_region": listed.plan.region}}
    parts: BaseFormSet[PartForm] = parts_set(posted, **how)
    for one in parts.forms:
        one.fields["region"].initial = member.project.region_id
    if posted is not None and form.is_valid() and parts.is_valid():
        filled = [one for one in parts.forms if one.has_changed()]
        wholes = [one.part_of(member, number) for number, one in enumerate(filled, 1)]
        try:
            split_member(member, wholes, document=form.document, acting_user=request.user, now=timezone.now())
        except Refused as refusal:
            _show_refusal(form, filled, refusal)
        else:
            messages.success(request, _("The project was split. Counts of earlier months stay."))
            return redirect("project", member.pk)
    context = {"member": member, "project_list": listed, "plan": listed.plan, "form": form, "parts": parts}
    return render(request, "tracker/lists/split.html", context, status=200 if posted is None else 422)


@require_http_methods(["GET", "HEAD", "POST"])
def project_list_carry(request: SignedInRequest, pk: int) -> HttpResponse:
    """Carry a list over into the following year."""
    found = readable_list(request, pk)
    if not may_keep(request.user, found.plan):
        raise Http404
    begins = date(found.year + 1, 1, 1)
    numbers = Counter(one.category for one in continuing_members(found, before=begins))
    plans = [plan for plan in Plan.objects.select_related("region").order_by("pk") if may_keep(request.user, plan)]
    initial = {
        "name": found.name.replace(str(found.year), str(found.year + 1)),
        "plan": found.plan_id,
        "code": f"{found.code}-{found.year + 1}"[:60],
        "year": found.year + 1,
        "categories": [category for category, number in numbers.items() if number],
        "effective_from": begins,
    }
    form = CarryForm(plans, dict(numbers), request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        how: dict[str, Any] = {"document": form.document, "acting_user": request.user, "now": timezone.now()}
        try:
            added = carry_over(found, form.following, form.cleaned_data["categories"], **how)
        except Refused as refusal:
            add_refusal(form, refusal.message, refusal.fields)
        else:
            words = ngettext("%(number)s name was carried over.", "%(number)s names were carried over.", len(added))
            messages.success(request, words % {"number": len(added)})
            return redirect("project_list", added[0].project_list_id)
    context = {"form": form, "title": _("Carry over into the next year"), "plan": found.plan, "project_list": found}
    context["about"] = _(
        "Projects that started are carried over with their verified steps and what was invested. Those not started are "
        "new again. In production, halted or terminated they stay behind."
    )
    return render(request, "tracker/lists/form.html", context, status=422 if request.method == "POST" else 200)


def _chosen(request: SignedInRequest, found: ProjectList, deed: str) -> list[ListMember] | None:
    """Return the members that the person chose and may do this with; None where they may not at all."""
    if request.POST.get("all"):
        filters = MemberFilter(request, found)
        rows = filters.rows
    else:
        numbers = [int(text) for text in request.POST.getlist("member") if text.isdecimal() and len(text) < 19]
        rows = ListMember.objects.visible_to(request.user).filter(project_list=found, pk__in=numbers[:1000])
    if deed == STEP:
        own = ListMember.objects.enterable_by(request.user).filter(project_list=found)
        if not own.exists():
            return None
        rows = rows.filter(pk__in=own.values("pk"))
    elif not may_keep(request.user, found.plan):
        return None
    return list(rows.filter(ends=None).select_related(*SELECT).order_by("number"))


def _several_form(found: ProjectList, deed: str, posted: Any) -> Form:
    if deed == STEP:
        return SeveralStepsForm(found, posted, today=found.plan.day_of(timezone.now()))
    return MoveForm(found.plan.region, posted) if deed == MOVE else ReasonedForm(posted)


def _do(request: SignedInRequest, deed: str, form: Form, chosen: Sequence[ListMember]) -> None:
    how: dict[str, Any] = {"acting_user": request.user, "now": timezone.now()}
    number, data = len(chosen), form.cleaned_data
    if deed == STEP:
        lines = [ReportedStep(one, data["step"], data["day"], data["evidence"], data["note"]) for one in chosen]
        report_steps(lines, **how)
        words = ngettext(
            "%(number)s step was reported. It counts once a reviewer has verified it.",
            "%(number)s steps were reported. They count once a reviewer has verified them.",
            number,
        )
    elif isinstance(form, MoveForm):
        move_members(chosen, data["unit"], document=form.document, **how)
        words = ngettext("%(number)s project was moved.", "%(number)s projects were moved.", number)
    else:
        assert isinstance(form, ReasonedForm)  # noqa: S101 - what _several_form makes
        remove_members(chosen, document=form.document, **how)
        words = ngettext(
            "%(number)s member was taken off the list. Counts of earlier months stay.",
            "%(number)s members were taken off the list. Counts of earlier months stay.",
            number,
        )
    messages.success(request, words % {"number": number})


def _titles() -> Mapping[str, str]:
    return {
        STEP: _("Report a step of several"),
        MOVE: _("Move to another responsible unit"),
        REMOVE: _("Take off the list"),
    }


def _refuse_several(form: Form, refusal: Refused) -> None:
    """Show a refusal: what is wrong with single members above all, each by its number."""
    of_all = {}
    for place, words in refusal.fields.items():
        number, mark, _name = place.partition(": ")
        if mark and number.isdecimal():
            form.add_error(None, _("no. %(number)s: %(words)s") % {"number": number, "words": words})
        else:
            of_all[place] = words
    if of_all or not refusal.fields:
        add_refusal(form, refusal.message, of_all)


def _show_refusal(form: ReasonedForm, parts: Sequence[PartForm], refusal: Refused) -> None:
    """Show a refusal at the part and the field that it is about, all else above."""
    elsewhere = {}
    for place, words in refusal.fields.items():
        number, _mark, name = place.partition(": ")
        if number.isdecimal() and 0 < int(number) <= len(parts) and name in parts[int(number) - 1].fields:
            parts[int(number) - 1].add_error(name, words)
        else:
            elsewhere[place] = words
    if elsewhere or not refusal.fields:
        add_refusal(form, refusal.message, elsewhere)
    else:
        form.add_error(None, refusal.message)
