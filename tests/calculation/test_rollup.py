"""Cells rolled up over months and places, by hand. Missing is not zero."""

from decimal import Decimal

import pytest

from tracker.calculation.cells import Aggregate, CellState, Coverage
from tracker.calculation.rollup import Rollup, over_periods, over_places, ratio, total, whole_of


def cell(value: str | None) -> Aggregate:
    """One cell that is owed."""
    return Aggregate(None if value is None else Decimal(value), Coverage(int(value is not None), 1))


def tally(value: str | None, present: int, expected: int) -> Aggregate:
    return Aggregate(None if value is None else Decimal(value), Coverage(present, expected))


@pytest.mark.parametrize(
    ("value", "state"),
    [
        (None, CellState.MISSING),
        (Decimal(0), CellState.CONFIRMED_ZERO),
        (Decimal("0.000000"), CellState.CONFIRMED_ZERO),
        (Decimal("0.000001"), CellState.REPORTED),
        (Decimal(7), CellState.REPORTED),
    ],
)
def test_a_cell_is_reported_or_a_confirmed_zero_or_missing(value, state):
    assert CellState.of(value) is state


@pytest.mark.parametrize(
    ("coverage", "is_complete"),
    [
        (Coverage(11, 11), True),
        (Coverage(9, 11), False),
        (Coverage(0, 11), False),
        (Coverage(0, 0), False),
        (Coverage(1, 0), False),
    ],
)
def test_coverage_is_complete_when_everything_owed_is_there(coverage, is_complete):
    assert coverage.is_complete is is_complete


def test_coverage_adds_up_and_reads_as_a_fraction():
    assert str(Coverage(4, 5) + Coverage(5, 6)) == "9/11"


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ([], tally(None, 0, 0)),
        ([None], tally(None, 0, 1)),
        ([None, None], tally(None, 0, 2)),
        (["0"], tally("0", 1, 1)),
        (["0", None], tally("0", 1, 2)),
        (["1.1", "2.2"], tally("3.3", 2, 2)),
        (["1.1", None, "2.2"], tally("3.3", 2, 3)),
        (["0.1"] * 10, tally("1.0", 10, 10)),  # binary floats would miss it
        (["5", "-5"], tally("0", 2, 2)),
    ],
)
def test_a_total_adds_what_is_there_and_says_of_how_many(cells, expected):
    assert total(map(cell, cells)) == expected


@pytest.mark.parametrize(
    ("rule", "months", "expected"),
    [
        (Rollup.SUM, ["10", "20", "30"], tally("60", 3, 3)),
        (Rollup.SUM, ["10", None, "30"], tally("40", 2, 3)),
        (Rollup.LATEST, ["1", "2", "3"], tally("3", 1, 1)),
        (Rollup.LATEST, ["1", "2", None], tally(None, 0, 1)),  # not carried forward
        (Rollup.LATEST, ["1", "0"], tally("0", 1, 1)),
        (Rollup.LATEST, [], tally(None, 0, 0)),
        (Rollup.SUM, [], tally(None, 0, 0)),
    ],
)
def test_months_roll_up_by_the_indicators_rule(rule, months, expected):
    assert over_periods(rule, [cell(month) for month in months]) == expected


@pytest.mark.parametrize(
    ("rule", "places", "expected"),
    [
        (Rollup.SUM, ["10", None, "5"], tally("15", 2, 3)),
        (Rollup.NONE, ["10", None, "5"], tally(None, 2, 3)),
    ],
)
def test_places_roll_up_by_the_indicators_rule(rule, places, expected):
    assert over_places(rule, [cell(place) for place in places]) == expected


@pytest.mark.parametrize(
    ("roll_up", "rule"),
    [
        (over_periods, Rollup.RATIO),
        (over_periods, Rollup.NONE),
        (over_places, Rollup.RATIO),
        (over_places, Rollup.LATEST),
    ],
)
def test_a_rule_of_the_other_kind_is_an_error(roll_up, rule):
    with pytest.raises(ValueError, match="do not roll up"):
        roll_up(rule, [cell("1")])


@pytest.mark.parametrize(
    ("numerator", "denominator", "expected"),
    [
        (tally("80", 1, 1), tally("100", 1, 1), tally("80", 1, 1)),
        (tally("0", 1, 1), tally("100", 1, 1), tally("0", 1, 1)),
        (tally("80", 1, 1), tally("0", 1, 1), tally(None, 1, 1)),  # a zero denominator gives no value
        (tally("0", 1, 1), tally("0", 1, 1), tally(None, 1, 1)),
        (tally(None, 0, 1), tally("100", 1, 1), tally(None, 0, 1)),
        (tally("80", 1, 1), tally(None, 0, 1), tally(None, 0, 1)),
        (tally("80", 9, 11), tally("100", 10, 11), tally("80", 9, 11)),  # as covered as the poorer term
        (tally("80", 11, 11), tally("100", 2, 11), tally("80", 2, 11)),
        (tally("80", 3, 3), tally("100", 0, 0), tally("80", 0, 0)),
    ],
)
def test_a_ratio_divides_its_terms(numerator, denominator, expected):
    assert ratio(numerator, denominator) == expected


def test_a_rate_is_never_averaged():
    """Two cities at 90 % of 100 and 10 % of 900 are at 18 %, not at 50 %."""
    numerator = total([cell("90"), cell("90")])
    denominator = total([cell("100"), cell("900")])
    assert ratio(numerator, denominator).value == 18


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([tally("6500", 11, 11), tally("2100", 11, 11)], tally("8600", 11, 11)),
        ([tally("6500", 11, 11), tally("2100", 9, 11)], tally("8600", 9, 11)),
        ([tally("6500", 11, 11), tally(None, 0, 11)], tally("6500", 0, 11)),
        ([tally(None, 0, 11), tally(None, 0, 11)], tally(None, 0, 11)),
        ([tally("1", 2, 2), tally("2", 3, 4)], tally("3", 3, 4)),  # 3/4 is poorer than 2/2
        ([], tally(None, 0, 0)),
    ],
)
def test_a_whole_is_the_sum_of_its_parts_and_covered_where_every_part_is(parts, expected):
    assert whole_of(parts) == expected
