"""Rights to extend a deadline."""

from tracker.models import Period, ReportingUnit, User
from tracker.models.access import Capability, scope_of

#: Any one of these over the unit lets a person give it more time.
GRANTING = (Capability.VERIFY, Capability.MANAGE_PLAN)


def may_grant(user: User, unit: ReportingUnit, period: Period) -> bool:
    """Return True if a person may give this unit more time for a period of a plan."""
    return any(scope_of(user, capability, plan_id=period.plan_id).covers_unit(unit) for capability in GRANTING)
