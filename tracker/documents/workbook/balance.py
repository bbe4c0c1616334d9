"""Share the width of a page among columns of text so that their rows are low."""

from collections.abc import Callable, Sequence
from functools import cache

from tracker.documents.workbook.measure import AIR, lines_needed, text_width

#: Width is taken away in steps of these sizes.
STEPS = (8.0, 4.0, 2.0, 1.0)
#: Of a longer table, so many rows are measured.
MEASURED_ROWS = 40
#: A line that is not its row's last counts so little, so that it only settles what costs the same height.
HINT = 0.01

#: The lines of a column's cells at a width, row by row.
Lines = Callable[[float], Sequence[int]]


def balanced(
    least: Sequence[float], total: float, cells: Sequence[Sequence[str]], padding: Sequence[float]
) -> list[float]:
    """Return widths of columns that take `total` together, none below its least.

    `cells` are the texts of each column, row by row. Each column begins as wide as its longest text, and gives up width
    where that costs the least height for its size.
    """
    step = max(1, max(map(len, cells), default=0) // MEASURED_ROWS)
    measured = [texts[::step] for texts in cells]
    lines = [_lines_of(texts, free) for texts, free in zip(measured, padding, strict=True)]
    found = [
        min(max(_natural(texts) + free, low), total) for texts, free, low in zip(measured, padding, least, strict=True)
    ]
    while (excess := sum(found) - total) > 0:
        column, width = _cheapest(found, least, lines, excess)
        if width <= 0:
            break
        found[column] -= width
    return _shared(found, total)


def _natural(texts: Sequence[str]) -> float:
    """Return the width at which each text takes one line."""
    return max((text_width(line) for text in texts for line in text.split("\n")), default=0.0) * AIR


def _shared(widths: list[float], total: float) -> list[float]:
    """Return widths that share in proportion what is left of the total."""
    left, taken = total - sum(widths), sum(widths)
    return [width + left * width / taken for width in widths] if left > 0 and taken else widths


def _lines_of(texts: Sequence[str], padding: float) -> Lines:
    different = set(texts)

    @cache
    def lines(width: float) -> Sequence[int]:
        known = {text: lines_needed(text, width - padding) for text in different}
        return [known[text] for text in texts]

    return lines


def _cheapest(
    widths: Sequence[float], least: Sequence[float], lines: Sequence[Lines], excess: float
) -> tuple[int, float]:
    """Return the column whose narrowing costs the least height for its size, and by how much; 0 where none can be."""
    now = [taken(width) for taken, width in zip(lines, widths, strict=True)]
    before, best, choice = _height(now), float("inf"), (0, 0.0)
    for column, taken in enumerate(lines):
        spare = min(widths[column] - least[column], excess)
        for step in {min(step, spare) for step in STEPS} if spare > 0 else ():
            tried = [*now[:column], taken(widths[column] - step), *now[column + 1 :]]
            cost = (_height(tried) - before) / step
            if (cost, -step) < (best, -choice[1]):
                best, choice = cost, (column, step)
    return choice


def _height(lines: Sequence[Sequence[int]]) -> float:
    return sum(max(row) + HINT * sum(row) for row in zip(*lines, strict=True))
