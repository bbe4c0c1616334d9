"""Set-up: what can be set up by whom, what is missing, and the ways to a new plan."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_http_methods, require_safe

from tracker.filters.policy import SendDocumentForm
from tracker.filters.setup import CopyPlanForm
from tracker.models import Plan, PolicyDocument, User
from tracker.models.access import Capability, scope_of
from tracker.queries.errors import Refused
from tracker.queries.pages.overview import current_plan, plans_within
from tracker.queries.pages.setup_checklist import Point, checklist
from tracker.services.drafts.receive import may_create_plans
from tracker.services.plans.copy_plan import copy_plan, may_copy
from tracker.templatetags.frame import SETTING_UP
from tracker.web.access_backend import may
from tracker.web.requests import SignedInRequest


@dataclass(frozen=True)
class Entry:
    """A way to a page of set-up, with what one does there."""

    label: str
    address: str
    text: str


@require_safe
def setup(request: SignedInRequest) -> HttpResponse:
    """Show what is missing for a plan, and everything that this person sets up."""
    if not sets_up(request.user):
        raise PermissionDenied
    scope = scope_of(request.user, Capability.MANAGE_PLAN)
    plans = plans_within(scope) if scope.is_somewhere else []
    plan = next((one for one in plans if one.code == request.GET.get("plan")), None)
    plan = plan or current_plan(plans, timezone.localdate())
    points = checklist(plan, timezone.localdate()) if plan else []
    context = {
        "plans": plans,
        "plan": plan,
        "points": [(point, _address_for(request.user, point, plan)) for point in points],
        "missing": sum(not point.is_done and point.is_needed for point in points),
        "manages_plans": scope.is_somewhere,
        "groups": groups_of(request.user, plan),
        "drafts": _drafts(request.user),
    }
    return render(request, "tracker/setup/setup.html", context)


@require_safe
def new_plan(request: SignedInRequest) -> HttpResponse:
    """Show the ways to a new plan."""
    return new_plan_page(request)


def new_plan_page(
    request: SignedInRequest, document_form: SendDocumentForm | None = None, status: int = 200
) -> HttpResponse:
    """Return the page with the ways that this person may take."""
    scope = scope_of(request.user, Capability.MANAGE_PLAN)
    if not scope.is_somewhere:
        raise PermissionDenied
    context = {
        "form": document_form or SendDocumentForm(),
        "may_create": may_create_plans(request.user),
        "workbook": address_if_there("setup_workbook"),
        "plans": [one for one in plans_within(scope) if may_copy(one, request.user)],
        "drafts": _drafts(request.user),
    }
    return render(request, "tracker/setup/new_plan.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def copy(request: SignedInRequest, code: str) -> HttpResponse:
    """Show the dates of a copy of an earlier plan, and make it."""
    plans = plans_within(scope_of(request.user, Capability.MANAGE_PLAN)) if manages_plans(request.user) else []
    source = next((one for one in plans if one.code == code), None)
    if source is None:
        raise Http404
    if not may_copy(source, request.user):
        raise PermissionDenied
    form = CopyPlanForm(source, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            copied = copy_plan(source, form.new, acting_user=request.user, now=timezone.now())
        except Refused as refusal:
            for name, text in refusal.fields.items() or [("", refusal.message)]:
                form.add_error(name if name in form.fields else None, text)
        else:
            plan = copied.plan
            words = {"plan": plan, "targets": plan.targets.count(), "obligations": plan.obligations.count()}
            said = _("“%(plan)s” was created with %(targets)s targets and %(obligations)s obligations to report.")
            messages.success(request, said % words)
            if copied.links.proposed:
                told = ngettext(
                    "%(number)s linked indicator was proposed for it.",
                    "%(number)s linked indicators were proposed for it.",
                    copied.links.proposed,
                )
                messages.success(request, told % {"number": copied.links.proposed})
            for reason in copied.links.left_out:
                messages.warning(request, _("A linked indicator was left out. %(reason)s") % {"reason": reason})
            return redirect(f"{reverse('setup')}?plan={plan.code}")
    context = {"source": source, "form": form}
    return render(request, "tracker/setup/copy.html", context, status=422 if form.is_bound else 200)


def missing_of(user: User) -> dict[str, Any]:
    """Return what the first page says of set-up: the current plan's points that are missing, or that there is none."""
    if not manages_plans(user):
        return {}
    plan = current_plan(plans_within(scope_of(user, Capability.MANAGE_PLAN)), timezone.localdate())
    points = checklist(plan, timezone.localdate()) if plan else []
    open_points = [(point, _address_for(user, point, plan)) for point in points if not point.is_done]
    return {"sets_up": True, "setup_plan": plan, "points": open_points}


def manages_plans(user: User) -> bool:
    """Return True if this person manages any plan."""
    return scope_of(user, Capability.MANAGE_PLAN).is_somewhere


def sets_up(user: User) -> bool:
    """Return True if this person sets anything up."""
    return any(scope_of(user, capability).is_somewhere for capability in SETTING_UP)


