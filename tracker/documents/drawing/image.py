"""The chart of a summary as a picture inside the mail: PNG, drawn with the font that comes with the tracker."""

import logging
from functools import cache
from pathlib import Path

import resvg_py

from tracker.documents.drawing.bars import drawn
from tracker.documents.mail_chart import MailChart

logger = logging.getLogger(__name__)
FONTS = Path(__file__).resolve().parents[2] / "static/tracker/vendor/fonts"
FONT, FAMILY = FONTS / "NotoSansCJKsc-subset.otf", "Noto Sans CJK SC"
#: Pixels to a unit: as sharp as fits into 60 KB, which every mail carries.
ZOOM = 1.35


def picture_of(chart: MailChart) -> bytes | None:
    """Return the chart as PNG, the same octets each time; None when it cannot be drawn: the mail goes without."""
    try:
        return resvg_py.svg_to_bytes(
            svg_string=drawn(chart, drawable()),
            zoom=ZOOM,
            skip_system_fonts=True,
            font_files=[str(FONT)],
            font_family=FAMILY,
            sans_serif_family=FAMILY,
            serif_family=FAMILY,
        )
    except ValueError:
        logger.exception("The chart of a summary could not be drawn.")
        return None


@cache
def drawable() -> frozenset[str]:
    """Return the characters that the font can draw."""
    return frozenset((FONTS / "characters.txt").read_text(encoding="utf-8"))
