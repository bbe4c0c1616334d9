"""Lists of projects and rosters: which there are, their members, their funnel, and the steps that wait."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from tracker.documents.list_wording import RATE_NAMES, denominator_in_words, exceptions_in_words
from tracker.filters.members import MemberFilter
from tracker.filters.place import PlaceForm
from tracker.filters.project_forms import NewMemberForm, add_refusal
from tracker.models import ListMember, ProjectList, StepDecision, TakenStep
from tracker.models.access import Capability, scope_of
from tracker.queries.errors import Refused
from tracker.queries.pages.overview import plans_within
from tracker.queries.pages.project_lists import batches_of, load_funnel_page, load_lists, rules_of, waiting_steps
from tracker.services.projects.members import add_members
from tracker.services.projects.rights import may_keep, may_verify
from tracker.services.projects.steps import decide_steps
from tracker.tables.members import MemberTable
from tracker.tables.ordering import QuerysetRows
from tracker.views.listing import Listing, list_or_file, sorting
from tracker.views.no_plan import no_plan
from tracker.web.page_clock import page_today
from tracker.web.requests import SignedInRequest


@require_safe
def project_lists(request: SignedInRequest) -> HttpResponse:
    """Show the lists of a plan, each with its size and the figures that are counted from it."""
    form = PlaceForm.for_person(request.user, request.GET, page_today())
    if form.ground.plan is None:
        return no_plan(request, _("Project lists"))
    context: dict[str, Any] = {"form": form, "plan": form.ground.plan}
    if form.is_valid():
        plan, period = form.cleaned_data["plan"], form.cleaned_data["period"]
        context |= {
            "keeps": may_keep(request.user, plan),
            "plan": plan,
            "period": period,
            "lines": load_lists(plan, request.user, period.ends_on),
        }
    return render(request, "tracker/lists/lists.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def project_list(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """Show the members of a list, filtered and sorted; give the same as a file."""
    found = readable_list(request, pk)
    filters = MemberFilter(request, found)
    keeps = may_keep(request.user, found.plan)
    reports = ListMember.objects.enterable_by(request.user).filter(project_list=found).exists()
    steps = {step.code: step for step in filters.steps}
    day = filters.day if request.method != "POST" and filters.is_valid() else None
    how: dict[str, Any] = {"is_roster": found.is_roster, "may_choose": keeps or reports, "day": day, "steps": steps}
    table = MemberTable(QuerysetRows(filters.rows), order_by=sorting(request), **how)
    listing = Listing(f"members-{found.pk}", str(found), "tracker/lists/list.html")
    more: dict[str, Any] = {"project_list": found, "plan": found.plan, "keeps": keeps, "reports": reports}
    if request.method != "POST" and filters.is_valid():
        more |= {
            "rules": rules_of(found, request.user, filters.day),
            "batches": batches_of(found, request.user),
            "waiting": len(waiting_steps(found, request.user)) if may_verify(request.user, found.plan) else 0,
        }
    return list_or_file(request, listing, filters, table, **more)


@require_safe
def project_list_funnel(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show members and investment by stage, the rates with their rules, and the ranking of places."""
    found = readable_list(request, pk)
    data = request.GET.copy()
    data["plan"] = found.plan.code
    form = PlaceForm.for_person(request.user, data, page_today(), ("region",))
    if form.is_out_of_scope:
        raise Http404
    context: dict[str, Any] = {"form": form, "plan": found.plan, "project_list": found}
    if form.is_valid():
        period, region = form.cleaned_data["period"], form.cleaned_data["region"]
        by = request.GET.get("by", "started")
        page = load_funnel_page(found, request.user, period.ends_on, region=region, by=by)
        context |= {
            "period": period,
            "region": region,
            "page": page,
            "by": by,
            "rates": [
                (rate, RATE_NAMES[rate.rule], denominator_in_words(rate), exceptions_in_words(rate))
                for rate in page.rates
            ],
        }
    return render(request, "tracker/lists/funnel.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def project_list_steps(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show the steps that wait for a second person, and carry out the decision about those that are chosen."""
    found = readable_list(request, pk)
    if not may_verify(request.user, found.plan):
        raise Http404
    if request.method == "POST":
        return _decide(request, found)
    context = {"project_list": found, "plan": found.plan, "waiting": waiting_steps(found, request.user)}
    return render(request, "tracker/lists/steps.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def project_list_add(request: SignedInRequest, pk: int) -> HttpResponse:
    """Put a project or an enterprise on the list by a document."""
    found = readable_list(request, pk)
    if not may_keep(request.user, found.plan):
        raise Http404
    form = NewMemberForm(
        found.plan.region, request.POST if request.method == "POST" else None, is_roster=found.is_roster
    )
    if request.method == "POST" and form.is_valid():
        try:
            (added,) = add_members(
                found, [form.member], document=form.document, acting_user=request.user, now=timezone.now()
            )
        except Refused as refusal:
            add_refusal(form, refusal.message, refusal.fields)
        else:
            return redirect("project", added.pk)
    status = 422 if form.is_bound else 200
    context = {"project_list": found, "plan": found.plan, "form": form}
    return render(request, "tracker/lists/add.html", context, status=status)


def _decide(request: SignedInRequest, found: ProjectList) -> HttpResponse:
    """Verify the chosen steps, or do not accept them."""
    numbers = [int(number) for number in request.POST.getlist("step") if number.isdecimal() and len(number) < 19]
    chosen = TakenStep.objects.filter(
        pk__in=numbers, member__in=ListMember.objects.visible_to(request.user).filter(project_list=found)
    )
    is_verified = request.POST.get("verdict") == StepDecision.Verdict.VERIFIED
    verdict = StepDecision.Verdict.VERIFIED if is_verified else StepDecision.Verdict.REFUSED
    try:
        if not chosen:
            raise Refused(_("Choose the steps first."))
        comment = request.POST.get("comment", "")[:500]
        decided = decide_steps(chosen, verdict, acting_user=request.user, now=timezone.now(), comment=comment)
    except Refused as refusal:
        messages.error(request, " ".join([refusal.message, *refusal.fields.values()]))
    else:
        number = len(decided)
        words = (
            ngettext("%(number)s step verified.", "%(number)s steps verified.", number)
            if is_verified
            else ngettext("%(number)s step not accepted.", "%(number)s steps not accepted.", number)
        )
        messages.success(request, words % {"number": number})
    return redirect(reverse("project_list_steps", args=[found.pk]))


def readable_list(request: SignedInRequest, pk: int) -> ProjectList:
    """Return a list of a plan of which the person reads a region or reports for a unit; else raise Http404."""
    found = get_object_or_404(ProjectList.objects.select_related("plan__region", "carried_from"), pk=pk)
    scopes = [scope_of(request.user, one) for one in (Capability.VIEW, Capability.ENTER)]
    if any(scope.is_somewhere and found.plan in plans_within(scope) for scope in scopes):
        return found
    if not ListMember.objects.visible_to(request.user).filter(project_list=found).exists():
        raise Http404
    return found
