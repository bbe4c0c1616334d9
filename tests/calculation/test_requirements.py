"""What a target asks of a place on a day: whose base value counts, and what cannot be asked without one."""

from datetime import date
from decimal import Decimal

import pytest

from tests.calculation.books import EAST, TOP, WEST, a_book
from tracker.calculation.pace import Pace
from tracker.calculation.targets.kinds import Kind
from tracker.calculation.targets.terms import Milestone, Terms

JUNE, END = date(2020, 6, 30), date(2020, 12, 31)
OF_PROVINCE = {TOP: Decimal(40)}
GOALS = {(indicator, place): "50" for indicator in ("share", "gangue", "intensity") for place in (TOP, EAST)}


def requirements(indicator: str, **terms: object):
    """The requirements of a plan with these terms on one indicator, and goals of 50 for the province and the east."""
    return a_book(6, to_reach=GOALS, terms={indicator: Terms(**terms)}).requirements


@pytest.mark.parametrize(
    ("indicator", "kind", "base"),
    [
        ("share", Kind.LEVEL, 40),  # a level starts everywhere from the province's
        ("share", Kind.RISE_POINTS, None),  # a change is each place's own
        ("gangue", Kind.LEVEL, None),  # places add up to the province's amount
        ("gangue", Kind.RISE_PERCENT, None),
    ],
)
def test_a_place_starts_from_the_plans_base_only_where_that_is_its_own(indicator, kind, base):
    found = requirements(indicator, kind=kind, bases=OF_PROVINCE, base_on=date(2019, 12, 31))
    assert found.base_of(indicator, TOP) == 40
    assert found.base_of(indicator, EAST) == base


def test_a_places_own_base_counts_before_the_plans():
    found = requirements("share", kind=Kind.LEVEL, bases=OF_PROVINCE | {EAST: Decimal(30)}, base_on=date(2019, 12, 31))
    assert (found.base_of("share", EAST), found.base_of("share", WEST)) == (30, 40)


def test_a_level_on_its_way_is_not_asked_of_a_place_without_base_until_it_is_due_in_full():
    found = requirements(
        "gangue", pace=Pace.EVEN_BY_MONTH, kind=Kind.LEVEL, bases=OF_PROVINCE, base_on=date(2019, 12, 31)
    )
    assert found.of("gangue", TOP, JUNE).share < 1
    assert found.of("gangue", EAST, JUNE) is None
    assert found.of("gangue", EAST, END).goal == 50


def test_an_amount_is_asked_without_any_base():
    found = requirements("gangue", pace=Pace.EVEN_BY_MONTH, kind=Kind.AMOUNT)
    assert found.of("gangue", EAST, JUNE).goal == 50
    assert found.of("gangue", WEST, JUNE) is None


def test_a_milestone_is_due_in_full_on_its_day():
    milestones = (Milestone(JUNE, Decimal(48)),)
    found = requirements("share", kind=Kind.LEVEL, bases=OF_PROVINCE, base_on=date(2019, 12, 31), milestones=milestones)
    assert found.share_due("share", JUNE) == Decimal("0.8")
