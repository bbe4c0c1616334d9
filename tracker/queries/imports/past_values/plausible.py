"""The checks of returns over a table's values: the same rules, severities and words as on a return's own page."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from tracker.calculation.checks import Severity
from tracker.calculation.sheet_checks import CheckedReturn, check_sheet
from tracker.queries.imports.past_values.cells import PastValue
from tracker.queries.imports.past_values.names import Vocabulary
from tracker.queries.returns.check_inputs import Place, Said, Values, read_context
from tracker.queries.returns.check_wording import FlagMessage, describe
from tracker.queries.returns.checks import read_indicators, read_rules

#: So many flags are put into words; a table with more has one mistake in a column, not so many.
MAX_FLAGS = 2_000
#: (unit's, period's primary key)
Key = tuple[int, int]


@dataclass(frozen=True)
class FlaggedValue:
    """A value with what is odd about it."""

    value: PastValue
    message: FlagMessage


@dataclass(frozen=True)
class Plausibility:
    """What is odd about a table's values, and what was reported for the same periods a year before."""

    flags: Sequence[FlaggedValue] = ()
    last_year: Mapping[tuple[int, int, int], Decimal] | None = None

    @property
    def errors(self) -> list[FlaggedValue]:
        """Values that cannot be loaded like this."""
        return [one for one in self.flags if one.message.severity is Severity.ERROR]

    @property
    def unexplained(self) -> list[FlaggedValue]:
        """Values that need a note and have none."""
        return [one for one in self.flags if one.message.severity is Severity.WARNING and one.message.stops]


def check_values(values: Sequence[PastValue], loaded: Iterable[PastValue], words: Vocabulary) -> Plausibility:
    """Return what is odd about the values to be loaded, against all of the table and what is stored.

    A fixed number of queries. A value's note explains its warnings, as in a return.
    """
    wanted = {(value.unit, value.period, value.indicator): value for value in loaded}
    if not wanted:
        return Plausibility()
    codes = {one.pk: one.code for one in words.indicators}
    sheets = read_sheets_of(values, words)
    rules, indicators = read_rules(), read_indicators()
    keys = {code: pk for pk, code in codes.items()}
    found = [
        (value, flag)
        for (unit, period), sheet in sheets.items()
        for flag in check_sheet(sheet, rules, indicators)
        if (value := wanted.get((unit, period, keys[flag.indicator])))
    ]
    messages = describe(flag for _value, flag in found[:MAX_FLAGS])
    flags = [
        FlaggedValue(value, replace(message, is_explained=_is_explained(message, value)))
        for (value, _flag), message in zip(found[:MAX_FLAGS], messages, strict=True)
    ]
    order = list(Severity)
    flags.sort(key=lambda one: (order.index(one.message.severity), one.value.row, one.value.column))
    return Plausibility(flags, _last_year(sheets, keys))


def with_notes(values: Iterable[PastValue], plausibility: Plausibility) -> list[PastValue]:
    """Return the values, those that need a note with the one on the page where they have none of their own."""
    odd = {
        (one.value.row, one.value.column)
        for one in plausibility.flags
        if one.message.severity is Severity.WARNING and one.value.page_note and not one.value.note
    }
    return [value._replace(note=value.page_note) if (value.row, value.column) in odd else value for value in values]


def read_sheets_of(values: Iterable[PastValue], words: Vocabulary) -> dict[Key, CheckedReturn]:
    """Return the table's values as returns, one for each unit and period."""
    codes = {one.pk: one.code for one in words.indicators}
    regions = {unit.pk: unit.region_id for unit in words.units}
    periods = {period.pk: period for period in words.periods.values()}
    grouped: dict[Key, dict[str, Decimal | None]] = defaultdict(dict)
    beside: Said = {}
    places: dict[Key, Place] = {}
    for value in values:
        key, period = (value.unit, value.period), periods[value.period]
        grouped[key][codes[value.indicator]] = value.value
        said: Values = beside.setdefault((value.unit, period.kind, period.starts_on), {}).setdefault(period.plan_id, {})
        said[codes[value.indicator]] = value.value
        if key not in places:
            where = (value.unit, regions[value.unit], period.plan_id, period.kind)
            places[key] = Place(*where, period.starts_on, period.ends_on)
    return read_context(places, grouped, beside)


def _is_explained(message: FlagMessage, value: PastValue) -> bool:
    return message.severity is Severity.WARNING and bool((value.note or value.page_note).strip())


def _last_year(sheets: Mapping[Key, CheckedReturn], keys: Mapping[str, int]) -> dict[tuple[int, int, int], Decimal]:
    return {
        (unit, period, keys[code]): value
        for (unit, period), sheet in sheets.items()
        for code, value in sheet.last_year.items()
        if code in sheet.values
    }
