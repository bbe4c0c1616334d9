"""Geometry of the trend chart that a page carries: the place of each line, mark and label.

Places are in % of the plot from its left and its top, written for an SVG's attributes: the plot takes whatever size the
screen gives it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil

from tracker.documents.drawing.lettering import width_of
from tracker.documents.drawing.scale import Scale
from tracker.documents.trend_chart import TrendChart

#: The lines in the order they are drawn, the most important one above the others.
LINES = ("schedule", "last_year", "forecast", "verified")
#: The lines with a mark at each point.
MARKED = ("last_year", "verified")
#: Size of the letters, and the room that the labels of periods have on a desk and below, in pixels.
LETTERS, APART, DESK, TELEPHONE = 12, 14, 1000, 250
#: Rooms for the amounts beside the plot, in pixels: the stylesheet has a class for each.
ROOMS = {"narrow": 32, "middle": 58}


@dataclass(frozen=True)
class Mark:
    """A point of a line; `is_hollow` where something is missing in it."""

    x: str
    y: str
    is_hollow: bool = False


@dataclass(frozen=True)
class Line:
    """A line with its name and its way, interrupted where nothing is known."""

    key: str
    name: str
    way: str
    marks: Sequence[Mark]


@dataclass(frozen=True)
class Label:
    """What stands at a place of an axis; `is_spare` if a narrow screen has no room for it."""

    text: str
    at: str
    is_spare: bool = False


@dataclass(frozen=True)
class TrendPicture:
    """A trend chart's drawing, with the names of what is drawn. `target` is the place of the target's line."""

    lines: Sequence[Line]
    band: str
    range_name: str
    target: str | None
    target_name: str
    unit: str
    amounts: Sequence[Label]
    periods: Sequence[Label]
    breaks: Sequence[str] = ()
    break_name: str = ""

    @property
    def room(self) -> str:
        """Return how much room the amounts need: narrow, middle or wide."""
        needed = max(width_of(label.text, LETTERS) for label in self.amounts)
        return next((name for name, room in ROOMS.items() if needed <= room), "wide")


def picture_of(chart: TrendChart) -> TrendPicture:
    """Return the drawing of this chart."""
    series = {key: [getattr(point, key) for point in chart.points] for key in (*LINES, "low", "high")}
    there = [amount for values in series.values() for amount in values if amount is not None]
    scale = Scale.holding([*there, *([] if chart.target is None else [chart.target])], chart.decimals)
    across = [_written(Decimal(100) * at / max(len(chart.points) - 1, 1)) for at in range(len(chart.points))]

    def points(values: Sequence[Decimal | None]) -> list[tuple[str, str] | None]:
        return [
            None if amount is None else (x, _below_top(scale, amount)) for x, amount in zip(across, values, strict=True)
        ]

    return TrendPicture(
        [
            Line(key, chart.names[key], _way(drawn), list(_marks(chart, drawn)) if key in MARKED else [])
            for key, drawn in ((key, points(series[key])) for key in LINES)
            if any(drawn)
        ],
        _around(points(series["low"]), points(series["high"])),
        chart.names["range"],
        None if chart.target is None else _below_top(scale, chart.target),
        chart.names["target"],
        chart.unit,
        [Label(f"{amount.normalize():,f}", _below_top(scale, amount)) for amount in scale.amounts],
        list(_named(chart.labels, across)),
        [across[at] for at in chart.breaks],
        chart.names["break"],
    )


def _way(points: Sequence[tuple[str, str] | None]) -> str:
    """Return the path through the points, interrupted where there is none."""
    before = [None, *points]
    return "".join(
        f"{'L' if last else 'M'}{point[0]} {point[1]}" for last, point in zip(before, points, strict=False) if point
    )


def _marks(chart: TrendChart, points: Sequence[tuple[str, str] | None]) -> Iterator[Mark]:
    for point, drawn in zip(chart.points, points, strict=True):
        if drawn:
            yield Mark(*drawn, is_hollow=not point.coverage.is_complete)


def _around(low: Sequence[tuple[str, str] | None], high: Sequence[tuple[str, str] | None]) -> str:
    """Return the outline of the area between the two lines, there and back; nothing where neither has points."""
    edge = [point for point in high if point] + [point for point in reversed(low) if point]
    return "M" + "L".join(f"{x} {y}" for x, y in edge) + "Z" if edge else ""


def _named(labels: Sequence[str], across: Sequence[str]) -> Iterator[Label]:
    """As many names of periods as stand side by side."""
    needed = len(labels) * (max((width_of(label, LETTERS) for label in labels), default=0) + APART)
    desk, telephone = (max(1, ceil(needed / room)) for room in (DESK, TELEPHONE))
    telephone = -(-telephone // desk) * desk  # those on a telephone are some of those on a desk
    for at in range(0, len(labels), desk):
        yield Label(labels[at], across[at], is_spare=at % telephone > 0)


def _below_top(scale: Scale, amount: Decimal) -> str:
    return _written(100 - scale.place(amount, 100))


def _written(place: Decimal) -> str:
    return f"{place:.2f}"
