"""The program that marks wrong cells: `python -m tracker.uploads.mark_cells FILE FAULTS WRITTEN`, run bounded.

It writes the person's own workbook again, with a colour and a comment in each wrong cell; FAULTS is JSON with the
comments' author and a list of sheet, cell and text. What stands in no cell is noted in the sheet's first.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from tracker.uploads.program import run

WRONG = PatternFill("solid", start_color="FFFFC7CE", end_color="FFFFC7CE")
TAB = "FFC00000"
WIDTH, LINE, LETTERS = 320, 20, 22


def mark_cells(arguments: list[str]) -> Iterator[dict[str, Any]]:
    """Write the marked workbook; the answer says how many cells were marked."""
    source, faults, written = arguments
    said = json.loads(Path(faults).read_text(encoding="utf-8"))
    workbook = load_workbook(source)
    sheets = {name.casefold(): name for name in workbook.sheetnames}
    count = 0
    for mark in said["marks"]:
        name = sheets.get(mark["sheet"].casefold())
        if name is None:
            continue
        _mark(workbook[name], mark["cell"], mark["text"], said["author"])
        workbook[name].sheet_properties.tabColor = TAB
        count += 1
    workbook.save(written)
    yield {"marked": count}


def _mark(sheet: Any, place: str, text: str, author: str) -> None:
    cell = sheet[place or "A1"]
    if isinstance(cell, MergedCell):
        merged = next(found for found in sheet.merged_cells.ranges if place in found)
        cell = sheet.cell(merged.min_row, merged.min_col)
    before = f"{cell.comment.text}\n" if cell.comment else ""
    comment = Comment(f"{before}{text}", author)
    comment.width, comment.height = WIDTH, LINE * (2 + len(before + text) // LETTERS)
    cell.comment = comment
    if place:
        cell.fill = WRONG


if __name__ == "__main__":
    run(mark_cells)
