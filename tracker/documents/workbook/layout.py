"""How wide, how high, on what paper: the measures of a sheet, kept apart from its contents."""

import re
from collections.abc import Iterable, Mapping, Sequence
from math import ceil

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from tracker.documents.shape import Column, Kind, Sheet
from tracker.documents.workbook.measure import AIR, BOLD, display_width, lines_needed, text_width

A4, A3 = 9, 8
#: By so much a page of A3 is wider and higher between its margins; its wide columns keep so much more than others.
LARGER, KEPT_WIDE = 1.45, 2.4
#: A sheet by so much wider than its page still prints at 9 points to the eye.
UNSEEN = 1.03
#: What a cell keeps free at its sides.
PADDING = 2.5
BRIEF_PADDING = 1.5
LINE_HEIGHT = 15.5
#: So many units of width print at 9 points on A4 landscape: 10.5 points scaled by 0.857.
MOST_ACROSS = 168.0
#: Columns whose cells or headings may take more lines, and what they need at least.
NARROWED = {Kind.TEXT: 11.0, Kind.LEVEL: 17.5, Kind.COUNT: 9.0}
NARROWED_LAST = {Kind.TEXT: 8.0, Kind.LEVEL: 11.0, Kind.COUNT: 7.0}
#: So many points of height do, between the margins.
MOST_DOWN = 590.0
#: So many units of width, and points of height, stand on a page that is printed without being made smaller.
ACROSS_UNSCALED, DOWN_UNSCALED = 145.0, 505.0
ROW_HEIGHT = 15.0
NARROWEST, WIDEST, SENTENCES = 5.0, 50.0, 112.0
#: Five signatures stand side by side below a table; its title is so much larger than its text.
NARROWEST_TABLE, TITLE_SCALE, TITLE_HEIGHT = 100.0, 1.9, 34.0
FORBIDDEN_IN_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
LONGEST_NAME = 31


def banners(sheet: Sheet, marker: str) -> list[str]:
    """Return what the reader must know first, each on a line of its own."""
    return [text for text in (marker, sheet.notice) if text]


def lines_under_title(sheet: Sheet) -> list[tuple[str, str, str]]:
    """Return the lines between the title and the table."""
    lines = [(sheet.left, sheet.middle, sheet.right), sheet.basis]
    return [texts for texts in lines if texts and any(texts)]


def has_groups(sheet: Sheet) -> bool:
    """Return True if there are two rows of headings."""
    return any(column.group for column in sheet.columns)


def heading_rows(sheet: Sheet, marker: str) -> int:
    """Return how many rows stand above the table's first."""
    return 1 + len(banners(sheet, marker)) + len(lines_under_title(sheet)) + (2 if has_groups(sheet) else 1)


def page_height(widths: Sequence[float], *, is_large: bool = False, across: int = 1) -> float:
    """Return how many points of height stand on a page where all columns take so many pages across."""
    larger = LARGER if is_large else 1.0
    return DOWN_UNSCALED * larger * max(1.0, sum(widths) / (ACROSS_UNSCALED * larger * across))


def pages_across(widths: Sequence[float], *, is_large: bool = False) -> int:
    """Return the number of pages across at which all columns print at 9 points, within the tolerance UNSEEN.

    >>> pages_across([100, 60]), pages_across([100, 100]), pages_across([100, 100], is_large=True)
    (1, 2, 1)
    """
    most = MOST_ACROSS * (LARGER if is_large else 1.0)
    return max(1, ceil(sum(widths) / (most * UNSEEN)))


def on_first_page(widths: Sequence[float], across: int) -> Sequence[float]:
    """Return the widths of the columns that stand on the first of so many pages across."""
    room, found = sum(widths) / across, 0.0
    for number, width in enumerate(widths):
        found += width
        if number and found > room * UNSEEN:
            return widths[:number]
    return widths


