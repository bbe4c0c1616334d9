"""Understanding a filled-in template: what each entry cell says, or what is wrong with it and what to do."""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils import translation
from django.utils.translation import gettext, pgettext

from tracker.calculation.quantities import QuantityError
from tracker.documents.template import TemplatePlace
from tracker.models import Indicator
from tracker.queries.imports.return_template.keys import RowKey, SheetKey
from tracker.queries.imports.return_template.moved import find_moved
from tracker.queries.plans.quantities import QuantityReader, explain
from tracker.uploads.faults import Fault
from tracker.uploads.places import cell_name
from tracker.uploads.workbook import CellKind, UploadedCell, UploadedSheet

ENTRY_PLACES = (TemplatePlace.VALUE, TemplatePlace.NIL, TemplatePlace.NOTE)
NOTE_LENGTH = 500
LANGUAGES = ("zh-hans", "en")
#: What says "nil return" in either language, and what people write instead of choosing it.
NIL_WORDS = frozenset({"零报告", "nil return", "nil", "是", "yes", "√", "0", "零"})


@dataclass(frozen=True)
class ReadValue:
    """One row as filled in: the text of its amount ("" for none), the value, the note, and the amount's cell."""

    key: RowKey
    text: str
    value: Decimal | None
    note: str
    cell: str

    @property
    def has_value(self) -> bool:
        """Return True if the amount was filled in or changed since the template left; one that left empty says
        nothing.
        """
        return _amount(self.key.value) != self.value

    @property
    def has_note(self) -> bool:
        """Return True if the note was filled in or changed since the template left."""
        return self.key.note.strip() != self.note


