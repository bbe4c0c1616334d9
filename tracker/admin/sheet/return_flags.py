"""The flags of a return as its page shows them: at their rows, and counted at the top."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tracker.admin.sheet.return_forms import EntryForm
from tracker.calculation.checks import Check, Severity
from tracker.models import Indicator, Return
from tracker.queries.plans.quantities import QuantityReader
from tracker.queries.returns.check_wording import FlagMessage, describe
from tracker.queries.returns.checks import check_return
from tracker.queries.returns.return_rows import ReturnRow


@dataclass(frozen=True)
class FlaggedRow:
    """A row with flags, for the list at the top; `anchor` is where it stands."""

    name: str
    anchor: str
    told: Sequence[FlagMessage]


@dataclass(frozen=True)
class ShownFlags:
    """What a page says is odd. `empty` counts the cells still to be filled in, while somebody fills them in."""

    rows: Sequence[FlaggedRow]
    by_code: Mapping[str, Sequence[FlagMessage]]
    empty: int = 0

    def of(self, code: str, said: str = "") -> list[FlagMessage]:
        """Return a row's flags, except those that a refusal already shows at its cell."""
        return [told for told in self.by_code.get(code, ()) if str(told) not in said]

    @property
    def errors(self) -> int:
        """Return how many stop submission."""
        return self._count(Severity.ERROR)

    @property
    def warnings(self) -> int:
        """Return how many wait for a comment."""
        return sum(told.severity is Severity.WARNING and not told.is_explained for told in self._all)

    @property
    def commented(self) -> int:
        """Return how many have been answered with one."""
        return sum(told.is_explained for told in self._all)

    @property
    def hints(self) -> int:
        """Return how many are only shown."""
        return self._count(Severity.HINT)

    @property
    def _all(self) -> list[FlagMessage]:
        return [told for row in self.rows for told in row.told]

    def _count(self, severity: Severity) -> int:
        return sum(told.severity is severity for told in self._all)


def flags_while_entering(unit_return: Return, rows: Sequence[ReturnRow], form: EntryForm | None) -> ShownFlags:
    """Of what stands in the form, typed or stored. An empty cell is counted, not scolded: it may come yet.

    What cannot be read as a quantity is flagged as such, and in no other way.
    """
    values = {row.indicator.code: row.entry.reported_value for row in rows}
    notes = {row.indicator.code: row.entry.note for row in rows}
    unreadable: dict[str, str] = {}
    typed, reader = _entered(rows), QuantityReader()
    if form is not None and form.is_bound:
        texts = {row.indicator: form.data.get(f"value-{row.indicator.code}") for row in rows}
        typed |= {indicator: text for indicator, text in texts.items() if text is not None}
        read, unreadable = reader.read_each({key: text for key, text in texts.items() if text is not None})
        values |= {code: quantity.value if quantity else None for code, quantity in read.items()}
        values |= dict.fromkeys(unreadable)
        notes |= {code: form.data.get(f"note-{code}", note) for code, note in notes.items()}
    told = [told for told in _told(unit_return, values, notes) if told.kind is not Check.MISSING]
    told += [FlagMessage(Severity.ERROR, code, text) for code, text in unreadable.items()]
    told += _rounded(typed, reader)
    empty = sum(value is None for code, value in values.items() if code not in unreadable)
    return _shown(rows, told, "id_value-", empty)


def flags_while_reading(
    unit_return: Return, rows: Sequence[ReturnRow], said: Mapping[str, tuple[Decimal | None, str]]
) -> ShownFlags:
    """Of what the unit said: its values and notes by code, as far as the reader may know them."""
    values = {code: value for code, (value, _note) in said.items()}
    notes = {code: note for code, (_value, note) in said.items()}
    # A correction under way is not given away.
    as_stored = [row for row in rows if row.entry.reported_value == values.get(row.indicator.code)]
    told = [*_told(unit_return, values, notes), *_rounded(_entered(as_stored), QuantityReader())]
    return _shown(rows, told, "flags-")


def _entered(rows: Sequence[ReturnRow]) -> dict[Indicator, str]:
    """Return the texts that the stored values were entered as."""
    revisions = ((row.indicator, row.entry.reported_revision) for row in rows)
    return {indicator: revision.entered_text for indicator, revision in revisions if revision}


def _rounded(typed: Mapping[Indicator, str], reader: QuantityReader) -> list[FlagMessage]:
    """Tell of each value with more decimals than are stored."""
    told = ((indicator.code, reader.rounding_of(indicator, text)) for indicator, text in typed.items())
    return [FlagMessage(Severity.HINT, code, text) for code, text in told if text]


def _told(unit_return: Return, values: Mapping[str, Decimal | None], notes: Mapping[str, str]) -> list[FlagMessage]:
    return describe(check_return(unit_return, values), notes)


def _shown(rows: Sequence[ReturnRow], told: Sequence[FlagMessage], anchor: str, empty: int = 0) -> ShownFlags:
    by_code: dict[str, list[FlagMessage]] = {}
    for one in told:
        by_code.setdefault(one.indicator, []).append(one)
    flagged = [
        FlaggedRow(str(row.indicator), f"{anchor}{row.indicator.code}", by_code[row.indicator.code])
        for row in rows
        if row.indicator.code in by_code
    ]
    return ShownFlags(flagged, by_code, empty)
