"""Versions of targets, and their split to regions and units."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from tracker.calculation.targets.kinds import Kind
from tracker.documents.wording import amount
from tracker.models import Allocation, Indicator, IssuedReport, Target, TargetVersion, User
from tracker.queries.errors import Refused
from tracker.services.audit.configuration import save_configured
from tracker.services.audit.issued_rules import check_not_issued, resting_in_words
from tracker.services.audit.keep_rules import keeping_terms
from tracker.services.plans.target_setup import is_intensive


def check_version_belongs(target: Target) -> None:
    """Refuse a version of a derived target: it follows its parts."""
    if target.indicator.kind == Indicator.Kind.DERIVED:
        raise Refused(
            _("The target of a summed indicator is the sum of its parts’ targets."),
            {"value": _("Set the targets of the parts instead.")},
        )


def check_documented(version: TargetVersion) -> None:
    """Check that an adjustment names the document that made it, or why there is none; raise Refused at the field.

    A target's first version is the plan's own.
    """
    earlier = version.target.versions.exclude(pk=version.pk)
    is_adjustment = version.number > 1 if version.pk else earlier.exists()
    if is_adjustment and version.lacks_document:
        raise Refused(
            _("An adjustment of a target names its document."),
            {
                "document_number": _("Enter the document number, or say below why there is none."),
                "no_document_reason": _("Enter why there is no document, or its number above."),
            },
        )


@transaction.atomic
def save_version(version: TargetVersion, *, acting_user: User, now: datetime) -> TargetVersion:
    """Add a version, numbered after those there are, or correct one that no issued report rests on.

    A new version starts with the split of the one in force before it, so that no city loses its share; what the
    adjustment leaves over or takes away shows as the unallocated rest until the split is adjusted too.
    """
    check_version_belongs(version.target)
    check_documented(version)
    if version.pk is not None:
        check_correctable(version)
        save_configured(version, acting_user=acting_user, now=now)
        return version
    last = version.target.versions.aggregate(last=Max("number"))["last"]
    version.number = (last or 0) + 1
    version.recorded_at = now
    with keeping_terms(version.target, acting_user=acting_user, now=now):
        save_configured(version, acting_user=acting_user, now=now)
        _carry_split_over(version)
    return version


def check_correctable(version: TargetVersion) -> None:
    """Refuse a change of what issued reports were computed from: raise Refused at the value."""
    stored = TargetVersion.objects.get(pk=version.pk)
    names = ("value", "upper_value", "effective_from")
    is_same = all(getattr(stored, name) == getattr(version, name) for name in names)
    issued = IssuedReport.objects.filter(plan=version.target.plan_id, issued_at__gte=stored.recorded_at)
    if not is_same and issued.exists():
        remedy = _("Add a new version with its document number and the day it takes effect.")
        raise Refused(_("Issued reports rest on this version."), {"value": f"{resting_in_words(issued)} {remedy}"})


def _carry_split_over(version: TargetVersion) -> None:
    before = version.target.versions.filter(effective_from__lt=version.effective_from).order_by("-effective_from")
    previous = before.first()
    if previous is not None:
        Allocation.objects.bulk_create(
            Allocation(
                version=version,
                region=share.region,
                unit=share.unit,
                value=share.value,
                upper_value=share.upper_value,
                base_value=share.base_value,
                is_demonstration=share.is_demonstration,
            )
            for share in previous.allocations.select_related("region", "unit")
        )


@transaction.atomic
def save_allocation(allocation: Allocation, *, acting_user: User, now: datetime) -> Allocation:
    """Allocate a share of a target, or change it."""
    check_allocation(allocation)
    save_configured(allocation, acting_user=acting_user, now=now)
    return allocation


def check_allocation(allocation: Allocation) -> None:
    """Raise Refused, at its field, for a split that the target does not bear."""
    target = allocation.version.target
    if target.indicator.kind == Indicator.Kind.DERIVED:
        raise Refused(
            _("Allocations of a summed indicator follow from its parts and cannot be entered."),
            {"version": _("Allocate the parts' targets instead.")},
        )
    _check_place(allocation, target)
    check_not_issued(allocation, Allocation.objects.filter(pk=allocation.pk).first() if allocation.pk else None)
    rest = unallocated_rest(allocation)
    if rest is not None and allocation.value > rest and not allocation.version.stretch_note:
        figures = {"rest": amount(rest, target.indicator.decimals), "unit": target.indicator.unit}
        raise Refused(
            _("More than what is left of the target."),
            {
                "value": _(
                    "Only %(rest)s %(unit)s are left to allocate. To allocate more, give the reason in the "
                    "target’s version."
                )
                % figures
            },
        )


def unallocated_rest(allocation: Allocation) -> Decimal | None:
    """Return what this allocation may be at most: the whole it is a share of, less the other shares.

    A city's share is part of the target, a unit's or a county's part of the region's above it; None where that
    region has no share of its own to be divided, and for a rate or another goal that is not split.
    """
    if is_intensive(allocation.version.target.indicator) or Kind(allocation.version.target.kind).is_change:
        return None
    plan_region = allocation.version.target.plan.region
    others = Allocation.objects.filter(version=allocation.version).exclude(pk=allocation.pk)
    if allocation.unit_id is None and allocation.region.parent_id == plan_region.pk:
        return allocation.version.value - _sum(others.filter(unit=None, region__parent=plan_region))
    if allocation.unit_id is not None:
        above, siblings = allocation.region_id, others.filter(unit__isnull=False, region=allocation.region_id)
    else:
        above = allocation.region.parent_id or 0
        siblings = others.filter(unit=None, region__parent=above)
    whole = others.filter(region=above, unit=None).first()
    return whole.value - _sum(siblings) if whole else None


def _check_place(allocation: Allocation, target: Target) -> None:
    region, plan_region = allocation.region, target.plan.region
    if region == plan_region or not region.path.startswith(plan_region.path):
        raise Refused(
            _("A target is split to regions below its own."),
            {"region": _("Choose a region below %(region)s.") % {"region": plan_region}},
        )
    if allocation.unit and allocation.unit.region_id != region.pk:
        raise Refused(
            _("The unit lies outside the region."),
            {"unit": _("%(unit)s lies outside %(region)s.") % {"unit": allocation.unit, "region": region}},
        )


def _sum(allocations: QuerySet[Allocation]) -> Decimal:
    return sum(allocations.values_list("value", flat=True), Decimal(0))  # SQLite adds no decimals
