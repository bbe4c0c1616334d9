"""How wide letters are drawn, for drawings that are made where no font can be asked."""

from unicodedata import east_asian_width

NARROW, BROAD = "fijlrtI.,:;'|!()[]-· ", "mwMW%@"


def width_of(text: str, size: int) -> float:
    """Return about how wide the text is at this size and in its unit, rather more than less."""
    return size * sum(_share(letter) for letter in text)


def fitting(text: str, size: int, room: float) -> str:
    """Return the text, cut with an ellipsis where it would run into what stands beside it."""
    if width_of(text, size) <= room:
        return text
    while text and width_of(text + "…", size) > room:
        text = text[:-1]
    return text.rstrip() + "…"


def _share(letter: str) -> float:
    """Return a letter's width as a share of the size: a full square for a Chinese character."""
    if east_asian_width(letter) in "WFA":
        return 1.0
    if letter in NARROW:
        return 0.36
    return 0.93 if letter in BROAD else 0.7 if letter.isupper() else 0.58
