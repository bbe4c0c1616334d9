"""Names of the issuing body of a document, and its mark of demonstration data."""

from collections.abc import Collection

from tracker.models import Plan, Region, ReportingUnit, ValueRevision
from tracker.queries.plans.demonstration import holds_demonstration

#: So many numbers fit in one query of every database.
CHUNK = 2_000


def issuer_of(plan: Plan, region: Region) -> tuple[str, str]:
    """Return the Chinese and the English name of the plan's issuing body, or of the unit that reports for the place."""
    if region == plan.region:
        return plan.issuer, plan.issuer_en
    units = list(ReportingUnit.objects.filter(region=region)[:2])
    named = units[0] if len(units) == 1 else region
    return named.name, named.name_en


def rests_on_demonstration(plan: Plan, region: Region, revisions: Collection[int]) -> bool:
    """Return True if the plan holds demonstration data in the region, or any of these values is of a generated
    return.
    """
    if holds_demonstration(plan, region):
        return True
    numbers = list(revisions)
    generated = ValueRevision.objects.filter(entry__unit_return__is_demonstration=True)
    return any(
        generated.filter(pk__in=numbers[first : first + CHUNK]).exists() for first in range(0, len(numbers), CHUNK)
    )
