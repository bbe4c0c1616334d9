"""Characters that no text of this product holds."""

import re

#: Control characters but for tabs and ends of lines, half surrogates, and what is no character at all: databases,
#: XML and mail cannot hold all of them.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
#: The same as workbooks write them (ECMA-376, part 1, 22.9.2.19): NUL is _x0000_.
ESCAPED = re.compile("_x(?:00(?:0[0-8BCEF]|1[0-9A-F]|7F)|D[89A-F][0-9A-F]{2}|FFF[EF])_", re.IGNORECASE)


def is_plain(text: str) -> bool:
    """Return True if the text holds no forbidden character.

    >>> is_plain("煤矸石\\t1\\n"), is_plain("a\\x00b")
    (True, False)
    """
    return FORBIDDEN.search(text) is None


def is_plain_cell(text: str) -> bool:
    """Return True if a cell's text holds no forbidden character, neither as it stands nor as workbooks write it.

    >>> is_plain_cell("a_x000D_b"), is_plain_cell("a_x0000_b")
    (True, False)
    """
    return is_plain(text) and ("_" not in text or ESCAPED.search(text) is None)
