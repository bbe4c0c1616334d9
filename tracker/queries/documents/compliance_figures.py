"""Reading what a compliance report is made from, all of it as of one moment."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.functional import cached_property

from tracker.calculation.cells import Coverage
from tracker.calculation.figure_inputs import FigureInputs
from tracker.calculation.level_moves import Move
from tracker.calculation.levels import Level
from tracker.calculation.progress import TargetProgress
from tracker.documents import wording
from tracker.documents.compliance import ClauseLine, ComplianceFigures, OtherLine, PlaceFigures, TargetLine
from tracker.documents.compliance.comparison import Comparison
from tracker.documents.files import Document
from tracker.documents.issue_words import Issue
from tracker.queries.documents.basis import read_basis
from tracker.queries.documents.change_lines import change_lines, changes_since_all
from tracker.queries.documents.clause_lines import clauses_as_json, clauses_from_json, read_clauses
from tracker.queries.documents.comparisons import comparisons_of
from tracker.queries.documents.document_names import TargetNames
from tracker.queries.documents.editions import baselines, edition_for, issue_of
from tracker.queries.documents.file_names import own_document_name
from tracker.queries.documents.grades import concerns, grades_of
from tracker.queries.documents.inputs import DocumentInputs, kept_inputs, load_inputs
from tracker.queries.documents.issued_forecasts import forecasts_of
from tracker.queries.documents.ledger_rows import LedgerLines, LedgerNames, ledger_names_from_json, load_ledger_names
from tracker.queries.documents.named_changes import SET_UP, changes_of_figures, set_up_lines
from tracker.queries.documents.names import rests_on_demonstration
from tracker.queries.documents.overall import overall_of
from tracker.queries.documents.quality import quality_from_json
from tracker.queries.documents.request import Edition, ReportData, ReportRequest
from tracker.queries.documents.statistics import statistics_from_json


def compliance_data(request: ReportRequest, build: Callable[[ComplianceFigures], Document]) -> ReportData:
    """Return the document that `build` makes from the figures of a request, with the inputs that it keeps."""
    reader = _Reader(request)
    figures = reader.read()
    return ReportData(
        report=build(figures),
        book={**reader.inputs.content, "changes": reader.changes, "ledger": reader.ledger_names.as_json()}
        | {"clauses": clauses_as_json(reader.clauses), SET_UP: reader.set_up},
        revisions=list(reader.inputs.revisions),
        has_demonstration=figures.is_demonstration,
        inputs_sha256=reader.inputs.sha256,
        edition=reader.edition,
        is_correction=reader.is_correction,
        levels=list(grades_of(reader.inputs)),
        forecasts=list(forecasts_of(reader.inputs)),
    )


def read_compliance_figures(request: ReportRequest) -> ComplianceFigures:
    """Return the figures of a request, named in the active language. Call it within `consistent_read`."""
    return _Reader(request).read()


class _Reader:
    """Turns inputs and names into the plain rows of the report: the present ones, or those of an issued document."""

    def __init__(self, request: ReportRequest) -> None:
        self.request = request
        self.period, self.region, self.plan = request.period, request.region, request.period.plan
        self.inputs: DocumentInputs = (
            kept_inputs(request.inputs_of) if request.inputs_of else load_inputs(request.period, request.region)
        )
        self.names = self.inputs.names
        self.edition: Edition = edition_for(request, self.inputs.sha256)

    def read(self) -> ComplianceFigures:
        """Return the figures."""
        names, place = self.names, self.place(self.names.place)
        cities = self.names.cities if names.place == names.top else ()
        return ComplianceFigures(
            plan=names.plan_in_words,
            issuer=str(names.issuer),
            period=wording.period_in_words(self.period.code),
            number=self.edition.number,
            issue=self.issue.number_in_words,
            edition=self.issue.edition_in_words if self.edition.edition > 1 else "",
            as_of=self.request.as_of,
            book=self.inputs.book,
            bounds=self.inputs.book.bounds,
            coverage=place.coverage,
            targets=[self.line(one) for one in self.targets if self.is_at_period(one.code)],
            others=self.others(),
            other_books=self.other_books(),
            kind=self.period.kind,
            place=place,
            cities=[self.place(city) for city in cities],
            ledger=LedgerLines(self.inputs.revisions, names, self.shown_ledger_names),
            revisions=self.inputs.revisions,
            indicators={code: str(one.name) for code, one in names.indicators.items()},
            quality=quality_from_json(self.inputs.quality),
            basis=read_basis(self.inputs),
            is_demonstration=self.is_demonstration,
            last_report=self.last_report,
            changes=change_lines(self.shown_changes),
            set_up_changes=set_up_lines(self.set_up, hides_names=self.request.hides_names),
            comparisons=self.comparisons,
            levels_then=self.levels_then,
            clauses=self.clauses,
            ends=self.ends,
            lists=self.inputs.lists,
            statistics=statistics_from_json(self.inputs.statistics),
            overall=overall_of(self.inputs),
            prepared_by="" if self.request.hides_names else self.request.prepared_by,
            document_name=own_document_name(self.plan, self.request.kind),
        )

    @cached_property
    def issue(self) -> Issue:
        """Return the identity of the document."""
        return Issue(
            self.edition.year,
            self.edition.number,
            self.period.kind,
            self.edition.edition,
            is_correction=self.is_correction,
        )

    @cached_property
    def is_correction(self) -> bool:
        """Return True if figures differ from those of the edition before."""
        if self.request.kept:
            return self.request.kept.is_correction
        since_edition = [one for one in self.comparisons if one.is_edition]
        return any(one.moves or one.figures for one in since_edition) or self.has_changed_values

    @property
    def has_changed_values(self) -> bool:
        """Return True if a value differs from the edition before."""
        before = self.edition.edition - 1
        return any(line["is_edition"] and line["since"]["edition"] == before for line in self.changes)

    @cached_property
    def comparisons(self) -> list[Comparison]:
        """Return what differs from earlier documents."""
        return comparisons_of(self.inputs, self.edition)

    @cached_property
    def changes(self) -> Sequence[Mapping[str, Any]]:
        """Return the changed values, as they are kept."""
        kept = self.request.inputs_of
        if kept and "changes" in kept.book:
            return list(kept.book["changes"])
        earlier = baselines(self.edition)[: 1 if kept else None]  # documents of before compared with one alone
        return changes_since_all(earlier, self.inputs.revisions, self.period)

    @cached_property
    def set_up(self) -> Sequence[Mapping[str, Any]]:
        """Return the changes of set-up, as they are kept; a document of before kept none."""
        kept = self.request.inputs_of
        return list(kept.book.get(SET_UP, [])) if kept else changes_of_figures(self.edition, self.period)

    @property
    def shown_changes(self) -> Sequence[Mapping[str, Any]]:
        """Return the changed values as the document prints them."""
        if self.request.hides_names:
            return [{**line, "changed_by": ""} for line in self.changes]
        return self.changes

    @property
    def shown_ledger_names(self) -> LedgerNames:
        """Return the names behind the ledger as the document prints them."""
        return self.ledger_names.without_people() if self.request.hides_names else self.ledger_names

    @cached_property
    def ledger_names(self) -> LedgerNames:
        """Return the names behind the ledger."""
        kept = self.request.inputs_of
        if kept and "ledger" in kept.book:
            return ledger_names_from_json(kept.book["ledger"])
        return load_ledger_names(self.inputs.revisions, self.period)

    @cached_property
    def clauses(self) -> list[ClauseLine]:
        """Return the clauses with their status as it was when the report was issued."""
        kept = self.request.inputs_of
        if kept:
            return clauses_from_json(kept.book.get("clauses", []))
        return read_clauses(self.plan, self.region, self.period.ends_on)

    @property
    def ends(self) -> dict[str, date]:
        """Return the last days of the plan's periods that the inputs know, by their codes."""
        books = [self.inputs.book, *(book for book, _codes in self.other_books().values())]
        codes = {code for book in books for code in book.codes_in_plan}
        return dict(self.plan.periods.filter(code__in=codes).values_list("code", "ends_on"))

    @property
    def is_demonstration(self) -> bool:
        """Return True if the document rests on demonstration data."""
        if self.request.inputs_of:
            return self.request.inputs_of.has_demonstration
        return rests_on_demonstration(self.plan, self.region, self.inputs.revisions)

    @property
    def last_report(self) -> str:
        """Return the number of the document that levels are compared with: the previous issue, or edition."""
        last = self.edition.previous_issue or self.edition.previous_edition
        return str(issue_of(last)) if last else ""

    @property
    def levels_then(self) -> dict[tuple[str, str], Level | None]:
        """Return the levels then of those that got better or worse since the document that is compared with."""
        if not self.comparisons:
            return {}
        moves = self.comparisons[-1].moves
        return {(one.key, one.place): one.then for one in moves if one.move in (Move.BETTER, Move.WORSE)}

    @property
    def targets(self) -> Sequence[TargetNames]:
        """Return the targets that the document's place has to do with."""
        return [one for one in self.names.targets if self.concerns(one.code, self.names.place)]

    def concerns(self, indicator: str, place: str) -> bool:
        """Return True if a place has to do with a target, at the target's own period."""
        return concerns(self.inputs.book_of(indicator), indicator, place, self.names.top)

    def is_at_period(self, indicator: str) -> bool:
        """Return True if a target is reported for periods of the document's kind, or for shorter ones within them."""
        return self.inputs.period_of(indicator) == self.period

    def others(self) -> list[OtherLine]:
        """Return the targets that are reported at another frequency."""
        return [
            OtherLine(
                wording.period_in_words(self.inputs.period_of(one.code).code),
                self.line(one),
                self.inputs.book_of(one.code).units_in(self.names.place),
            )
            for one in self.targets
            if not self.is_at_period(one.code)
        ]

    def other_books(self) -> dict[str, tuple[FigureInputs, list[str]]]:
        """By the code of each other newest period, its book and the codes of the indicators that it is the book of."""
        codes = [one.code for one in self.targets]
        found = {
            period.code: (other.book, [code for code in codes if code in other.indicators])
            for period, other in self.inputs.others.items()
        }
        return {code: other for code, other in found.items() if other[1]}

    def standing(self, indicator: str, place: str) -> TargetProgress:
        """Return the progress of a target in a place, at the target's own period."""
        return self.inputs.book_of(indicator).standing(indicator, place)

    def line(self, target: TargetNames) -> TargetLine:
        """Return a target in the document's place."""
        indicator = self.names.indicators[target.code]
        return TargetLine(
            key=target.code,
            name=str(indicator.name),
            unit=str(indicator.unit),
            decimals=indicator.decimals,
            bound=target.bound_in_words,
            clauses=wording.listed(target.clauses),
            pace=target.pace_in_words,
            standing=self.standing(target.code, self.names.place),
            is_graded=target.is_graded,
            is_derived=indicator.is_derived,
            is_rate=self.inputs.book.is_rate(target.code),
            is_approximate=target.is_approximate,
            missing_parts=[
                str(self.names.indicators[part].name)
                for part in self.inputs.book_of(target.code).missing_parts(target.code, self.names.place)
            ],
        )

    def place(self, code: str) -> PlaceFigures:
        """Return a place's row."""
        concerned = [one.code for one in self.names.targets if self.concerns(one.code, code)]
        return PlaceFigures(
            code=code,
            name=str(self.names.regions[code]),
            coverage=self.coverage(code),
            standings={one: self.standing(one, code) for one in concerned if self.is_at_period(one)},
            is_whole=code == self.names.top,
            is_reported_on=code == self.names.place,
        )

    def coverage(self, place: str) -> Coverage:
        """Return how many returns of a place count for the period, of those expected."""
        return self.inputs.returns_of(place)
