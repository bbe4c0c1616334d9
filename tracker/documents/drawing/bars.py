"""Bars of a summary: one for each target, with a mark where its schedule stands.

Made for a phone: 360 units wide, so that the smallest letters stay readable on a narrow screen. It brings its own light
ground: in a mail program's dark mode a picture is shown as it is, and dark letters must not fall on dark paper.
"""

from collections.abc import Collection, Iterator
from decimal import Decimal

from tracker.calculation.levels import Level
from tracker.documents import wording
from tracker.documents.drawing.lettering import fitting, width_of
from tracker.documents.drawing.scale import Scale
from tracker.documents.drawing.svg import Element, element
from tracker.documents.mail_chart import Bar, MailChart

WIDTH, MARGIN, HEAD, ROW, FOOT = 360, 14, 54, 44, 26
TRACK = WIDTH - 2 * MARGIN
NAME_SIZE, SMALL = 13, 11
#: Stands for a character that the font lacks: in Chinese print the sign of a missing type.
LACKING = "〓"
GROUND, INK, QUIET, EMPTY = "#f7f8fa", "#1c2430", "#545e6c", "#dfe3e8"
COLOURS = {Level.I: "#c0362c", Level.II: "#c98a12", Level.III: "#2f8a53", None: "#8b93a0"}
#: A bar further than this is cut at the edge; the number beside it tells the rest.
FURTHEST = Decimal(150)


def drawn(chart: MailChart, drawable: Collection[str]) -> str:
    """Return the chart as SVG, with the characters that the font can draw. The same chart gives the same octets."""
    width, height = size_of(chart)
    scale = _scale(chart)
    return str(
        element(
            "svg",
            element("rect", width=width, height=height, rx=6, fill=GROUND),
            *_head(chart, drawable),
            *(
                part
                for number, bar in enumerate(chart.bars)
                for part in _row(bar, HEAD + ROW * number, scale, drawable)
            ),
            *_foot(height, scale, drawable),
            xmlns="http://www.w3.org/2000/svg",
            width=width,
            height=height,
            viewBox=f"0 0 {width} {height}",
        )
    )


def size_of(chart: MailChart) -> tuple[int, int]:
    """Return width and height, in units."""
    return WIDTH, HEAD + ROW * len(chart.bars) + FOOT


def _scale(chart: MailChart) -> Scale:
    """Return rates from 0 to 100 %, or to the next ten above the largest there is."""
    rates = [rate for bar in chart.bars for rate in (bar.completion or Decimal(0), bar.schedule)]
    largest = max([Decimal(100), *rates])
    return Scale(Decimal(0), min(FURTHEST, -(-largest // 10) * 10), Decimal(10))


def _head(chart: MailChart, drawable: Collection[str]) -> Iterator[Element]:
    yield _text(chart.title, MARGIN, 24, drawable, size=15)
    yield element("rect", x=MARGIN, y=35, width=2.5, height=11, fill=INK)
    yield _text(chart.schedule_name, MARGIN + 8, 44, drawable, size=SMALL, fill=QUIET)
    levels = "   ".join(wording.marked_level(level) for level in Level)
    yield _text(levels, WIDTH - MARGIN, 44, drawable, size=SMALL, fill=QUIET, anchor="end")


def _row(bar: Bar, top: int, scale: Scale, drawable: Collection[str]) -> Iterator[Element]:
    room = TRACK - width_of(bar.value, NAME_SIZE) - 8
    yield _text(fitting(bar.name, NAME_SIZE, room), MARGIN, top + 16, drawable)
    yield _text(bar.value, WIDTH - MARGIN, top + 16, drawable, anchor="end")
    yield element("rect", x=MARGIN, y=top + 23, width=TRACK, height=11, rx=2, fill=EMPTY)
    if bar.completion is not None:
        width = _place(bar.completion, scale)
        yield element("rect", x=MARGIN, y=top + 23, width=width, height=11, rx=2, fill=COLOURS[bar.level])
    mark = MARGIN + _place(bar.schedule, scale)
    yield element("rect", x=mark - Decimal("2.25"), y=top + 20, width=4.5, height=17, fill=GROUND)
    yield element("rect", x=mark - Decimal("1.25"), y=top + 20, width=2.5, height=17, fill=INK)


def _foot(height: int, scale: Scale, drawable: Collection[str]) -> Iterator[Element]:
    """Yield the axis: 0, 50 and 100 %, and the edge where it lies further."""
    full = int(scale.high)
    for rate in (0, 50, 100, *([full] if full > 130 else [])):
        at = _place(Decimal(rate), scale)
        anchor = "start" if not rate else "end" if at == TRACK else "middle"
        yield _text(f"{rate}%", MARGIN + at, height - 9, drawable, size=SMALL, fill=QUIET, anchor=anchor)


def _place(rate: Decimal, scale: Scale) -> Decimal:
    return round(scale.place(rate, TRACK), 1)


def _text(
    text: str,
    x: Decimal | int,
    y: int,
    drawable: Collection[str],
    *,
    size: int = NAME_SIZE,
    fill: str = INK,
    anchor: str = "start",
) -> Element:
    shown = "".join(letter if letter in drawable else LACKING for letter in text)
    return element("text", shown, x=x, y=y, font_size=size, fill=fill, text_anchor=anchor, xml_space="preserve")
