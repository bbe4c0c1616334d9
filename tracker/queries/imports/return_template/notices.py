"""What was typed into a template where nothing is read: told, so that nobody takes it for handed in."""

from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation

from tracker.documents.template import FIRST_ROW, KEYS_SHEET, TemplatePlace
from tracker.queries.imports.return_template.keys import Keys, RowKey, SheetKey
from tracker.queries.imports.return_template.moved import find_moved, sheet_of
from tracker.queries.imports.return_template.read import is_ours
from tracker.uploads.faults import Fault
from tracker.uploads.places import cell_name
from tracker.uploads.workbook import UploadedCell, UploadedSheet, Workbook

MOST = 20
SHOWN = 40
#: Numbers that differ by less than this part of themselves are the same as programs keep them.
PRECISION = Decimal("1e-12")
#: Below the rows is an empty one, then the line for names and the date, which people fill in for the print.
FOOT = 2


def ignored_cells(workbook: Workbook, keys: Keys) -> list[Fault]:
    """Each cell outside the entry cells that holds something of the person's own, and each sheet; MOST at most."""
    sheets = [(sheet_of(workbook, keys, key), key) for key in keys.sheets]
    still = [(sheet, key) for sheet, key in sheets if sheet and not find_moved(sheet, key)]
    found = [one for sheet, key in still for one in (*_in_rows(sheet, key), *_around(sheet, key))]
    told = found[:MOST]
    if len(found) > MOST:
        told.append(Fault("more_ignored", details={"count": str(len(found) - MOST)}))
    of_projects = [key.projects_name for key in keys.sheets if key.projects]
    told += [one for sheet, key in still for one in _comments(sheet, key)][:MOST]
    return [*told, *_other_sheets(workbook, [*(sheet.name for sheet, _key in sheets if sheet), *of_projects])]


def _comments(sheet: UploadedSheet, key: SheetKey) -> Iterator[Fault]:
    """Tell what becomes of each comment: on an amount without a note it is the note, elsewhere it is dropped."""
    rows = {row.row for row in key.rows}
    for (row, column), (author, text) in sorted(sheet.comments.items()):
        if is_ours(author):
            continue
        note = sheet.cell(row, TemplatePlace.NOTE).text.strip()
        is_kept = row in rows and column == TemplatePlace.VALUE and not note
        code = "comment_kept" if is_kept else "comment_dropped"
        yield Fault(code, sheet.name, cell_name(row, column), {"text": text[:SHOWN]})


def _in_rows(sheet: UploadedSheet, key: SheetKey) -> Iterator[Fault]:
    for row in key.rows:
        printed = {
            TemplatePlace.TARGET: row.target,
            TemplatePlace.LAST_MONTH: row.last_month,
            TemplatePlace.LAST_YEAR: row.last_year,
        }
        for place in (*printed, TemplatePlace.TO_DATE, TemplatePlace.COMPLETION):
            cell = sheet.cell(row.row, place)
            is_own = not _equal(cell, printed[place]) if place in printed else not cell.has_formula
            if cell.text and is_own:
                yield _ignored(sheet, row.row, place, cell, row)


def _around(sheet: UploadedSheet, key: SheetKey) -> Iterator[Fault]:
    """Right of the columns, and below the rows."""
    last = max((row.row for row in key.rows), default=FIRST_ROW)
    for (row, column), cell in sorted(sheet.cells.items(), key=lambda item: item[0]):
        if cell.text and (column > max(TemplatePlace) or row == last + 1 or row > last + FOOT):
            yield _ignored(sheet, row, column, cell)


def _ignored(sheet: UploadedSheet, row: int, column: int, cell: UploadedCell, key: RowKey | None = None) -> Fault:
    details = {"text": cell.text[:SHOWN]}
    if key is None:
        return Fault("cell_ignored", sheet.name, cell_name(row, column), details)
    amount = cell_name(key.row, TemplatePlace.VALUE)
    return Fault("row_cell_ignored", sheet.name, cell_name(row, column), {**details, "amount": amount})


def _other_sheets(workbook: Workbook, names: Sequence[str]) -> Sequence[Fault]:
    own = {KEYS_SHEET.casefold(), *(name.casefold() for name in names)}
    others = [sheet for sheet in workbook.sheets if sheet.cells and sheet.name.casefold() not in own]
    return [Fault("sheet_ignored", sheet.name) for sheet in others[:MOST]]


def _equal(cell: UploadedCell, printed: str) -> bool:
    """Return True if the cell still shows what was printed; programs keep fifteen digits of a number."""
    if cell.text == printed:
        return True
    try:
        stored, meant = Decimal(cell.text), Decimal(printed)
    except InvalidOperation:
        return False
    is_number = stored.is_finite() and meant.is_finite()
    return is_number and abs(stored - meant) <= PRECISION * max(abs(stored), abs(meant))
