"""Making a region part of another: the paths of all below it follow, and no tree is cut."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Concat, Length, Substr
from django.utils.translation import gettext as _

from tracker.models import EarlierRegion, Event, Plan, Region, User
from tracker.models.organisation import PATH_LENGTH, path_and_above
from tracker.queries.errors import Refused
from tracker.services.audit.events import record_event


@transaction.atomic
def move_region(region: Region, parent: Region | None, *, acting_user: User | None, now: datetime) -> Region:
    """Make a region part of `parent` in all periods, with all below it. Returns, units, allocations and roles stay.

    Earlier trees that have it where it lay follow. Raise Refused, at the field, if that would cut a tree.
    """
    old = Region.objects.get(pk=region.pk)
    if old.parent == parent:
        return region
    check_move(old, parent)
    relocate(region, parent)
    record_event(
        Event.Action.CONFIGURED,
        acting_user=acting_user,
        now=now,
        about=region,
        before={"parent": str(old.parent or ""), "path": old.path},
        after={"parent": str(parent or ""), "path": region.path},
    )
    EarlierRegion.objects.filter(region=region, path=old.path).update(parent=parent)
    earlier = EarlierRegion.objects.filter(path__startswith=old.path)
    earlier.update(path=Concat(Value(region.path), Substr("path", len(old.path) + 1)))
    return region


def relocate(region: Region, parent: Region | None) -> None:
    """Make a region part of another without a check: the paths of all below it follow. The caller records it."""
    old = region.path
    below = Region.objects.filter(path__startswith=old).exclude(pk=region.pk)
    region.parent = parent
    region.save(update_fields=["parent", "path"])
    below.update(path=Concat(Value(region.path), Substr("path", len(old) + 1)))
    if region.last_change is not None:
        mark_changed([region.path], region.last_change)


def mark_changed(paths: Iterable[str], since: date) -> None:
    """Note a change at these regions and at those above them: from then on their earlier states are read."""
    concerned = {above for path in paths for above in path_and_above(path)}
    rows = Region.objects.filter(path__in=concerned).filter(Q(last_change=None) | Q(last_change__lt=since))
    rows.update(last_change=since)


def check_move(region: Region, parent: Region | None, since: date | None = None) -> None:
    """Raise Refused if a region cannot become part of `parent`.

    It cannot become part of itself, nor leave a region whose plan it takes part in, nor lie deeper than paths reach.
    A move from the day `since` on leaves plans that end before it as they are.
    """
    if parent is not None and parent.path.startswith(region.path):
        raise _refused(_("A region cannot become part of itself or of a region below it."))
    above = parent.path if parent else ""
    plans = Plan.objects.filter(region__path__in=region.paths_above).select_related("region")
    for plan in plans.filter(ends_on__gte=since) if since else plans:
        if not above.startswith(plan.region.path):
            raise _refused(
                _("%(region)s takes part in the plan “%(plan)s” of %(whole)s, which the move would cut.")
                % {"region": region, "plan": plan, "whole": plan.region}
            )
    longest = Region.objects.filter(path__startswith=region.path).annotate(length=Length(F("path"))).order_by("-length")
    length = longest.values_list("length", flat=True)[0] - len(region.path)
    if len(above) + len(region.code) + 1 + length > PATH_LENGTH:
        raise _refused(_("The region lies too deep: the codes above it are too long together."))


def _refused(message: str) -> Refused:
    return Refused(_("The region was not moved."), {"parent": message})
