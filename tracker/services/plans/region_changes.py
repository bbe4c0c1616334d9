"""Changes of regions and units from a day on: earlier periods keep the names and the tree that they had."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from tracker.models import (
    Allocation,
    EarlierRegion,
    EarlierUnitName,
    Event,
    Plan,
    Region,
    ReportingUnit,
    User,
)
from tracker.queries.errors import Refused
from tracker.services.audit.events import record_event
from tracker.services.plans.move_region import check_move, mark_changed, relocate
from tracker.services.plans.obligations import save_unit


@transaction.atomic
def rename_region(
    region: Region, *, name: str, name_en: str, level: str, since: date, acting_user: User, now: datetime
) -> Region:
    """Give a region another name or level from a day on. Raise Refused at the field that is wrong."""
    before = (region.name, region.name_en, region.level)
    if before == (name, name_en, level):
        raise _refused("name", _("Name and level are as before."))
    _require_day(region, [region], since, now)
    EarlierRegion.of(region, until=since, now=now).save()
    mark_changed([region.path], since)
    region.refresh_from_db(fields=["last_change"])
    region.name, region.name_en, region.level = name, name_en, level
    try:
        region.full_clean()
    except ValidationError as error:
        wrong = {key: " ".join(said) for key, said in error.message_dict.items()}
        raise Refused(_("Nothing was changed."), wrong) from None
    region.save()
    _record(region, since, acting_user, now, name=(before[0], name), level=(before[2], level))
    return region


@transaction.atomic
def move_region_since(region: Region, parent: Region, *, since: date, acting_user: User, now: datetime) -> Region:
    """Make a region part of another from a day on, with all below it. Raise Refused at the field that is wrong."""
    if region.parent == parent:
        raise _refused("parent", _("The region is part of %(parent)s already.") % {"parent": parent})
    _require_open(parent, "parent")
    check_move(region, parent, since)
    before = str(region.parent or "")
    _require_day(region, _with_all_below(region), since, now)
    _move(region, parent, since, now)
    _record(region, since, acting_user, now, parent=(before, str(parent)))
    return region


@transaction.atomic
def close_region(region: Region, *, since: date, acting_user: User, now: datetime) -> Region:
    """Close a region and its units from a day on. Raise Refused while open regions lie below it."""
    _require_day(region, [region], since, now)
    _require_no_plan(region, "since")
    below = list(Region.objects.filter(parent=region).open_on(since).order_by("path")[:5])
    if below:
        words = {"regions": ", ".join(map(str, below))}
        raise _refused("since", _("Move, merge or close the regions below it first: %(regions)s.") % words)
    region.closed_on = since
    region.save(update_fields=["closed_on"])
    _record(region, since, acting_user, now, closed_on=("", since.isoformat()))
    for unit in ReportingUnit.objects.filter(region=region).open_on(since).order_by("pk"):
        unit.closed_on = since
        save_unit(unit, acting_user=acting_user, now=now)
    return region


@transaction.atomic
def merge_region(region: Region, into: Region, *, since: date, acting_user: User, now: datetime) -> Region:
    """Merge a region into another from a day on: its units and the regions below it count there.

    The region stays below the other one, closed, with the returns of its units. Raise Refused at the field.
    """
    if region == into:
        raise _refused("into", _("A region cannot be merged into itself."))
    _require_open(into, "into")
    _require_no_plan(region, "into")
    try:
        check_move(region, into, since)
    except Refused as refusal:
        raise _refused("into", refusal.fields["parent"]) from None
    _require_day(region, _with_all_below(region), since, now)
    children = list(Region.objects.filter(parent=region).open_on(since).order_by("path"))
    _keep(region, since, now)
    for child in children:
        relocate(child, into)
    region.refresh_from_db()
    if region.parent_id != into.pk:
        relocate(region, into)
    mark_changed([into.path, region.path, *(child.path for child in children)], since)
    region.closed_on, region.merged_into = since, into
    region.save(update_fields=["closed_on", "merged_into"])
    _record(region, since, acting_user, now, merged_into=("", str(into)))
    return region


@transaction.atomic
def rename_unit(
    unit: ReportingUnit, *, name: str, name_en: str, since: date, acting_user: User, now: datetime
) -> ReportingUnit:
    """Give a reporting unit another name from a day on. Raise Refused at the field that is wrong."""
    before = (unit.name, unit.name_en)
    if before == (name, name_en):
        raise _refused("name", _("Name and level are as before."))
    _require_past(since, now)
    last = unit.earlier_names.aggregate(last=Max("until"))["last"]
    _require_after(last, since)
    EarlierUnitName.objects.create(unit=unit, until=since, name=before[0], name_en=before[1], recorded_at=now)
    unit.name, unit.name_en, unit.last_rename = name, name_en, since
    unit.save(update_fields=["name", "name_en", "last_rename"])
    _record(unit, since, acting_user, now, name=(before[0], name))
    return unit


def allocations_of(region: Region) -> list[str]:
    """Return the targets that are allocated to a region. A merge does not add its share to the other's."""
    shares = Allocation.objects.filter(region=region, unit=None).select_related("version__target__indicator")
    return sorted({str(share.version.target) for share in shares})


def _move(region: Region, parent: Region, since: date, now: datetime) -> None:
    _keep(region, since, now)
    relocate(region, parent)
    mark_changed([one.path for one in _with_all_below(region)], since)


def _keep(region: Region, since: date, now: datetime) -> None:
    """Keep a region and all below it as they lie now, for the periods that end before the day."""
    mark_changed([one.path for one in _with_all_below(region)], since)
    EarlierRegion.objects.bulk_create(EarlierRegion.of(one, until=since, now=now) for one in _with_all_below(region))


def _with_all_below(region: Region) -> list[Region]:
    return list(Region.objects.filter(path__startswith=region.path).order_by("path"))


def _require_day(region: Region, changed: list[Region], since: date, now: datetime) -> None:
    """Raise Refused unless the change is the newest of all these regions and holds already."""
    _require_open(region, "since")
    _require_past(since, now)
    _require_after(EarlierRegion.objects.filter(region__in=changed).aggregate(last=Max("until"))["last"], since)


def _require_past(since: date, now: datetime) -> None:
    if since > timezone.localdate(now):
        raise _refused("since", _("Choose today or an earlier day: a change is recorded once it holds."))


def _require_after(last: date | None, since: date) -> None:
    if last is not None and since <= last:
        words = {"day": last.isoformat()}
        raise _refused("since", _("Choose a day after %(day)s, the last change here or below.") % words)


def _require_open(region: Region, field: str) -> None:
    if region.closed_on is not None:
        words = {"region": region, "day": region.closed_on.isoformat()}
        raise _refused(field, _("%(region)s is closed since %(day)s.") % words)


def _require_no_plan(region: Region, field: str) -> None:
    plan = Plan.objects.filter(region=region).order_by("-starts_on").first()
    if plan is not None:
        raise _refused(field, _("The plan “%(plan)s” is a plan of this region.") % {"plan": plan})


def _record(
    row: Region | ReportingUnit, since: date, acting_user: User, now: datetime, **changes: tuple[str, str]
) -> None:
    changed = {key: (old, new) for key, (old, new) in changes.items() if old != new}
    record_event(
        Event.Action.CONFIGURED,
        acting_user=acting_user,
        now=now,
        about=row,
        before={key: old for key, (old, _new) in changed.items()},
        after={key: new for key, (_old, new) in changed.items()} | {"since": since.isoformat()},
    )


def _refused(field: str, message: str) -> Refused:
    return Refused(_("Nothing was changed."), {field: message})
