"""The published rates of provinces and cities come out of the rules, to the digit printed."""

from datetime import date
from decimal import Decimal

import pytest

from tracker.calculation.lists.list_balance import ListBalance, Starts, balance_of, starts_by
from tracker.calculation.lists.rates import Rate, RateRule, ahead


def rate(rule: RateRule, numerator: str, denominator: str, **exceptions) -> Rate:
    return Rate(rule, Decimal(numerator), Decimal(denominator), **exceptions)


@pytest.mark.parametrize(
    ("rule", "numerator", "denominator", "printed"),
    [
        (RateRule.STARTED_OF_YEAR, "145", "194", "74.7"),  # Shanxi, September 2013
        (RateRule.STARTED_OF_YEAR, "206", "255", "80.8"),  # 江门
        (RateRule.STARTED_OF_DUE, "37", "39", "94.9"),  # Shanxi, November 2018
        (RateRule.STARTED_OF_YEAR, "37", "41", "90.2"),  # the same against the year
        (RateRule.RESUMED, "164", "171", "95.9"),
        (RateRule.STARTED_AND_RESUMED, "201", "210", "95.7"),
        (RateRule.INVESTMENT, "624.7", "906.5", "68.9"),  # August 2019: province, cities, all
        (RateRule.INVESTMENT, "969.5", "1400.3", "69.2"),
        (RateRule.INVESTMENT, "1594.2", "2306.8", "69.1"),
        (RateRule.SIGNED_STARTED, "40", "68", "58.82"),  # 太原 2021
        (RateRule.SIGNED_STARTED, "199", "218", "91.28"),  # 安庆 2018
        (RateRule.PRODUCING_OF_PLANNED, "7", "10", "70"),
        (RateRule.PRODUCING_OF_STARTED, "17", "57", "29.82"),
        (RateRule.PRODUCING_OF_SIGNED, "118", "218", "54.13"),
    ],
)
def test_a_published_rate(rule, numerator, denominator, printed):
    found = rate(rule, numerator, denominator).percent
    assert round(found, -Decimal(printed).as_tuple().exponent) == Decimal(printed)


@pytest.mark.parametrize(
    ("rule", "numerator", "denominator", "printed"),
    [(RateRule.RESUMED, "164", "171", "97.0"), (RateRule.STARTED_AND_RESUMED, "201", "210", "96.6")],
)
def test_without_the_two_that_were_terminated(rule, numerator, denominator, printed):
    found = rate(rule, numerator, denominator, terminated=2, without_terminated=True)
    assert round(found.percent, 1) == Decimal(printed)


def test_nothing_to_divide_by_is_no_rate():
    assert rate(RateRule.RESUMED, "0", "0").percent is None
    assert rate(RateRule.RESUMED, "0", "2", terminated=2, without_terminated=True).percent is None


def test_points_between_rates_are_taken_from_the_unrounded_ones():
    one, other = rate(RateRule.STARTED_OF_YEAR, "97.158", "100"), rate(RateRule.STARTED_OF_YEAR, "5", "6")
    assert round(ahead(one, other), 1) == Decimal("13.8")
    assert round(one.percent, 1) - round(other.percent, 1) == Decimal("13.9")
    assert ahead(one, rate(RateRule.RESUMED, "1", "0")) is None


@pytest.mark.parametrize(("due", "late", "early", "actual"), [(74, 5, 3, 72), (22, 4, 4, 22)])
def test_actual_starts_are_those_due_less_the_late_plus_the_early(due, late, early, actual):
    assert Starts(due, late, early).actual == actual


def test_starts_are_counted_from_days():
    day = date(2020, 8, 31)
    may, september = date(2020, 5, 1), date(2020, 9, 1)
    found = starts_by(day, [(may, may), (may, None), (september, may), (may, september), (None, may), (None, None)])
    assert (found, found.actual) == (Starts(due=3, late=2, early=2), 3)


@pytest.mark.parametrize(
    ("start", "added", "removed", "end"),
    [(266, 88, 0, 354), (0, 54 + 34, 0, 88), (0, 170 + 78, 0, 248), (0, 249 + 105, 0, 354)],
)
def test_published_lists_balance(start, added, removed, end):
    assert ListBalance(start, added, removed, end).agrees


def test_a_balance_is_counted_from_days():
    january, june, august, september = (date(2020, month, 1) for month in (1, 6, 8, 9))
    times = [(january, None), (january, august), (june, None), (august, date(2020, 8, 20)), (september, None)]
    found = balance_of(times, august, date(2020, 8, 31))
    assert found == ListBalance(at_start=3, added=1, removed=2, at_end=2)
    assert found.agrees


def test_rounded_parts_need_not_add_up_to_the_rounded_sum():
    parts = [Decimal("124.94"), Decimal("18.64"), Decimal("113.04")]
    assert sum(round(part, 1) for part in parts) == Decimal("256.5")
    assert round(sum(parts), 1) == Decimal("256.6")
