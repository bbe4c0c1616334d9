"""What each check tells, worked by hand: the figures that its wording prints, and the edges of its bounds."""

from dataclasses import replace
from decimal import Decimal

import pytest

from tracker.calculation import checks
from tracker.calculation.balance import WasteBalance
from tracker.calculation.checks import Check, CheckBounds, Severity

W = Severity.WARNING
#: Generated 100; utilised 70, of it 20 from stock; stored 30; disposed 25, of it 5 from stock; nothing discarded.
EVEN = WasteBalance(*map(Decimal, (100, 70, 20, 30, 25, 5, 0)))


def rule(check: Check, low=None, high=None) -> CheckBounds:
    return CheckBounds(check, W, None if low is None else Decimal(low), None if high is None else Decimal(high))


@pytest.mark.parametrize(
    ("flag", "figures"),
    [
        (
            checks.change(rule(Check.YEAR_ON_YEAR, -50, 100), "a", Decimal(30), Decimal(10)),
            {"value": 30, "base": 10, "change": 200},
        ),
        (checks.change(rule(Check.YEAR_ON_YEAR, -50, 100), "a", Decimal(3), Decimal(0)), {"value": 3, "base": 0}),
        (checks.parts(rule(Check.PARTS), "a", Decimal(10), {"b": Decimal(11)}), {"value": 10, "total": 11}),
        (
            checks.balance(rule(Check.BALANCE), "a", replace(EVEN, stored=Decimal(29))),
            {"value": 100, "fate": 99, "difference": 1},
        ),
        (checks.falling(rule(Check.FALLING), "a", Decimal(2), Decimal(3)), {"value": 2, "base": 3}),
        (
            checks.rate(rule(Check.RATE, 0, 100), "a", Decimal(6), Decimal(4)),
            {"value": 6, "base": 4, "rate": 150},
        ),
        (checks.capacity(rule(Check.CAPACITY), "a", Decimal(301), Decimal(100), 3), {"value": 301, "capacity": 300}),
    ],
    ids=lambda value: value.kind if hasattr(value, "kind") else "",
)
def test_a_flag_tells_the_figures_that_were_compared(flag, figures):
    assert flag.figures == figures


@pytest.mark.parametrize(("value", "flagged"), [("85", False), ("85.000001", True), ("75", False), ("74.999999", True)])
def test_a_rate_may_change_by_exactly_the_points_allowed(value, flagged):
    bounds = rule(Check.MONTH_ON_MONTH, -5, 5)
    assert bool(checks.change(bounds, "a", Decimal(value), Decimal(80), is_rate=True)) == flagged


def test_a_change_of_a_negative_amount_goes_by_its_size():
    """From -100 to -50 is half of it more, not less."""
    assert checks.change(rule(Check.MONTH_ON_MONTH, -60, 60), "a", Decimal(-50), Decimal(-100)) is None
    flag = checks.change(rule(Check.MONTH_ON_MONTH, -60, 40), "a", Decimal(-50), Decimal(-100))
    assert flag.figures["change"] == 50


def test_the_smallest_rise_from_zero_is_told():
    assert checks.change(rule(Check.MONTH_ON_MONTH, -50, 100), "a", Decimal("0.000001"), Decimal(0))


def test_where_a_rise_is_asked_for_no_change_is_told_as_nought():
    assert checks.change(rule(Check.MONTH_ON_MONTH, 5, 100), "a", Decimal(7), Decimal(7)).figures["change"] == 0


@pytest.mark.parametrize(("stored", "flagged"), [("29.5", False), ("30.1", True)])
def test_a_balance_bounded_above_alone_may_not_fall_short(stored, flagged):
    uneven = replace(EVEN, stored=Decimal(stored))
    assert bool(checks.balance(rule(Check.BALANCE, None, 1), "a", uneven)) == flagged


def test_a_balance_of_little_has_its_bounds_too():
    little = WasteBalance(*map(Decimal, ("0.5", "0.5", 0, "0.001", 0, 0, 0)))
    assert checks.balance(rule(Check.BALANCE, -1, 1), "a", little) is None