class SheetReading:
    """Reads one sheet by its key. Faults are kept beside what could be read."""

    def __init__(
        self, sheet: UploadedSheet, key: SheetKey, indicators: Mapping[str, Indicator], reader: QuantityReader
    ) -> None:
        self.sheet, self.key, self.indicators, self.reader = sheet, key, indicators, reader
        self.faults: list[Fault] = []
        self.notices: list[Fault] = []
        self.said: list[ReadValue] = []

    def read(self) -> None:
        """Read every row."""
        if not self.sheet.is_shown:
            self.faults.append(Fault("sheet_hidden", self.sheet.name))
            return
        moved = find_moved(self.sheet, self.key)
        if moved is not None:
            self.faults.append(moved)
            return
        for key in self.key.rows:
            found = list(self._misplaced(key))
            if not found:
                try:
                    self.said.append(self._row(key))
                except _Wrong as wrong:
                    found = [wrong.fault]
            self.faults += found

    def _misplaced(self, key: RowKey) -> Iterator[Fault]:
        """Return what makes it unsafe to say which cell is which, or what its reader saw."""
        name = self.sheet.cell(key.row, TemplatePlace.INDICATOR)
        if " ".join(name.text.split()) != " ".join(key.name.split()):
            yield self._fault("row_moved", key.row, TemplatePlace.INDICATOR, name=key.name, found=name.text[:40])
            return
        for place in (TemplatePlace.MEASURE, *ENTRY_PLACES):
            if self.sheet.is_merged(key.row, place):
                yield self._fault("merged", key.row, place)
        for place in ENTRY_PLACES:
            if self.sheet.is_hidden(key.row, place):
                yield self._fault("hidden", key.row, place)
                return

    def _row(self, key: RowKey) -> ReadValue:
        indicator = self.indicators[key.indicator]
        text = self._with_measure(key, indicator, self._text(key, TemplatePlace.VALUE))
        try:
            quantity = self.reader.read(indicator, text)
        except QuantityError as error:
            raise _Wrong(self._fault("said", key.row, TemplatePlace.VALUE, text=explain(error))) from None
        if rounded := self.reader.rounding_of(indicator, text):
            self.notices.append(self._fault("said", key.row, TemplatePlace.VALUE, text=rounded))
        value = quantity.value if quantity else None
        if self._is_nil(key):
            if value:
                raise _Wrong(self._fault("nil_and_amount", key.row, TemplatePlace.NIL, text=text))
            text, value = text or "0", Decimal(0)
        note = self._text(key, TemplatePlace.NOTE, is_amount=False).strip() or comment_of(self.sheet, key.row)
        if len(note) > NOTE_LENGTH:
            raise _Wrong(self._fault("note_too_long", key.row, TemplatePlace.NOTE, limit=NOTE_LENGTH))
        return ReadValue(key, text.strip(), value, note, cell_name(key.row, TemplatePlace.VALUE))

    def _text(self, key: RowKey, place: TemplatePlace, *, is_amount: bool = True) -> str:
        cell = self.sheet.cell(key.row, place)
        if cell.kind is CellKind.EMPTY and cell.has_formula:
            raise _Wrong(self._fault("formula_without_value", key.row, place))
        if cell.kind is CellKind.ERROR:
            raise _Wrong(self._fault("error_value", key.row, place, text=cell.text[:40]))
        if is_amount and cell.kind in (CellKind.DATE, CellKind.BOOLEAN):
            raise _Wrong(self._fault(cell.kind.value, key.row, place))
        return cell.text

    def _with_measure(self, key: RowKey, indicator: Indicator, text: str) -> str:
        """Return the amount with the chosen unit of measure behind it, if that is not the indicator's own."""
        chosen = _plain(self._text(key, TemplatePlace.MEASURE))
        own = (_plain(indicator.unit.symbol), _plain(indicator.unit.symbol_en), "")
        if not text.strip() or chosen in own:
            return text
        known = {_plain(symbol): unit for symbol, unit in self.reader.known_units.items()}
        if chosen not in known or known[chosen].dimension != indicator.unit.dimension:
            raise _Wrong(
                self._fault("unknown_measure", key.row, TemplatePlace.MEASURE, text=chosen[:20], unit=indicator.unit)
            )
        if not _is_number(text):
            raise _Wrong(self._fault("two_measures", key.row, TemplatePlace.VALUE, text=text[:40], unit=chosen))
        return f"{text.strip()}{chosen}"

    def _is_nil(self, key: RowKey) -> bool:
        word = _plain(self._nil_text(self.sheet.cell(key.row, TemplatePlace.NIL), key)).casefold()
        if word and word not in NIL_WORDS:
            raise _Wrong(self._fault("nil_unknown", key.row, TemplatePlace.NIL, text=word[:20], nil=nil_word()))
        return bool(word)

    def _nil_text(self, cell: UploadedCell, key: RowKey) -> str:
        return "yes" if cell.kind is CellKind.BOOLEAN and cell.text == "1" else self._text(key, TemplatePlace.NIL)

    def _fault(self, code: str, row: int, place: TemplatePlace, **details: object) -> Fault:
        texts = {name: str(value) for name, value in details.items()}
        return Fault(code, self.sheet.name, cell_name(row, place), texts)


class _Wrong(Exception):
    """A row cannot be read, for this fault."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(fault.code)


def comment_of(sheet: UploadedSheet, row: int) -> str:
    """Return the comment on a row's amount, which counts as its note where the note is empty. Our own marks do not."""
    author, text = sheet.comments.get((row, TemplatePlace.VALUE), ("", ""))
    if is_ours(author):
        return ""
    return text.removeprefix(f"{author}:").strip()[:NOTE_LENGTH]


def is_ours(author: str) -> bool:
    """Return True if this system wrote a comment, in whichever language: it marked a wrong cell."""
    for language in LANGUAGES:
        with translation.override(language):
            if author == gettext("Policy target tracker"):
                return True
    return False


def nil_word() -> str:
    """Return what one chooses to confirm that there was nothing."""
    return pgettext("template", "Nil return")


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def _is_number(text: str) -> bool:
    return not any(character.isalpha() or character == "%" for character in _plain(text))


def _amount(text: str) -> Decimal | None:
    return Decimal(text) if text else None