def breaks_between(blocks: Sequence[float], *, above: float, page: float) -> list[int]:
    """Return the numbers of the blocks before which a page ends, given their heights and what repeats above them.

    >>> breaks_between([200, 200, 200], above=50, page=500)
    [2]
    >>> breaks_between([200, 200, 200], above=500, page=500)
    []
    """
    found: list[int] = []
    used = above
    if above >= page:  # what repeats leaves no room: no break helps
        return found
    for number, height in enumerate(blocks):
        if used + height > page and used > above:
            found.append(number)
            used = above
        used += height
        while used > page:  # a block that fills more than a page
            used -= page - above
    return found


def column_width(column: Column, shown: Iterable[str]) -> float:
    """Return a width that fits the figures whole, and long text in a few lines."""
    split = re.compile(r"[ \n]" if column.is_brief else r"\n").split
    measure = text_width if column.kind is Kind.TEXT else display_width
    larger = BOLD if column.kind is Kind.TEXT and column.is_brief else 1.0  # its figures may be those of a total
    content = larger * max((max(map(measure, split(text))) for text in shown if text), default=0)
    width = max(content, _heading_width(column.heading)) * AIR + padding(column)
    widest = (SENTENCES if column.is_wide else WIDEST) if column.kind is Kind.TEXT else width
    return min(max(width, NARROWEST), widest)


def widened(widths: Sequence[float], title: str) -> list[float]:
    """Return the widths, stretched alike where the table is too narrow for its title and the lines around it."""
    least = max(NARROWEST_TABLE, min(display_width(title) * TITLE_SCALE, MOST_ACROSS))
    stretch = max(1.0, least / sum(widths))
    return [width * stretch for width in widths]


def title_height(title: str, room: float) -> float:
    """Return the height of a title over columns that are together so wide: what is longer than a line takes more."""
    return TITLE_HEIGHT * lines_needed(title, room / TITLE_SCALE)


def fitted(widths: Sequence[float], columns: Sequence[Column], *, is_large: bool = False) -> list[float]:
    """Return widths whose sum prints at 9 points or more on A4, on A3 if large, as far as the figures let it.

    Text takes more lines first, then figures stand closer to the lines of the table, then text takes still more lines.
    """
    most, wide = (MOST_ACROSS * LARGER, KEPT_WIDE) if is_large else (MOST_ACROSS, 1.0)
    excess = sum(widths) - most
    if excess <= 0:
        return list(widths)
    found = _less(widths, _least(widths, columns, NARROWED, wide), excess)
    excess = sum(found) - most
    if excess <= 0:
        return found
    found = _less(found, closer(found, columns), excess)
    excess = sum(found) - most
    return _less(found, _least(found, columns, NARROWED_LAST, wide), excess) if excess > 0 else found


def closer(widths: Sequence[float], columns: Sequence[Column]) -> list[float]:
    """Return the widths at which figures stand closer to the lines of the table."""
    return [
        width if is_text(column) else max(NARROWEST, width - padding(column) + BRIEF_PADDING)
        for width, column in zip(widths, columns, strict=True)
    ]


def _least(
    widths: Sequence[float], columns: Sequence[Column], narrowed: Mapping[Kind, float], wide: float
) -> list[float]:
    """Return how narrow columns may become: those of text as the kind allows, where no word of a heading breaks."""
    return [
        min(
            width,
            max(
                narrowed[column.kind] * (wide if column.is_wide else 1.0),
                _longest_word(column.heading) * AIR + padding(column),
            ),
        )
        if is_text(column)
        else width
        for width, column in zip(widths, columns, strict=True)
    ]


def least_width(column: Column, cells: Iterable[str], width: float) -> float:
    """Return how narrow a column of text may become: in English its longest word stays whole."""
    words = (word for text in cells for word in text.split() if word.isascii())
    longest = max(map(text_width, words), default=0.0) * AIR + padding(column)
    least = NARROWED_LAST[column.kind] if get_language() == "en" else NARROWED[column.kind]
    if "\n" in column.heading:
        longest = max(longest, _heading_width(column.heading) * AIR + padding(column))
    return min(width, max(least, longest))


def _longest_word(heading: str) -> int:
    """Return the width of the longest English word."""
    return max((len(word) for word in heading.split() if word.isascii()), default=0)


