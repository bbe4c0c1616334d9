"""Plans whose indicators a person may link, and links that wait for a plan's manager."""

from django.db.models import QuerySet

from tracker.models import IndicatorLink, Obligation, Plan, User
from tracker.models.access import Capability, scope_of


def plans_managed(user: User) -> QuerySet[Plan]:
    """Return the plans that this person manages whole, the newest first."""
    scope = scope_of(user, Capability.MANAGE_PLAN)
    return Plan.objects.filter(scope.as_filter("region__path", plan_field="pk"))


def plans_beside(plans: QuerySet[Plan]) -> QuerySet[Plan]:
    """Return the plans for which a unit of one of these plans reports."""
    units = Obligation.objects.filter(plan__in=plans.order_by()).order_by().values("unit")
    beside = Obligation.objects.filter(unit__in=units).order_by().values("plan")
    return Plan.objects.filter(pk__in=beside)


def links_waiting(plan: Plan) -> int:
    """Return how many links were proposed to a plan and wait for its manager."""
    return IndicatorLink.objects.current().filter(other_plan=plan, agreed_at=None).count()
