"""Cells by their names: B7 is column 2 of row 7."""

import re

NAME = re.compile(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})")
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384


def letters(column: int) -> str:
    """Return the column's letters: 1 is A, 27 is AA."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def cell_name(row: int, column: int) -> str:
    """Return the cell's name."""
    return f"{letters(column)}{row}"


def read_name(name: str) -> tuple[int, int]:
    """Row and column of a cell's name. Raises ValueError for what is none."""
    match = NAME.fullmatch(name)
    if not match:
        raise ValueError(name)
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    row = int(match[2])
    if row > LAST_ROW or column > LAST_COLUMN:
        raise ValueError(name)
    return row, column


def read_range(name: str) -> tuple[int, int, int, int]:
    """First row, first column, last row, last column of a range such as A1:C3 or of one cell."""
    first, _colon, last = name.partition(":")
    top, left = read_name(first)
    bottom, right = read_name(last or first)
    return min(top, bottom), min(left, right), max(top, bottom), max(left, right)
