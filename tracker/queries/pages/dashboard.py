"""The dashboard of a plan at the end of a period: a card for each target, the barometer of cities, one trend."""

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.calculation.figure_inputs import LevelHistory
from tracker.calculation.forecast import Forecast
from tracker.calculation.levels import Level
from tracker.documents.trend_chart import TrendChart
from tracker.models import Region, Target
from tracker.queries.figures.figures import Figures, RegionProgress
from tracker.queries.figures.trend import trend_of

#: A barometer of more columns is read on the targets' list.
WIDEST = 12


@dataclass(frozen=True)
class Card:
    """Where one target stands in the region, how its level moved, and where the year lands."""

    row: RegionProgress
    history: LevelHistory
    forecast: Forecast | None
    missing_parts: Sequence[str] = ()


@dataclass(frozen=True)
class BarometerRow:
    """A city's levels, one for each target of the barometer; None where the target is not the city's."""

    region: Region
    cells: Sequence[RegionProgress | None]

    def count(self, level: Level) -> int:
        """Return how many of its targets stand at a level."""
        return sum(cell is not None and cell.level == level for cell in self.cells)

    @property
    def at_level_one(self) -> int:
        """Return how many stand at the worst level."""
        return self.count(Level.I)


@dataclass(frozen=True)
class Barometer:
    """The graded targets that cities share, and a row for each city, the worst first or by one target's gap."""

    targets: Sequence[Target]
    rows: Sequence[BarometerRow]
    left_out: int
    sorted_by: Target | None = None
    #: For each target a row of the plan's own region, which has the period that its column shows.
    periods: Sequence[RegionProgress] = ()

    @property
    def is_of_cities(self) -> bool:
        """Return True if every region compared is a city."""
        return all(row.region.level == "city" for row in self.rows)

    @property
    def worst(self) -> list[BarometerRow]:
        """The cities with a target at the worst level, those with most first."""
        found = [row for row in self.rows if row.at_level_one]
        return sorted(found, key=lambda row: (-row.at_level_one, row.region.path))


def cards_of(figures: Figures, region: Region) -> list[Card]:
    """A card for each target that concerns the region: the worst level and widest gap first, the ungraded last."""
    standings = figures.standings([region])
    if region != figures.plan.region:
        figures.read_series(standings)
    cards = [_card(figures, row) for row in standings]
    return sorted(cards, key=lambda card: _worst_first(card.row))


def _card(figures: Figures, row: RegionProgress) -> Card:
    target, region = row.target, row.region
    return Card(
        row,
        figures.history(target, region),
        figures.forecast(target, region),
        figures.missing_parts(target, region),
    )


def barometer_of(figures: Figures, cities: Sequence[Region], sort: str = "") -> Barometer:
    """晴雨表 of these cities. `sort` is an indicator's code: then the furthest behind in it comes first."""
    shared = [target for target in figures.targets if target.is_graded and _is_shared(figures, target, cities)]
    shown = shared[:WIDEST]
    heads = [figures.standing_of(target, figures.plan.region) for target in shown]
    rows = [
        BarometerRow(
            city,
            [figures.standing_of(target, city) if figures.concerns(target, city) else None for target in shown],
        )
        for city in cities
    ]
    at = next((index for index, target in enumerate(shown) if target.indicator.code == sort), None)
    if at is None:
        rows.sort(key=lambda row: (-row.count(Level.I), -row.count(Level.II), row.region.path))
    else:
        rows.sort(key=lambda row: (*_furthest_first(row.cells[at]), row.region.path))
    return Barometer(shown, rows, len(shared) - len(shown), shown[at] if at is not None else None, heads)


def chart_of(figures: Figures, cards: Sequence[Card], region: Region, code: str = "") -> TrendChart | None:
    """The trend of the target asked for, else of the one that is furthest behind; None where no target is."""
    rows = [card.row for card in cards]
    wanted = next((row for row in rows if row.target.indicator.code == code), rows[0] if rows else None)
    return trend_of(figures, wanted.target, region) if wanted else None


def _is_shared(figures: Figures, target: Target, cities: Sequence[Region]) -> bool:
    return any(figures.concerns(target, city) for city in cities)


def _worst_first(row: RegionProgress) -> tuple[object, ...]:
    gap = row.standing.gap
    return row.level is None, row.level or 0, gap if row.level and gap is not None else 0, row.target.position


def _furthest_first(cell: RegionProgress | None) -> tuple[object, ...]:
    gap = cell.standing.gap if cell and cell.level else None
    return gap is None, gap if gap is not None else 0
