"""The inputs of targets that are reported at another frequency than a document's period, read and kept."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from tracker.models import Indicator, Period, Plan
from tracker.queries.documents.summed_periods import load_summed_inputs, periods_to_sum
from tracker.queries.figures.figure_inputs import load_figure_inputs
from tracker.queries.figures.figures import OtherBook
from tracker.queries.figures.own_periods import own_periods
from tracker.queries.figures.snapshots import book_as_json, book_from_json

#: The key of a kept book under which the books of other periods lie.
OTHERS = "others"


def load_other_books(period: Period, document_period: Period) -> dict[Period, OtherBook]:
    """Return, for each other newest period, the inputs and the indicators that are shown at it.

    `period` is that of the document's main figures. Periods that are shorter than the document's own are added up.
    """
    indicators = {one.pk: one.code for one in Indicator.objects.filter(targets__plan=period.plan).order_by("code")}
    codes: dict[Period, list[str]] = defaultdict(list)
    for pk, own in own_periods(period, Indicator.objects.filter(pk__in=indicators)).items():
        codes[own].append(indicators[pk])
    return dict(_other_book(own, document_period, sorted(found)) for own, found in codes.items())


def _other_book(own: Period, document_period: Period, indicators: list[str]) -> tuple[Period, OtherBook]:
    if within := periods_to_sum(document_period, own.kind):
        return within[-1], OtherBook(load_summed_inputs(within), indicators, is_summed=True)
    return own, OtherBook(load_figure_inputs(own), indicators)


def others_as_json(others: Mapping[Period, OtherBook]) -> dict[str, Any]:
    """Return these inputs for keeping, by the code of their period; without any, no key."""
    if not others:
        return {}
    kept = {
        period.code: {"book": book_as_json(other.book), "indicators": sorted(other.indicators)}
        | ({"is_summed": True} if other.is_summed else {})
        for period, other in others.items()
    }
    return {OTHERS: kept}


def others_from_json(kept: Mapping[str, Any], plan: Plan) -> dict[Period, OtherBook]:
    """Return the inputs that `others_as_json` kept."""
    return {
        Period.objects.of(plan, code): OtherBook(
            book_from_json(other["book"]), other["indicators"], is_summed=other.get("is_summed", False)
        )
        for code, other in kept.get(OTHERS, {}).items()
    }
