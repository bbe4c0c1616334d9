"""Totals that move with a target: sums of which its indicator is a part, and the adjustments behind a sum."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tracker.models import IndicatorPart, Target, TargetVersion


@dataclass(frozen=True)
class MovedTotal:
    """A total that a version of a part moves: from one value to another, None where a part has no target yet."""

    target: Target
    before: Decimal | None
    after: Decimal | None


@dataclass(frozen=True)
class Adjustment:
    """A version of a part, with the total before it took effect and from then on."""

    part: TargetVersion
    before: Decimal | None
    after: Decimal | None


def totals_with(target: Target) -> list[Target]:
    """Return the plan's targets that are sums with this one as a part, directly or through another sum."""
    found: list[Target] = []
    wanted = [target.indicator_id]
    while wanted:
        wholes = IndicatorPart.objects.filter(part__in=wanted).values_list("whole_id", flat=True)
        wanted = [pk for pk in wholes if pk not in {one.indicator_id for one in found}]
        found += Target.objects.filter(plan=target.plan_id, indicator__in=wanted).select_related("indicator__unit")
    return found


def moved_totals(version: TargetVersion) -> list[MovedTotal]:
    """Return the totals that a version moves on the day it takes effect. It need not be saved."""
    day, part = version.effective_from, version.target.indicator_id
    return [
        MovedTotal(
            one,
            total_on(one, day, without=version),
            total_on(one, day, without=version, instead={part: version.value}),
        )
        for one in totals_with(version.target)
    ]


def adjustments_of(target: Target) -> list[Adjustment]:
    """Return the versions of a sum's parts after their first ones, in the order in which they took effect."""
    leaves = [leaf for leaf in _leaves(target.indicator_id) if leaf != target.indicator_id]
    versions = TargetVersion.objects.filter(target__plan=target.plan_id, target__indicator__in=leaves, number__gt=1)
    return [
        Adjustment(one, total_on(target, one.effective_from, without=one), total_on(target, one.effective_from))
        for one in versions.select_related("target__indicator__unit").order_by("effective_from", "pk")
    ]


def total_on(
    target: Target, day: date, *, without: TargetVersion | None = None, instead: dict[int, Decimal] | None = None
) -> Decimal | None:
    """Return the sum of the targets of a sum's parts in force on a day; None where a part has none."""
    in_force = TargetVersion.objects.filter(target__plan=target.plan_id).in_force_on(day).select_related("target")
    values = {one.target.indicator_id: one.value for one in in_force if without is None or one.pk != without.pk}
    values |= instead or {}
    found = [values.get(leaf) for leaf in _leaves(target.indicator_id)]
    return None if None in found else sum((value for value in found if value is not None), Decimal(0))


def _leaves(indicator: int) -> Sequence[int]:
    return list(_walk(indicator))


def _walk(indicator: int) -> Iterator[int]:
    parts = list(IndicatorPart.objects.filter(whole=indicator).order_by("position").values_list("part_id", flat=True))
    if not parts:
        yield indicator
    for part in parts:
        yield from _walk(part)
