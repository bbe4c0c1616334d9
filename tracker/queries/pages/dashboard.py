"""The overview of a plan at the end of a period: a row for each target, and the barometer of its places."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tracker.calculation.level_history import LevelHistory
from tracker.calculation.levels import Level
from tracker.documents.trend_chart import TrendChart
from tracker.models import Region, Target
from tracker.queries.figures.figures import Figures, RegionProgress
from tracker.queries.figures.trend import breaks_behind, trend_of

#: Up to so many places stand beside the targets, one narrow column each; more stand below them.
MOST_BESIDE = 12
#: So many columns of places fit below the targets; more places take another block.
MOST_IN_BLOCK = 32
#: More targets than these stand in groups.
MOST_UNGROUPED = 15


@dataclass(frozen=True)
class Card:
    """Where one target stands in the region, how its level moved, and what is needed or left for each period."""

    row: RegionProgress
    history: LevelHistory
    need: Decimal | None
    missing_parts: Sequence[str] = ()

    @property
    def is_worse(self) -> bool:
        """Return True if its level is worse than in the period before."""
        return self.history.change < 0


#: The places' rows of one target, in the places' order; None where a target is not the place's.
Cells = Sequence[RegionProgress | None]


@dataclass(frozen=True)
class Barometer:
    """The places that share graded targets, the worst first or by one target's gap, with each one's levels."""

    places: Sequence[Region]
    cells: Mapping[int, Cells]
    sorted_by: Target | None = None

    @property
    def is_of_cities(self) -> bool:
        """Return True if every region compared is a city."""
        return all(place.level == "city" for place in self.places)

    @property
    def is_beside(self) -> bool:
        """Return True if the places fit beside the targets."""
        return len(self.places) <= MOST_BESIDE

    @property
    def blocks(self) -> list["Barometer"]:
        """The places in blocks that fit the page, each with its part of every target's cells."""
        starts = range(0, len(self.places), MOST_IN_BLOCK)
        return [self._part(slice(start, start + MOST_IN_BLOCK)) for start in starts]

    @property
    def at_level_one(self) -> list[int]:
        """Return how many targets of each place stand at the worst level."""
        return [_count(self.cells, index, Level.I) for index in range(len(self.places))]

    @property
    def worst(self) -> list[tuple[Region, int]]:
        """The places with targets at the worst level, and how many, those with most first."""
        found = [(place, count) for place, count in zip(self.places, self.at_level_one, strict=True) if count]
        return sorted(found, key=lambda one: (-one[1], one[0].path))

    def _part(self, part: slice) -> "Barometer":
        return Barometer(self.places[part], {pk: cells[part] for pk, cells in self.cells.items()}, self.sorted_by)


@dataclass(frozen=True)
class Group:
    """Rows of the overview under one heading: what got worse, or a level. Few rows stand in one group without it."""

    cards: Sequence[Card]
    is_worse: bool = False
    level: Level | None = None
    has_heading: bool = True


def cards_of(figures: Figures, region: Region) -> list[Card]:
    """Return a card for each target of the region: those that got worse first, then by worst level and widest gap."""
    standings = figures.standings([region])
    if region != figures.plan.region:
        figures.read_series(standings)
    cards = [_card(figures, row) for row in standings]
    return sorted(cards, key=_worst_first)


def _card(figures: Figures, row: RegionProgress) -> Card:
    target, region = row.target, row.region
    return Card(
        row,
        figures.history(target, region),
        figures.monthly_need(target, region),
        figures.missing_parts(target, region),
    )


def grouped(cards: Sequence[Card]) -> list[Group]:
    """Return cards in their order: of many those that got worse, those of each level, and those not graded."""
    if len(cards) <= MOST_UNGROUPED:
        return [Group(cards, has_heading=False)] if cards else []
    groups = [Group([card for card in cards if card.is_worse], is_worse=True)]
    rest = [card for card in cards if not card.is_worse]
    groups += [Group([card for card in rest if card.row.level == level], level=level) for level in (*Level, None)]
    return [group for group in groups if group.cards]


def barometer_of(figures: Figures, places: Sequence[Region], sort: str = "") -> Barometer:
    """晴雨表 of these places. `sort` is an indicator's code: then the furthest behind in it comes first."""
    cells: dict[int, list[RegionProgress | None]] = {}
    by_code: dict[str, Target] = {}
    for target in figures.targets:
        if not target.is_graded:
            continue
        found = [figures.standing_of(target, place) if figures.concerns(target, place) else None for place in places]
        if any(found):
            cells[target.pk] = found
            by_code[target.indicator.code] = target
    sorted_by = by_code.get(sort)
    order = list(range(len(places)))
    if sorted_by is None:
        order.sort(key=lambda at: (-_count(cells, at, Level.I), -_count(cells, at, Level.II), places[at].path))
    else:
        order.sort(key=lambda at: (*_furthest_first(cells[sorted_by.pk][at]), places[at].path))
    ordered = {pk: [row[at] for at in order] for pk, row in cells.items()}
    return Barometer([places[at] for at in order] if cells else [], ordered, sorted_by)


def chart_of(figures: Figures, cards: Sequence[Card], region: Region, code: str) -> TrendChart | None:
    """Return the trend of the target with this code; None if there is no such target."""
    wanted = next((card.row for card in cards if card.row.target.indicator.code == code), None)
    if wanted is None:
        return None
    return trend_of(figures, wanted.target, region, breaks_behind(figures.inputs, wanted.target.indicator, region))


def _count(cells: Mapping[int, Cells], at: int, level: Level) -> int:
    rows = (row[at] for row in cells.values())
    return sum(cell is not None and cell.level == level for cell in rows)


def _worst_first(card: Card) -> tuple[object, ...]:
    row = card.row
    gap = row.standing.gap
    widest = gap if row.level and gap is not None else 0
    return not card.is_worse, row.level is None, row.level or 0, widest, row.target.position


def _furthest_first(cell: RegionProgress | None) -> tuple[object, ...]:
    gap = cell.standing.gap if cell and cell.level else None
    return gap is None, gap if gap is not None else 0
