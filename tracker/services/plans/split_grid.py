"""Save a grid of shares at once: the whole of it or nothing, with one event."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from tracker.models import Allocation, Event, Plan, User
from tracker.models.access import Capability, scope_of
from tracker.queries.errors import ChangedMeanwhile, NotAllowed, Refused
from tracker.queries.pages.setup_grids import SplitGrid, load_split
from tracker.services.audit.events import record_event
from tracker.services.audit.issued_rules import check_removable
from tracker.services.audit.keep_rules import keeping_terms
from tracker.services.plans.targets import check_allocation

#: Shares by target and region; None where there is none (“/”).
Shares = Mapping[tuple[int, int], Decimal | None]


def require_manages(plan: Plan, user: User) -> None:
    """Raise NotAllowed unless this person manages the whole plan."""
    if not scope_of(user, Capability.MANAGE_PLAN, plan_id=plan.pk).covers_region(plan.region):
        raise NotAllowed(_("You do not manage this plan."))


@transaction.atomic
def save_split(plan: Plan, shares: Shares, *, seen: str, acting_user: User, now: datetime) -> int:
    """Save the shares that differ from the stored ones. Return how many that were.

    Raise ChangedMeanwhile if the grid is not as it was seen, and Refused with the cells, "target-region", that the
    target does not bear; then nothing is changed.
    """
    require_manages(plan, acting_user)
    grid = load_split(plan)
    if grid.seen != seen:
        raise ChangedMeanwhile(_("The allocation was changed meanwhile. Look at it again before you save."))
    changes = _changes(grid, shares)
    if not changes:
        return 0
    before, after, wrong = {}, {}, {}
    with keeping_terms(plan, acting_user=acting_user, now=now):
        # What shrinks comes first: it makes room for what grows.
        for (target_id, region_id), old, new in sorted(changes, key=lambda one: (one[2] or 0) - (one[1] or 0)):
            row = next(one for one in grid.rows if one.target.pk == target_id)
            region = next(one for one in grid.regions if one.pk == region_id)
            name = f"{row.target} · {region}"
            before[name], after[name] = _said(old), _said(new)
            problem = _store(row.version.pk, region_id, new)
            if problem:
                wrong[f"{target_id}-{region_id}"] = problem
        if wrong:
            raise Refused(_("The allocation was not saved; nothing was changed."), wrong)
    action = Event.Action.CONFIGURED
    record_event(action, acting_user=acting_user, now=now, about=plan, before=before, after=after)
    return len(changes)


def _changes(grid: SplitGrid, shares: Shares) -> list[tuple[tuple[int, int], Decimal | None, Decimal | None]]:
    regions = {one.pk for one in grid.regions}
    stored = {(row.target.pk, region): row.shares.get(region) for row in grid.rows for region in regions}
    return [(cell, stored[cell], value) for cell, value in shares.items() if cell in stored and stored[cell] != value]


def _store(version_id: int, region_id: int, value: Decimal | None) -> str:
    """Store one share, or return what is wrong with it."""
    stored = Allocation.objects.filter(version=version_id, region=region_id, unit=None).first()
    if value is None:
        return _remove(stored) if stored else ""
    allocation = stored or Allocation(version_id=version_id, region_id=region_id)
    allocation.value = value
    allocation.is_demonstration = False
    try:
        check_allocation(allocation)
        allocation.full_clean()
    except Refused as refused:
        return " ".join(refused.fields.values()) or refused.message
    except ValidationError as error:
        return " ".join(error.messages)
    allocation.save()
    return ""


def _remove(stored: Allocation) -> str:
    """Remove one share, or return why it stays."""
    try:
        check_removable(stored)
    except Refused as refused:
        return " ".join(refused.fields.values())
    stored.delete()
    return ""


def _said(value: Decimal | None) -> str:
    return "/" if value is None else format(value.normalize(), "f")
