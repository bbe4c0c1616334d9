"""Reading what a compliance report is made from, all of it as of one moment."""

from collections.abc import Callable, Sequence

from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from tracker.calculation.figure_inputs import FigureInputs
from tracker.calculation.levels import Level
from tracker.documents import wording
from tracker.documents.compliance import ChangeLine, ComplianceFigures, OtherLine, PlaceFigures, QualityLine, TargetLine
from tracker.documents.shape import Report
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
from tracker.queries.documents.names import issuer_of, plan_name, rests_on_demonstration
from tracker.queries.documents.other_books import load_other_books, others_as_json, others_from_json
from tracker.queries.documents.quality import quality_as_json, quality_from_json, read_quality
from tracker.queries.documents.request import ReportData, ReportRequest
from tracker.queries.figures.figure_inputs import load_figure_inputs
from tracker.queries.figures.figures import Figures, RegionProgress
from tracker.queries.figures.own_periods import periods_behind
from tracker.queries.figures.snapshots import book_as_json, book_from_json


def compliance_data(request: ReportRequest, build: Callable[[ComplianceFigures], Report]) -> ReportData:
    """Return the document that `build` makes from the figures of a request, with the inputs that it keeps."""
    figures = read_compliance_figures(request)
    return ReportData(
        report=build(figures),
        book=book_as_json(figures.book) | {"quality": quality_as_json(figures.quality)} | others_as_json(figures),
        revisions=list(figures.revisions),
        has_demonstration=figures.is_demonstration,
    )


def read_compliance_figures(request: ReportRequest) -> ComplianceFigures:
    """Return the figures of a request, named in the active language. Call it within `consistent_read`."""
    return _Reader(_figures(request), request).read()


def _figures(request: ReportRequest) -> Figures:
    """Return the figures from the inputs that an issued report kept, or the present ones."""
    if request.kept:
        inputs, others = book_from_json(request.kept.book), others_from_json(request.kept.book, request.period.plan)
        return Figures(request.period, book=inputs, as_of=request.kept.as_of, others=others)
    return Figures(request.period, book=load_figure_inputs(request.period), others=load_other_books(request.period))


class _Reader:
    """Turns figures and rows of the database into the plain rows of the report."""

    def __init__(self, figures: Figures, request: ReportRequest) -> None:
        self.figures = figures
        self.request = request
        self.plan: Plan = figures.plan
        self.region = request.region
        self.is_whole = self.region == self.plan.region
        self.names = {code: str(indicator) for code, indicator in figures.indicators.items()}

    def read(self) -> ComplianceFigures:
        place, request = self.place(self.region), self.request
        revisions = self.revisions()
        numbers = list(revisions.values_list("pk", flat=True))
        return ComplianceFigures(
            plan=plan_name(self.plan, self.region),
            issuer=issuer_of(self.plan, self.region),
            period=wording.period_in_words(self.figures.period.code),
            number=request.number,
            as_of=request.as_of,
            book=self.figures.book,
            bounds=self.figures.book.bounds,
            coverage=place.coverage,
            targets=[self.line(row.target) for row in self.rows if row.period == self.figures.period],
            others=self.others(),
            other_books=self.other_books(),
            kind=self.figures.period.kind,
            place=place,
            cities=[self.place(city) for city in self.figures.cities] if self.is_whole else [],
            ledger=LedgerLines(numbers, self.plan.region),
            revisions=numbers,
            indicators=self.names,
            quality=self.quality(),
            basis=read_basis(self.figures, self.region, numbers, self.names),
            is_demonstration=rests_on_demonstration(self.plan, self.region, revisions),
            last_report=_name_of(request.last) if request.last else "",
            changes=self.changes(request.last, numbers) if request.last else (),
            levels_then=self.levels_in(request.last) if request.last else {},
        )

    @cached_property
    def rows(self) -> list[RegionProgress]:
        """Return where each target stands in the region, at its own newest period."""
        return self.figures.standings([self.region])

    def others(self) -> list[OtherLine]:
        """The targets that are reported at another frequency."""
        return [
            OtherLine(
                wording.period_in_words(row.period.code),
                self.line(row.target),
                self.figures.own(row.target).units_reported_in(self.region),
            )
            for row in self.rows
            if row.period != self.figures.period
        ]

    def other_books(self) -> dict[str, tuple[FigureInputs, list[str]]]:
        """By the code of each other period, its book and the codes of the indicators that it is the book of."""
        found: dict[str, tuple[FigureInputs, list[str]]] = {}
        for row in self.rows:
            if row.period != self.figures.period:
                _book, codes = found.setdefault(row.period.code, (self.figures.own(row.target).book, []))
                codes.append(row.target.indicator.code)
        return found

    def quality(self) -> list[QualityLine]:
        """Return what the units made of the period's return, as it was when the report was issued."""
        if self.request.kept:
            return quality_from_json(self.request.kept.book.get("quality", []))
        return read_quality(self.figures.period, self.region)

    def changes(self, last: IssuedReport, now: Sequence[int]) -> list[ChangeLine]:
        """Return what changed in the periods that the last report and this one both cover."""
        until = min(last.period, self.figures.period, key=lambda period: period.ends_on)
        return [_change_line(change) for change in changes_between(last.revisions, now, until=until)]

    def levels_in(self, report: IssuedReport) -> dict[tuple[str, str], Level | None]:
        """The levels that an earlier report was issued with, by indicator's and region's code."""
        book = book_from_json(report.book)
        codes = [code for code, terms in book.terms.items() if terms.is_graded]
        places = {self.region.code, *(city.code for city in self.figures.cities if self.is_whole)}
        found = {(code, place): book.standing(code, place) for code in codes for place in places & set(book.paths)}
        return {key: standing.level for key, standing in found.items() if not standing.is_provisional}

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
            is_rate=self.figures.book.is_rate(indicator.code),
            is_approximate=target.is_approximate,
        )

    def place(self, region: Region) -> PlaceFigures:
        rows = self.figures.standings([region])
        standings = {row.target.indicator.code: row.standing for row in rows if row.period == self.figures.period}
        is_whole = region == self.plan.region
        return PlaceFigures(
            code=region.code,
            name=str(region),
            coverage=self.figures.units_reported_in(region),
            standings=standings,
            is_whole=is_whole,
            is_reported_on=region == self.region,
        )

    def revisions(self) -> QuerySet[ValueRevision]:
        """The verified revisions behind the figures: of the region, from the plan's start to the period."""
        if self.request.kept:
            revisions = ValueRevision.objects.filter(pk__in=self.request.kept.revisions)
        else:
            revisions = ValueRevision.objects.standing().filter(
                entry__unit_return__period__in=periods_behind(self.figures.period),
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
    return _("%(title)s, version %(number)s") % {"title": report.title, "number": report.issue_number}
