"""The size of what a table adds, in words: the first line that a second person reads."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from tracker.calculation.rollup import Rollup
from tracker.documents.wording import exact
from tracker.models import Indicator, MeasureUnit
from tracker.queries.imports.past_values.cells import PastValue
from tracker.queries.imports.past_values.names import Vocabulary

#: More indicators than this are not told one by one.
SHOWN = 5


def describe_magnitude(
    values: Iterable[PastValue], last_year: Mapping[tuple[int, int, int], Decimal], words: Vocabulary
) -> list[str]:
    """Return a sentence for each of the first indicators: the sum as typed, in the indicator's unit, and a year before.

    Example: "Coal gangue utilised: your table adds 125,000 t = 12.5 10kt; the same periods last year had 11.9 10kt."
    """
    indicators = {one.pk: one for one in words.indicators}
    measures = {one.pk: one for one in words.measures}
    grouped: dict[int, list[PastValue]] = defaultdict(list)
    for value in values:
        grouped[value.indicator].append(value)
    return [_sentence(indicators[pk], here, last_year, measures) for pk, here in list(grouped.items())[:SHOWN]]


def _sentence(
    indicator: Indicator,
    values: Sequence[PastValue],
    last_year: Mapping[tuple[int, int, int], Decimal],
    measures: Mapping[int, MeasureUnit],
) -> str:
    words = {"indicator": indicator, "number": len(values), "unit": indicator.unit}
    earlier = [last_year.get((value.unit, value.period, value.indicator)) for value in values]
    there = [value for value in earlier if value is not None]
    if indicator.over_periods != Rollup.SUM.value and len(values) > 1:
        low, high = min(value.value for value in values), max(value.value for value in values)
        words |= {"low": exact(low, 0), "high": exact(high, 0)}
        return _("%(indicator)s: your table adds %(number)s values from %(low)s to %(high)s %(unit)s.") % words
    amount = _amount(indicator, values, measures)
    if there and len(there) == len(values):
        words |= {"amount": amount, "earlier": f"{exact(sum(there, Decimal(0)), 0)} {indicator.unit}"}
        return _("%(indicator)s: your table adds %(amount)s; the same periods last year had %(earlier)s.") % words
    return _("%(indicator)s: your table adds %(amount)s.") % {**words, "amount": amount}


def _amount(indicator: Indicator, values: Sequence[PastValue], measures: Mapping[int, MeasureUnit]) -> str:
    """Return the sum in the unit that it is typed in, and in the indicator's where that is another one."""
    total = sum((value.value for value in values), Decimal(0))
    own = f"{exact(total, 0)} {indicator.unit}"
    typed = {value.measure for value in values}
    if typed == {indicator.unit_id} or len(typed) > 1:
        return own
    measure = measures[typed.pop()]
    return f"{exact(total * indicator.unit.factor / measure.factor, 0)} {measure} = {own}"
