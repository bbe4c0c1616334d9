"""Memberships limited to a plan: which plans they can be limited to."""

from datetime import datetime

from django.utils.translation import gettext as _

from tracker.models import Membership
from tracker.queries.errors import Refused


def require_plan_takes(membership: Membership, *, now: datetime) -> None:
    """Raise Refused, at the plan, where a membership cannot be limited to it.

    The plan is closed, or the membership's region has no part in it. Without a plan there is nothing to refuse.
    """
    plan, region = membership.plan, membership.region
    if plan is None:
        return
    if plan.is_closed(now):
        raise Refused(
            _("The plan is closed: nobody is given a role for it."),
            {"plan": _("%(plan)s has ended, and its last deadline has passed. Choose another plan.") % {"plan": plan}},
        )
    if not (region.path.startswith(plan.region.path) or plan.region.path.startswith(region.path)):
        raise Refused(
            _("The region has no part in the plan."),
            {"plan": _("%(region)s has no part in %(plan)s.") % {"region": region, "plan": plan}},
        )
