"""Utilisation rate and material balance, by hand."""

from dataclasses import fields, replace
from decimal import Decimal

import pytest

from tracker.calculation.balance import WasteBalance

#: 1000 arose; 650 were used, 50 of them from older heaps; 300 stored; 120 disposed of, 20 from older heaps; none lost.
BALANCED = WasteBalance(*map(Decimal, (1000, 650, 50, 300, 120, 20, 0)))


@pytest.mark.parametrize(
    ("generated", "utilised", "prior_stock", "rate"),
    [
        ("1000", "650", "0", "65"),
        ("1000", "630", "50", "60"),  # 630 / (1000 + 50): the older heap counts below as well as above
        ("0", "40", "40", "100"),  # nothing arose, an old heap was used up
        ("1000", "0", "0", "0"),
        ("0", "0", "0", None),  # a zero denominator gives no value, not zero
        ("100", "50", "-100", None),
        (None, "650", "0", None),
        ("1000", None, "0", None),
        ("1000", "650", None, None),  # a missing term is not zero
    ],
)
def test_the_utilisation_rate_counts_what_is_used_of_prior_years_stock(generated, utilised, prior_stock, rate):
    amounts = [None if text is None else Decimal(text) for text in (generated, utilised, prior_stock)]
    expected = None if rate is None else Decimal(rate)
    assert WasteBalance(*amounts, *[Decimal(0)] * 4).utilisation_rate == expected


def test_the_rate_needs_none_of_the_other_fates():
    assert WasteBalance(Decimal(1000), Decimal(650), Decimal(0), None, None, None, None).utilisation_rate == 65


def test_a_balance_that_holds_leaves_nothing():
    assert BALANCED.difference == 0


@pytest.mark.parametrize(
    ("term", "by", "difference"),
    [
        ("generated", 7, 7),
        ("utilised", 7, -7),
        ("prior_stock_utilised", 7, 7),
        ("stored", 7, -7),
        ("disposed", 7, -7),
        ("prior_stock_disposed", 7, 7),
        ("discarded", 7, -7),
    ],
)
def test_a_balance_leaves_what_a_term_is_off_by(term, by, difference):
    assert replace(BALANCED, **{term: getattr(BALANCED, term) + by}).difference == difference


@pytest.mark.parametrize("term", [field.name for field in fields(WasteBalance)])
def test_a_balance_with_a_missing_term_is_not_reckoned(term):
    assert replace(BALANCED, **{term: None}).difference is None
