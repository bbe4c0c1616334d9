"""A timeline of projects: for each a bar from the planned start to the planned finish, with the actual days on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tracker.documents.drawing.svg import Element, element

ROW, HEAD, LEFT, WIDTH = 22, 24, 220, 960
LONGEST = 17


@dataclass(frozen=True)
class Bar:
    """A project on the timeline; `started` and `finished` are the days on which it verifiably did."""

    name: str
    address: str
    planned_start: date | None
    planned_finish: date | None
    started: date | None
    finished: date | None
    is_late: bool = False


def draw_timeline(bars: Sequence[Bar], first: date, last: date, today: date, words: str) -> Element:
    """Return the drawing from the first day to the last; `words` says what it shows to who cannot see it."""
    height = HEAD + ROW * len(bars) + 4
    axis = _Axis(first, last)
    return element(
        "svg",
        element("title", words),
        *_months(axis, height),
        *(part for number, bar in enumerate(bars) for part in _row(axis, bar, HEAD + ROW * number)),
        *_line(axis, today, height, "timeline-today"),
        viewBox=f"0 0 {WIDTH} {height}",
        class_="timeline",
        role="group",
    )


@dataclass(frozen=True)
class _Axis:
    first: date
    last: date

    def at(self, day: date) -> float:
        """Return where a day stands, kept within the drawing."""
        share = (day - self.first).days / max((self.last - self.first).days, 1)
        return round(LEFT + (WIDTH - LEFT) * min(max(share, 0), 1), 1)


def _months(axis: _Axis, height: int) -> list[Element]:
    found = []
    year, month = axis.first.year, axis.first.month
    while (day := date(year, month, 1)) <= axis.last:
        found.append(element("line", x1=axis.at(day), x2=axis.at(day), y1=HEAD - 6, y2=height, class_="timeline-month"))
        found.append(element("text", f"{year}-{month:02d}", x=axis.at(day) + 2, y=14, class_="timeline-label"))
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return found


def _line(axis: _Axis, day: date, height: int, name: str) -> list[Element]:
    if not axis.first <= day <= axis.last:
        return []
    return [element("line", x1=axis.at(day), x2=axis.at(day), y1=HEAD - 6, y2=height, class_=name)]


def _row(axis: _Axis, bar: Bar, top: int) -> list[Element]:
    name = bar.name if len(bar.name) <= LONGEST else f"{bar.name[: LONGEST - 1]}…"
    label = element("text", name, x=0, y=top + 14, class_="timeline-name")
    parts = [element("a", element("title", bar.name), label, href=bar.address)]
    begin, end = bar.planned_start or bar.started, bar.planned_finish or bar.finished
    if begin or end:
        left, right = axis.at(begin or axis.first), axis.at(end or axis.last)
        late = " timeline-late" if bar.is_late else ""
        parts.append(
            element("rect", x=left, y=top + 4, width=max(right - left, 2), height=10, class_=f"timeline-plan{late}")
        )
    if bar.started:
        until = bar.finished or axis.last
        left, right = axis.at(bar.started), axis.at(until)
        parts.append(element("rect", x=left, y=top + 7, width=max(right - left, 2), height=4, class_="timeline-done"))
    for day in filter(None, (bar.started, bar.finished)):
        parts.append(element("circle", cx=axis.at(day), cy=top + 9, r=4, class_="timeline-mark"))
    return parts
