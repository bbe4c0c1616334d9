"""The inputs of targets that are reported at another frequency than a document's period, read and kept."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from tracker.models import Indicator, Period, Plan
from tracker.queries.figures.figure_inputs import load_figure_inputs
from tracker.queries.figures.figures import OtherBook
from tracker.queries.figures.own_periods import own_periods
from tracker.queries.figures.snapshots import book_as_json, book_from_json

#: The key of a kept book under which the books of other periods lie.
OTHERS = "others"


def load_other_books(period: Period) -> dict[Period, OtherBook]:
    """Return, for each other newest period, the inputs and the indicators that are shown at it."""
    indicators = {one.pk: one.code for one in Indicator.objects.filter(targets__plan=period.plan).order_by("code")}
    codes: dict[Period, list[str]] = defaultdict(list)
    for pk, own in own_periods(period, Indicator.objects.filter(pk__in=indicators)).items():
        codes[own].append(indicators[pk])
    return {own: OtherBook(load_figure_inputs(own), sorted(found)) for own, found in codes.items()}


def others_as_json(others: Mapping[Period, OtherBook]) -> dict[str, Any]:
    """Return these inputs for keeping, by the code of their period; without any, no key."""
    if not others:
        return {}
    kept = {
        period.code: {"book": book_as_json(other.book), "indicators": sorted(other.indicators)}
        for period, other in others.items()
    }
    return {OTHERS: kept}


def others_from_json(kept: Mapping[str, Any], plan: Plan) -> dict[Period, OtherBook]:
    """Return the inputs that `others_as_json` kept."""
    return {
        Period.objects.of(plan, code): OtherBook(book_from_json(other["book"]), other["indicators"])
        for code, other in kept.get(OTHERS, {}).items()
    }
