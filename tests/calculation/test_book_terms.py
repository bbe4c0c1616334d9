"""What stands behind a figure: its parts or terms, the units that count, and what is needed or left each month."""

import pytest

from tests.calculation.books import COUNTY, EAST, TOP, TWO_CITIES, WEST, a_book
from tracker.calculation.cells import Coverage
from tracker.calculation.targets.kinds import Bound
from tracker.calculation.targets.terms import Terms


def test_a_rate_is_told_with_its_numerator_and_denominator():
    book = a_book(2, TWO_CITIES | {("used", EAST): ["20", "40"], ("used", WEST): ["10", "10"]})
    assert {code: one.value for code, one in book.terms_of("share", TOP).items()} == {"gangue": 40, "used": 80}
    assert {code: one.value for code, one in book.terms_of("share", EAST, 1).items()} == {"gangue": 20, "used": 40}


def test_a_sum_is_told_with_its_parts():
    book = a_book(2, TWO_CITIES | {("ash", EAST): ["1", "2"]})
    assert {code: one.value for code, one in book.terms_of("waste", TOP).items()} == {"gangue": 40, "ash": 3}
    assert {code: one.value for code, one in book.terms_of("waste", TOP, 1).items()} == {"gangue": 25, "ash": 2}


def test_units_are_counted_in_a_place_and_below_it():
    units = {EAST: Coverage(1, 2), COUNTY: Coverage(3, 3), WEST: Coverage(0, 1)}
    book = a_book(1, units=units)
    found = [(one.present, one.expected) for one in map(book.units_in, (TOP, EAST, COUNTY))]
    assert found == [(4, 6), (4, 5), (3, 3)]


@pytest.mark.parametrize("bound", [Bound.AT_LEAST, Bound.AT_MOST, Bound.LESS_THAN])
@pytest.mark.parametrize(("goal", "needed"), [("120", 8), ("30", 0)])
def test_what_is_left_of_a_goal_or_under_a_cap_is_spread_over_the_months_left(bound, goal, needed):
    book = a_book(2, TWO_CITIES, to_reach={("gangue", TOP): goal}, terms={"gangue": Terms(bound=bound)})
    assert book.monthly_need("gangue", TOP) == needed
