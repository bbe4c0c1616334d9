"""The sentence on a place's page: why it stands where it stands."""

from decimal import Decimal
from types import SimpleNamespace

from django.utils import translation

from tracker.calculation.levels import Level
from tracker.documents.reasons import Behind, headline


def row(name: str, level: Level | None, gap: str | None) -> Behind:
    standing = SimpleNamespace(level=level, gap=None if gap is None else Decimal(gap))
    return Behind(name, "t", 2, standing)  # type: ignore[arg-type]


def test_targets_behind_at_a_better_level_are_counted_too() -> None:
    rows = [row("A", Level.I, "-14.5"), row("B", Level.II, "-8.2"), row("C", Level.III, "3"), row("D", None, None)]
    with translation.override("zh-hans"):
        told = headline("阳泉市", rows)
    assert told == "阳泉市预警等级为▲ 一级：3 项评级目标中 1 项为该等级（A），共 2 项未达到序时进度。"
