"""The sentence on a place's page: why it stands where it stands."""

from decimal import Decimal
from types import SimpleNamespace

from django.utils import translation

from tracker.calculation.cells import Aggregate, Coverage
from tracker.calculation.levels import Level
from tracker.calculation.progress import TargetProgress
from tracker.calculation.targets.kinds import Kind
from tracker.documents.reasons import Behind, headline, reason


def row(name: str, level: Level | None, gap: str | None) -> Behind:
    standing = SimpleNamespace(level=level, gap=None if gap is None else Decimal(gap))
    return Behind(name, "t", 2, standing)  # type: ignore[arg-type]


def test_targets_behind_at_a_better_level_are_counted_too() -> None:
    rows = [row("A", Level.I, "-14.5"), row("B", Level.II, "-8.2"), row("C", Level.III, "3"), row("D", None, None)]
    with translation.override("zh-hans"):
        told = headline("阳泉市", rows)
    assert told == "阳泉市预警等级为▲ 一级：3 项评级目标中 1 项为该等级（A），共 2 项未达到序时进度。"


def ungraded(target: str | None, kind: Kind) -> Behind:
    tally = Aggregate(Decimal("0.45"), Coverage(1, 1))
    goal = None if target is None else Decimal(target)
    standing = TargetProgress(tally, Aggregate(), tally, goal, None, Decimal(60), None, None, kind=kind)
    return Behind("A", "t", 2, standing)


def test_a_place_with_figures_and_no_grade_is_not_told_that_it_has_none() -> None:
    with translation.override("en"):
        told = headline("Beijing", [ungraded(None, Kind.AMOUNT)])
    assert "nothing is verified" not in told


def test_what_a_grade_lacks_is_named() -> None:
    with translation.override("en"):
        assert reason(ungraded(None, Kind.AMOUNT)) == "0.45 t verified; this place has no target of its own."
        assert reason(ungraded("14", Kind.FALL_PERCENT)).startswith("0.45 t verified; without a base value")
