"""Layout of an uploaded sheet: its columns, headings and grid."""

import re
from dataclasses import dataclass

from django.utils import translation

from tracker.documents.setup.columns import HEADING_ROW, KEYS_ROW, LINES, GridColumn, SetupColumn, SetupGrid, SetupSheet
from tracker.documents.setup.sheets import BY_TABLE, GRIDS
from tracker.queries.imports.setup_workbook.choices import LANGUAGES, plain
from tracker.uploads.workbook import UploadedSheet

GUIDE = "guide"
#: How far down headings are looked for where the hidden keys are gone.
HEADINGS_WITHIN = 8
GRID_KEY = re.compile(
    r"(?P<indicator>[-\w]+)@(?P<effective>\d{4}-\d\d-\d\d|first)?#(?P<line>value|upper_value|base_value)"
)
ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
#: The unit of measure behind an indicator's name in a heading.
BESIDE_NAME = re.compile(r"\s+[(（][^()（）]*[)）]$")


@dataclass(frozen=True)
class Layout:
    """Layout of a sheet: the columns by number, the row of headings, and the columns of a grid."""

    of: SetupSheet | SetupGrid
    columns: dict[int, SetupColumn]
    headings: int
    grid: dict[int, GridColumn]


def is_guide(sheet: UploadedSheet) -> bool:
    """Return True for the sheet that says how to fill the workbook in."""
    return sheet.cell(KEYS_ROW, 1).text.strip() == GUIDE


def layout_of(sheet: UploadedSheet) -> Layout | None:
    """Return the layout by the hidden keys; where they are gone, by the sheet's name and its headings."""
    keys = {column: cell.text.strip() for (row, column), cell in sheet.cells.items() if row == KEYS_ROW}
    table = next((key.partition(".")[0] for key in keys.values() if key.partition(".")[0] in BY_TABLE), "")
    if table:
        return _with_grid(sheet, BY_TABLE[table], *_by_keys(BY_TABLE[table], keys), HEADING_ROW)
    of = _named(sheet.name)
    if of is None:
        return None
    labels = _labels(of)
    for row in range(1, HEADINGS_WITHIN + 1):
        columns = {
            column: labels[text]
            for (at, column), cell in sheet.cells.items()
            if at == row and (text := _heading(cell.text)) in labels
        }
        if len(columns) >= min(2, len(of.columns)):
            return _with_grid(sheet, of, columns, {}, row)
    return None


def _by_keys(of: SetupSheet | SetupGrid, keys: dict[int, str]) -> tuple[dict[int, SetupColumn], dict[int, GridColumn]]:
    columns: dict[int, SetupColumn] = {}
    grid: dict[int, GridColumn] = {}
    named = {column.key: column for column in of.columns}
    for number, text in keys.items():
        _table, _dot, key = text.partition(".")
        match = GRID_KEY.fullmatch(key)
        if key in named:
            columns[number] = named[key]
        elif match:
            grid[number] = GridColumn(match["indicator"], match["effective"] or "", match["line"])
    return columns, grid


def _with_grid(
    sheet: UploadedSheet,
    of: SetupSheet | SetupGrid,
    columns: dict[int, SetupColumn],
    grid: dict[int, GridColumn],
    headings: int,
) -> Layout:
    """Add the columns of a grid that a person headed: an indicator by its code or name, and perhaps lines below it."""
    if of in GRIDS:
        for (row, column), cell in sheet.cells.items():
            text = cell.text.strip()
            if row == headings and text and column not in columns and column not in grid:
                grid[column] = _headed(text)
    return Layout(of, columns, headings, grid)


def _headed(text: str) -> GridColumn:
    """Return the column that a heading names: an indicator, and below it perhaps a version's day or another line.

    Example: "煤矸石综合利用量 (万吨)", a line "2020-07-01", a line "基数".
    """
    name, *below = (line.strip() for line in text.split("\n"))
    effective, shown = "", "value"
    words = words_of_lines()
    for line in below:
        if ISO_DAY.fullmatch(line):
            effective = line
        shown = words.get(plain(line), shown)
    return GridColumn(BESIDE_NAME.sub("", name).strip(), effective, shown)


def words_of_lines() -> dict[str, str]:
    """Return, by their words in each language, the values beside the target value that a region may have."""
    words: dict[str, str] = {}
    for language in LANGUAGES:
        with translation.override(language):
            words |= {plain(str(word)): line for line, word in LINES.items()}
    return words


def _heading(text: str) -> str:
    return plain(text.rstrip("*＊ "))


def _named(name: str) -> SetupSheet | SetupGrid | None:
    for language in LANGUAGES:
        with translation.override(language):
            for of in BY_TABLE.values():
                if plain(str(of.title)) == plain(name):
                    return of
    return None


def _labels(of: SetupSheet | SetupGrid) -> dict[str, SetupColumn]:
    labels: dict[str, SetupColumn] = {}
    for language in LANGUAGES:
        with translation.override(language):
            labels |= {_heading(str(column.label)): column for column in of.columns}
    return labels
