"""The program that reads a workbook cell by cell: `python -m tracker.uploads.read_cells FILE`, in the bounded process.

It answers a line for each sheet, its cells in blocks, and what is merged and hidden in it.
"""

import zipfile
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from tracker.calculation.text import is_plain_cell
from tracker.uploads import parts
from tracker.uploads.faults import Fault, UploadRefused
from tracker.uploads.places import read_name
from tracker.uploads.program import run
from tracker.uploads.sheet_markup import MAX_CELLS, SheetMarkup

BLOCK = 1_000


def read_cells(arguments: list[str]) -> Iterator[dict[str, Any]]:
    """Yield the answer, line by line."""
    with zipfile.ZipFile(arguments[0]) as archive:
        workbook = parts.find_workbook(archive)
        sheets, from_1904 = parts.list_sheets(archive, workbook)
        texts = parts.read_texts(archive, workbook)
        dates, percents = parts.read_date_styles(archive, workbook), parts.read_percent_styles(archive, workbook)
        yield {"from_1904": from_1904}
        total = 0
        for sheet in sheets:
            cells: list[list[object]] = []
            markup = SheetMarkup(sheet.name, texts, dates, cells.append, percents)
            markup.read(archive, sheet.part)
            total += len(cells)
            if total > MAX_CELLS:
                raise UploadRefused.because("too_many_cells")
            yield {
                "sheet": sheet.name,
                "state": sheet.state,
                "merged": markup.merged,
                "hidden_rows": markup.hidden_rows,
                "hidden_columns": markup.hidden_columns,
                "comments": _comments(archive, sheet),
            }
            for first in range(0, len(cells), BLOCK):
                yield {"cells": cells[first : first + BLOCK]}


def _comments(archive: zipfile.ZipFile, sheet: parts.SheetPart) -> list[list[object]]:
    """Return the sheet's comments by row and column; those that a program placed nowhere are left out."""
    found: list[list[object]] = []
    for place, author, text in parts.read_comments(archive, sheet.part):
        with suppress(ValueError):
            found.append([*read_name(place), author, text])
        if not is_plain_cell(author + text):
            raise UploadRefused([Fault("control_character", sheet.name, place)])
    return found


if __name__ == "__main__":
    run(read_cells)
