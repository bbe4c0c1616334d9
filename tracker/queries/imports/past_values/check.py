"""Understanding a table of past periods: names, periods and numbers, each row by itself. No query a row."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _

from tracker.calculation.quantities import Quantity, QuantityError, Unit, read_quantity
from tracker.models import Obligation, Period, Plan, User
from tracker.models.access import Capability, scope_of
from tracker.queries.imports.past_values.cells import PastValue, Problem, Scalar, TableCell, as_text
from tracker.queries.imports.past_values.names import UnknownName, Vocabulary
from tracker.queries.plans.quantities import explain
from tracker.uploads.places import cell_name

#: Who may send in values of a unit: who reports for it, reviews it, or manages the plan.
SENDERS = (Capability.ENTER, Capability.VERIFY, Capability.MANAGE_PLAN)
NOTE_LENGTH = 500
TEXT_LENGTH = 100


class Meant(NamedTuple):
    """What an indicator's and a measure's words mean: the indicator, its unit, and the unit typed behind a number."""

    indicator: int
    into: Unit
    symbol: str


class TableCheck:
    """One pass over a table; keeps what it has seen, to find what stands twice.

    What one word means and allows is worked out once, however many rows repeat it.
    """

    def __init__(self, plan: Plan, *, sender: User, today: date, columns: Mapping[str, int] | None = None) -> None:
        """`columns` says where unit, period, indicator, note and measure stand, so that problems name their cells."""
        self.columns = columns or {}
        self.words = Vocabulary(plan)
        self.today = today
        self.empty = self.totals = 0
        self._scopes = [scope_of(sender, capability) for capability in SENDERS]
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
        """Each value understood, or what is wrong with it; empty ones and totals are counted and passed over."""
        for cell in cells:
            if cell.value is None or cell.value == "":
                self.empty += 1
            elif cell.unit not in self._units and self.words.is_total(cell.unit):
                self.totals += 1
            else:
                yield self._checked(cell)

    def _checked(self, cell: TableCell) -> PastValue | Problem:
        try:
            return self._understood(cell)
        except UnknownName as unknown:
            return self._problem(cell, str(unknown), unknown.field)
        except QuantityError as error:
            return self._problem(cell, explain(error), "value")

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
        first = self._seen.setdefault((unit, period, meant.indicator), (cell.row, cell.column))
        if first != (cell.row, cell.column):
            raise UnknownName(
                _("This unit, period and indicator stand in %(place)s too. Keep one of the two.")
                % {"place": cell_name(*first)}
            )
        quantity, text = self._quantity(as_text(cell.value), meant)
        measure = self._measure_pks[quantity.typed_unit.symbol]
        note = _note(cell.note) if cell.note else ""
        return PastValue(
            cell.row, cell.column, unit, period, meant.indicator, quantity.value, text[:TEXT_LENGTH], measure, note
        )

    def _unit(self, word: Scalar) -> int:
        unit = self.words.unit(word)
        if not any(scope.covers_unit(unit) for scope in self._scopes):
            raise UnknownName(_("You may not send in values of %(unit)s.") % {"unit": unit}, "unit")
        self._units[word] = unit.pk
        return unit.pk

    def _period(self, word: Scalar) -> tuple[int, str]:
        period = self.words.period(word)
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
        symbol = as_text(measure) or beside
        row = self.words.measure(symbol) if symbol else None
        into = self._measures[indicator.unit_id]
        symbol = row.symbol if row else symbol
        meant = self._meant[word, measure] = Meant(indicator.pk, into, "" if symbol == into.symbol else symbol)
        return meant

    def _quantity(self, text: str, meant: Meant) -> tuple[Quantity, str]:
        """The value in the indicator's unit, and the text it was read from."""
        if meant.symbol and text[-1:].isdigit():
            text = f"{text}{meant.symbol}"
        quantity = read_quantity(text, meant.into, self._symbols)
        if quantity is None:
            raise QuantityError("not_a_number", text=text)
        if quantity.value < 0:
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
