"""Tables of a PDF page: grids of ruled lines, and columns of text where there are none."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tracker.uploads.policy.content import CellText, Merged
from tracker.uploads.policy.files.pdf_lines import Line, make_lines
from tracker.uploads.policy.files.pdf_page import Edge, Glyph, Page

#: Lines nearer to each other than this, in points, are one.
NEAR = 3.0
MAX_LINES = 400


@dataclass(frozen=True)
class Grid:
    """Table of a page: its box, its rows, and the characters in it."""

    top: float
    bottom: float
    rows: list[list[CellText]]
    glyphs: frozenset[Glyph]


def find_grids(page: Page) -> list[Grid]:
    """Return the ruled tables of the page, from top to bottom."""
    grids = [grid for group in _groups(page) if (grid := _grid(page, *group))]
    return sorted(grids, key=lambda grid: -grid.top)


def _groups(page: Page) -> list[tuple[list[Edge], list[Edge]]]:
    """Return the horizontal and vertical lines that belong together: their boxes touch."""
    groups: list[tuple[float, float, list[Edge], list[Edge]]] = []  # bottom, top, horizontal, vertical
    for edge in sorted(page.vertical, key=lambda one: -one.end)[:MAX_LINES]:
        touching = [one for one in groups if edge.start <= one[1] + NEAR and edge.end >= one[0] - NEAR]
        bottom = min([edge.start, *(one[0] for one in touching)])
        top = max([edge.end, *(one[1] for one in touching)])
        groups = [one for one in groups if one not in touching]
        groups.append((bottom, top, [], [edge, *(line for one in touching for line in one[3])]))
    for edge in page.horizontal[: MAX_LINES * 4]:
        for bottom, top, horizontal, _vertical in groups:
            if bottom - NEAR <= edge.at <= top + NEAR:
                horizontal.append(edge)
    return [(horizontal, vertical) for _bottom, _top, horizontal, vertical in groups]


def _grid(page: Page, horizontal: list[Edge], vertical: list[Edge]) -> Grid | None:
    """Return the table that these lines make up, or None where there are too few."""
    columns = _places(edge.at for edge in vertical)
    rows = _places(edge.at for edge in horizontal)[::-1]
    if len(columns) < 3 or len(rows) < 3:
        return None
    inside = frozenset(
        glyph
        for glyph in page.glyphs
        if rows[-1] <= glyph.middle <= rows[0] and columns[0] <= (glyph.left + glyph.right) / 2 <= columns[-1]
    )
    cells: list[list[list[Glyph]]] = [[[] for _column in pairwise(columns)] for _row in pairwise(rows)]
    for glyph in sorted(inside, key=lambda one: (-one.middle, one.left)):
        row = sum(1 for at in rows[1:-1] if glyph.middle < at)
        column = sum(1 for at in columns[1:-1] if (glyph.left + glyph.right) / 2 > at)
        cells[row][column].append(glyph)
    texts = _texts(cells, rows, columns, horizontal, vertical)
    return Grid(rows[0], rows[-1], texts, inside) if inside else None


def _texts(
    cells: list[list[list[Glyph]]],
    rows: Sequence[float],
    columns: Sequence[float],
    horizontal: Sequence[Edge],
    vertical: Sequence[Edge],
) -> list[list[CellText]]:
    """Return the text of each cell. Two cells without a line between them are one."""
    texts: list[list[CellText]] = [["" for _column in pairwise(columns)] for _row in pairwise(rows)]
    owners: dict[tuple[int, int], tuple[int, int]] = {}
    for row, (top, bottom) in enumerate(pairwise(rows)):
        for column, (left, right) in enumerate(pairwise(columns)):
            owner = (row, column)
            if column and not _separates(vertical, left, bottom, top):
                owner, texts[row][column] = owners[row, column - 1], Merged.LEFT
            elif row and not _separates(horizontal, top, left, right):
                owner, texts[row][column] = owners[row - 1, column], Merged.ABOVE
            owners[row, column] = owner
    for (row, column), owner in owners.items():
        if owner != (row, column):
            cells[owner[0]][owner[1]] += cells[row][column]
    for row, column in owners:
        if owners[row, column] == (row, column):
            texts[row][column] = _text(cells[row][column])
    return texts


def _text(glyphs: Iterable[Glyph]) -> str:
    return " ".join(line.text for line in make_lines(glyphs))


def _places(values: Iterable[float]) -> list[float]:
    """Return the places of the lines in ascending order, those near to each other once."""
    places: list[float] = []
    for value in sorted(values):
        if not places or value - places[-1] > NEAR:
            places.append(value)
    return places


def _separates(edges: Sequence[Edge], at: float, start: float, end: float) -> bool:
    """Return True if a line at this place covers the middle of the range."""
    middle = (start + end) / 2
    return any(abs(edge.at - at) <= NEAR and edge.start <= middle <= edge.end for edge in edges)


def rows_of_columns(lines: Sequence[Line]) -> list[list[CellText]] | None:
    """Return the rows that lines with aligned gaps make up, or None where the lines are no table."""
    width = max(len(line.segments) for line in lines)
    if len(lines) < 3 or width < 2 or sum(1 for line in lines if len(line.segments) == width) < len(lines) * 0.6:
        return None
    starts = [left for left, _text in max(lines, key=lambda line: len(line.segments)).segments]
    rows: list[list[CellText]] = []
    for line in lines:
        row: list[CellText] = [""] * width
        for left, text in line.segments:
            at = min(range(width), key=lambda column: abs(starts[column] - left))
            row[at] = f"{row[at]} {text}".strip()
        rows.append(row)
    return rows
