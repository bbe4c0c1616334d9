"""One page of a PDF file: characters and ruled lines with their positions, in points from the lower left corner."""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pypdfium2.raw as pdfium

#: Longest thickness of a ruled line, and shortest length.
THIN, LONG = 2.5, 8.0
MAX_CHARACTERS = 30_000
MAX_EDGES = 4_000
#: Characters without a meaning: missing mappings and the private use area.
UNMAPPED = (0, 0xFFFD, 0xFFFE, 0xFFFF)
PRIVATE = range(0xE000, 0xF900)


@dataclass(frozen=True)
class Glyph:
    """Character with its box. `is_spaced` means that a blank precedes it."""

    text: str
    left: float
    bottom: float
    right: float
    top: float
    is_spaced: bool

    @property
    def middle(self) -> float:
        """Return the height of the middle of the box."""
        return (self.bottom + self.top) / 2


@dataclass(frozen=True)
class Edge:
    """Ruled line from `start` to `end`, at `at` on the other axis."""

    at: float
    start: float
    end: float


@dataclass(frozen=True)
class Page:
    """Characters and ruled lines of a page. `unmapped` counts characters that have no text."""

    width: float
    height: float
    glyphs: tuple[Glyph, ...]
    horizontal: tuple[Edge, ...]
    vertical: tuple[Edge, ...]
    unmapped: int
    has_images: bool


def read_page(page: Any) -> Page:
    """Return the page's characters and ruled lines."""
    text_page = page.get_textpage()
    glyphs, unmapped = _glyphs(text_page)
    text_page.close()
    horizontal: list[Edge] = []
    vertical: list[Edge] = []
    has_images = False
    for one in page.get_objects(max_depth=5):
        if one.type == pdfium.FPDF_PAGEOBJ_IMAGE:
            has_images = True
        elif one.type == pdfium.FPDF_PAGEOBJ_PATH and len(horizontal) + len(vertical) < MAX_EDGES:
            for left, bottom, right, top in _boxes(one):
                _add_edges(horizontal, vertical, left, bottom, right, top)
    width, height = page.get_size()
    return Page(width, height, tuple(glyphs), tuple(horizontal), tuple(vertical), unmapped, has_images)


def _glyphs(text_page: Any) -> tuple[list[Glyph], int]:
    glyphs: list[Glyph] = []
    unmapped, is_spaced = 0, False
    box = pdfium.FS_RECTF()
    for at in range(min(text_page.count_chars(), MAX_CHARACTERS)):
        code = pdfium.FPDFText_GetUnicode(text_page, at)
        if code in UNMAPPED or code in PRIVATE:
            unmapped += 1
            continue
        text = chr(code)
        if text.isspace() or not text.isprintable():
            is_spaced = True
            continue
        if pdfium.FPDFText_GetLooseCharBox(text_page, at, box) and box.right > box.left:
            glyphs.append(Glyph(text, box.left, box.bottom, box.right, box.top, is_spaced))
            is_spaced = False
    return glyphs, unmapped


def _boxes(path: Any) -> Iterator[tuple[float, float, float, float]]:
    """Return the boxes of the path's straight segments."""
    matrix = path.get_matrix()
    x, y = ctypes.c_float(), ctypes.c_float()
    first = last = (0.0, 0.0)
    for at in range(min(pdfium.FPDFPath_CountSegments(path), 400)):
        segment = pdfium.FPDFPath_GetPathSegment(path, at)
        if not segment or not pdfium.FPDFPathSegment_GetPoint(segment, x, y):
            continue
        point = matrix.on_point(x.value, y.value)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            first = point
        elif kind == pdfium.FPDF_SEGMENT_LINETO:
            yield _box(last, point)
        if pdfium.FPDFPathSegment_GetClose(segment):
            yield _box(point, first)
        last = point


def _box(first: tuple[float, float], second: tuple[float, float]) -> tuple[float, float, float, float]:
    (left, right), (bottom, top) = sorted((first[0], second[0])), sorted((first[1], second[1]))
    return left, bottom, right, top


def _add_edges(
    horizontal: list[Edge], vertical: list[Edge], left: float, bottom: float, right: float, top: float
) -> None:
    if top - bottom <= THIN and right - left >= LONG:
        horizontal.append(Edge((bottom + top) / 2, left, right))
    elif right - left <= THIN and top - bottom >= LONG:
        vertical.append(Edge((left + right) / 2, bottom, top))
