"""The chart in a summary's mail: completion against schedule for each target, drawn to a PNG without a browser.

Bars and words alone: a target's level stands beside its bar with its mark, so that colour is never the only sign. It
has a ground of its own, so that it reads the same in a dark mail program. Drawn with the font that comes along.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape

import resvg_py
from django.utils.translation import gettext as _

from tracker.calculation.levels import Level
from tracker.reports import chart_font, wording
from tracker.reports.findings import Facts, TargetFact

#: Drawn at twice the size at which it is shown: screens are fine.
WIDTH, ZOOM = 560, 2
ROW_HEIGHT, TOP, BOTTOM = 44, 56, 14
LEFT, BAR_WIDTH = 16, 400
LONGEST_NAME = 24
FULL = Decimal(100)
COLOURS = {Level.I: "#b3261e", Level.II: "#8a5a00", Level.III: "#1b6b3a", None: "#545e6c"}


@dataclass(frozen=True)
class Bar:
    """A target: completion and schedule in %, as numbers and printed; the level with its mark."""

    name: str
    completion: Decimal
    schedule: Decimal
    words: str
    level: Level | None

    @property
    def marked_level(self) -> str:
        """ "▲ 一级"."""
        return wording.marked_level(self.level)


@dataclass(frozen=True)
class SummaryChart:
    """The bars in the plan's order, and what the picture says in words, for whoever does not see it."""

    title: str
    bars: Sequence[Bar]

    @property
    def height(self) -> int:
        """In the pixels at which it is shown."""
        return TOP + ROW_HEIGHT * len(self.bars) + BOTTOM

    @property
    def width(self) -> int:
        """In the pixels at which it is shown."""
        return WIDTH

    @property
    def in_words(self) -> str:
        """The alternative text."""
        bars = wording.listed(f"{bar.name} {bar.words} {bar.marked_level}" for bar in self.bars)
        return _("%(title)s: %(bars)s") % {"title": self.title, "bars": bars}


def chart_of(facts: Facts) -> SummaryChart | None:
    """A bar for each graded target that has data; None where there is none to draw."""
    bars = [bar for fact in facts.targets if (bar := _bar(fact))]
    title = _("Completion against schedule, %(month)s") % {"month": facts.month}
    return SummaryChart(title, bars) if bars else None


def draw(chart: SummaryChart) -> bytes:
    """The PNG: the same chart always gives the same octets."""
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=as_svg(chart),
            zoom=float(ZOOM),
            skip_system_fonts=True,
            font_files=[str(chart_font.FILE)],
            font_family=chart_font.NAME,
            sans_serif_family=chart_font.NAME,
        )
    )


def as_svg(chart: SummaryChart) -> str:
    """The drawing. Names that people typed are text in it and nothing else."""
    # the longest bar fits: a place that did ten times its target must not draw beyond the edge
    longest = max([FULL, *(bar.completion for bar in chart.bars), *(bar.schedule for bar in chart.bars)])
    rows = "".join(_row(bar, TOP + ROW_HEIGHT * number, longest) for number, bar in enumerate(chart.bars))
    legend = _("where the schedule stands")  # gettext finds nothing within an f-string
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{chart.height}" '
        f'font-family="{chart_font.NAME}" font-size="13" fill="#1c2430">'
        f'<rect width="100%" height="100%" fill="#ffffff"/>'
        f"{_text(LEFT, 24, chart.title, size=15)}"
        f'<rect x="{LEFT}" y="36" width="2" height="12" fill="#1c2430"/>'
        f"{_text(LEFT + 8, 47, legend, size=12, fill='#545e6c')}{rows}</svg>"
    )


def _bar(fact: TargetFact) -> Bar | None:
    standing = fact.standing
    if not fact.is_graded or standing.completion is None or standing.schedule_rate is None:
        return None
    words = f"{wording.rate(standing.completion)} / {wording.rate(standing.schedule_rate)}"
    return Bar(fact.name, standing.completion, standing.schedule_rate, words, standing.level)


def _row(bar: Bar, top: int, longest: Decimal) -> str:
    done, due = (round(BAR_WIDTH * min(share, longest) / longest, 1) for share in (bar.completion, bar.schedule))
    name = bar.name if len(bar.name) <= LONGEST_NAME else f"{bar.name[: LONGEST_NAME - 1]}…"
    return (
        f"{_text(LEFT, top + 14, name)}"
        f"{_text(WIDTH - LEFT, top + 14, bar.words, anchor='end', fill='#545e6c')}"
        f'<rect x="{LEFT}" y="{top + 20}" width="{BAR_WIDTH}" height="12" rx="2" fill="#e6e9ee"/>'
        f'<rect x="{LEFT}" y="{top + 20}" width="{done}" height="12" rx="2" fill="{COLOURS[bar.level]}"/>'
        f'<rect x="{LEFT + due - 1}" y="{top + 16}" width="2" height="20" fill="#1c2430"/>'
        f"{_text(WIDTH - LEFT, top + 31, bar.marked_level, anchor='end', fill=COLOURS[bar.level])}"
    )


def _text(x: int, y: int, words: str, *, size: int = 13, anchor: str = "start", fill: str = "#1c2430") -> str:
    known = escape(chart_font.drawable(words))
    return f'<text x="{x}" y="{y}" font-size="{size}" text-anchor="{anchor}" fill="{fill}">{known}</text>'
