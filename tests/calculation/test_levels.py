"""Completion, gap and level, by hand."""

from decimal import Decimal

import pytest

from tracker.calculation.levels import Bounds, Level, completion_rate, gap, warning_level


@pytest.mark.parametrize(
    ("cumulative", "target", "expected"),
    [
        ("4333.33", "6500", Decimal("4333.33") / 65),
        ("6500", "6500", Decimal(100)),
        ("7150", "6500", Decimal(110)),
        ("0", "6500", Decimal(0)),
        (None, "6500", None),
        ("6500", None, None),
        ("6500", "0", None),
        ("0", "0", None),
    ],
)
def test_completion_is_verified_cumulative_over_target(cumulative, target, expected):
    number = None if cumulative is None else Decimal(cumulative)
    assert completion_rate(number, None if target is None else Decimal(target)) == expected


def test_the_gap_is_in_percentage_points():
    assert gap(Decimal("66.12"), Decimal("66.67")) == Decimal("-0.55")
    assert gap(None, Decimal("66.67")) is None


@pytest.mark.parametrize(
    ("points", "level"),
    [
        ("33.3", Level.III),
        ("0.000001", Level.III),
        ("0", Level.III),  # at schedule
        ("-0.000001", Level.II),
        ("-9.999999", Level.II),
        ("-10", Level.II),  # within ten points
        ("-10.000001", Level.I),
        ("-66.7", Level.I),
        (None, None),  # without data, no grade
    ],
)
def test_both_bounds_belong_to_the_better_level(points, level):
    assert warning_level(None if points is None else Decimal(points), Bounds()) is level


@pytest.mark.parametrize(
    ("points", "level"), [("4.9", Level.II), ("5", Level.III), ("-2", Level.II), ("-2.1", Level.I)]
)
def test_the_bounds_are_the_ministrys(points, level):
    assert warning_level(Decimal(points), Bounds(Decimal(5), Decimal(-2))) is level


def test_with_one_bound_for_both_there_is_no_middle_level():
    bounds = Bounds(Decimal(0), Decimal(0))
    assert [warning_level(Decimal(points), bounds) for points in (0, -1)] == [Level.III, Level.I]


def test_level_one_is_the_worst():
    assert min(Level) is Level.I
