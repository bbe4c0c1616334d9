"""Where a title's lines end: of about equal length, at a place where a careful clerk would break them."""

import re

from tracker.documents.workbook.layout import AIR, display_width

#: What is never parted: brackets with what is in them, numbers, words, and a mark with what stands before it.
PIECE = re.compile(r"[（(《“][^（）()《》“”]*[）)》”] ?|[0-9][0-9.,%]*年?|[A-Za-z'’-]+[,.;:]? ?|.[、，。；：）》” ]?")
#: A line had better begin with one of these than within a run of characters.
BEGINS = re.compile(r"[（(《“0-9A-Za-z]")


def balanced(text: str, room: float) -> str:
    """Break the text into lines that each fit into this width, as even as possible."""
    return "\n".join(line for given in text.split("\n") for line in _broken(given, room))


def _broken(text: str, room: float) -> list[str]:
    """Return the cheapest of all ways to break the text: best[n] is the best way to break the first n pieces."""
    if display_width(text) * AIR <= room:
        return [text]
    pieces = PIECE.findall(text)
    aim = _even(text, room)
    best: list[tuple[float, list[str]]] = [(0.0, [])]
    for end in range(1, len(pieces) + 1):
        ways = [
            (best[start][0] + _cost(line, pieces[start], start, aim, room), [*best[start][1], line])
            for start in range(end)
            for line in ["".join(pieces[start:end]).strip()]
        ]
        best.append(min(ways, key=lambda way: way[0]))
    return best[-1][1]


def _even(text: str, room: float) -> float:
    """Return how wide each line is when all are alike."""
    width = display_width(text) * AIR
    return width / -(-width // room)


def _cost(line: str, piece: str, start: int, aim: float, room: float) -> float:
    """Return how far the line is from even, and how ill it begins; too wide a line is the last resort."""
    width = display_width(line) * AIR
    ill = 0.0 if not start or BEGINS.match(piece) else room * room / 10
    return (width - aim) ** 2 + ill + (1e6 * (width - room) if width > room else 0.0)
