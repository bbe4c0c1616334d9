"""Demonstration data: whether a plan holds any, and what. One definition for pages, files and mail."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import ngettext

from tracker.models import (
    Allocation,
    ListMember,
    Membership,
    Obligation,
    Plan,
    Project,
    ProjectList,
    Region,
    ReportingUnit,
    Return,
    TakenStep,
    ValueRevision,
)


@dataclass(frozen=True)
class DemonstrationContent:
    """A plan's demonstration, and what real data depends on it, a sentence for each kind."""

    returns: QuerySet[Return]
    number_of_units: int
    number_of_returns: int
    number_of_shares: int
    number_of_lists: int
    obstacles: Sequence[str]

    @property
    def is_empty(self) -> bool:
        """Return True if there is nothing to remove."""
        return not (self.number_of_units or self.number_of_returns or self.number_of_shares or self.number_of_lists)


def holds_demonstration(plan: Plan, region: Region | None = None) -> bool:
    """Return True if generated units report for the plan, or generated shares stand in it, in a region if one is
    given. Of a plan that `marking_demonstrations` read it is known already.
    """
    if region is None and (known := getattr(plan, "has_demonstration", None)) is not None:
        return cast(bool, known)
    return any(rows.exists() for rows in _generated(plan, (region or plan.region).path))


def marking_demonstrations(plans: QuerySet[Plan]) -> QuerySet[Plan]:
    """Read with each plan whether it holds demonstration data, for a page that tells it of one of them."""
    units, shares = _generated(OuterRef("pk"), OuterRef("region__path"))
    return plans.annotate(has_demonstration=Exists(units) | Exists(shares))


def _generated(plan: Any, path: Any) -> tuple[QuerySet[ReportingUnit], QuerySet[Allocation]]:
    """Return a plan's generated reporting units and generated allocations, within the region with this path.

    Both arguments may be a reference to the outer query.
    """
    units = ReportingUnit.objects.filter(is_demonstration=True, obligations__plan=plan, region__path__startswith=path)
    shares = Allocation.objects.filter(version__target__plan=plan, region__path__startswith=path, is_demonstration=True)
    return units.order_by(), shares.order_by()


def any_demonstration() -> bool:
    """Return True if any plan holds demonstration data: for pages that are about no plan."""
    reporting = Obligation.objects.filter(unit__is_demonstration=True)
    return reporting.exists() or Allocation.objects.filter(is_demonstration=True).exists()


def demonstration_content(plan: Plan) -> DemonstrationContent:
    """Return what a plan's demonstration consists of, and what would keep it from being removed."""
    units = ReportingUnit.objects.filter(is_demonstration=True, obligations__plan=plan).distinct()
    returns = Return.objects.filter(period__plan=plan, is_demonstration=True)
    shares = Allocation.objects.filter(version__target__plan=plan, is_demonstration=True)
    return DemonstrationContent(
        returns=returns,
        number_of_units=units.count(),
        number_of_returns=returns.count(),
        number_of_shares=shares.count(),
        number_of_lists=ProjectList.objects.filter(plan=plan, is_demonstration=True).count(),
        obstacles=list(_obstacles(plan, units, returns)),
    )


def _obstacles(plan: Plan, units: QuerySet[ReportingUnit], returns: QuerySet[Return]) -> Iterator[str]:
    ids = list(units.values_list("pk", flat=True))
    if number := Return.objects.filter(unit__in=ids, period__plan=plan, is_demonstration=False).count():
        yield ngettext(
            "%(number)s return of a demonstration unit was opened by a person. Give it to a unit of your own first.",
            "%(number)s returns of demonstration units were opened by people. Give them to units of your own first.",
            number,
        ) % {"number": number}
    typed = ValueRevision.objects.filter(entry__unit_return__in=returns).exclude(actor__is_demonstration=True)
    if number := typed.values("entry__unit_return").distinct().count():
        yield ngettext(
            "%(number)s generated return holds values that a person typed or verified.",
            "%(number)s generated returns hold values that people typed or verified.",
            number,
        ) % {"number": number}
    members = ListMember.objects.filter(project_list__plan=plan, project_list__is_demonstration=True)
    added = members.exclude(project__is_demonstration=True)
    stepped = members.filter(taken__in=TakenStep.objects.exclude(reported_by__is_demonstration=True))
    if number := (added | stepped).distinct().count():
        yield ngettext(
            "%(number)s name of a demonstration list was added by a person, or has a step that a person reported.",
            "%(number)s names of demonstration lists were added by people, or have steps that people reported.",
            number,
        ) % {"number": number}
    if number := Project.objects.filter(unit__in=ids, is_demonstration=False).count():
        yield ngettext(
            "A demonstration unit is responsible for %(number)s project of your own. Give it to another unit first.",
            "Demonstration units are responsible for %(number)s projects of your own. Give them to other units first.",
            number,
        ) % {"number": number}
    if number := Obligation.objects.filter(unit__in=ids, plan=plan, is_demonstration=False).count():
        yield ngettext(
            "%(number)s obligation of a demonstration unit was set by a person. Remove it first.",
            "%(number)s obligations of demonstration units were set by people. Remove them first.",
            number,
        ) % {"number": number}
    if number := Allocation.objects.filter(unit__in=ids, is_demonstration=False).count():
        yield ngettext(
            "%(number)s share of a target was given to a demonstration unit by a person. Remove it first.",
            "%(number)s shares of targets were given to demonstration units by people. Remove them first.",
            number,
        ) % {"number": number}
    if number := Membership.objects.filter(unit__in=ids).exclude(user__is_demonstration=True).count():
        yield ngettext(
            "%(number)s person's role is limited to a demonstration unit. Withdraw it first.",
            "%(number)s people's roles are limited to demonstration units. Withdraw them first.",
            number,
        ) % {"number": number}
