"""Cells whose content a fast reader drops: errors, which it leaves empty, and percentages, whose format it ignores.

Found in a sheet's markup.
"""

import re
from decimal import Decimal, InvalidOperation

from tracker.uploads.places import read_name

#: A row or a cell as it begins, and an empty cell, which ends at once.
TAG = re.compile(rb"<(?:\w+:)?(row|c)\b([^>]*)>")
VALUE = re.compile(rb"<(?:\w+:)?v>([^<]*)</")
NAME = re.compile(rb"""\br\s*=\s*["']([A-Z]*[0-9]+)["']""")
KIND = re.compile(rb"""\bt\s*=\s*["'](\w+)["']""")
STYLE = re.compile(rb"""\bs\s*=\s*["']([0-9]{1,6})["']""")
IS_ERROR = re.compile(rb"""\bt\s*=\s*["']e["']""")
#: What stands in a cell before the next one begins; a formula may be long.
SHOWN = 20_000


def find_marked(text: bytes, percents: set[int]) -> dict[tuple[int, int], str]:
    """Return what such cells show, by row and column from 1: "#DIV/0!", "85.2%".

    `percents` are the numbers of the styles that show percentages.
    """
    if not IS_ERROR.search(text) and not _uses(text, percents):
        return {}
    found: dict[tuple[int, int], str] = {}
    row = column = 0
    for tag in TAG.finditer(text):
        name = NAME.search(tag[2])
        if tag[1] == b"row":
            row, column = int(name[1]) if name else row + 1, 0
            continue
        row, column = read_name(name[1].decode()) if name else (row, column + 1)
        shown = _shown(text, tag, percents)
        if shown:
            found[row, column] = shown
    return found


def _uses(text: bytes, percents: set[int]) -> bool:
    numbers = "|".join(map(str, sorted(percents))).encode()
    return bool(percents) and re.search(rb"""<(?:\w+:)?c\b[^>]*\bs\s*=\s*["'](?:%s)["']""" % numbers, text) is not None


def _shown(text: bytes, tag: "re.Match[bytes]", percents: set[int]) -> str:
    kind = KIND.search(tag[2])
    is_error = kind is not None and kind[1] == b"e"
    style = STYLE.search(tag[2])
    is_percent = (kind is None or kind[1] == b"n") and style is not None and int(style[1]) in percents
    if tag[2].endswith(b"/") or not (is_error or is_percent):
        return ""
    value = VALUE.search(text, tag.end(), tag.end() + SHOWN)
    following = TAG.search(text, tag.end(), tag.end() + SHOWN)
    if value is None or (following and following.start() < value.start()):
        return ""
    said = value[1].decode("utf-8", "replace")
    return said if is_error else percentage(said)


def percentage(number: str) -> str:
    """Return a stored number as its cell shows it in percent: "0.852" is "85.2%". What is no number stays as it is."""
    try:
        shown = Decimal(f"{float(number):.15g}") * 100
    except (ValueError, InvalidOperation):
        return number
    if not shown.is_finite():
        return number
    digits = f"{shown:f}"
    return f"{digits.rstrip('0').rstrip('.') if '.' in digits else digits}%"
