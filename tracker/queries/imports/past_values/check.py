"""Understanding a table of past periods: names, periods and numbers, each row by itself. No query a row."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _

from tracker.calculation.quantities import Quantity, QuantityError, Unit, read_quantity
from tracker.models import Obligation, Period, Plan, User
from tracker.models.access import Capability, scope_of
from tracker.queries.imports.past_values.cells import PastValue, Problem, Scalar, TableCell, TotalCell, as_text
from tracker.queries.imports.past_values.names import UnknownName, Vocabulary
from tracker.queries.plans.quantities import explain
from tracker.uploads.places import cell_name, letters

#: Who may send in values of a unit: who reports for it, reviews it, or manages the plan.
SENDERS = (Capability.ENTER, Capability.VERIFY, Capability.MANAGE_PLAN)
NOTE_LENGTH = 500
TEXT_LENGTH = 100
#: Errors of spreadsheets as their cells show them.
SHEET_ERRORS = (
    "#DIV/0!",
    "#N/A",
    "#NAME?",
    "#NULL!",
    "#NUM!",
    "#REF!",
    "#VALUE!",
    "#SPILL!",
    "#CALC!",
    "#GETTING_DATA",
)
#: Rows that number the columns of a statistical table: 甲 乙 1 2.
STEMS = frozenset("甲乙丙丁")
#: So many rows that were passed over are named.
MAX_IGNORED = 50


class Meant(NamedTuple):
    """What an indicator's and a measure's words mean: the indicator, its unit, and the unit typed behind a number."""

    indicator: int
    into: Unit
    symbol: str
    allows_negative: bool


class TableCheck:
    """One pass over a table; keeps what it has seen, to find what stands twice.

    What one word means and allows is worked out once, however many rows repeat it. `ignored` are the rows without a
    value that name no unit, `totals` and `cumulative` the values that are only compared, `unknown` the names that a
    person can match, with how often they stand there.
    """

    def __init__(
        self,
        plan: Plan,
        *,
        sender: User,
        today: date,
        columns: Mapping[str, int] | None = None,
        words: Vocabulary | None = None,
        year: int | None = None,
        merged: Sequence[tuple[int, int, int, int]] = (),
    ) -> None:
        """`columns` says where unit, period, indicator, note and measure stand, so that problems name their cells;
        `year` completes months; `merged` are the ranges of merged cells among the rows."""
        self.columns = columns or {}
        self.words = words or Vocabulary(plan)
        self.today = today
        self.year = year
        self.empty = 0
        self.totals: list[TotalCell] = []
        self.cumulative: list[PastValue] = []
        self.ignored: dict[int, str] = {}
        self.unknown: Counter[tuple[str, str]] = Counter()
        self._merged = merged
        self._scopes = [scope_of(sender, capability, plan_id=plan.rights_id) for capability in SENDERS]
        self._seen: dict[tuple[int, int, int], tuple[int, int]] = {}
        self._units: dict[Scalar, int] = {}
        self._periods: dict[Scalar, tuple[int, str]] = {}
        self._meant: dict[tuple[Scalar, Scalar], Meant] = {}
        owed = Obligation.objects.filter(plan=plan).order_by()
        rows = owed.values_list("unit_id", "indicator_id", "frequency")
        self._frequencies = {(unit, indicator): frequency for unit, indicator, frequency in rows}
        units = [(row, Unit(row.symbol, row.dimension, row.factor)) for row in self.words.measures]
        self._measures = {row.pk: unit for row, unit in units}
        self._symbols = {row.symbol: unit for row, unit in units} | {row.symbol_en: unit for row, unit in units}
        self._measure_pks = {unit.symbol: row.pk for row, unit in units}

    def check(self, cells: Iterable[TableCell]) -> Iterator[PastValue | Problem]:
        """Yield each value as understood, or what is wrong with it; empty cells, totals and cumulative values are
        kept apart."""
        for cell in cells:
            if cell.value is None or (isinstance(cell.value, str) and not cell.value.strip()):
                self._pass_over(cell)
            elif self._is_total(cell):
                self._keep_total(cell)
            elif as_text(cell.unit) in STEMS:
                self.ignored[cell.row] = as_text(cell.unit)
            else:
                yield from self._of(cell)

    def _of(self, cell: TableCell) -> Iterator[PastValue | Problem]:
        found = self._checked(cell)
        if cell.is_cumulative and isinstance(found, PastValue):
            self.cumulative.append(found)
        else:
            yield found

    def _is_total(self, cell: TableCell) -> bool:
        of_units = cell.unit not in self._units and self.words.is_total(cell.unit)
        return of_units or (cell.period not in self._periods and self.words.is_total_of_periods(cell.period))

    def _pass_over(self, cell: TableCell) -> None:
        """Count an empty cell of a unit; record a row that names no unit, a title or a footnote, to be shown.

        Where the headings name the units, this is a row that names no period or indicator.
        """
        is_known = cell.unit in self._units
        if self._is_across("unit"):
            text, names_any = self._first_word(cell)
        else:
            text = as_text(cell.unit)
            names_any = is_known or self.words.finds_unit(cell.unit) or self.words.is_total(cell.unit)
            self.ignored.pop(cell.row, None) if is_known else None
        if not text or names_any:
            self.empty += 1
        elif len(self.ignored) < MAX_IGNORED:
            self.ignored.setdefault(cell.row, text[:TEXT_LENGTH])

    def _is_across(self, field: str) -> bool:
        """Return True where the columns do not say this, but their headings or the whole table."""
        return bool(self.columns) and field not in self.columns

    def _first_word(self, cell: TableCell) -> tuple[str, bool]:
        """Return the first word beside a value, and True if it names what its column names."""
        if "period" in self.columns and (text := as_text(cell.period)):
            return text, self.words.names_period(text, self.year)
        text = as_text(cell.indicator) if "indicator" in self.columns else ""
        return text, self.words.names_indicator(text)

    def _keep_total(self, cell: TableCell) -> None:
        text = as_text(cell.value)
        of_units, of_periods = self.words.is_total(cell.unit), self.words.is_total_of_periods(cell.period)
        word, axis = (cell.unit, "unit") if of_units else (cell.period, "period")
        is_subtotal, is_across = self.words.is_subtotal(word), self._is_across(axis)
        unit = period = indicator = value = None
        try:
            unit = None if of_units else self._units.get(cell.unit) or self._unit(cell.unit)
            period = None if of_periods else (self._periods.get(cell.period) or self._period(cell.period))[0]
            meant = self._meant.get((cell.indicator, cell.measure)) or self._means(cell.indicator, cell.measure)
            value, indicator = self._quantity(text, meant)[0].value, meant.indicator
        except (UnknownName, QuantityError):
            value = None
        self.totals.append(
            TotalCell(
                *(cell.row, cell.column, text, unit, period, indicator, value, is_subtotal, is_across),
                cell.is_cumulative,
            )
        )

    def _checked(self, cell: TableCell) -> PastValue | Problem:
        try:
            self._require_own_cell(cell)
            return self._understood(cell)
        except UnknownName as unknown:
            self._ask(cell, unknown.field)
            return self._problem(cell, str(unknown), unknown.field)
        except QuantityError as error:
            return self._problem(cell, explain(error), "value")

    def _require_own_cell(self, cell: TableCell) -> None:
        """Raise UnknownName for an error of the spreadsheet, and for a value that several cells share."""
        for text in (cell.value, cell.unit, cell.period, cell.indicator):
            if isinstance(text, str) and text.strip().upper() in SHEET_ERRORS:
                raise UnknownName(
                    _("“%(text)s” is an error of the spreadsheet, not a value. Correct the formula.") % {"text": text}
                )
        for top, bottom, left, right in self._merged:
            if top <= cell.row <= bottom and left <= cell.column <= right:
                raise UnknownName(
                    _("This value is merged over %(cells)s; it cannot be told which of them it is of. Write it out.")
                    % {"cells": f"{letters(left)}{top}:{letters(right)}{bottom}"}
                )

    def _ask(self, cell: TableCell, field: str) -> None:
        """Keep a name that a person can match on the page."""
        if field in ("unit", "indicator", "period") and (text := as_text(getattr(cell, field))):
            self.unknown[field, text] += 1

    def _problem(self, cell: TableCell, message: str, field: str) -> Problem:
        """With the place of the word that is wrong, where it has a column of its own."""
        column = self.columns.get(field)
        if column is None:
            return Problem(cell_name(cell.row, cell.column), as_text(cell.value), message)
        return Problem(cell_name(cell.row, column), as_text(getattr(cell, field)), message)

    def _understood(self, cell: TableCell) -> PastValue:
        unit = self._units.get(cell.unit) or self._unit(cell.unit)
        period, kind = self._periods.get(cell.period) or self._period(cell.period)
        meant = self._meant.get((cell.indicator, cell.measure)) or self._means(cell.indicator, cell.measure)
        if self._frequencies.get((unit, meant.indicator), kind) != kind:
            raise UnknownName(self._other_frequency(cell), "period")
        place = (cell.row, cell.column)
        first = place if cell.is_cumulative else self._seen.setdefault((unit, period, meant.indicator), place)
        if first != place:
            raise UnknownName(
                _("This unit, period and indicator stand in %(place)s too. Keep one of the two.")
                % {"place": cell_name(*first)}
            )
        quantity, text = self._quantity(as_text(cell.value), meant)
        measure = self._measure_pks[quantity.typed_unit.symbol]
        note = _note(cell.note) if cell.note else ""
        return PastValue(
            *place,
            unit,
            period,
            meant.indicator,
            quantity.value,
            text[:TEXT_LENGTH],
            measure,
            note,
            quantity.was_rounded(meant.into),
        )

    def _unit(self, word: Scalar) -> int:
        unit = self.words.unit(word)
        if not any(scope.covers_unit(unit) for scope in self._scopes):
            raise UnknownName(_("You may not upload values of %(unit)s.") % {"unit": unit}, "unit")
        self._units[word] = unit.pk
        return unit.pk

    def _period(self, word: Scalar) -> tuple[int, str]:
        period = self.words.period(word, self.year)
        if period.ends_on >= self.today:
            raise UnknownName(
                _("%(period)s is not over yet. It is entered in the unit's return of that period.")
                % {"period": period},
                "period",
            )
        self._periods[word] = period.pk, period.kind
        return period.pk, period.kind

    def _means(self, word: Scalar, measure: Scalar) -> Meant:
        indicator, beside = self.words.indicator(word)
        of_column = as_text(measure)
        symbol = self._symbol(beside) or self._symbol(of_column)
        if beside and of_column and self._symbol(beside) != self._symbol(of_column):
            raise UnknownName(
                _("Two units of measure: %(name)s behind the indicator and %(column)s for the column. Keep one.")
                % {"name": beside, "column": of_column}
            )
        into = self._measures[indicator.unit_id]
        symbol = "" if symbol == into.symbol else symbol
        meant = self._meant[word, measure] = Meant(indicator.pk, into, symbol, indicator.allows_negative)
        return meant

    def _symbol(self, text: str) -> str:
        """Return the symbol as it is stored, or the text itself, which is refused when a number is read with it."""
        row = self.words.measure(text) if text else None
        return row.symbol if row else text

    def _quantity(self, text: str, meant: Meant) -> tuple[Quantity, str]:
        """Return the value in the indicator's unit of measure, and the text it was read from."""
        if meant.symbol and text[-1:].isdigit():
            text = f"{text}{meant.symbol}"
        quantity = read_quantity(text, meant.into, self._symbols)
        if quantity is None:
            raise QuantityError("not_a_number", text=text)
        if quantity.value < 0 and not meant.allows_negative:
            raise QuantityError("negative", text=text)
        return quantity, text

    def _other_frequency(self, cell: TableCell) -> str:
        unit, (indicator, _measure) = self.words.unit(cell.unit), self.words.indicator(cell.indicator)
        frequency = self._frequencies[unit.pk, indicator.pk]
        return _("%(unit)s reports “%(indicator)s” by another kind of period (%(frequency)s).") % {
            "unit": unit,
            "indicator": indicator,
            "frequency": Period.Kind(frequency).label,
        }


def _note(scalar: Scalar) -> str:
    note = as_text(scalar)
    if len(note) > NOTE_LENGTH:
        raise UnknownName(
            _("The note is longer than %(limit)s characters. Shorten it.") % {"limit": NOTE_LENGTH}, "note"
        )
    return note
