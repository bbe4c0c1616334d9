"""Comparison of a table's totals and cumulative values with the sum of their parts."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from tracker.calculation.rollup import Rollup
from tracker.documents.wording import exact
from tracker.models import Entry, Indicator, Period
from tracker.queries.imports.past_values.cells import PastValue, TotalCell
from tracker.queries.imports.past_values.names import Vocabulary
from tracker.uploads.places import cell_name

#: The unit, the period (None: all of them) and the indicator that a total is of.
Key = tuple[int | None, int | None, int]
DECIMALS = re.compile(r"\.([0-9]+)", re.ASCII)


@dataclass(frozen=True)
class CrossCheck:
    """A total or cumulative value of the table beside the sum of its parts; None: it cannot be compared."""

    place: str
    text: str
    agrees: bool | None
    message: str


def compare_totals(totals: Sequence[TotalCell], values: Sequence[PastValue], words: Vocabulary) -> list[CrossCheck]:
    """Return each total of the table beside the sum of its parts: the rows above it, or the cells of its row.

    A subtotal is of the parts since the one before.
    """
    indicators = {one.pk: one for one in words.indicators}
    parts = _parts_of(totals, values)
    since: dict[tuple[Key, bool], int] = {}
    checks = []
    for total in totals:
        place = cell_name(total.row, total.column)
        if total.value is None or total.indicator is None or total.is_cumulative:
            checks.append(CrossCheck(place, total.text, None, _("This total could not be compared.")))
            continue
        key, here = _key(total), parts[_key(total)]
        if total.is_subtotal:
            first, last = since.get((key, total.is_across), 0), _at(total, is_across=total.is_across)
            here = [one for one in here if first < _at(one, is_across=total.is_across) < last]
            since[key, total.is_across] = last
        checks.append(_total(total, here, indicators[total.indicator], words))
    return checks


def _key(total: TotalCell) -> Key:
    return total.unit, total.period, total.indicator or 0


def _at(cell: TotalCell | PastValue, *, is_across: bool) -> int:
    return cell.column if is_across else cell.row


def _parts_of(totals: Sequence[TotalCell], values: Iterable[PastValue]) -> dict[Key, list[PastValue]]:
    """Return the values that each total is the sum of, found in one pass."""
    wanted: dict[Key, list[PastValue]] = {_key(total): [] for total in totals}
    shapes = {(unit is None, period is None) for unit, period, _indicator in wanted}
    for value in values:
        for of_units, of_periods in shapes:
            key = (None if of_units else value.unit, None if of_periods else value.period, value.indicator)
            if key in wanted:
                wanted[key].append(value)
    return wanted


def _total(total: TotalCell, parts: Sequence[PastValue], indicator: Indicator, words: Vocabulary) -> CrossCheck:
    place = cell_name(total.row, total.column)
    adds_up = (total.unit is not None or indicator.over_places == Rollup.SUM.value) and (
        total.period is not None or indicator.over_periods == Rollup.SUM.value
    )
    if not adds_up or total.value is None or not parts:
        return CrossCheck(place, total.text, None, _("This total is no sum of its parts, and was not compared."))
    summed = sum((part.value for part in parts), Decimal(0))
    scale = _scale(words, parts[0].measure, indicator)
    if abs(summed - total.value) <= tolerance([total.text, *(part.text for part in parts)]) * scale:
        return CrossCheck(place, total.text, True, "")
    message = _("The total is %(total)s, but its parts add up to %(sum)s. Correct the wrong one, or explain it.")
    return CrossCheck(place, total.text, False, message % _amounts(indicator, total=total.value, sum=summed))


def compare_cumulative(
    cumulative: Sequence[PastValue], values: Iterable[PastValue], words: Vocabulary
) -> list[CrossCheck]:
    """Return each cumulative value beside the sum of the plan's periods up to its own, in the table or verified."""
    if not cumulative:
        return []
    indicators = {one.pk: one for one in words.indicators}
    known = _verified(words, {value.unit for value in cumulative})
    known |= {(value.unit, value.period, value.indicator): value.value for value in values}
    return [_cumulative(value, known, indicators[value.indicator], words) for value in cumulative]


def _cumulative(
    value: PastValue, known: Mapping[tuple[int, int, int], Decimal], indicator: Indicator, words: Vocabulary
) -> CrossCheck:
    place = cell_name(value.row, value.column)
    periods = {period.pk: period for period in words.periods.values()}
    until = periods[value.period]
    span = [one for one in periods.values() if _is_part(one, until)]
    parts = [known.get((value.unit, one.pk, value.indicator)) for one in span]
    there = [part for part in parts if part is not None]
    if indicator.over_periods != Rollup.SUM.value or len(there) < len(parts):
        message = _("This cumulative value was not compared: not all periods up to it are known.")
        return CrossCheck(place, value.text, None, message)
    summed = sum(there, Decimal(0))
    allowed = tolerance([value.text] * (len(there) + 1)) * _scale(words, value.measure, indicator)
    if abs(summed - value.value) <= allowed:
        return CrossCheck(place, value.text, True, "")
    message = _("The cumulative value is %(total)s, but the periods add up to %(sum)s. Correct it, or explain it.")
    return CrossCheck(place, value.text, False, message % _amounts(indicator, total=value.value, sum=summed))


def _is_part(period: Period, until: Period) -> bool:
    is_same_year = period.starts_on.year == until.starts_on.year
    return period.kind == until.kind and is_same_year and period.starts_on <= until.starts_on


def _verified(words: Vocabulary, units: set[int]) -> dict[tuple[int, int, int], Decimal]:
    rows = Entry.objects.filter(
        unit_return__unit__in=units, unit_return__period__plan=words.plan, verified_value__isnull=False
    ).order_by()
    fields = ("unit_return__unit_id", "unit_return__period_id", "indicator_id", "verified_value")
    return {(unit, period, of): value for unit, period, of, value in rows.values_list(*fields) if value is not None}


def tolerance(texts: Sequence[str]) -> Decimal:
    """Return by how much the total of rounded numbers may differ, in the unit that they are typed in.

    `texts` are the total and its parts. Each part may be off by half of its last decimal, and so may the total; whole
    numbers are exact. Example: "10.5", "3.25" and "7.25" give 0.05 + 0.005 + 0.005 = 0.06.
    """
    return sum((Decimal(5).scaleb(-places - 1) for text in texts if (places := _decimals(text))), Decimal(0))


def _decimals(text: str) -> int:
    """Return how many decimals were typed."""
    match = DECIMALS.search(text)
    return len(match[1]) if match else 0


def _scale(words: Vocabulary, measure: int, indicator: Indicator) -> Decimal:
    """Return how large a unit typed in is in the indicator's unit."""
    factors = {one.pk: one.factor for one in words.measures}
    return factors[measure] / indicator.unit.factor


def _amounts(indicator: Indicator, **amounts: Decimal) -> dict[str, str]:
    return {name: f"{exact(value, indicator.decimals)} {indicator.unit}" for name, value in amounts.items()}
