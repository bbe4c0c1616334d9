"""The font that charts in mail are drawn with: it comes along, since a server need not have any."""

from functools import cache
from importlib.resources import files
from pathlib import Path

NAME = "Noto Sans CJK SC"
FILE = Path(str(files("tracker"))) / "static/tracker/vendor/fonts/NotoSansSC-GB2312.otf"
SIGNS = "·–—‘’“”…±×÷≥≤≠▲◆●■□△◇○↑↓→←％　、。《》（），：；！？￥ⅠⅡⅢ"
#: Of GB 2312: punctuation, full-width ASCII, and all its Chinese characters.
ROWS = (0xA1, 0xA3, *range(0xB0, 0xF8))
#: What stands for a character that the font lacks: nothing vanishes.
UNKNOWN = "□"


@cache
def characters() -> frozenset[str]:
    """What the font can draw. The file beside it is made from this list."""
    codes = (bytes([row, cell]) for row in ROWS for cell in range(0xA1, 0xFF))
    chinese = "".join(code.decode("gb2312", "ignore") for code in codes)
    return frozenset({chr(code) for code in range(0x20, 0x7F)} | set(SIGNS) | set(chinese))


def drawable(words: str) -> str:
    """The words with a sign in the place of each character that the font lacks."""
    return "".join(letter if letter in characters() else " " if letter.isspace() else UNKNOWN for letter in words)
