"""The order of levels that check, and a return's way through it."""

import pytest

from tracker.calculation.checking_levels import BrokenOrder, Way, require_unbroken

LEVELS = ["province", "city", "county", "park"]


@pytest.mark.parametrize(
    "order", [[], ["city"], ["province"], ["county", "city"], ["park", "county", "city", "province"]]
)
def test_an_order_that_climbs_level_by_level_is_taken(order):
    require_unbroken(order, LEVELS, "province")


@pytest.mark.parametrize(
    ("order", "fault", "levels"),
    [
        (["county", "province"], "hole", ("city",)),
        (["park", "province"], "hole", ("county", "city")),
        (["province", "city"], "order", ("province", "city")),
        (["city", "city"], "order", ("city", "city")),
        (["village", "city"], "unknown", ("village",)),
    ],
)
def test_a_broken_order_names_its_fault(order, fault, levels):
    with pytest.raises(BrokenOrder) as broken:
        require_unbroken(order, LEVELS, "province")
    assert (broken.value.fault, broken.value.levels) == (fault, levels)


def test_a_level_above_the_plans_region_checks_nothing_in_it():
    with pytest.raises(BrokenOrder) as broken:
        require_unbroken(["city", "province"], LEVELS, "city")
    assert (broken.value.fault, broken.value.levels) == ("above", ("province",))


def test_a_return_goes_one_level_up_or_down():
    steps = ("1/2/3/", "1/2/", "1/")
    assert [(Way(steps, at).above, Way(steps, at).below) for at in steps] == [
        ("1/2/", None),
        ("1/", "1/2/3/"),
        (None, "1/2/"),
    ]


def test_a_level_that_checks_no_more_is_left_upwards():
    assert Way(("1/2/", "1/"), "1/2/3/").above == "1/2/"
    assert Way(("1/",), "1/2/3/").above == "1/"
