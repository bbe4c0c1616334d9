"""Reading the reports that are lists: the ledger of a selection, and who handed in what in time."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tracker.calculation.timeliness import Filing, Timeliness
from tracker.documents import wording
from tracker.documents.ledger import LedgerFigures
from tracker.documents.timeliness import TimelinessFigures, TimelinessLine
from tracker.documents.timeliness_changes import TimelinessChange
from tracker.models import IssuedReport, Period, Region, ValueRevision
from tracker.models.earlier import lay_within
from tracker.models.naming import Named
from tracker.models.period import PeriodQuerySet
from tracker.queries.documents.document_names import DocumentNames, load_names, names_from_json
from tracker.queries.documents.editions import baselines, issue_of
from tracker.queries.documents.ledger_rows import (
    LedgerLines,
    LedgerNames,
    in_ledger_order,
    ledger_names_from_json,
    load_ledger_names,
)
from tracker.queries.documents.named_changes import SET_UP, set_up_lines
from tracker.queries.documents.names import rests_on_demonstration
from tracker.queries.documents.quality import in_words
from tracker.queries.documents.request import Edition, ReportRequest
from tracker.queries.documents.summed_periods import periods_within
from tracker.queries.returns.timeliness import Filings


@dataclass(frozen=True)
class LedgerInputs:
    """The inputs of a ledger of a selection, present or kept."""

    names: DocumentNames
    ledger_names: LedgerNames
    revisions: Sequence[int]
    first: str
    indicators: Sequence[str]

    def as_json(self) -> dict[str, Any]:
        """Return what the document keeps beside the numbers of its revisions."""
        return {"names": self.names.as_json(), "ledger": self.ledger_names.as_json(), "first_period": self.first}


def ledger_inputs(request: ReportRequest) -> LedgerInputs:
    """Return the inputs of a ledger: of a region from `first_period` (default: the plan's first) to the period."""
    codes, kept = request.options.get("indicators", []), request.kept
    first = _first_period(request.period, request.options.get("first_period", ""))
    if kept and "names" in kept.book:
        names, ledger_names = names_from_json(kept.book["names"]), ledger_names_from_json(kept.book["ledger"])
        return LedgerInputs(names, ledger_names, kept.revisions, kept.book["first_period"], codes)
    chosen = _chosen(first, request.period, request.region, codes)
    revisions = kept.revisions if kept else list(in_ledger_order(chosen).values_list("pk", flat=True))
    names = load_names(request.period, request.region)
    return LedgerInputs(names, load_ledger_names(revisions, request.period), revisions, first.code, codes)


def read_ledger(request: ReportRequest, inputs: LedgerInputs) -> LedgerFigures:
    """Return the verified entries of a selection, named in the active language."""
    period, kept, names = request.period, request.kept, inputs.names
    chosen = [str(names.indicators[code].name) for code in sorted(inputs.indicators) if code in names.indicators]
    return LedgerFigures(
        plan=names.plan_in_words,
        issuer=str(names.issuer),
        period=_span(inputs.first, _last_code(period)),
        indicators=wording.listed(chosen),
        as_of=request.as_of,
        lines=LedgerLines(
            inputs.revisions,
            names,
            inputs.ledger_names.without_people() if request.hides_names else inputs.ledger_names,
        ),
        is_demonstration=kept.has_demonstration
        if kept
        else rests_on_demonstration(period.plan, request.region, inputs.revisions),
        prepared_by="" if request.hides_names else request.prepared_by,
    )


def read_timeliness(request: ReportRequest, kept: Mapping[str, Any], edition: Edition) -> TimelinessFigures:
    """Return the returns expected of a region's units up to a period, from what the issue keeps."""
    compared = _compared(edition, kept) if not request.kept or "names" in kept else []
    period, region = request.period, request.region
    names = names_from_json(kept["names"]) if "names" in kept else load_names(period, region)
    return TimelinessFigures(
        plan=names.plan_in_words,
        issuer=str(names.issuer),
        period=wording.period_in_words(period.code),
        as_of=request.as_of,
        units=[_line(row) for row in kept["units"]],
        periods=[_line(row) for row in kept["periods"]],
        is_demonstration=request.kept.has_demonstration
        if request.kept
        else rests_on_demonstration(period.plan, region, ()),
        prepared_by="" if request.hides_names else request.prepared_by,
        changes=_changes(compared, kept),
        set_up_changes=set_up_lines(kept.get(SET_UP, []), hides_names=request.hides_names),
        compared=wording.listed(words for _report, words in compared),
    )


def _compared(edition: Edition, kept: Mapping[str, Any]) -> list[tuple[IssuedReport, str]]:
    """Return the documents that timeliness is compared with, the newest first, and their numbers in words.

    A document of before that kept no deadlines was compared with the newest editions only.
    """
    own = edition.previous_edition.period_id if edition.previous_edition else None
    newest = {report.pk for report in (edition.previous_edition, edition.previous_issue) if report}
    return [
        (report, issue_of(report).in_words(is_edition=report.period_id == own))
        for report in baselines(edition)
        if ("deadlines" in kept or report.pk in newest)
        and "names" in report.book  # documents of before kept periods in words of their own language
    ]


def _changes(compared: Sequence[tuple[IssuedReport, str]], kept: Mapping[str, Any]) -> list[TimelinessChange]:
    """Return what differs from earlier documents, each once: against the newest of them that differs."""
    found: dict[tuple[str, Filing | None], TimelinessChange] = {}
    for report, words in compared:
        for change in (*_moved_deadlines(report, words, kept), *_counted_otherwise(report, words, kept)):
            found.setdefault((change.period, change.filing), change)
    return list(found.values())


def _counted_otherwise(report: IssuedReport, words: str, kept: Mapping[str, Any]) -> Iterator[TimelinessChange]:
    """Return the periods of an earlier document that are counted otherwise now."""
    now = {line.names: line.total.numbers for line in map(_line, kept["periods"])}
    for line in map(_line, report.book["periods"]):
        for filing in Filing:
            counted = now.get(line.names, Counter())[filing]
            if counted != line.total.numbers[filing]:
                yield TimelinessChange(line.names[0], filing, line.total.numbers[filing], counted, words)


def _moved_deadlines(report: IssuedReport, words: str, kept: Mapping[str, Any]) -> Iterator[TimelinessChange]:
    """Return the periods of an earlier document whose deadline moved; documents of before kept no deadlines."""
    now = kept.get("deadlines", {})
    for code, then in report.book.get("deadlines", {}).items():
        if code in now and now[code] != then:
            before, after = (wording.moment(datetime.fromisoformat(moment)) for moment in (then, now[code]))
            yield TimelinessChange(wording.period_in_words(code), None, before, after, words)


def timeliness_as_json(request: ReportRequest) -> dict[str, Any]:
    """Return the counts, as the report keeps them: names, how many returns became what, times sent back."""
    period, region = request.period, request.region
    filings = Filings(period.plan, region, period, now=request.as_of)
    by_period = filings.by_period()
    return {
        "names": load_names(period, region).as_json(),
        "deadlines": {row.period.code: row.period.deadline.isoformat() for row in by_period},
        "units": [_as_json([_pair(row.unit.region), _pair(row.unit)], row.total) for row in filings.by_unit()],
        "periods": [_as_json([row.period.code], row.total) for row in by_period],
    }


def _pair(named: Named) -> list[str]:
    return [named.name, named.name_en]


def _as_json(names: Sequence[Any], total: Timeliness) -> list[Any]:
    return [list(names), {filing.value: number for filing, number in total.numbers.items()}, total.times_sent_back]


def _line(row: Sequence[Any]) -> TimelinessLine:
    names, numbers, times = row
    words = tuple(wording.period_in_words(name) if isinstance(name, str) else in_words(name) for name in names)
    return TimelinessLine(words, Timeliness(Counter({Filing(key): number for key, number in numbers.items()}), times))


def _first_period(period: Period, code: str) -> Period:
    periods = _listed(period).order_by("starts_on")
    return periods.filter(code=code).first() or periods[0]


def _listed(last: Period) -> PeriodQuerySet:
    """Return the periods of a ledger: of the last one's kind, or of the shorter ones that it is counted from."""
    within = periods_within(last)
    return Period.objects.until(within[-1] if within else last)


def _chosen(first: Period, last: Period, region: Region, codes: Sequence[str]) -> QuerySet[ValueRevision]:
    revisions = ValueRevision.objects.standing().filter(
        lay_within(region, last.ends_on, "entry__unit_return__unit__region"),
        entry__unit_return__period__in=_listed(last).filter(starts_on__gte=first.starts_on),
    )
    return revisions.filter(entry__indicator__code__in=codes) if codes else revisions


def _last_code(period: Period) -> str:
    """Return the code of the last period whose entries are listed."""
    within = periods_within(period)
    return within[-1].code if within else period.code


def _span(first: str, last: str) -> str:
    names = [wording.period_in_words(code) for code in (first, last)]
    return names[0] if first == last else _("%(first)s to %(last)s") % {"first": names[0], "last": names[1]}
