"""Utilisation rate and material balance, by hand."""

from dataclasses import fields, replace
from decimal import Decimal

import pytest

from tracker.calculation.balance import WasteBalance

#: 1000 arose; 650 were used, 50 of them from older heaps; 300 stored; 120 disposed of, 20 from older heaps; none lost.
BALANCED = WasteBalance(*map(Decimal, (1000, 650, 50, 300, 120, 20, 0)))


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
