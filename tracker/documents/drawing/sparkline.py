"""A row of small bars: the figure of each period so far, for a table's cell."""

from collections.abc import Sequence
from decimal import Decimal

from tracker.calculation.cells import Aggregate

#: So many periods are drawn; of more the newest.
MOST_BARS = 12
WIDTH, HEIGHT = 60, 16


def bars(figures: Sequence[Aggregate]) -> str:
    """Return the bars' markup, within a view box of `WIDTH` by `HEIGHT`.

    A period with nothing verified has no bar but a dot on the ground; one that is incomplete is drawn hollow. Below
    zero counts as nothing: the drawing has one side.
    """
    shown = figures[-MOST_BARS:]
    highest = max((one.value for one in shown if one.value is not None), default=Decimal(0))
    step = WIDTH / MOST_BARS
    return "".join(_bar(one, float(highest), number * step, step) for number, one in enumerate(shown))


def _bar(one: Aggregate, highest: float, x: float, step: float) -> str:
    if one.value is None:
        return f'<rect class="spark-none" x="{x + 1:.1f}" y="{HEIGHT - 1}" width="{step - 2:.1f}" height="1"/>'
    share = max(float(one.value), 0.0) / highest if highest > 0 else 0.0
    height = max(share * (HEIGHT - 1), 1.0)
    look = "spark-bar" if one.is_complete else "spark-bar spark-part"
    return (
        f'<rect class="{look}" x="{x + 0.5:.1f}" y="{HEIGHT - height:.1f}" width="{step - 1:.1f}" '
        f'height="{height:.1f}"/>'
    )
