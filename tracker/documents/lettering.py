"""How wide letters are drawn, for drawings that are made where no font can be asked."""

from unicodedata import east_asian_width

NARROW, BROAD = "fijlrtI.,:;'|!()[]-· ", "mwMW%@"


def width_of(text: str, size: int) -> float:
    """About how wide the text is at this size and in its unit, rather more than less."""
    return size * sum(_share(letter) for letter in text)


def _share(letter: str) -> float:
    """A letter's width as a share of the size: a full square for a Chinese character."""
    if east_asian_width(letter) in "WFA":
        return 1.0
    if letter in NARROW:
        return 0.36
    return 0.93 if letter in BROAD else 0.7 if letter.isupper() else 0.58
