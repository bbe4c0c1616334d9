"""Reading what a compliance report is made from, all of it as of one moment."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tracker.calculation.cells import Coverage
from tracker.calculation.levels import Bounds
from tracker.models import (
    Allocation,
    Entry,
    Indicator,
    MeasureUnit,
    Obligation,
    Period,
    Plan,
    Region,
    ReportingUnit,
    Return,
    Target,
)
from tracker.reports import wording
from tracker.reports.compliance import ComplianceFigures, LedgerLine, Place, TargetLine
from tracker.services.figures import Figures


@contextmanager
def consistent_read() -> Iterator[None]:
    """What is read inside comes from one state of the database.

    SQLite gives that within any transaction, PostgreSQL when the transaction begins as a repeatable read.
    """
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def read_compliance_figures(period: Period, region: Region, *, as_of: datetime) -> ComplianceFigures:
    """The figures of a region at a period, in words of the active language. Call it within `consistent_read`."""
    return _Reader(Figures(period), region).read(as_of)


class _Reader:
    """Turns figures and rows of the database into the plain rows of the report."""

    def __init__(self, figures: Figures, region: Region) -> None:
        self.figures = figures
        self.plan: Plan = figures.plan
        self.region = region
        self.is_whole = region == self.plan.region

    def read(self, as_of: datetime) -> ComplianceFigures:
        place = self.place(self.region)
        entries = self.entries()
        return ComplianceFigures(
            plan=self.plan_name(),
            issuer=self.issuer(),
            period=wording.period_name(self.figures.period.starts_on),
            as_of=as_of,
            bounds=Bounds(self.plan.level_two_below, self.plan.level_one_below),
            coverage=place.coverage,
            targets=[self.line(row.target) for row in self.figures.standings([self.region])],
            place=place,
            cities=[self.place(city) for city in self.figures.cities] if self.is_whole else [],
            ledger=[_ledger_line(entry) for entry in entries.iterator(chunk_size=2_000)],
            is_demonstration=self.is_demonstration(entries),
        )

    def plan_name(self) -> str:
        """With the place, when the report is not on the plan's own."""
        if self.is_whole:
            return str(self.plan)
        return _("%(plan)s (%(place)s)") % {"plan": self.plan, "place": self.region}

    def issuer(self) -> str:
        """The plan's issuing body, or the unit that reports for the place."""
        if self.is_whole:
            return self.plan.issuer_en if self.plan.issuer_en and get_language() == "en" else self.plan.issuer
        units = list(ReportingUnit.objects.filter(region=self.region)[:2])
        return str(units[0] if len(units) == 1 else self.region)

    def line(self, target: Target) -> TargetLine:
        indicator = target.indicator
        return TargetLine(
            key=indicator.code,
            name=str(indicator),
            unit=_symbol(indicator.unit),
            decimals=indicator.decimals,
            bound=target.get_bound_display(),
            clauses=wording.listed(clause.number for clause in target.clauses.all()),
            pace=target.get_pace_display(),
            standing=self.figures.standing_of(target, self.region).standing,
            is_graded=target.is_graded,
            is_derived=indicator.kind == Indicator.Kind.DERIVED,
            is_rate=indicator.kind == Indicator.Kind.RATIO,
            is_approximate=target.is_approximate,
        )

    def place(self, region: Region) -> Place:
        standings = {row.target.indicator.code: row.standing for row in self.figures.standings([region])}
        is_whole = region == self.plan.region
        return Place(str(region), self.coverage(region), standings, is_whole=is_whole)

    def coverage(self, region: Region) -> Coverage:
        """How many of the units that owe a return for the period in this region have one verified."""
        owing = {unit for unit, path in self._owing if path.startswith(region.path)}
        return Coverage(len(owing & self._verified), len(owing))

    @cached_property
    def _owing(self) -> set[tuple[int, str]]:
        obligations = Obligation.objects.filter(
            plan=self.plan, frequency=self.figures.period.kind, unit__region__path__startswith=self.region.path
        )
        return set(obligations.values_list("unit_id", "unit__region__path").distinct())

    @cached_property
    def _verified(self) -> set[int]:
        verified = Return.objects.filter(period=self.figures.period, state=Return.State.VERIFIED)
        return set(verified.values_list("unit_id", flat=True))

    def entries(self) -> QuerySet[Entry]:
        """The verified entries behind the figures: of the region, from the plan's start to the period."""
        return (
            Entry.objects.with_names()
            .select_related("verified_revision__saw")
            .filter(
                unit_return__period__in=self.figures.periods,
                unit_return__unit__region__path__startswith=self.region.path,
                verified_value__isnull=False,
            )
            .order_by(
                "unit_return__period__starts_on",
                "unit_return__unit__region__path",
                "unit_return__unit__code",
                "indicator_id",
            )
        )

    def is_demonstration(self, entries: QuerySet[Entry]) -> bool:
        """Whether any input is: a unit whose return is owed, a return, or a share of a target."""
        shares = Allocation.objects.filter(
            version__target__plan=self.plan, region__path__startswith=self.region.path, is_demonstration=True
        )
        units = ReportingUnit.objects.within(self.region).filter(is_demonstration=True)
        return units.exists() or shares.exists() or entries.filter(unit_return__is_demonstration=True).exists()


def _ledger_line(entry: Entry) -> LedgerLine:
    filed, revision = entry.unit_return, entry.verified_revision
    if revision is None or entry.verified_value is None:
        raise ValueError(f"entry {entry.pk} is not verified")
    return LedgerLine(
        region=str(filed.unit.region),
        unit=str(filed.unit),
        period=filed.period.code,
        indicator=str(entry.indicator),
        measure_unit=_symbol(entry.indicator.unit),
        decimals=entry.indicator.decimals,
        reported=revision.saw.value if revision.saw else None,  # what the reviewer saw, not what came later
        verified=entry.verified_value,
        reason=revision.reason,
        submitted_by=str(filed.submitted_by or ""),
        submitted_at=filed.submitted_at,
        verified_by=str(filed.verified_by or ""),
        verified_at=filed.verified_at,
        revision_id=revision.pk,
    )


def _symbol(unit: MeasureUnit) -> str:
    return unit.symbol_en if get_language() == "en" else unit.symbol
