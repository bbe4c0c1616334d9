"""Grids of set-up: the split of targets to regions with its balance, and who owes which indicator how often."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from tracker.models import Allocation, Indicator, Obligation, Plan, Region, ReportingUnit, Target, TargetVersion
from tracker.queries.pages.setup_checklist import entered_indicators

#: Units on a page of the grid of obligations.
UNITS_PER_PAGE = 40


@dataclass(frozen=True)
class SplitRow:
    """A target with its version in force, its shares by region, and whether they add up to it."""

    target: Target
    version: TargetVersion
    shares: Mapping[int, Decimal]
    adds_up: bool

    @property
    def allocated(self) -> Decimal | None:
        """Return the sum of the shares; None for a rate or a level, whose goals do not add up."""
        return sum(self.shares.values(), Decimal(0)) if self.adds_up else None

    @property
    def rest(self) -> Decimal | None:
        """Return what is left of the target."""
        return self.version.value - self.allocated if self.allocated is not None else None


@dataclass(frozen=True)
class SplitGrid:
    """Targets by regions directly below the plan's own. `seen` changes with every change of a share."""

    plan: Plan
    regions: tuple[Region, ...]
    rows: tuple[SplitRow, ...]
    seen: str


@dataclass(frozen=True)
class ObligationGrid:
    """Units by entered indicators, with the frequency at which each is reported."""

    plan: Plan
    units: tuple[ReportingUnit, ...]
    indicators: tuple[Indicator, ...]
    obligations: Mapping[tuple[int, int], Obligation]
    seen: str


def load_split(plan: Plan) -> SplitGrid:
    """Return the grid of a plan's split."""
    regions = tuple(plan.region.children.order_by("path"))
    targets = plan.targets.select_related("indicator__unit", "indicator__numerator").order_by("position")
    versions = _in_force(plan)
    rows = []
    shares = Allocation.objects.filter(version__in=[one.pk for one in versions.values()], unit=None, region__in=regions)
    by_version: dict[int, dict[int, Decimal]] = {}
    for share in shares.order_by("pk"):
        by_version.setdefault(share.version_id, {})[share.region_id] = share.value
    for target in targets:
        version = versions.get(target.pk)
        if version is not None and target.bound != Target.Bound.REFERENCE:
            adds_up = target.kind == "amount" and target.indicator.over_places == "sum"
            rows.append(SplitRow(target, version, by_version.get(version.pk, {}), adds_up))
    return SplitGrid(plan, regions, tuple(rows), _digest((row.version.pk, sorted(row.shares.items())) for row in rows))


def _in_force(plan: Plan) -> dict[int, TargetVersion]:
    """Return the newest version of each target that takes one."""
    found = TargetVersion.objects.filter(target__plan=plan).exclude(target__indicator__kind=Indicator.Kind.DERIVED)
    return {one.target_id: one for one in found.order_by("target_id", "effective_from", "number")}


def load_obligations(plan: Plan, units: Iterable[ReportingUnit]) -> ObligationGrid:
    """Return the grid of these units."""
    shown = tuple(units)
    stored = list(plan.obligations.filter(unit__in=shown).select_related("indicator__unit"))
    indicators = {one.pk: one for one in entered_indicators(plan)}
    indicators |= {one.indicator_id: one.indicator for one in stored}
    return ObligationGrid(
        plan,
        shown,
        tuple(indicators.values()),
        {(one.unit_id, one.indicator_id): one for one in stored},
        _digest((one.pk, one.frequency, one.begins, one.ends) for one in sorted(stored, key=lambda one: one.pk)),
    )


def units_of(plan: Plan) -> list[ReportingUnit]:
    """Return the units that may report for a plan: those of its region that are open, and those that report already."""
    open_ones = Q(region__path__startswith=plan.region.path) & (Q(closed_on=None) | Q(closed_on__gt=plan.starts_on))
    found = ReportingUnit.objects.filter(open_ones | Q(obligations__plan=plan)).select_related("region").distinct()
    return list(found.order_by("region__path", "code"))


def _digest(parts: Iterable[object]) -> str:
    return hashlib.sha256(repr(list(parts)).encode()).hexdigest()[:32]
