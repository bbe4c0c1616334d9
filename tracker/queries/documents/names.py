"""What reports call the plan, the issuing body and the time, in the active language; and whether they are real."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tracker.models import Plan, Region, ReportingUnit, ValueRevision
from tracker.queries.plans.demonstration import holds_demonstration


def plan_name(plan: Plan, region: Region) -> str:
    """With the place, when the report is not on the plan's own."""
    if region == plan.region:
        return str(plan)
    return _("%(plan)s (%(place)s)") % {"plan": plan, "place": region}


def issuer_of(plan: Plan, region: Region) -> str:
    """The plan's issuing body, or the unit that reports for the place."""
    if region == plan.region:
        return plan.issuing_body
    units = list(ReportingUnit.objects.filter(region=region)[:2])
    return str(units[0] if len(units) == 1 else region)


def rests_on_demonstration(plan: Plan, region: Region, revisions: QuerySet[ValueRevision]) -> bool:
    """Return True if the plan holds demonstration data in the region, or any of these values is of a generated
    return.
    """
    if holds_demonstration(plan, region):
        return True
    return revisions.filter(entry__unit_return__is_demonstration=True).exists()
