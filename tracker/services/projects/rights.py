"""Rights over lists: who keeps them, who reports for a member, who verifies."""

from django.utils.translation import gettext as _

from tracker.models import ListMember, Plan, User
from tracker.models.access import Capability, scope_of
from tracker.queries.errors import NotAllowed


def may_keep(user: User, plan: Plan) -> bool:
    """Return True if a person keeps the lists of a plan: a plan manager of the plan's own region."""
    return scope_of(user, Capability.MANAGE_PLAN, plan_id=plan.pk).covers_region(plan.region)


def may_report(user: User, member: ListMember) -> bool:
    """Return True if a person reports for a member: for its responsible unit, or in its region where it has none."""
    scope = scope_of(user, Capability.ENTER, plan_id=member.project_list.plan_id)
    unit = member.project.unit
    return scope.covers_unit(unit) if unit is not None else scope.covers_region(member.project.region)


def may_verify(user: User, plan: Plan) -> bool:
    """Return True if a person verifies steps: a reviewer of the plan's own region, as for returns."""
    return scope_of(user, Capability.VERIFY, plan_id=plan.pk).covers_region(plan.region)


def require_keeper(user: User | None, plan: Plan) -> None:
    """Raise NotAllowed unless a person keeps the plan's lists. None is the system itself."""
    if user is not None and not may_keep(user, plan):
        raise NotAllowed(_("Only a plan manager of %(region)s changes lists.") % {"region": plan.region})


def require_reporter(user: User, member: ListMember) -> None:
    """Raise NotAllowed unless a person reports for the member."""
    if not may_report(user, member):
        raise NotAllowed(_("You do not report for %(project)s.") % {"project": member.project})


def require_verifier(user: User, plan: Plan) -> None:
    """Raise NotAllowed unless a person verifies steps in the plan."""
    if not may_verify(user, plan):
        raise NotAllowed(_("Only a reviewer of %(region)s verifies steps.") % {"region": plan.region})
