"""A workbook as it was sent in: its sheets and their cells, read within bounds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from tracker.uploads.bounded import run_bounded
from tracker.uploads.faults import UploadRefused
from tracker.uploads.package import check_package
from tracker.uploads.patience import ENDLESS, Patience
from tracker.uploads.places import cell_name

READER = "tracker.uploads.read_cells"


class CellKind(StrEnum):
    """What a cell holds."""

    NUMBER = "number"
    TEXT = "text"
    DATE = "date"
    ERROR = "error"  # #DIV/0! and the like, and what is no finite number
    BOOLEAN = "boolean"
    EMPTY = "empty"


@dataclass(frozen=True)
class UploadedCell:
    """What stands in a cell. A formula without a stored value is EMPTY and has a formula."""

    kind: CellKind = CellKind.EMPTY
    text: str = ""
    has_formula: bool = False


NOTHING = UploadedCell()
Range = tuple[int, int, int, int]


@dataclass(frozen=True)
class UploadedSheet:
    """One sheet: cells by (row, column) from 1, merged ranges, runs of hidden rows and columns."""

    name: str
    is_shown: bool = True
    cells: Mapping[tuple[int, int], UploadedCell] = field(default_factory=dict)
    merged: tuple[Range, ...] = ()
    hidden_rows: tuple[tuple[int, int], ...] = ()
    hidden_columns: tuple[tuple[int, int], ...] = ()
    #: (author, text) of the comments, by the same places as the cells.
    comments: Mapping[tuple[int, int], tuple[str, str]] = field(default_factory=dict)

    def cell(self, row: int, column: int) -> UploadedCell:
        """Return what stands there, an empty cell where nothing does."""
        return self.cells.get((row, column), NOTHING)

    def is_merged(self, row: int, column: int) -> bool:
        """Return True if the cell is part of a merged range."""
        return any(top <= row <= bottom and left <= column <= right for top, left, bottom, right in self.merged)

    def is_hidden(self, row: int, column: int) -> bool:
        """Return True if the cell lies in a hidden row or column."""
        return _within(row, self.hidden_rows) or _within(column, self.hidden_columns)

    def place(self, row: int, column: int) -> str:
        """Return where a cell is, as Excel writes it: 填报!F7."""
        return f"{self.name}!{cell_name(row, column)}"


@dataclass(frozen=True)
class Workbook:
    """The sheets in their order. Dates count from 1904 in some; a date is never an amount."""

    sheets: tuple[UploadedSheet, ...]
    from_1904: bool = False

    def sheet(self, name: str) -> UploadedSheet | None:
        """Return the sheet of this name, compared as Excel compares names."""
        return next((sheet for sheet in self.sheets if sheet.name.casefold() == name.casefold()), None)


def read_workbook(path: Path, patience: Patience = ENDLESS) -> Workbook:
    """Check the package, then read every cell in the bounded process. Raises UploadRefused and TakesTooLong."""
    check_package(path)
    sheets: list[UploadedSheet] = []
    cells: list[dict[tuple[int, int], UploadedCell]] = []
    from_1904 = False
    for line in run_bounded(READER, [str(path)], seconds=patience.left()):
        if "from_1904" in line:
            from_1904 = line["from_1904"]
        elif "sheet" in line:
            cells.append({})
            sheets.append(
                UploadedSheet(
                    name=line["sheet"],
                    is_shown=line["state"] == "visible",
                    cells=cells[-1],
                    merged=tuple(tuple(found) for found in line["merged"]),
                    hidden_rows=tuple(tuple(found) for found in line["hidden_rows"]),
                    hidden_columns=tuple(tuple(found) for found in line["hidden_columns"]),
                    comments={(row, column): (author, text) for row, column, author, text in line["comments"]},
                )
            )
        else:
            cells[-1].update(_cells(line["cells"]))
    if not sheets:
        raise UploadRefused.because("unreadable")
    return Workbook(tuple(sheets), from_1904)


def _cells(lines: Iterable[tuple[int, int, str, str, bool]]) -> dict[tuple[int, int], UploadedCell]:
    return {(row, column): UploadedCell(CellKind(kind), text, has) for row, column, kind, text, has in lines}


def _within(number: int, runs: Iterable[tuple[int, int]]) -> bool:
    return any(first <= number <= last for first, last in runs)
