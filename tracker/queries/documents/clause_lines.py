"""The clauses of a plan with their targets and commitments, for the report that prints them; and keeping them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from tracker.documents import wording
from tracker.documents.compliance import ClauseLine
from tracker.models import Clause, Commitment, EarlierRegion, Plan, Region, Target
from tracker.models.earlier import name_regions


def read_clauses(plan: Plan, region: Region, day: date) -> list[ClauseLine]:
    """Return a line for each clause that concerns a region: all of the plan's own, and those that name no other.

    Regions have the names of the day.
    """
    targets = Prefetch("targets", Target.objects.select_related("indicator"))
    found = Clause.objects.filter(plan=plan).order_by("position").prefetch_related(targets)
    commitments = Commitment.objects.filter(clause__plan=plan).prefetch_related("places", "bodies")
    by_clause = {one.clause_id: one for one in commitments}
    if plan.region.has_changed_since(day):
        places = (place for one in by_clause.values() for place in one.places.all())
        name_regions(places, EarlierRegion.objects.on(day))
    lines = [_line(clause, by_clause.get(clause.pk), plan, region) for clause in found]
    return [line for line in lines if line is not None]


def clauses_as_json(lines: Iterable[ClauseLine]) -> list[dict[str, Any]]:
    """Return the lines in JSON's own types."""
    return [asdict(line) for line in lines]


def clauses_from_json(rows: Sequence[Mapping[str, Any]]) -> list[ClauseLine]:
    """Return the lines that `clauses_as_json` kept."""
    return [ClauseLine(**row) for row in rows]


def _line(clause: Clause, commitment: Commitment | None, plan: Plan, region: Region) -> ClauseLine | None:
    places = list(commitment.places.all()) if commitment else []
    if region != plan.region and places and region not in places:
        return None
    return ClauseLine(
        number=clause.number,
        name=super(Clause, clause).__str__(),
        kind=commitment.get_kind_display() if commitment else _("Target"),
        status=commitment.get_status_display() if commitment else "",
        bodies=wording.listed(map(str, commitment.bodies.all())) if commitment else "",
        regions=wording.listed(map(str, places)),
        note=commitment.status_note
        if commitment
        else wording.listed(str(target.indicator) for target in clause.targets.all()),
    )
