"""Rights to extend a deadline."""

from tracker.models import ReportingUnit, User
from tracker.models.access import Capability, scope_of

#: Any one of these over the unit lets a person give it more time.
GRANTING = (Capability.VERIFY, Capability.MANAGE_PLAN)


def may_grant(user: User, unit: ReportingUnit) -> bool:
    """Whether a person may give this unit more time."""
    return any(scope_of(user, capability).covers_unit(unit) for capability in GRANTING)
