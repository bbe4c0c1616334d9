"""The trend chart as the page carries it, drawn before any script runs: where each line, mark and label lies.

Places are in % of the plot from its left and its top, written for an SVG's attributes: the plot takes whatever size the
screen gives it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from math import ceil

from tracker.documents.lettering import width_of
from tracker.documents.trend_chart import TrendChart

#: The lines in the order they are drawn, the most important one above the others.
LINES = ("schedule", "last_year", "forecast", "verified")
#: The lines with a mark at each point.
MARKED = ("last_year", "verified")
#: An axis has at most about so many intervals, each of so many units of its power of ten.
INTERVALS, STEPS = 6, (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))
#: Size of the letters, and the room that the labels of periods have on a desk and below, in pixels.
LETTERS, APART, DESK, TELEPHONE = 12, 14, 1000, 250
#: Rooms for the amounts beside the plot, in pixels: the stylesheet has a class for each.
ROOMS = {"narrow": 32, "middle": 58}


@dataclass(frozen=True)
class Axis:
    """The amounts from the foot of the plot to its top, with a line at every step."""

    low: Decimal
    high: Decimal
    step: Decimal

    @classmethod
    def holding(cls, amounts: Iterable[Decimal], decimals: int) -> "Axis":
        """An axis of round numbers that holds these amounts and zero; no step is finer than what is printed."""
        held = [Decimal(0), *amounts]
        span = max(held) - min(held) or Decimal(1)
        rough = max(span / INTERVALS, Decimal(1).scaleb(-decimals))
        power = Decimal(1).scaleb(rough.adjusted())
        step = next(power * factor for factor in STEPS if power * factor >= rough)
        if not decimals:
            step = Decimal(ceil(step))
        low = step * (min(held) / step).to_integral_value(ROUND_FLOOR)
        high = step * (max(held) / step).to_integral_value(ROUND_CEILING)
        return cls(low, high if high > low else low + step, step)

    @property
    def amounts(self) -> list[Decimal]:
        """Where the lines are, from the foot."""
        return [self.low + self.step * at for at in range(int((self.high - self.low) / self.step) + 1)]

    def as_data(self) -> dict[str, float]:
        """For the script that draws the curves again."""
        return {"min": float(self.low), "max": float(self.high), "interval": float(self.step)}

    def place(self, amount: Decimal) -> Decimal:
        """How far below the top."""
        return 100 * (self.high - amount) / (self.high - self.low)


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
    """A trend chart's drawing."""

    axis: Axis
    lines: Sequence[Line]
    band: str
    target: str | None
    amounts: Sequence[Label]
    periods: Sequence[Label]

    @property
    def room(self) -> str:
        """How much room the amounts need: narrow, middle or wide."""
        needed = max(width_of(label.text, LETTERS) for label in self.amounts)
        return next((name for name, room in ROOMS.items() if needed <= room), "wide")


def picture_of(chart: TrendChart) -> TrendPicture:
    """The drawing of this chart."""
    series = {key: [getattr(point, key) for point in chart.points] for key in (*LINES, "low", "high")}
    there = [amount for values in series.values() for amount in values if amount is not None]
    axis = Axis.holding([*there, *([] if chart.target is None else [chart.target])], chart.decimals)
    across = [_written(Decimal(100) * at / max(len(chart.points) - 1, 1)) for at in range(len(chart.points))]

    def points(values: Sequence[Decimal | None]) -> list[tuple[str, str] | None]:
        return [
            None if amount is None else (x, _written(axis.place(amount)))
            for x, amount in zip(across, values, strict=True)
        ]

    return TrendPicture(
        axis,
        [
            Line(key, chart.names[key], _way(drawn), list(_marks(chart, drawn)) if key in MARKED else [])
            for key, drawn in ((key, points(series[key])) for key in LINES)
            if any(drawn)
        ],
        _around(points(series["low"]), points(series["high"])),
        None if chart.target is None else _written(axis.place(chart.target)),
        [Label(f"{amount.normalize():,f}", _written(axis.place(amount))) for amount in axis.amounts],
        list(_named(chart.labels, across)),
    )


def _way(points: Sequence[tuple[str, str] | None]) -> str:
    """The path through the points, lifted where there is none."""
    before = [None, *points]
    return "".join(
        f"{'L' if last else 'M'}{point[0]} {point[1]}" for last, point in zip(before, points, strict=False) if point
    )


def _marks(chart: TrendChart, points: Sequence[tuple[str, str] | None]) -> Iterator[Mark]:
    for point, drawn in zip(chart.points, points, strict=True):
        if drawn:
            yield Mark(*drawn, is_hollow=not point.coverage.is_complete)


def _around(low: Sequence[tuple[str, str] | None], high: Sequence[tuple[str, str] | None]) -> str:
    """The area between the two, there and back; nothing where neither is."""
    edge = [point for point in high if point] + [point for point in reversed(low) if point]
    return "M" + "L".join(f"{x} {y}" for x, y in edge) + "Z" if edge else ""


def _named(labels: Sequence[str], across: Sequence[str]) -> Iterator[Label]:
    """As many names of periods as stand side by side."""
    needed = len(labels) * (max((width_of(label, LETTERS) for label in labels), default=0) + APART)
    desk, telephone = (max(1, ceil(needed / room)) for room in (DESK, TELEPHONE))
    telephone = -(-telephone // desk) * desk  # those on a telephone are some of those on a desk
    for at in range(0, len(labels), desk):
        yield Label(labels[at], across[at], is_spare=at % telephone > 0)


def _written(place: Decimal) -> str:
    return f"{place:.2f}"
