"""A map of projects by their coordinates: points within their own bounds, without tiles and requests to others."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import cos, radians

from tracker.documents.drawing.svg import Element, element

WIDTH, MARGIN, LOWEST_SPAN = 640, 24, 0.02


@dataclass(frozen=True)
class Point:
    """A project at its place; `kind` is its class: waiting, started, producing or halted."""

    name: str
    address: str
    longitude: Decimal
    latitude: Decimal
    kind: str


def draw_map(points: Sequence[Point], words: str) -> Element:
    """Return the drawing: north is up, one degree east is as long as it is at the middle latitude."""
    lons, lats = [float(one.longitude) for one in points], [float(one.latitude) for one in points]
    middle = (min(lats) + max(lats)) / 2
    stretch = max(cos(radians(middle)), 0.1)
    across = max((max(lons) - min(lons)) * stretch, LOWEST_SPAN)
    up = max(max(lats) - min(lats), LOWEST_SPAN)
    scale = (WIDTH - 2 * MARGIN) / across
    height = min(round(up * scale + 2 * MARGIN), 2 * WIDTH)
    scale = min(scale, (height - 2 * MARGIN) / up)
    marks = [
        element(
            "a",
            element("title", f"{one.name} ({one.longitude.normalize():f}, {one.latitude.normalize():f})"),
            element(
                "circle",
                cx=round(MARGIN + (lon - min(lons)) * stretch * scale, 1),
                cy=round(MARGIN + (max(lats) - lat) * scale, 1),
                r=5,
                class_=f"map-point map-{one.kind}",
            ),
            href=one.address,
        )
        for one, lon, lat in zip(points, lons, lats, strict=True)
    ]
    frame = element("rect", x=1, y=1, width=WIDTH - 2, height=height - 2, class_="map-frame")
    north = element("text", "N ↑", x=WIDTH - MARGIN, y=MARGIN - 6, text_anchor="end", class_="timeline-label")
    return element(
        "svg",
        element("title", words),
        frame,
        north,
        *marks,
        viewBox=f"0 0 {WIDTH} {height}",
        class_="map",
        role="group",
    )
