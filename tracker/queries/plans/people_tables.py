"""People of a plan's region with their roles, as rows of a plan document."""

from django.db.models import Q

from tracker.documents.setup.shape import Row
from tracker.models import Membership, Plan
from tracker.models.organisation import KEPT_APART
from tracker.queries.plans.place_tables import code_of, plain

#: Telephone numbers of people leave the installation in no file.
ACCOUNT = ("username", "display_name", "email", "language")


def people_rows(plan: Plan) -> dict[str, list[Row]]:
    """Return the open accounts with a role in the plan's region, and these roles.

    Without passwords. Roles that administer the installation belong to no plan, nor do those of other plans.
    """
    held = Membership.objects.filter(Q(plan=None) | Q(plan=plan), region__path__startswith=plan.region.path)
    held = held.filter(user__is_active=True).exclude(role__in=KEPT_APART).select_related("user", "region", "unit")
    memberships = list(held.order_by("user__username", "role", "region__path", "unit__code"))
    people = {one.user.username: one.user for one in memberships}
    return {
        "person": [plain(one, ACCOUNT) for one in people.values()],
        "role": [
            {
                "username": one.user.username,
                "role": one.role,
                "region": one.region.code,
                "unit": code_of(one.unit),
                "only_plan": one.plan_id is not None,
            }
            for one in memberships
        ],
    }
