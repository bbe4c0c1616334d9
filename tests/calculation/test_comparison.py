"""Ranks, growth, and the worse of two yardsticks, by hand."""

from decimal import Decimal

import pytest

from tracker.calculation.comparison import change, growth, ranks, streak, worse
from tracker.calculation.levels import Level

I, II, III = Level.I, Level.II, Level.III  # noqa: E741


def figures(**texts: str | None) -> dict[str, Decimal | None]:
    return {place: None if text is None else Decimal(text) for place, text in texts.items()}


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        ({}, {}),
        (figures(a="3", b="1", c="2"), {"a": 1, "b": 3, "c": 2}),
        (figures(a="2", b="3", c="2", d="1"), {"a": 2, "b": 1, "c": 2, "d": 4}),  # 1, 2, 2, 4
        (figures(a="1", b="1.0", c="1.00"), {"a": 1, "b": 1, "c": 1}),
        (figures(a=None, b="5", c=None, d="4"), {"a": None, "b": 1, "c": None, "d": 2}),
        (figures(a="0", b=None, c="-1"), {"a": 1, "b": None, "c": 2}),  # a zero has its place, a missing one none
        (figures(a=None, b=None), {"a": None, "b": None}),
        (figures(a="66.125", b="66.1250000001"), {"a": 2, "b": 1}),  # unrounded: the same in print
    ],
)
def test_the_largest_is_first_and_equals_share_a_place(of, expected):
    assert ranks(of) == expected


@pytest.mark.parametrize(
    ("this", "base", "expected"),
    [
        ("120", "100", "20"),
        ("80", "100", "-20"),
        ("100", "100", "0"),
        ("0", "100", "-100"),
        ("0.5", "0.25", "100"),
        ("5", "-10", "150"),  # from a loss to a gain is growth
        ("-15", "-10", "-50"),
        ("-10", "-10", "0"),
        ("100", "0", None),  # on a zero base
        ("0", "0", None),
        ("100", None, None),
        (None, "100", None),
        (None, "0", None),
        (None, None, None),
    ],
)
def test_growth_is_in_percent_of_the_base(this, base, expected):
    numbers = [None if text is None else Decimal(text) for text in (this, base)]
    assert growth(*numbers) == (None if expected is None else Decimal(expected))


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ((III, I), I),
        ((I, III), I),
        ((II, III), II),
        ((III, III), III),
        ((None, III), III),  # a yardstick without a level does not count
        ((II, None), II),
        ((None, None), None),
        ((), None),
        ((III, II, I), I),
    ],
)
def test_the_worse_yardstick_counts(levels, expected):
    assert worse(*levels) is expected


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ([], 0),
        ([I], 1),
        ([I, I, I], 3),
        ([III, I, I], 2),
        ([I, III, I], 1),
        ([I, None, I, I], 2),  # a period without data breaks the row
        ([I, I, None], 0),
        ([None, None], 0),
    ],
)
def test_periods_in_a_row_are_counted_back_from_the_last(levels, expected):
    assert streak(levels) == expected


@pytest.mark.parametrize(
    ("this", "base", "is_rate", "expected"),
    [
        ("110", "100", False, "10"),
        ("82", "80", True, "2"),
        ("5", "0", False, None),
        ("5", "0", True, "5"),
        (None, "80", True, None),
        ("80", None, True, None),
    ],
)
def test_an_amount_changes_by_percent_and_a_rate_by_percentage_points(this, base, is_rate, expected):
    figure = {text: None if text is None else Decimal(text) for text in (this, base, expected)}
    assert change(figure[this], figure[base], is_rate=is_rate) == figure[expected]


def test_a_count_changes_in_things_whatever_its_base():
    assert change(Decimal(2), Decimal(1), is_rate=False, is_count=True) == 1
    assert change(Decimal(2), Decimal(0), is_rate=False, is_count=True) == 2
    assert change(None, Decimal(1), is_rate=False, is_count=True) is None