def groups_of(user: User, plan: Plan | None) -> list[tuple[str, list[Entry]]]:
    """Return the pages of set-up by what they are about: those that this person may open."""
    groups = (
        (_("Plan"), _plan_entries(user, plan)),
        (
            pgettext("set-up", "Reporting"),
            [
                *_lists(
                    user,
                    (
                        "region",
                        _("Regions"),
                        _("Codes, names and levels; which is part of which; changes from a day on."),
                    ),
                    ("reportingunit", _("Reporting units"), _("Who reports, in which region.")),
                    ("period", _("Periods"), _("Deadlines and locks of single periods.")),
                    ("extension", _("Extensions"), _("More time for single units.")),
                    ("unitcapacity", _("Capacities of units"), _("The most that a unit can do in a month.")),
                    ("namealias", _("Other names"), _("Names by which tables call regions, units and indicators.")),
                    (
                        "indicatorlink",
                        _("Linked indicators"),
                        _("Figures that two plans share: entered once, filled in for both."),
                    ),
                    ("expectedrange", _("Usual ranges"), _("Values that a unit's periods usually lie between.")),
                ),
            ],
        ),
        (
            _("People"),
            _lists(
                user,
                ("user", _("Accounts"), _("Open, change and close accounts.")),
                ("membership", _("Roles"), _("Who may do what, and where.")),
            ),
        ),
        (
            _("Mail"),
            _lists(
                user,
                ("schedule", _("Delivery schedules"), _("What is sent when.")),
                ("subscription", _("Subscriptions"), _("Who gets it.")),
            ),
        ),
        (_("Installation"), _installation_entries(user)),
    )
    return [(name, entries) for name, entries in groups if entries]


def _plan_entries(user: User, plan: Plan | None) -> list[Entry]:
    if not scope_of(user, Capability.MANAGE_PLAN).is_somewhere:
        return []
    own = []
    if plan and manages_whole(user, plan):
        own = [
            Entry(
                _("Allocation of targets"),
                reverse("plan_split", args=[plan.code]),
                _("Target by region, with the balance."),
            ),
            Entry(
                _("Reporting obligations"),
                reverse("plan_obligations", args=[plan.code]),
                _("Indicator by unit, with the frequency."),
            ),
        ]
    workbook = address_if_there("setup_workbook")
    return [
        Entry(
            _("New action plan"), reverse("plan_new"), _("From a document, a workbook, an earlier plan, or by hand.")
        ),
        *([Entry(_("Set-up workbook"), workbook, _("Everything that is set up in one workbook."))] if workbook else []),
        *own,
        *_lists(
            user,
            ("plan", _("Action plans"), _("Dates, deadlines and the bounds of warning levels.")),
            ("clause", _("Clauses"), _("The parts of the plan and their wording.")),
            ("indicator", _("Indicators"), _("What is counted, in which unit, and how it adds up.")),
            ("target", pgettext("set-up", "Targets"), _("How much, by when; versions with their documents.")),
            (
                "rulechange",
                _("Changes of rules"),
                _("Bounds, pace and aggregation from a day on."),
            ),
            ("commitment", _("Commitments"), _("Tasks and measures that are no numbers.")),
            ("measureunit", _("Units of measure"), _("Symbols and factors.")),
            ("checkrule", _("Check rules"), _("What is checked while a return is entered.")),
            ("seriesbreak", _("Breaks in series"), _("From when on values are not comparable, and why.")),
        ),
    ]


def _installation_entries(user: User) -> list[Entry]:
    if not scope_of(user, Capability.MANAGE_ACCOUNTS).is_whole:
        return []
    identity = address_if_there("identity")
    return [
        *(
            [
                Entry(
                    _("Name and logo"),
                    identity,
                    _("Organisation, logo, contact for help, number in the footer, revision policy."),
                )
            ]
            if identity
            else []
        ),
        Entry(_("State of the installation"), reverse("operations"), _("Components, clock, periodic work.")),
    ]


def _lists(user: User, *rows: tuple[str, str, str]) -> list[Entry]:
    return [
        Entry(label, reverse(f"admin:tracker_{model}_changelist"), text)
        for model, label, text in rows
        if may(user, "change", model) or may(user, "add", model)
    ]


def manages_whole(user: User, plan: Plan | None) -> bool:
    """Return True if a person manages the whole region of a plan, as its grids ask."""
    return plan is not None and scope_of(user, Capability.MANAGE_PLAN, plan_id=plan.pk).covers_region(plan.region)


def _address_for(user: User, point: Point, plan: Plan | None) -> str:
    """Return where a point leads; nothing where this person would be refused: the point then says what to ask for."""
    if point.page in ("plan_split", "plan_obligations") and not manages_whole(user, plan):
        return ""
    if point.page.startswith("admin:tracker_"):
        name, _line, action = point.page.removeprefix("admin:tracker_").rpartition("_")
        right = {"add": "add", "changelist": "view"}.get(action, "change")
        if not may(user, right, name):
            return ""
    return _address(point)


def _address(point: Point) -> str:
    address = reverse(point.page, args=point.arguments)
    return f"{address}?{point.query}" if point.query else address


def address_if_there(name: str) -> str:
    """Return the address of this name, empty where the installation has none."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _drafts(user: User) -> Any:
    if not may_create_plans(user):
        return PolicyDocument.objects.none()
    open_states = (PolicyDocument.State.OPEN, PolicyDocument.State.READING, PolicyDocument.State.FAILED)
    return PolicyDocument.objects.visible_to(user).filter(state__in=open_states).select_related("uploaded_by")
