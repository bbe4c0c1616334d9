"""How wide text is, and how many lines it takes. Widths count in figures of the English face at the same size."""

import re
import unicodedata
from collections.abc import Sequence
from math import ceil

from django.utils.translation import get_language

#: No two programs measure text alike.
AIR = 1.05
#: The typefaces that stand in for the official ones have wider figures and letters than the columns are measured in.
STAND_IN = 1.2
#: Latin words with their figures (FY2026-Q1), and all else character by character.
WORDS = re.compile(r"[A-Za-z][A-Za-z0-9.-]*|.")
LETTER = re.compile(r"[A-Za-z]")
SPACE, BOLD = 0.5, 1.12
#: Widths in Times New Roman, whose figures are half as wide as its letters are high; a letter not named here is 1.0.
LETTERS = {
    **dict.fromkeys("acez", 0.89),
    **dict.fromkeys("ijlt/:;\\", 0.56),
    **dict.fromkeys("fr()-[]!I", 0.67),
    **dict.fromkeys(" \u00a0.,", SPACE),
    **dict.fromkeys("sJ", 0.78),
    **dict.fromkeys("w", 1.45),
    **dict.fromkeys("m%M", 1.78),
    **dict.fromkeys("ADGHKNOQUVXYR", 1.45),
    **dict.fromkeys("BCELTZ&", 1.34),
    **dict.fromkeys("FPS+=<>", 1.13),
    **dict.fromkeys("W@", 1.9),
    "'": 0.4,
    "–": 1.0,
    "−": 1.13,
}


def is_wide(character: str) -> bool:
    """Return True for a Chinese character or mark: as wide as two figures."""
    return unicodedata.east_asian_width(character) in "WF"


def display_width(text: str) -> int:
    """Width in digits: a Chinese character takes two."""
    return sum(2 if is_wide(character) else 1 for character in text)


def text_width(text: str) -> float:
    """Return the width of text: in English of its letters, else as the typefaces print it that stand in."""
    if get_language() == "en":
        return letters_width(text)
    return sum(2.0 if is_wide(character) else STAND_IN for character in text)


def letters_width(text: str) -> float:
    """Return the width of English text; what the face does not have is as wide as a Chinese character."""
    return sum(LETTERS.get(each, 1.0 if each.isascii() else 2.0) for each in text)


def lines_needed(text: str, width: float) -> int:
    """Return how many lines the text takes when so much width is free for it."""
    taken = _lines_of_words if get_language() == "en" else _lines
    return sum(taken(line, max(width, 1.0)) for line in text.split("\n"))


def packed(texts: Sequence[str], joint: str, width: float) -> list[str]:
    """Return the texts line by line, several in one where they take one line together."""
    found: list[str] = []
    for text in texts:
        joined = f"{found[-1]}{joint}{text}" if found else text
        if found and lines_needed(joined, width) == 1:
            found[-1] = joined
        else:
            found.append(text)
    return found


def _lines(line: str, room: float) -> int:
    """Chinese breaks between any two characters; a word in Latin letters stays whole where a line holds it."""
    count, used = 1, 0.0
    for word in WORDS.findall(line):
        letter = STAND_IN if LETTER.match(word) else 1.0  # of the typefaces that stand in
        widths = [AIR * (2.0 if is_wide(character) else letter) for character in word]
        for piece in [sum(widths)] if sum(widths) <= room else widths:
            if used and used + piece > room + 0.01:
                count, used = count + 1, 0.0
            used += piece
    return count


def _lines_of_words(line: str, room: float) -> int:
    """English breaks between words."""
    count, used = 1, 0.0
    for word in line.split(" "):
        width = letters_width(word) * AIR
        if used and used + SPACE + width > room:
            count, used = count + 1, 0.0
        used += width + (SPACE if used else 0.0)
        further = max(0, ceil(used / room - 0.01) - 1)  # a word longer than the line
        count, used = count + further, used - further * room
    return count
