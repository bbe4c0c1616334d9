"""Where every target stands: the one source of figures for pages, workbook and mail."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Sum
from django.utils.functional import cached_property

from tracker.calculation.cells import Coverage, Tally
from tracker.calculation.levels import Bounds, Level
from tracker.calculation.pace import Pace, schedule_share
from tracker.calculation.progress import Cells, Rule, Standing, standing
from tracker.calculation.rollup import Rollup
from tracker.models import Allocation, Entry, Indicator, Obligation, Period, Plan, Region, Return, Target
from tracker.models import TargetVersion as Version


@dataclass(frozen=True)
class TargetStanding:
    """One target in one region at the end of one period, with the version of the target it is held to."""

    target: Target
    region: Region
    period: Period
    standing: Standing
    version: Version | None

    @property
    def level(self) -> Level | None:
        """The warning level; None is not graded."""
        return self.standing.level


class Figures:
    """The figures of a plan at a period, from verified values alone. Reads the database once for all targets.

    `provisional=True` reckons with reported values instead, to show what they would give; never issued.
    """

    def __init__(self, period: Period, *, provisional: bool = False) -> None:
        self.period = period
        self.plan: Plan = period.plan
        self.provisional = provisional
        self.periods = list(Period.objects.until(period).order_by("starts_on"))

    @cached_property
    def targets(self) -> list[Target]:
        """The plan's targets in the plan's order."""
        return list(self.plan.targets.with_indicator().order_by("position"))

    @cached_property
    def cities(self) -> list[Region]:
        """The regions right below the plan's own."""
        return list(self.plan.region.children.order_by("path"))

    @cached_property
    def indicators(self) -> dict[str, Indicator]:
        """Every indicator by code, with its unit."""
        return {indicator.code: indicator for indicator in Indicator.objects.select_related("unit")}

    @cached_property
    def cells(self) -> Cells:
        """The leaves by region and period, with every indicator's rules."""
        return Cells(self._rules(), self._leaves())

    def standing_of(self, target: Target, region: Region) -> TargetStanding:
        """Where a target stands in a region (the plan's own, or one with an allocation)."""
        indicator = target.indicator
        is_rate = indicator.kind == Indicator.Kind.RATIO
        result = standing(
            this_period=self.tally(indicator, region, self.periods[-1:]),
            last_period=self.tally(indicator, region, self.periods[-2:-1]),
            to_date=self.tally(indicator, region, self.periods),
            target=self.target_value(target, region),
            schedule_share=self.schedule_share(target),
            bounds=Bounds(self.plan.level_two_below, self.plan.level_one_below),
            is_graded=target.is_graded,
            is_rate=is_rate,
        )
        return TargetStanding(target, region, self.period, result, self._versions.get(target.pk))

    def tally(self, indicator: Indicator, region: Region, periods: Sequence[Period]) -> Tally:
        """An indicator in a region and all below it over these periods."""
        if not periods:
            return Tally()
        return self.cells.tally(indicator.code, self._places_in(region), [period.code for period in periods])

    def standings(self, regions: Iterable[Region]) -> list[TargetStanding]:
        """Every target in each of these regions; a city without allocation or obligation for one is left out."""
        return [
            self.standing_of(target, region)
            for target in self.targets
            for region in regions
            if region == self.plan.region or self.concerns(target, region)
        ]

    def concerns(self, target: Target, region: Region) -> bool:
        """Whether a region has anything to do with a target: a share of it, or a return to file on it."""
        return self.target_value(target, region) is not None or bool(
            self.tally(target.indicator, region, self.periods[-1:]).coverage.expected
        )

    def schedule_share(self, target: Target) -> Decimal:
        """The share of the target that is due at the end of the period."""
        return schedule_share(Pace(target.pace), self.plan.starts_on, self.plan.ends_on, self.period.ends_on)

    def target_value(self, target: Target, region: Region) -> Decimal | None:
        """What a region is to reach: the target, or its allocation. A rate's target is everybody's.

        A derived target is the sum of its parts' targets; None when one of them has none.
        """
        if target.indicator.kind == Indicator.Kind.DERIVED:
            return self._sum_of_parts(target, region)
        version = self._versions.get(target.pk)
        if version is None:
            return None
        if region == self.plan.region or target.indicator.kind == Indicator.Kind.RATIO:
            return version.value
        return self._allocations.get((version.pk, region.pk))

    def unallocated(self, target: Target) -> Decimal | None:
        """未分解余额: the target less what is allocated to the regions right below the plan's own."""
        whole = self.target_value(target, self.plan.region)
        shares = [self.target_value(target, city) for city in self.cities]
        if whole is None or target.indicator.kind == Indicator.Kind.RATIO:
            return None
        return whole - sum((share for share in shares if share is not None), Decimal(0))

    @cached_property
    def units_reported(self) -> Coverage:
        """How many of the units that owe a return for the period have one verified (or reported: provisional)."""
        states = Return.REPORTED_STATES if self.provisional else (Return.State.VERIFIED,)
        expected = set(self._obligations.values_list("unit_id", flat=True))
        present = Return.objects.filter(period=self.period, unit_id__in=expected, state__in=states).count()
        return Coverage(present, len(expected))

    def _sum_of_parts(self, target: Target, region: Region) -> Decimal | None:
        by_indicator = {other.indicator.code: other for other in self.targets}
        total = Decimal(0)
        for part in self.cells.rules[target.indicator.code].parts:
            value = self.target_value(by_indicator[part], region) if part in by_indicator else None
            if value is None:
                return None
            total += value
        return total

    @cached_property
    def _versions(self) -> dict[int, Version]:
        """By target, the version in force when the period ends."""
        versions = Version.objects.filter(target__plan=self.plan).in_force_on(self.period.ends_on)
        return {version.target_id: version for version in versions}

    @cached_property
    def _allocations(self) -> dict[tuple[int, int], Decimal]:
        rows = Allocation.objects.filter(version__in=self._versions.values(), unit=None)
        return {(row.version_id, row.region_id): row.value for row in rows}

    @property
    def _obligations(self):  # type: ignore[no-untyped-def]
        return Obligation.objects.filter(
            plan=self.plan, frequency=self.period.kind, unit__region__path__startswith=self.plan.region.path
        )

    def _rules(self) -> dict[str, Rule]:
        parts: dict[int, list[str]] = defaultdict(list)
        for whole, code in Indicator.parts.through.objects.values_list("whole_id", "part__code"):
            parts[whole].append(code)
        codes = {indicator.pk: code for code, indicator in self.indicators.items()}
        return {
            code: Rule(
                over_periods=Rollup(indicator.over_periods),
                over_places=Rollup(indicator.over_places),
                parts=tuple(parts[indicator.pk]),
                numerator=codes.get(indicator.numerator_id or 0, ""),
                denominator=codes.get(indicator.denominator_id or 0, ""),
            )
            for code, indicator in self.indicators.items()
        }

    def _leaves(self) -> dict[tuple[str, str, str], Tally]:
        value = "reported_value" if self.provisional else "verified_value"
        entries = Entry.objects.filter(
            unit_return__period__in=self.periods,
            unit_return__unit__region__path__startswith=self.plan.region.path,
            **{f"{value}__isnull": False},
        )
        if self.provisional:
            entries = entries.reported()
        key = ("indicator__code", "unit_return__unit__region__code", "unit_return__period__code")
        there = {
            row[:3]: row[3:]
            for row in entries.order_by().values_list(*key).annotate(total=Sum(value), number=Count("pk"))
        }
        owed = self._obligations.order_by().values_list("indicator__code", "unit__region__code")
        leaves = {
            (code, place, period.code): Tally(None, Coverage(0, number))
            for code, place, number in owed.annotate(number=Count("pk"))
            for period in self.periods
        }
        for where, (total, number) in there.items():
            expected = leaves[where].coverage.expected if where in leaves else 0
            leaves[where] = Tally(total, Coverage(number, max(expected, number)))
        return leaves

    def _places_in(self, region: Region) -> list[str]:
        return self._places_by_region.setdefault(
            region.pk, [code for code, path in self._paths.items() if path.startswith(region.path)]
        )

    @cached_property
    def _places_by_region(self) -> dict[int, list[str]]:
        return {}

    @cached_property
    def _paths(self) -> dict[str, str]:
        """Of the regions with leaves, code -> path."""
        return dict(
            Region.objects.filter(path__startswith=self.plan.region.path).order_by("path").values_list("code", "path")
        )
