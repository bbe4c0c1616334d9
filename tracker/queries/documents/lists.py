"""Reading the reports that are lists: the ledger of a selection, and who handed in what in time."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tracker.calculation.timeliness import Filing, Timeliness
from tracker.documents import wording
from tracker.documents.ledger import LedgerFigures
from tracker.documents.timeliness import TimelinessFigures, TimelinessLine
from tracker.models import Indicator, Period, Region, ValueRevision
from tracker.queries.documents.ledger_rows import LedgerLines, in_ledger_order
from tracker.queries.documents.names import issuer_of, plan_name, rests_on_demonstration
from tracker.queries.documents.request import ReportRequest
from tracker.queries.returns.timeliness import Filings


def read_ledger(request: ReportRequest) -> LedgerFigures:
    """Return the verified entries of a region from `first_period` (default: the plan's first) to the period."""
    period, region, options = request.period, request.region, request.options
    first = _first_period(period, options.get("first_period", ""))
    codes = options.get("indicators", [])
    if request.kept:
        revisions: QuerySet[ValueRevision] = ValueRevision.objects.filter(pk__in=request.kept.revisions)
    else:
        revisions = _chosen(first, period, region, codes)
    return LedgerFigures(
        plan=plan_name(period.plan, region),
        issuer=issuer_of(period.plan, region),
        period=_span(first, period),
        indicators=wording.listed(str(one) for one in Indicator.objects.filter(code__in=codes)),
        as_of=request.as_of,
        lines=LedgerLines(in_ledger_order(revisions).values_list("pk", flat=True), period.plan.region),
        is_demonstration=rests_on_demonstration(period.plan, region, revisions),
    )


def read_timeliness(request: ReportRequest, kept: Mapping[str, Any]) -> TimelinessFigures:
    """Return the returns expected of a region's units up to a period, from what the issue keeps."""
    period, region = request.period, request.region
    return TimelinessFigures(
        plan=plan_name(period.plan, region),
        issuer=issuer_of(period.plan, region),
        period=wording.period_in_words(period.code),
        as_of=request.as_of,
        units=[_line(row) for row in kept["units"]],
        periods=[_line(row) for row in kept["periods"]],
        is_demonstration=rests_on_demonstration(period.plan, region, ValueRevision.objects.none()),
    )


def timeliness_as_json(request: ReportRequest) -> dict[str, Any]:
    """The counts, as the report keeps them: names, how many returns became what, times sent back."""
    period, region = request.period, request.region
    filings = Filings(period.plan, region, period, now=request.as_of)
    return {
        "units": [_as_json([str(row.unit.region), str(row.unit)], row.total) for row in filings.by_unit()],
        "periods": [_as_json([wording.period_in_words(row.period.code)], row.total) for row in filings.by_period()],
    }


def _as_json(names: Sequence[str], total: Timeliness) -> list[Any]:
    return [list(names), {filing.value: number for filing, number in total.numbers.items()}, total.times_sent_back]


def _line(row: Sequence[Any]) -> TimelinessLine:
    names, numbers, times = row
    return TimelinessLine(
        tuple(names), Timeliness(Counter({Filing(key): number for key, number in numbers.items()}), times)
    )


def _first_period(period: Period, code: str) -> Period:
    periods = Period.objects.until(period).order_by("starts_on")
    return periods.filter(code=code).first() or periods[0]


def _chosen(first: Period, last: Period, region: Region, codes: Sequence[str]) -> QuerySet[ValueRevision]:
    revisions = ValueRevision.objects.standing().filter(
        entry__unit_return__period__in=Period.objects.until(last).filter(starts_on__gte=first.starts_on),
        entry__unit_return__unit__region__path__startswith=region.path,
    )
    return revisions.filter(entry__indicator__code__in=codes) if codes else revisions


def _span(first: Period, last: Period) -> str:
    names = [wording.period_in_words(one.code) for one in (first, last)]
    return names[0] if first == last else _("%(first)s to %(last)s") % {"first": names[0], "last": names[1]}
