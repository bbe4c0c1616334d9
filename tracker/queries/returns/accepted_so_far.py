"""Returns that a person's own level has accepted, wherever they stand now."""

from django.db.models import Q

from tracker.models import Plan, Return, User
from tracker.models.access import GRANTS, Capability
from tracker.models.organisation import Membership, path_and_above
from tracker.models.reporting import ReturnQuerySet


def accepted_so_far(user: User) -> ReturnQuerySet:
    """Return the returns accepted by a region that the person reviews for. One query for the plans, one for the rows.

    A return stands above each region on its way that has accepted it, and the last one's acceptance has verified it.
    """
    accepted = Q(pk__in=())
    plans = list(Plan.objects.select_related("region"))
    for held in user.current_memberships:
        if Capability.VERIFY in GRANTS[held.role]:
            for plan in plans:
                if held.plan_id in (None, plan.pk):
                    accepted |= _accepted_by(held, plan)
    return Return.objects.filter(accepted)


def _accepted_by(held: Membership, plan: Plan) -> Q:
    path, whole = held.region.path, plan.region.path
    of_plan = Q(period__plan=plan, unit__region__path__startswith=path)
    if whole.startswith(path):
        return of_plan & Q(state=Return.State.VERIFIED, checking_region=None)
    if not path.startswith(whole) or held.region.level not in plan.checking_levels:
        return Q(pk__in=())
    stands_above = Q(checking_region=None) | Q(checking_region__path__in=path_and_above(path)[:-1])
    return of_plan & (Q(state=Return.State.VERIFIED) | (Q(state=Return.State.SUBMITTED) & stands_above))