def is_text(column: Column) -> bool:
    """Return True if a column's cells may take more lines."""
    return column.kind in NARROWED and not column.is_brief


def _less(widths: Sequence[float], least: Sequence[float], excess: float) -> list[float]:
    """Return widths that give up the excess in proportion to what each can, and no more than it can."""
    spare = sum(width - low for width, low in zip(widths, least, strict=True))
    share = min(1.0, excess / spare) if spare > 0 else 0.0
    return [width - (width - low) * share for width, low in zip(widths, least, strict=True)]


def padding(column: Column) -> float:
    """Return what a column's cells keep free at their sides."""
    return BRIEF_PADDING if column.is_brief else PADDING


def _heading_width(heading: str) -> float:
    """Return the width of a heading wrapped where it says so, else Chinese in two lines, English between words."""
    if "\n" in heading:
        return max(map(display_width, heading.split("\n")))
    total = display_width(heading)
    if total == len(heading):
        return max((len(word) for word in heading.split()), default=0)
    return max(total / 2, min(total, 8))


def row_height(shown: Iterable[tuple[str, float]]) -> float:
    """Return the height that shows every cell, given each one's text and the width free for it."""
    lines = max((lines_needed(text, width) for text, width in shown), default=1)
    return ROW_HEIGHT if lines == 1 else 3 + LINE_HEIGHT * lines


def split_columns(widths: Sequence[float], parts: int) -> list[tuple[int, int]]:
    """Return runs of columns (first and last, from 1) with about equal parts of the width; one if too few."""
    if len(widths) < parts:
        return [(1, len(widths))]
    runs: list[tuple[int, int]] = []
    first, reached, total = 1, 0.0, float(sum(widths))
    for number, width in enumerate(widths, 1):
        reached += width
        left = len(widths) - number
        wanted = parts - len(runs) - 1
        is_due = reached >= total * (len(runs) + 1) / parts - width / 4
        if wanted and (left == wanted or (is_due and left >= wanted)):
            runs.append((first, number))
            first = number + 1
    return [*runs, (first, len(widths))]


def sheet_names(wanted: Iterable[str]) -> list[str]:
    """Names that Excel accepts: no forbidden characters, at most 31 long, each different from the others."""
    names: list[str] = []
    for name in wanted:
        plain = FORBIDDEN_IN_NAMES.sub(" ", name).strip(" '")[:LONGEST_NAME] or "Sheet"
        unique, number = plain, 2
        while unique.casefold() in {other.casefold() for other in names}:
            suffix = f" {number}"
            unique, number = plain[: LONGEST_NAME - len(suffix)] + suffix, number + 1
        names.append(unique)
    return names


def set_page(
    sheet: Worksheet,
    *,
    repeated_rows: int = 0,
    first_scrolled_cell: str | None = None,
    on_one_page: bool = False,
    is_supporting: bool = False,
    is_large: bool = False,
    across: int = 1,
    repeated_columns: int = 0,
) -> None:
    """A4 landscape (A3 if large), as wide as one page, the headings on each page, page x of y.

    Headings stay when scrolling. A sheet that takes several pages across repeats its first columns on each.
    """
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = A3 if is_large else A4
    sheet.page_setup.fitToWidth = across
    sheet.page_setup.fitToHeight = 1 if on_one_page else 0
    sheet.page_margins.left = sheet.page_margins.right = 0.5
    sheet.page_margins.top, sheet.page_margins.bottom = 0.5, 0.55
    sheet.page_margins.header = sheet.page_margins.footer = 0.25
    sheet.print_options.horizontalCentered = True
    if repeated_rows:
        sheet.print_title_rows = f"1:{repeated_rows}"
    if across > 1 and repeated_columns:
        sheet.print_title_cols = f"A:{get_column_letter(repeated_columns)}"
    footer = HeaderFooterItem()
    footer.center.text = _("Page %(page)s of %(pages)s") % {"page": "&P", "pages": "&N"}
    if is_supporting:
        footer.left.text = pgettext("sheet of a report", "Annex")
    sheet.oddFooter = footer
    sheet.freeze_panes = first_scrolled_cell
