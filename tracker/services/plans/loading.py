"""Loading reference data and plans."""

from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from tracker.models import (
    Event,
    Indicator,
    MeasureUnit,
    Plan,
    Region,
    User,
)
from tracker.queries.errors import Refused
from tracker.services.audit.events import record_event
from tracker.services.audit.keep_rules import issued_moment, keep_terms
from tracker.services.plans.open_periods import open_periods
from tracker.services.plans.plan_document import read_document
from tracker.services.plans.plan_loader import PlanLoader, check_names


@transaction.atomic
def load_reference(units: Path, regions: Path) -> None:
    """Add the units and regions that are not there yet; those that are stay as they are."""
    for row in read_document(units).rows("unit"):
        MeasureUnit.objects.get_or_create(code=row["code"], defaults=row)
    for row in read_document(regions).rows("region"):
        part_of = row.pop("part_of")
        parent = Region.objects.get(code=part_of) if part_of else None
        Region.objects.get_or_create(code=row["code"], defaults={**row, "parent": parent})


def load_plan(path: Path, *, acting_user: User | None, now: datetime) -> Plan:
    """Load a plan that is not there yet, with its clauses, indicators, targets, commitments and months.

    Raises Refused naming each mistake's place, or because a plan of this code exists; then nothing is changed.
    """
    document = read_document(path)
    if len(document.rows("plan")) != 1:
        raise Refused(_("%(file)s needs one [plan] table.") % {"file": path.name})
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
