"""Where things stand: the cells that a formula's {...} names, by the keys of sheets, columns and rows."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from openpyxl.utils import get_column_letter, quote_sheetname

from tracker.documents.shape import Sheet
from tracker.documents.workbook.layout import heading_rows

REFERENCE = re.compile(r"\{(?:([^{}!]+)!)?([^{}@!]+)(?:@([^{}:]+)(?::([^{}]+))?)?\}")


@dataclass(frozen=True)
class CellPlace:
    """A sheet's columns and rows by their keys, with the first and the last row of its table."""

    name: str
    first: int
    last: int
    columns: dict[str, str]
    rows: dict[str, int] = field(default_factory=dict)


def key_of(sheet: Sheet) -> str:
    """Return the sheet's key; the title of a sheet that no other sheet names."""
    return sheet.key or sheet.title


class Addresses:
    """Turns the references of formulas into cells. An unknown key is a bug of the report: KeyError."""

    def __init__(self, sheets: Mapping[str, Sheet], marker: str) -> None:
        self.places = {key_of(sheet): _place(sheet, name, marker) for name, sheet in sheets.items()}

    def resolve(self, expression: str, sheet: str = "", row: int = 0) -> str:
        """Return the expression with its references as cells; those without a sheet or row are of the one given."""

        def cells(match: re.Match[str]) -> str:
            other, column, first, last = match.groups()
            place = self.places[other or sheet]
            prefix = f"{quote_sheetname(place.name)}!" if other and other != sheet else ""
            return prefix + _cells(place, column, first, last, other, row)

        return REFERENCE.sub(cells, expression)

    def absolute(self, reference: str) -> str:
        """Return the cells that a reference with a sheet names, as a defined name requires them."""
        match = REFERENCE.fullmatch(reference)
        if match is None or not match[1]:
            raise ValueError(f"no cells of a named sheet: {reference}")
        place = self.places[match[1]]
        found = re.sub(r"([A-Z]+)(\d+)", r"$\1$\2", _cells(place, match[2], match[3], match[4], match[1], 0))
        return f"{quote_sheetname(place.name)}!{found}"


def _cells(place: CellPlace, column: str, first: str | None, last: str | None, other: str | None, row: int) -> str:
    letters = [place.columns[key] for key in column.split(":")]
    if first is not None:
        rows = [place.rows[key] for key in (first, last or first)]
    else:
        rows = [place.first, place.last] if other else [row, row]
    top, bottom = f"{letters[0]}{rows[0]}", f"{letters[-1]}{rows[-1]}"
    return top if top == bottom and not (other and first is None) else f"{top}:{bottom}"


def _place(sheet: Sheet, name: str, marker: str) -> CellPlace:
    above = heading_rows(sheet, marker)
    columns = {column.key: get_column_letter(number) for number, column in enumerate(sheet.columns, 1) if column.key}
    rows = {row.key: number for number, row in enumerate(sheet.held, above + 1) if row.key}
    return CellPlace(name, above + 1, above + max(len(sheet.rows), 1), columns, rows)
