"""One sheet as it streams by: its cells with something in them, what is merged, what is hidden."""

import math
import zipfile
from collections.abc import Callable, Collection, Sequence
from decimal import Decimal

from tracker.calculation.text import is_plain_cell
from tracker.uploads.faults import Fault, UploadRefused
from tracker.uploads.marked_cells import percentage
from tracker.uploads.markup import Attributes, read_part
from tracker.uploads.places import LAST_COLUMN, LAST_ROW, cell_name, read_name, read_range

#: Cells that hold something, of all sheets: what a person can have filled in by hand and more.
MAX_CELLS = 200_000
MAX_MERGED = 5_000
MAX_TEXT = 32_767


class SheetMarkup:
    """Reads a sheet. Cells are (row, column, kind, text, has a formula); kinds: number, text, date, error, boolean,
    and empty for a formula without a value. The size that the sheet says it has is not looked at.
    """

    def __init__(
        self,
        name: str,
        texts: Sequence[str],
        dates: set[int],
        found: Callable[[list[object]], None],
        percents: Collection[int] = (),
    ) -> None:
        self.name = name
        self.texts = texts
        self.dates = dates
        self.percents = percents
        self.found = found
        self.merged: list[tuple[int, int, int, int]] = []
        self.hidden_rows: list[tuple[int, int]] = []
        self.hidden_columns: list[tuple[int, int]] = []
        self.row = self.column = 0
        self.seen: set[tuple[int, int]] = set()
        self.pieces: list[str] | None = None
        self.has_formula = False
        self.value = ""
        self.kind, self.style = "n", 0
        self.in_phonetic = False

    def read(self, archive: zipfile.ZipFile, part: str) -> None:
        """Read the part from its beginning to its end."""
        read_part(archive, part, start=self._start, end=self._end, text=self._text)

    def _start(self, tag: str, attributes: Attributes) -> None:
        if tag == "row":
            self._start_row(attributes)
        elif tag == "c":
            self._start_cell(attributes)
        elif tag == "v" or (tag == "t" and not self.in_phonetic):
            self.pieces = []
        elif tag == "f":
            self.has_formula = True
        elif tag == "rPh":
            self.in_phonetic = True
        elif tag == "mergeCell":
            self.merged.append(self._range(attributes.get("ref", "")))
            if len(self.merged) > MAX_MERGED:
                raise UploadRefused.because("too_many_cells")
        elif tag == "col" and attributes.get("hidden") in ("1", "true"):
            self.hidden_columns.append((_number(attributes.get("min")), _number(attributes.get("max"))))

    def _start_row(self, attributes: Attributes) -> None:
        self.row = _number(attributes["r"]) if "r" in attributes else self.row + 1
        self.column = 0
        if not 1 <= self.row <= LAST_ROW:
            raise UploadRefused.because("damaged")
        if attributes.get("hidden") in ("1", "true") or attributes.get("ht") in ("0", "0.0"):
            if self.hidden_rows and self.hidden_rows[-1][1] == self.row - 1:
                self.hidden_rows[-1] = (self.hidden_rows[-1][0], self.row)
            else:
                self.hidden_rows.append((self.row, self.row))
            if len(self.hidden_rows) > MAX_MERGED:
                raise UploadRefused.because("too_many_cells")

    def _start_cell(self, attributes: Attributes) -> None:
        name = attributes.get("r")
        if name is None:
            self.column += 1
        else:
            row, self.column = self._name(name)
            if row != self.row:
                raise UploadRefused.because("damaged")
        if self.column > LAST_COLUMN:
            raise UploadRefused.because("damaged")
        self.kind = attributes.get("t", "n")
        self.style = _number(attributes.get("s"))
        self.value, self.has_formula, self.pieces = "", False, None

    def _text(self, piece: str) -> None:
        if self.pieces is not None:
            self.pieces.append(piece)

    def _end(self, tag: str) -> None:
        if tag in ("v", "t") and self.pieces is not None:
            self.value += "".join(self.pieces)
            self.pieces = None
        elif tag == "rPh":
            self.in_phonetic = False
        elif tag == "c":
            self._end_cell()

    def _end_cell(self) -> None:
        kind, text = self._read()
        if not text and not self.has_formula:
            return
        place = (self.row, self.column)
        if place in self.seen:
            raise UploadRefused.because("damaged")
        self.seen.add(place)
        if not is_plain_cell(text):
            raise UploadRefused([Fault("control_character", self.name, self.place())])
        if len(self.seen) > MAX_CELLS:
            raise UploadRefused.because("too_many_cells")
        self.found([*place, kind, text[:MAX_TEXT], self.has_formula])

    def _read(self) -> tuple[str, str]:
        """Return the cell's kind and its text; numbers as Excel shows them, to fifteen digits."""
        if not self.value.strip():
            return "empty", ""
        if self.kind == "s":
            number = _number(self.value.strip())
            if not 0 <= number < len(self.texts):
                raise UploadRefused.because("damaged")
            return "text", self.texts[number]
        if self.kind in ("str", "inlineStr"):
            return "text", self.value
        if self.kind in ("e", "b", "d"):
            return {"e": "error", "b": "boolean", "d": "date"}[self.kind], self.value
        if self.kind != "n":
            raise UploadRefused.because("damaged")
        if self.style in self.dates:
            return "date", self.value
        if self.style in self.percents:
            kind, text = _plain_number(self.value)
            return (kind, percentage(self.value)) if kind == "number" else (kind, text)
        return _plain_number(self.value)

    def _name(self, name: str) -> tuple[int, int]:
        try:
            return read_name(name)
        except ValueError:
            raise UploadRefused.because("damaged") from None

    def _range(self, name: str) -> tuple[int, int, int, int]:
        try:
            return read_range(name)
        except ValueError:
            raise UploadRefused.because("damaged") from None

    def place(self) -> str:
        """Return the name of the cell being read."""
        return cell_name(self.row, self.column)


def _number(text: str | None) -> int:
    """Return a whole number of the markup; 0 for None."""
    if text is None:
        return 0
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise UploadRefused.because("damaged")
    return int(text)


def _plain_number(text: str) -> tuple[str, str]:
    """Return a stored binary number as decimal text: 6500.1000000000004 is what Excel keeps of a typed 6500.1."""
    try:
        number = float(text)
    except ValueError:
        return "error", text.strip()
    if not math.isfinite(number):
        return "error", text.strip()
    shown = format(Decimal(format(number, ".15g")), "f")
    if "." in shown:
        shown = shown.rstrip("0").rstrip(".")
    return "number", "0" if shown in ("-0", "") else shown
