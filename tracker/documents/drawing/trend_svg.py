"""Elements of a trend's drawing. Its frame has the plot's size in pixels, its curves are in shares of the plot.

The style sheet gives colours and dashes, so the drawing follows the theme and paper without being drawn again.
"""

from collections.abc import Iterator

from tracker.documents.drawing.svg import Element, element
from tracker.documents.drawing.trend import Line, Mark, TrendPicture

SAMPLE = "0 0 28 10"


def plot(picture: TrendPicture) -> Element:
    """Return the drawing itself; its description on the page has the id `trend-says`."""
    return element(
        "svg",
        element("text", picture.unit, class_="trend-label trend-unit", x=0, y=0, dy=-18),
        *_steps(picture),
        *_periods(picture),
        *_breaks(picture),
        element("g", _curves(picture), *_target(picture), *_marks(picture), class_="trend-curves"),
        element("line", class_="trend-guide", y1=0, y2="100%"),
        class_="trend-plot",
        role="img",
        aria_labelledby="trend-says",
    )


def legend(picture: TrendPicture) -> list[tuple[Element, str]]:
    """Return a sample of each line, and of the range, with its name."""
    samples = [(_sample(line), line.name) for line in picture.lines]
    if picture.band:
        range_ = element("rect", class_="trend-band", width=28, height=10)
        samples.append((element("svg", range_, class_="trend-sample", viewBox=SAMPLE), picture.range_name))
    if picture.breaks:
        line = element("line", class_="trend-break", x1=14, x2=14, y1=0, y2=10)
        samples.append((element("svg", line, class_="trend-sample", viewBox=SAMPLE), picture.break_name))
    return samples


def _sample(line: Line) -> Element:
    way = element("path", class_=f"trend-line trend-{line.key}", d="M0 5H28")
    mark = [_mark(line.key, 14, 5)] if line.marks else []
    return element("svg", way, *mark, class_="trend-sample", viewBox=SAMPLE)


def _steps(picture: TrendPicture) -> Iterator[Element]:
    for label in picture.amounts:
        at = f"{label.at}%"
        yield element("line", class_="trend-step", x1=0, x2="100%", y1=at, y2=at)
        yield element("text", label.text, class_="trend-label trend-amount", x=-8, y=at, dy="0.35em")


def _periods(picture: TrendPicture) -> Iterator[Element]:
    for number, label in enumerate(picture.periods):
        look = f"trend-label trend-period{' trend-spare' * label.is_spare}{'' if number else ' trend-first'}"
        yield element("text", label.text, class_=look, x=f"{label.at}%", y="100%", dy="1.6em")


def _breaks(picture: TrendPicture) -> Iterator[Element]:
    for at in picture.breaks:
        yield element("line", class_="trend-break", x1=f"{at}%", x2=f"{at}%", y1=0, y2="100%")


def _curves(picture: TrendPicture) -> Element:
    band = [element("path", class_="trend-band", d=picture.band)] if picture.band else []
    lines = [element("path", class_=f"trend-line trend-{line.key}", d=line.way) for line in picture.lines]
    shape = {"viewBox": "0 0 100 100", "preserveAspectRatio": "none", "width": "100%", "height": "100%"}
    return element("svg", *band, *lines, **shape)


def _target(picture: TrendPicture) -> Iterator[Element]:
    if picture.target is not None:
        at = f"{picture.target}%"
        yield element("line", class_="trend-target", x1=0, x2="100%", y1=at, y2=at)
        look = "trend-label trend-amount"
        yield element("text", picture.target_name, class_=look, x="100%", y=at, dx=-4, dy="-0.5em")


def _marks(picture: TrendPicture) -> Iterator[Element]:
    for line in picture.lines:
        for mark in line.marks:
            yield _placed(line.key, mark)


def _placed(key: str, mark: Mark) -> Element:
    if key == "verified":
        return _mark(key, f"{mark.x}%", f"{mark.y}%", is_hollow=mark.is_hollow)
    return element("svg", _mark(key, 0, 0), x=f"{mark.x}%", y=f"{mark.y}%")


def _mark(key: str, x: object, y: object, *, is_hollow: bool = False) -> Element:
    if key == "verified":
        return element("circle", class_=f"trend-mark{' trend-hollow' * is_hollow}", cx=x, cy=y, r=3.5)
    return element("path", class_="trend-triangle", d=f"M{x} {y}m0 -4l4 7h-8z")
