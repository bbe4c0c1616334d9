"""Facts of a summary, made up for tests of its wording and its chart."""

from decimal import Decimal

from tracker.calculation.cells import Aggregate, Coverage
from tracker.calculation.level_history import LevelHistory
from tracker.calculation.levels import Level
from tracker.calculation.progress import TargetProgress
from tracker.documents.findings import Facts, PlaceFact, Returns, TargetFact

NOTHING = Aggregate()


def standing(completion: str | None, level: Level | None, schedule: str = "66.67") -> TargetProgress:
    """A standing with this completion rate; without a level it is not graded and has no gap."""
    rate = None if completion is None else Decimal(completion)
    gap = rate - Decimal(schedule) if rate is not None and level else None
    to_date = Aggregate(rate, Coverage(1, 1)) if rate is not None else NOTHING
    return TargetProgress(NOTHING, NOTHING, to_date, Decimal(100), rate, Decimal(schedule), gap, level)


def target(name: str, completion: str | None, level: Level | None, before: Level | None = None) -> TargetFact:
    """A graded target with the level that it had the month before."""
    return TargetFact(name, "万吨", 2, True, standing(completion, level), LevelHistory((before, level)))


def place(name: str, level: Level | None, before: Level | None = None) -> PlaceFact:
    """A city with its level."""
    return PlaceFact(name, standing("50" if level else None, level), LevelHistory((before, level)))


def facts(targets: list[TargetFact], places: list[PlaceFact], returns: Returns | None = None) -> Facts:
    """A month's facts about them."""
    return Facts(
        plan="行动计划",
        region="山西省",
        month="2020年8月",
        has_demonstration=False,
        targets=targets,
        headline=targets[0],
        places=places,
        places_are_cities=True,
        returns=returns or Returns(Coverage(len(places), len(places))),
    )
