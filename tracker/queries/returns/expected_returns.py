"""Expected returns of a person's units: those to open, and those not submitted."""

from datetime import datetime

from django.db.models import F, QuerySet

from tracker.models import ExpectedReturn, ReportingUnit, User
from tracker.models.access import Capability, scope_of
from tracker.models.expected import ExpectedReturnQuerySet

#: The earliest deadline first.
BY_DEADLINE = ("due_at", "unit__region__path", "unit__code")


def own_units(user: User) -> QuerySet[ReportingUnit]:
    """Return the units a person reports for."""
    scope = scope_of(user, Capability.ENTER).in_any_plan().as_filter("region__path", "pk")
    return ReportingUnit.objects.filter(scope).select_related("region")


def begun_returns(user: User, *, now: datetime) -> ExpectedReturnQuerySet:
    """Return the expected returns of a person's units whose period has begun; of a demonstration, by its own day."""
    begun = ExpectedReturn.objects.enterable_by(user).begun(now)
    return begun.exclude(period__plan__demonstration_day__lt=F("period__starts_on"))


def expected_returns(user: User, *, now: datetime) -> list[ExpectedReturn]:
    """Return those that can be opened, the earliest deadline first."""
    return list(begun_returns(user, now=now).not_started().with_names().order_by(*BY_DEADLINE))


def outstanding_returns(user: User, *, now: datetime) -> list[ExpectedReturn]:
    """Return those not submitted whose period has ended, the earliest deadline first."""
    ended = ExpectedReturn.objects.enterable_by(user).ended(now)
    return list(ended.outstanding().with_names().order_by(*BY_DEADLINE))
