"""Writing a cell as openpyxl does not: a formula together with the value it has, for viewers that do not reckon."""

from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

from openpyxl.cell._writer import write_cell
from openpyxl.cell.cell import Cell
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.xml.functions import Element, SubElement


class FormulaCell(Cell):
    """A cell of a sheet that is written row by row: a formula without its "=", and the value that it has."""

    __slots__ = ("cached", "formula")

    def __init__(self, sheet: Worksheet, formula: str, cached: str | int | Decimal) -> None:
        super().__init__(sheet, row=1, column=1)
        self.formula = formula
        self.cached = cached


class RowWriter(WorksheetWriter):
    """openpyxl's writer of a sheet's rows, which also knows formulas with values."""

    def write_row(self, xf: Any, row: Iterable[Any], row_idx: int) -> None:
        """Write one row."""
        sheet: Any = self.ws
        attributes = {"r": str(row_idx), **dict(sheet.row_dimensions.get(row_idx, {}))}
        with xf.element("row", attributes):
            for cell in row:
                if isinstance(cell, FormulaCell):
                    xf.write(_element(cell))
                elif cell.has_style or cell.value is not None:
                    write_cell(xf, sheet, cell, cell.has_style)

    def cleanup(self) -> None:
        """Remove the file that the sheet grew in."""
        Path(str(self.out)).unlink(missing_ok=True)


def cached_text(value: str | int | Decimal) -> str:
    """Return the value as the file stores it: of a number the nearest double, which is what programs calculate with."""
    return repr(float(value)) if isinstance(value, Decimal) else str(value)


def _element(cell: FormulaCell) -> Element:
    attributes = {"r": cell.coordinate, "s": str(cell.style_id)}
    if isinstance(cell.cached, str):
        attributes["t"] = "str"
    element = Element("c", attributes)
    SubElement(element, "f").text = cell.formula
    SubElement(element, "v").text = cached_text(cell.cached)
    return element
