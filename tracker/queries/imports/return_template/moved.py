"""Finding what moved in a template: a column or rows that were inserted, deleted or sorted, each as one fault."""

from collections.abc import Sequence
from functools import cache

from django.utils import translation

from tracker.documents.template import FIRST_ROW, TemplatePlace, headings
from tracker.queries.imports.return_template.keys import Keys, RowKey, SheetKey
from tracker.uploads.faults import Fault
from tracker.uploads.places import cell_name
from tracker.uploads.workbook import UploadedSheet, Workbook

HEADINGS = FIRST_ROW - 1
#: Rows and columns further away than this were not moved by a slip.
FARTHEST = 30
SHOWN = 40


def sheet_of(workbook: Workbook, keys: Keys, key: SheetKey) -> UploadedSheet | None:
    """Return the sheet of a key by its name; of a template with one sheet also under another name."""
    found = workbook.sheet(key.name)
    if found is not None or len(keys.sheets) > 1:
        return found
    renamed = [sheet for sheet in workbook.sheets if sheet.is_shown and sheet.cells and _has_headings(sheet)]
    return renamed[0] if len(renamed) == 1 else None


def find_moved(sheet: UploadedSheet, key: SheetKey) -> Fault | None:
    """Return the one thing that moved and shifted all that follows; None where everything is in its place."""
    return _moved_column(sheet) or _moved_rows(sheet, key.rows)


@cache
def _words() -> dict[TemplatePlace, frozenset[str]]:
    """Return the headings of each column in every language, as they are compared."""
    found: dict[TemplatePlace, set[str]] = {place: set() for place in TemplatePlace}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            for place, text in headings().items():
                found[place].add(_plain(text))
    return {place: frozenset(words) for place, words in found.items()}


def _has_headings(sheet: UploadedSheet) -> bool:
    texts = {_plain(sheet.cell(HEADINGS, column).text) for column in range(1, max(TemplatePlace) + FARTHEST)}
    return all(texts & words for place, words in _words().items() if place in (TemplatePlace.VALUE, TemplatePlace.NIL))


def _moved_column(sheet: UploadedSheet) -> Fault | None:
    """Return a fault where a heading stands in another column than it left in, or is gone while a later one moved."""
    words = _words()
    where = {
        place: next(
            (
                column
                for column in range(1, max(TemplatePlace) + FARTHEST)
                if _plain(sheet.cell(HEADINGS, column).text) in words[place]
            ),
            0,
        )
        for place in TemplatePlace
    }
    moved = [place for place, column in where.items() if column not in (0, place)]
    if not moved:
        return None
    gone = [place for place, column in where.items() if not column]
    first = min([*moved, *gone])
    with_name = headings()[first].replace("\n", "")
    code = "column_deleted" if first in gone else "column_moved"
    return Fault(code, sheet.name, cell_name(HEADINGS, first), {"name": with_name})


def _moved_rows(sheet: UploadedSheet, rows: Sequence[RowKey]) -> Fault | None:
    names = [_plain(row.name) for row in rows]
    first = next((at for at, row in enumerate(rows) if _name(sheet, row.row) != names[at]), None)
    if first is None:
        return None
    place = cell_name(rows[first].row, TemplatePlace.INDICATOR)
    for count in range(1, FARTHEST):
        if all(_name(sheet, row.row + count) == names[at] for at, row in enumerate(rows) if at >= first):
            return Fault("rows_inserted", sheet.name, place, {"count": str(count), "row": str(rows[first].row)})
    for count in range(1, len(rows) - first + 1):
        rest = range(first + count, len(rows))
        if all(_name(sheet, rows[at].row - count) == names[at] for at in rest) and (rest or _ends(sheet, rows, first)):
            missing = "、".join(row.name for row in rows[first : first + count])
            return Fault("rows_deleted", sheet.name, place, {"count": str(count), "name": missing[: SHOWN * 2]})
    if sorted(_name(sheet, row.row) for row in rows) == sorted(names):
        return Fault("rows_sorted", sheet.name, place)
    return None


def _ends(sheet: UploadedSheet, rows: Sequence[RowKey], first: int) -> bool:
    """Return True if nothing stands where the last rows were: they were deleted rather than renamed."""
    return all(not _name(sheet, row.row) for row in rows[first:])


def _name(sheet: UploadedSheet, row: int) -> str:
    return _plain(sheet.cell(row, TemplatePlace.INDICATOR).text)


def _plain(text: str) -> str:
    return "".join(text.split())
