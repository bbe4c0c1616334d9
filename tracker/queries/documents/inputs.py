"""The inputs of a document: figures, names, returns and revisions, present or kept, and their hash.

Equal hashes mean that two documents, or a mail and its document, show the same.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import cached_property

from tracker.calculation.cells import Coverage
from tracker.calculation.figure_inputs import FigureInputs
from tracker.models import IssuedReport, Period, Region, ValueRevision
from tracker.models.earlier import lay_within
from tracker.queries.documents.document_names import DocumentNames, load_names, names_from_json
from tracker.queries.documents.ledger_rows import in_ledger_order
from tracker.queries.documents.list_at_end import lists_at_end
from tracker.queries.documents.other_books import load_other_books, others_as_json, others_from_json
from tracker.queries.documents.quality import load_quality
from tracker.queries.documents.statistics import load_statistics
from tracker.queries.documents.summed_periods import load_summed_inputs, periods_to_sum, periods_within
from tracker.queries.figures.figure_inputs import load_figure_inputs
from tracker.queries.figures.figures import OtherBook
from tracker.queries.figures.own_periods import periods_behind
from tracker.queries.figures.snapshots import book_as_json, book_from_json

#: The keys of a kept book that are no inputs: what the document says of earlier ones, and names behind its ledger.
BESIDE = frozenset({"changes", "ledger", "clauses", "set_up"})


@dataclass(frozen=True)
class DocumentInputs:
    """The inputs. `others` are the books of targets of another frequency, `revisions` in the order of the ledger.

    Of these the summed ones are about the document's own period, and any other about its own newest one.

    `statistics` is what the document says of the quality of its figures. `lists` are the plan's lists with names in
    the region; a plan without lists keeps nothing of them.
    """

    period: Period
    book: FigureInputs
    others: Mapping[Period, OtherBook]
    names: DocumentNames
    quality: Sequence[Mapping[str, Any]]
    revisions: Sequence[int]
    lists: Sequence[Mapping[str, Any]] = ()
    statistics: Mapping[str, Any] = field(default_factory=dict)
    kept: IssuedReport | None = None

    @cached_property
    def content(self) -> dict[str, Any]:
        """Return them in JSON's own types."""
        return {
            **book_as_json(self.book),
            **others_as_json(self.others),
            "quality": list(self.quality),
            "names": self.names.as_json(),
            **({"lists": list(self.lists)} if self.lists else {}),
            **({"statistics": dict(self.statistics)} if self.statistics else {}),
        }

    @cached_property
    def sha256(self) -> str:
        """Return their hash; of a document of before names were kept, the one that it printed."""
        if self.kept and not self.kept.inputs_sha256:
            return hash_of_inputs(self.book, self.revisions)
        return self.kept.inputs_sha256 if self.kept else hash_of_content(self.content, self.revisions)

    def period_of(self, indicator: str) -> Period:
        """Return the period of an indicator's figures: the document's own where shorter ones are added up."""
        found = ((period, other) for period, other in self.others.items() if indicator in other.indicators)
        return next((self.period if other.is_summed else period for period, other in found), self.period)

    def book_of(self, indicator: str) -> FigureInputs:
        """Return the book of an indicator's figures."""
        return next((one.book for one in self.others.values() if indicator in one.indicators), self.book)

    def returns_of(self, place: str) -> Coverage:
        """Return how many of the returns of a place for the document's period, or within it, count."""
        summed = (one.book.units_in(place) for one in self.others.values() if one.is_summed)
        return sum(summed, self.book.units_in(place))


def hash_of_content(content: Mapping[str, Any], revisions: Sequence[int]) -> str:
    """Return the SHA-256 of a document's inputs, as they are kept, and of the numbers of its revisions in order."""
    inputs = {key: value for key, value in content.items() if key not in BESIDE}
    text = json.dumps(
        {"book": inputs, "revisions": sorted(revisions)}, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    return hashlib.sha256(text.encode()).hexdigest()


def hashes_of_kept(report: IssuedReport) -> set[str]:
    """Return the hashes of what an issued document kept: those of its kind, with the options that it counts or not."""
    content = dict(report.book)
    chosen = {**content, "options": report.parameters}
    return {hash_of_content(content, report.revisions), hash_of_content(chosen, report.revisions)}


def hash_of_inputs(book: FigureInputs, revisions: Sequence[int]) -> str:
    """Return the hash that documents of before names were kept print: of the book and the numbers of the revisions."""
    inputs = {"book": book_as_json(book), "revisions": list(revisions)}
    text = json.dumps(inputs, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def load_inputs(period: Period, region: Region) -> DocumentInputs:
    """Return the present inputs of a document on a region at a period. Call it within `consistent_read`."""
    within = periods_within(period)
    book = load_summed_inputs(within) if within else load_figure_inputs(period, same_units=True)
    others = load_other_books(within[-1] if within else period, period)
    revisions = ValueRevision.objects.standing().filter(
        lay_within(region, period.ends_on, "entry__unit_return__unit__region"),
        entry__unit_return__period__in=periods_behind(period),
    )
    standing = list(in_ledger_order(revisions).values_list("pk", flat=True))
    return DocumentInputs(
        period=period,
        book=book,
        others=others,
        names=_present_names(period, region, book, others),
        quality=load_quality(_reported_in(period, within, others), region),
        revisions=standing,
        lists=lists_at_end(period, region),
        statistics=load_statistics(period, region, standing),
    )


def _reported_in(period: Period, within: Sequence[Period], others: Mapping[Period, OtherBook]) -> list[Period]:
    """Return the periods whose returns a document is about: its own, and those that are added up."""
    kinds = [last.kind for last, other in others.items() if other.is_summed]
    return [*(within or [period]), *(one for kind in kinds for one in periods_to_sum(period, kind))]


def kept_inputs(report: IssuedReport) -> DocumentInputs:
    """Return the inputs that an issued document kept; where it kept no names, the present ones."""
    book, others = book_from_json(report.book), others_from_json(report.book, report.plan)
    names = report.book.get("names")
    return DocumentInputs(
        period=report.period,
        book=book,
        others=others,
        names=names_from_json(names) if names else _present_names(report.period, report.region, book, others),
        quality=report.book.get("quality", []),
        revisions=report.revisions,
        lists=report.book.get("lists", []),
        statistics=report.book.get("statistics", {}),
        kept=report,
    )


def _present_names(
    period: Period, region: Region, book: FigureInputs, others: Mapping[Period, OtherBook]
) -> DocumentNames:
    periods = dict.fromkeys(book.terms, period)
    for other, kept in others.items():
        periods |= dict.fromkeys(kept.indicators, other)
    return load_names(period, region, book=book, periods=periods)
