"""Loading reference data and plans."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tracker.models import (
    Event,
    Indicator,
    MeasureUnit,
    Plan,
    Region,
    RegionLevel,
    User,
)
from tracker.queries.errors import Refused
from tracker.services.audit.events import record_event
from tracker.services.audit.keep_rules import issued_moment, keep_terms
from tracker.services.plans.move_region import move_region
from tracker.services.plans.open_periods import open_periods
from tracker.services.plans.plan_document import Document, read_document
from tracker.services.plans.plan_loader import PlanLoader, check_names, save_row


@transaction.atomic
def load_reference(units: Path, regions: Path, *, moved_at: datetime | None = None) -> None:
    """Add the units, levels and regions that are not there yet; those that are stay as they are.

    With `moved_at` a region that is part of no other becomes part of the one that the document names. Raise Refused,
    naming the place, if a region names no known level or region, or cannot be moved; then nothing is changed.
    """
    load_units(read_document(units))
    load_regions(read_document(regions), moved_at=moved_at)


def load_units(document: Document) -> None:
    """Add the units of measure that are not there yet."""
    for row in document.rows("unit"):
        MeasureUnit.objects.get_or_create(code=row["code"], defaults=row)


def load_regions(document: Document, *, moved_at: datetime | None = None) -> None:
    """Add the levels and regions that are not there yet, as `load_reference` does."""
    for position, row in enumerate(document.rows("level")):
        RegionLevel.objects.get_or_create(code=row["code"], defaults={**row, "position": position})
    for index, row in enumerate(document.rows("region")):
        _load_region(document, index, row, moved_at)
        document.raise_mistakes()


def _load_region(document: Document, index: int, row: dict[str, Any], moved_at: datetime | None) -> None:
    """Add a region, or make it part of the one that the document names if it is part of no other."""
    found = {region.code: region for region in Region.objects.filter(code__in=(row["code"], row["part_of"]))}
    parent = found.get(row["part_of"])
    if row["part_of"] and parent is None:
        document.complain("region", index, "part_of", _("“%(name)s” is not defined.") % {"name": row["part_of"]})
        return
    region = found.get(row["code"])
    if region is None:
        fields = {key: value for key, value in row.items() if key != "part_of"}
        save_row(document, "region", index, Region(**fields, parent=parent))
    elif region.parent_id is None and parent is not None and moved_at is not None:
        try:
            move_region(region, parent, acting_user=None, now=moved_at)
        except Refused as refusal:
            document.complain("region", index, "part_of", refusal.fields["parent"])


def load_plan(path: Path, *, acting_user: User | None, now: datetime) -> Plan:
    """Load a plan that is not there yet, with its clauses, indicators, targets, commitments and months.

    Raises Refused naming each mistake's place, or because a plan of this code exists; then nothing is changed.
    """
    return create_plan(read_document(path), acting_user=acting_user, now=now)


def create_plan(document: Document, *, acting_user: User | None, now: datetime) -> Plan:
    """Create the plan that a document describes, whether it was read from a file or made in pages.

    Raise Refused as `load_plan` does; then nothing is changed.
    """
    if len(document.rows("plan")) != 1:
        raise Refused(_("%(file)s needs one [plan] table.") % {"file": document.name})
    if Plan.objects.filter(code=document.rows("plan")[0]["code"]).exists():
        raise Refused(_("The plan “%(code)s” is loaded already.") % {"code": document.rows("plan")[0]["code"]})
    check_names(document)
    with transaction.atomic():
        plan = PlanLoader(document).load()
        open_periods(plan, now=now)
        document.raise_mistakes()
        record_event(Event.Action.PLAN_LOADED, acting_user=acting_user, now=now, about=plan)
        keep_terms(plan, acting_user=acting_user, now=issued_moment(plan))
    return plan


def load_indicators(path: Path, *, acting_user: User | None, now: datetime) -> list[Indicator]:
    """Add the indicators of a document that are not there yet; those that are stay as they are.

    Raises Refused naming each mistake's place; then nothing is changed.
    """
    document = read_document(path)
    check_names(document)
    before = set(Indicator.objects.values_list("pk", flat=True))
    with transaction.atomic():
        PlanLoader(document).load_indicators()
        document.raise_mistakes()
        added = list(Indicator.objects.exclude(pk__in=before))
        for indicator in added:
            record_event(Event.Action.CONFIGURED, acting_user=acting_user, now=now, about=indicator)
    return added
