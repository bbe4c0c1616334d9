"""The checks find slips and leave honest values alone, measured on generated months."""

import os

import pytest

from tests.calculation.replayed import LARGE, SLIPS, Measured, measure

MONTHS = int(os.environ.get("REPLAYED_MONTHS", "600"))


@pytest.fixture(scope="module")
def measured() -> Measured:
    return measure(MONTHS)


def test_slips_of_a_factor_of_ten_or_more_are_flagged(measured):
    print({name: f"{measured.found[name]}/{measured.tried[name]}" for name in SLIPS})  # noqa: T201
    assert all(measured.tried[name] for name in SLIPS)
    assert measured.share(*LARGE) >= 95


def test_a_cumulative_value_entered_for_the_month_is_mostly_flagged(measured):
    assert measured.share("cumulative") >= 75


def test_a_minus_that_slipped_in_is_flagged_where_the_indicator_may_be_negative(measured):
    assert measured.share("sign") >= 95, "elsewhere the number is refused before any check"


def test_honest_values_are_rarely_flagged(measured):
    print(f"{measured.false_share:.2f} flags on 100 honest cells")  # noqa: T201
    assert measured.false_share <= 2
