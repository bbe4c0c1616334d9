"""What the frame around every page shows: where one can go, and who is signed in."""

from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from tracker.models import Clause, Identity, Plan, Region, Target, User
from tracker.models.access import Capability, scope_of
from tracker.queries.imports.past_values.check import SENDERS
from tracker.queries.plans.demonstration import any_demonstration, holds_demonstration
from tracker.web.page_clock import page_day

register = template.Library()

#: Where a page's context says which plan it is about.
ABOUT_A_PLAN = ("plan", "period", "filed", "unit_return", "target", "clause", "report", "form", "filters", "filter")
#: Pages that lie within a destination though their addresses do not: what their own way back says.
FURTHER = {"home": ("regions/", "figures/"), "clauses": ("indicators/", "plans/"), "reports": ("statistics/",)}
#: Who sets anything up.
SETTING_UP = (Capability.MANAGE_PLAN, Capability.MANAGE_ACCOUNTS, Capability.MANAGE_PEOPLE, Capability.MANAGE_MAIL)

#: Screens of the administration that belong to the work of a period; the others are set-up.
OF_THE_WORK = {"return", "unlockrequest", "job", "issuedreport", "event", "delivery", "pausedaddress"}


@dataclass(frozen=True)
class Destination:
    """One entry of the navigation."""

    label: str
    url: str
    is_current: bool


@register.simple_tag(takes_context=True)
def navigation(context: dict[str, Any]) -> list[Destination]:
    """Return where this person can go from here."""
    request = context["request"]
    places = [
        ("home", _("Overview"), True),
        ("targets", _("Targets"), _may(request.user, Capability.VIEW)),
        ("clauses", _("Clauses"), _reads_places(request.user)),
        ("project_lists", _("Project lists"), _may(request.user, Capability.VIEW, Capability.ENTER)),
        ("returns", _("Returns"), _may(request.user, Capability.VIEW, Capability.ENTER)),
        ("entries", _("Reported values"), _may(request.user, Capability.VIEW, Capability.ENTER)),
        ("timeliness", _("Reporting status"), _may(request.user, Capability.VIEW)),
        ("past_tables", _("Past periods"), _may(request.user, *SENDERS)),
        ("reports", _("Reports"), _may(request.user, Capability.READ_REPORTS)),
        ("deliveries", _("Mail"), _reads_mail(request.user)),
        ("events", _("Event log"), _may(request.user, Capability.READ_EVENTS)),
        ("admin:index", _("Entry and review"), True),
        ("setup", _("Set-up"), _may(request.user, *SETTING_UP)),
    ]
    return [
        Destination(label, url, _is_within(request.path, name, url))
        for name, label, is_open in places
        if is_open and (url := _address(name))
    ]


@register.simple_tag(takes_context=True)
def shows_demonstration(context: dict[str, Any]) -> bool:
    """Return True if the page's plan holds demonstration data; on a page about no plan, whether any plan does."""
    plan = _plan_shown(context)
    return holds_demonstration(plan) if plan else any_demonstration()


@register.simple_tag(takes_context=True)
def demonstration_day(context: dict[str, Any]) -> date | None:
    """Return the day as of which the page's plan, or without one every plan, is shown; None by the real clock."""
    return page_day(_plan_shown(context))


def _plan_shown(context: dict[str, Any]) -> Plan | None:
    found = (_plan_of(context.get(name)) for name in ABOUT_A_PLAN)
    return next((plan for plan in found if plan), None)


def _plan_of(thing: Any) -> Plan | None:
    """Return the plan that something in a page's context is about: itself, or what leads to it; None without one."""
    if thing is None or isinstance(thing, Plan):
        return thing
    for name in ("ground", "plan", "period", "clause"):
        further = getattr(thing, name, None)
        if further is not None and (plan := _plan_of(further)):
            return plan
    return None


@register.simple_tag(takes_context=True)
def organisation(context: dict[str, Any]) -> Identity | None:
    """Return the organisation that pages name, read once for each page; None where none is set."""
    request = context.get("request")
    if request is None:
        return Identity.objects.first()
    if not hasattr(request, "named_organisation"):
        request.named_organisation = Identity.objects.first()
    return cast("Identity | None", request.named_organisation)


@register.simple_tag(takes_context=True)
def change_address(context: dict[str, Any], row: Any) -> str:
    """Return where this person changes a row; empty for who may not."""
    user = context["request"].user
    if isinstance(row, Region):
        is_open = scope_of(user, Capability.MANAGE_PLAN).in_any_plan().covers_region(row)
    elif isinstance(row, Target | Clause):
        is_open = scope_of(user, Capability.MANAGE_PLAN, plan_id=row.plan_id).covers_region(row.plan.region)
    elif isinstance(row, Plan):
        is_open = scope_of(user, Capability.MANAGE_PLAN, plan_id=row.pk).covers_region(row.region)
    else:
        is_open = scope_of(user, Capability.MANAGE_PLAN).is_whole
    return reverse(f"admin:tracker_{row._meta.model_name}_change", args=[row.pk]) if is_open else ""


@register.simple_tag(takes_context=True)
def may_create_plan(context: dict[str, Any]) -> bool:
    """Return True if this person may create a plan in any way."""
    return _may(context["request"].user, Capability.MANAGE_PLAN)


@register.simple_tag
def roles_of(user: User) -> str:
    """Return the user's roles and where they hold: "Reporter · 太原市"."""
    roles = [str(membership) for membership in user.current_memberships]
    if user.is_superuser:
        roles.insert(0, _("Superuser"))
    return _("; ").join(roles)


def _may(user: User, *capabilities: Capability) -> bool:
    return any(scope_of(user, capability).is_somewhere for capability in capabilities)


def _reads_places(user: User) -> bool:
    """Return True if a person reads whole places, not only single units."""
    scope = scope_of(user, Capability.VIEW)
    return scope.everywhere or bool(scope.paths) or any(not right.unit_id for right in scope.limited)


def _reads_mail(user: User) -> bool:
    return _may(user, Capability.MANAGE_MAIL, Capability.READ_MAIL) or user.is_subscribed


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


@register.simple_tag(takes_context=True)
def screen_home(context: dict[str, Any]) -> Destination:
    """Return the page that a screen of the administration belongs to: set-up, or entry and review."""
    request = context["request"]
    if _is_of_setup(request.path) and _may(request.user, *SETTING_UP):
        return Destination(_("Set-up"), reverse("setup"), is_current=False)
    return Destination(_("Entry and review"), reverse("admin:index"), is_current=False)


def _is_of_setup(path: str) -> bool:
    screens = reverse("admin:app_list", args=["tracker"])
    model = path.removeprefix(screens).partition("/")[0] if path.startswith(screens) else ""
    return bool(model) and model not in OF_THE_WORK


def _is_within(path: str, name: str, url: str) -> bool:
    home = reverse("home")
    if any(path.startswith(home + further) for further in FURTHER.get(name, ())):
        return True
    if _is_of_setup(path) and name in ("setup", "admin:index"):
        return name == "setup"
    return path == url if url == home else path.startswith(url)
