"""Reading what a compliance report is made from, all of it as of one moment."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tracker.models import (
    Allocation,
    Indicator,
    IssuedReport,
    Plan,
    Region,
    ReportingUnit,
    Target,
    ValueRevision,
)
from tracker.reports import wording
from tracker.reports.compliance import ChangeLine, ComplianceFigures, LedgerLine, Place, TargetLine
from tracker.services.changes import ValueChange, changes_between
from tracker.services.figures import Figures
from tracker.services.snapshots import book_from_json


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


def read_compliance_figures(
    figures: Figures, region: Region, *, as_of: datetime, last: IssuedReport | None = None
) -> ComplianceFigures:
    """The figures of a region at a period, in words of the active language. Call it within `consistent_read`.

    `last` is the last issue of this kind: what changed since is listed.
    """
    return _Reader(figures, region).read(as_of, last)


def reread_compliance_figures(report: IssuedReport) -> ComplianceFigures:
    """The figures that an issued report was made from: its kept book, and the revisions it rests on."""
    figures = Figures(report.period, book=book_from_json(report.book))
    last = IssuedReport.objects.of_the_kind_of(report).filter(pk__lt=report.pk).first()
    return _Reader(figures, report.region, revision_ids=report.revisions).read(report.as_of, last)


class _Reader:
    """Turns figures and rows of the database into the plain rows of the report."""

    def __init__(self, figures: Figures, region: Region, revision_ids: Sequence[int] | None = None) -> None:
        self.figures = figures
        self.revision_ids = revision_ids
        self.plan: Plan = figures.plan
        self.region = region
        self.is_whole = region == self.plan.region

    def read(self, as_of: datetime, last: IssuedReport | None) -> ComplianceFigures:
        place = self.place(self.region)
        revisions = self.revisions()
        ledger = [_ledger_line(revision) for revision in revisions.iterator(chunk_size=2_000)]
        return ComplianceFigures(
            plan=self.plan_name(),
            issuer=self.issuer(),
            period=wording.period_name(self.figures.period.starts_on),
            as_of=as_of,
            bounds=self.figures.book.bounds,
            coverage=place.coverage,
            targets=[self.line(row.target) for row in self.figures.standings([self.region])],
            place=place,
            cities=[self.place(city) for city in self.figures.cities] if self.is_whole else [],
            ledger=ledger,
            is_demonstration=self.is_demonstration(revisions),
            last_report=_name_of(last) if last else "",
            changes=self.changes(last, [line.revision_id for line in ledger]) if last else (),
        )

    def changes(self, last: IssuedReport, now: Sequence[int]) -> list[ChangeLine]:
        """What changed in the periods that the last report and this one both cover."""
        until = min(last.period, self.figures.period, key=lambda period: period.ends_on)
        return [_change_line(change) for change in changes_between(last.revisions, now, until=until)]

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
            unit=str(indicator.unit),
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
        return Place(str(region), self.figures.units_reported_in(region), standings, is_whole=is_whole)

    def revisions(self) -> QuerySet[ValueRevision]:
        """The verified revisions behind the figures: of the region, from the plan's start to the period."""
        if self.revision_ids is not None:
            revisions = ValueRevision.objects.filter(pk__in=self.revision_ids)
        else:
            revisions = ValueRevision.objects.standing().filter(
                entry__unit_return__period__in=self.figures.periods,
                entry__unit_return__unit__region__path__startswith=self.region.path,
            )
        return revisions.with_names().order_by(
            "entry__unit_return__period__starts_on",
            "entry__unit_return__unit__region__path",
            "entry__unit_return__unit__code",
            "entry__indicator_id",
        )

    def is_demonstration(self, revisions: QuerySet[ValueRevision]) -> bool:
        """Whether any input is: a unit whose return is owed, a return, or a share of a target."""
        shares = Allocation.objects.filter(
            version__target__plan=self.plan, region__path__startswith=self.region.path, is_demonstration=True
        )
        units = ReportingUnit.objects.within(self.region).filter(is_demonstration=True)
        return units.exists() or shares.exists() or revisions.filter(entry__unit_return__is_demonstration=True).exists()


def _ledger_line(revision: ValueRevision) -> LedgerLine:
    filed, indicator = revision.entry.unit_return, revision.entry.indicator
    if revision.value is None:
        raise ValueError(f"revision {revision.pk} withdraws a value and stands behind none")
    return LedgerLine(
        region=str(filed.unit.region),
        unit=str(filed.unit),
        period=filed.period.code,
        indicator=str(indicator),
        measure_unit=str(indicator.unit),
        decimals=indicator.decimals,
        reported=revision.saw.value if revision.saw else None,  # what the reviewer saw, not what came later
        verified=revision.value,
        reason=revision.reason,
        submitted_by=str(filed.submitted_by or ""),
        submitted_at=filed.submitted_at,
        verified_by=str(revision.actor),
        verified_at=revision.recorded_at,
        revision_id=revision.pk,
    )


def _change_line(change: ValueChange) -> ChangeLine:
    filed, indicator = change.entry.unit_return, change.entry.indicator
    return ChangeLine(
        region=str(filed.unit.region),
        unit=str(filed.unit),
        period=filed.period.code,
        indicator=str(indicator),
        measure_unit=str(indicator.unit),
        decimals=indicator.decimals,
        then=change.then,
        now=change.now,
        changed_by=str(change.changed_by),
        changed_at=change.changed_at,
        reason=change.reason,
    )


def _name_of(report: IssuedReport) -> str:
    return _("%(title)s, issue %(number)s") % {"title": report.title, "number": report.issue_number}
