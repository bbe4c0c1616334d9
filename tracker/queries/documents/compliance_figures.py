"""Reading what a compliance report is made from, all of it as of one moment."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tracker.calculation.levels import Level
from tracker.documents import wording
from tracker.documents.compliance import ChangeLine, ComplianceFigures, Place, QualityLine, TargetLine
from tracker.models import (
    Indicator,
    IssuedReport,
    Plan,
    Region,
    Target,
    ValueRevision,
)
from tracker.queries.documents.basis import read_basis
from tracker.queries.documents.changes import ValueChange, changes_between
from tracker.queries.documents.ledger_rows import LedgerLines, in_ledger_order
from tracker.queries.documents.names import holds_demonstration, issuer_of, plan_name
from tracker.queries.documents.quality import quality_from_json, read_quality
from tracker.queries.figures.figures import Figures
from tracker.queries.figures.snapshots import book_from_json


@contextmanager
def consistent_read() -> Iterator[None]:
    """What is read inside comes from one state of the database.

    SQLite gives that within any transaction, PostgreSQL when the transaction begins as a repeatable read. Nobody
    has to wait for it: on SQLite it takes no write lock, as other transactions do when they begin.
    """
    is_outermost = not connection.in_atomic_block
    with _without_write_lock() if is_outermost else nullcontext(), transaction.atomic():
        if is_outermost and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


@contextmanager
def _without_write_lock() -> Iterator[None]:
    connection.ensure_connection()
    mode = getattr(connection, "transaction_mode", None)
    if mode is None:
        yield
        return
    connection.transaction_mode = "DEFERRED"  # type: ignore[attr-defined]
    try:
        yield
    finally:
        connection.transaction_mode = mode  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Issue:
    """Which issue of a report: its number, as of when, and the last one of its kind, if there is any.

    `kept` is the issued report itself when it is written again, from what it kept.
    """

    number: int
    as_of: datetime
    last: IssuedReport | None = None
    kept: IssuedReport | None = None


def read_compliance_figures(figures: Figures, region: Region, issue: Issue) -> ComplianceFigures:
    """The figures of a region at a period, in words of the active language. Call it within `consistent_read`."""
    return _Reader(figures, region, issue).read()


class _Reader:
    """Turns figures and rows of the database into the plain rows of the report."""

    def __init__(self, figures: Figures, region: Region, issue: Issue) -> None:
        self.figures = figures
        self.issue = issue
        self.plan: Plan = figures.plan
        self.region = region
        self.is_whole = region == self.plan.region
        self.names = {code: str(indicator) for code, indicator in figures.indicators.items()}

    def read(self) -> ComplianceFigures:
        place, issue = self.place(self.region), self.issue
        revisions = self.revisions()
        numbers = list(revisions.values_list("pk", flat=True))
        return ComplianceFigures(
            plan=plan_name(self.plan, self.region),
            issuer=issuer_of(self.plan, self.region),
            period=wording.period_name(self.figures.period.starts_on),
            number=issue.number,
            as_of=issue.as_of,
            book=self.figures.book,
            bounds=self.figures.book.bounds,
            coverage=place.coverage,
            targets=[self.line(row.target) for row in self.figures.standings([self.region])],
            place=place,
            cities=[self.place(city) for city in self.figures.cities] if self.is_whole else [],
            ledger=LedgerLines(numbers, self.plan.region),
            revisions=numbers,
            indicators=self.names,
            quality=self.quality(),
            basis=read_basis(self.figures, self.region, numbers, self.names),
            is_demonstration=holds_demonstration(self.plan, self.region, revisions),
            last_report=_name_of(issue.last) if issue.last else "",
            changes=self.changes(issue.last, numbers) if issue.last else (),
            levels_then=self.levels_in(issue.last) if issue.last else {},
        )

    def quality(self) -> list[QualityLine]:
        """What the units made of the period's return, as it was when the report was issued."""
        if self.issue.kept:
            return quality_from_json(self.issue.kept.book.get("quality", []))
        return read_quality(self.figures.period, self.region)

    def changes(self, last: IssuedReport, now: Sequence[int]) -> list[ChangeLine]:
        """What changed in the periods that the last report and this one both cover."""
        until = min(last.period, self.figures.period, key=lambda period: period.ends_on)
        return [_change_line(change) for change in changes_between(last.revisions, now, until=until)]

    def levels_in(self, report: IssuedReport) -> dict[tuple[str, str], Level | None]:
        """The levels that an earlier report was issued with, by indicator's and region's code."""
        book = book_from_json(report.book)
        codes = [code for code, terms in book.terms.items() if terms.is_graded]
        places = {self.region.code, *(city.code for city in self.figures.cities if self.is_whole)}
        return {(code, place): book.standing(code, place).level for code in codes for place in places & set(book.paths)}

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
        return Place(
            code=region.code,
            name=str(region),
            coverage=self.figures.units_reported_in(region),
            standings=standings,
            is_whole=is_whole,
            is_reported_on=region == self.region,
        )

    def revisions(self) -> QuerySet[ValueRevision]:
        """The verified revisions behind the figures: of the region, from the plan's start to the period."""
        if self.issue.kept:
            revisions = ValueRevision.objects.filter(pk__in=self.issue.kept.revisions)
        else:
            revisions = ValueRevision.objects.standing().filter(
                entry__unit_return__period__in=self.figures.periods,
                entry__unit_return__unit__region__path__startswith=self.region.path,
            )
        return in_ledger_order(revisions)


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
