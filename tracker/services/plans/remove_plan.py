"""Deleting a plan that nobody has reported for."""

from datetime import datetime

from django.db import transaction

from tracker.models import ActPermit, Plan, User
from tracker.services.accounts.second_person import require_second_person
from tracker.services.audit import configuration


@transaction.atomic
def delete_plan(plan: Plan, *, acting_user: User, now: datetime) -> None:
    """Delete a plan. The database refuses where returns hang on it; a setting asks for a second person."""
    require_second_person(ActPermit.Act.DELETE_PLAN, acting_user=acting_user, now=now)
    configuration.delete_configured(plan, acting_user=acting_user, now=now)
