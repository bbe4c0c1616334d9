"""The material balance of a return, where a unit reports all of its terms."""

from decimal import Decimal

from tracker.calculation.balance import TERMS, WasteBalance
from tracker.models import Return


def difference_of(unit_return: Return) -> Decimal | None:
    """What the balance of the reported values leaves over, 0 when it holds; None while a term is missing."""
    entries = unit_return.entries.filter(indicator__code__in=TERMS.values())
    reported = dict(entries.values_list("indicator__code", "reported_value"))
    return WasteBalance(**{term: reported.get(code) for term, code in TERMS.items()}).difference
