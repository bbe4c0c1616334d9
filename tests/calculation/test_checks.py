"""The rules of the checks: worked examples, and what holds for any figures."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.calculation import checks
from tracker.calculation.balance import WasteBalance
from tracker.calculation.checks import Check, CheckBounds, Flag, Severity
from tracker.calculation.sheet_checks import CheckedReturn, IndicatorSpec, Rules, check_sheet
from tracker.models import CheckRule

AMOUNTS = st.decimals(0, 999_999_999, places=6)
POSITIVE = st.decimals("0.000001", 999_999_999, places=6)
LOWS, HIGHS = st.integers(-100, 0).map(Decimal), st.integers(0, 1000).map(Decimal)
E, W, H, OFF = Severity


def rule(check=Check.MONTH_ON_MONTH, severity=W, low=-50, high=100):
    bounds = [None if bound is None else Decimal(bound) for bound in (low, high)]
    return CheckBounds(check, severity, *bounds)


def number(text):
    return None if text is None else Decimal(text)


def test_the_stored_words_are_those_of_the_rules():
    assert [kind.value for kind in Check] == CheckRule.Kind.values
    assert [severity.value for severity in Severity] == CheckRule.Severity.values


@pytest.mark.parametrize(("value", "flagged"), [(None, True), ("0", False), ("7", False)])
def test_an_empty_cell_is_missing_and_a_zero_is_not(value, flagged):
    assert bool(checks.missing(rule(Check.MISSING, E), "a", number(value))) == flagged


@pytest.mark.parametrize(
    ("value", "base", "changed"),
    [
        ("50", "100", None),  # the bounds themselves are allowed
        ("200", "100", None),
        ("49.999999", "100", "-50.000001"),
        ("200.000001", "100", "100.000001"),
        ("0", "100", "-100"),
        ("100", "100", None),
        (None, "100", None),
        ("100", None, None),
        ("0", "0", None),
    ],
)
def test_a_change_is_flagged_beyond_its_bounds(value, base, changed):
    flag = checks.change(rule(), "a", number(value), number(base))
    assert (flag.figures["change"] if flag else None) == number(changed)


@pytest.mark.parametrize(("severity", "said"), [(E, H), (W, H), (H, H), (OFF, None)])
def test_from_zero_to_something_is_never_more_than_a_hint(severity, said):
    flag = checks.change(rule(severity=severity), "a", Decimal(5), Decimal(0))
    assert (flag.severity if flag else None) == said
    assert flag is None or "change" not in flag.figures, "a zero base gives no percentage"


def test_where_rises_are_not_bounded_a_rise_from_zero_says_nothing():
    assert checks.change(rule(high=None), "a", Decimal(5), Decimal(0)) is None


def test_a_rate_changes_in_percentage_points():
    strict = rule(low=-5, high=5)
    assert checks.change(strict, "a", Decimal(84), Decimal(80), is_rate=True) is None
    assert checks.change(strict, "a", Decimal(86), Decimal(80), is_rate=True).figures["change"] == 6
    assert checks.change(strict, "a", Decimal(6), Decimal(0), is_rate=True).severity is W


@pytest.mark.parametrize(
    ("whole", "parts", "total"),
    [
        ("10", {"b": "4", "c": "6"}, None),
        ("10", {"b": "4", "c": "6.000001"}, "10.000001"),
        ("10", {"b": None, "c": "11"}, "11"),
        ("10", {"b": None, "c": None}, None),
        (None, {"b": "4"}, None),
        ("0", {"b": "0"}, None),
    ],
)
def test_parts_together_do_not_exceed_their_whole(whole, parts, total):
    found = {code: number(text) for code, text in parts.items()}
    flag = checks.parts(rule(Check.PARTS, E, None, None), "a", number(whole), found)
    assert (flag.figures["total"] if flag else None) == number(total)


def waste(generated="100", stored="30"):
    terms = [generated, "70", "20", stored, "25", "5", "0"]
    return WasteBalance(*[number(text) for text in terms])


@pytest.mark.parametrize(
    ("balance", "low", "high", "difference"),
    [
        (waste(), None, None, None),
        (waste(stored="29"), None, None, "1"),
        (waste(stored="29"), -1, 1, None),
        (waste(stored="28.9"), -1, 1, "1.1"),
        (waste(stored="31"), None, 1, "-1"),
        (waste(stored=None), None, None, None),
        (waste(generated="0"), -5, 5, "-100"),
    ],
)
def test_the_balance_holds_within_what_may_be_left_over(balance, low, high, difference):
    flag = checks.balance(rule(Check.BALANCE, W, low, high), "a", balance)
    assert (flag.figures["difference"] if flag else None) == number(difference)


@pytest.mark.parametrize(("value", "last", "flagged"), [("2", "3", True), ("3", "3", False), ("2", None, False)])
def test_a_count_to_date_does_not_fall(value, last, flagged):
    assert bool(checks.falling(rule(Check.FALLING), "a", number(value), number(last))) == flagged


@pytest.mark.parametrize(
    ("numerator", "denominator", "rate"),
    [("100", "100", None), ("101", "100", "101"), ("0", "100", None), ("5", "0", None), (None, "1", None)],
)
def test_a_rate_lies_within_its_bounds(numerator, denominator, rate):
    flag = checks.rate(rule(Check.RATE, W, 0, 100), "a", number(numerator), number(denominator))
    assert (flag.figures["rate"] if flag else None) == number(rate)


@pytest.mark.parametrize(("value", "months", "flagged"), [("100", 1, False), ("100.1", 1, True), ("300", 3, False)])
def test_a_capacity_holds_for_each_month_of_the_period(value, months, flagged):
    flag = checks.capacity(rule(Check.CAPACITY), "a", Decimal(value), Decimal(100), months)
    assert bool(flag) == flagged
    assert checks.capacity(rule(Check.CAPACITY), "a", Decimal(value), None, months) is None


@given(AMOUNTS, POSITIVE, LOWS, HIGHS)
def test_a_change_is_flagged_exactly_where_fractions_say_so(value, base, low, high):
    percent = (Fraction(value) - Fraction(base)) / Fraction(base) * 100
    flag = checks.change(rule(low=low, high=high), "a", value, base)
    assert bool(flag) == (not low <= percent <= high)


@given(st.integers(0, 10**6), st.integers(1, 10**6), st.integers(1, 1000), LOWS, HIGHS)
def test_scaling_both_values_leaves_the_flag_as_it_was(value, base, factor, low, high):
    bounds = rule(low=low, high=high)
    plain = checks.change(bounds, "a", Decimal(value), Decimal(base))
    scaled = checks.change(bounds, "a", Decimal(value) * factor, Decimal(base) * factor)
    assert bool(plain) == bool(scaled)
    if plain and scaled:
        assert abs(plain.figures["change"] - scaled.figures["change"]) < Decimal("1e-15")


@given(AMOUNTS, AMOUNTS, st.sampled_from(list(Check)))
def test_a_check_that_is_off_says_nothing(value, base, check):
    off = CheckBounds(check, OFF, Decimal(0), Decimal(0))
    assert checks.missing(off, "a", None) is None
    assert checks.change(off, "a", value, base) is None
    assert checks.parts(off, "a", value, {"b": base}) is None
    assert checks.falling(off, "a", value, base) is None
    assert checks.rate(off, "a", value, base) is None
    assert checks.capacity(off, "a", value, base, 1) is None


CODES = ("a", "b", "c", "d")
CELLS = st.none() | AMOUNTS
VALUES = st.fixed_dictionaries(dict.fromkeys(CODES, CELLS))
BEFORE = st.dictionaries(st.sampled_from(CODES), AMOUNTS)
INDICATORS = {
    "a": IndicatorSpec("a"),
    "b": IndicatorSpec("b", included_in="a"),
    "c": IndicatorSpec("c", included_in="a"),
    "d": IndicatorSpec("d", adds_up=False),
    "rate": IndicatorSpec("rate", is_rate=True, numerator="b", denominator="whole"),
    "whole": IndicatorSpec("whole", parts=("a", "c")),
}
RULES = Rules({(check, ""): CheckBounds(check, W, Decimal(-50), Decimal(100)) for check in Check})


@given(VALUES, BEFORE, BEFORE, st.permutations(CODES))
def test_the_order_of_the_rows_does_not_matter(values, before, verified, order):
    def found(codes):
        sheet = CheckedReturn({code: values[code] for code in codes}, before, before, verified, verified)
        return {(flag.kind, flag.indicator, flag.about) for flag in check_sheet(sheet, RULES, INDICATORS)}

    def settled(flags):
        # A rate's or a whole's flag stands at the first of its rows, whichever that is.
        return {(kind, about or row) for kind, row, about in flags}

    assert settled(found(CODES)) == settled(found(order))


@given(VALUES)
def test_the_same_figures_as_before_are_no_change(values):
    before = {code: value for code, value in values.items() if value is not None}
    flags = check_sheet(CheckedReturn(values, before, before), RULES, INDICATORS)
    assert not {flag.kind for flag in flags} & {Check.MONTH_ON_MONTH, Check.YEAR_ON_YEAR, Check.FALLING}


@given(VALUES, BEFORE)
def test_every_flag_stands_at_a_row_of_the_return(values, before):
    flags = check_sheet(CheckedReturn(values, before, before, before, before), RULES, INDICATORS)
    assert {flag.indicator for flag in flags} <= set(values)


def flags(values, rules=RULES, indicators=INDICATORS, **around):
    sheet = CheckedReturn({code: number(text) for code, text in values.items()}, **around)
    return check_sheet(sheet, rules, indicators)


def only(check, severity=W, low=None, high=None, code=""):
    return Rules({(check, code): rule(check, severity, low, high)} | {(Check.MISSING, ""): rule(Check.MISSING, OFF)})


def test_the_gravest_flag_of_a_row_comes_first_and_rows_keep_their_order():
    rules = Rules(
        {
            (Check.MISSING, ""): rule(Check.MISSING, E),
            (Check.MONTH_ON_MONTH, ""): rule(severity=H),
            (Check.CAPACITY, ""): rule(Check.CAPACITY, W),
        }
    )
    ten = {"b": Decimal(10)}
    found = flags({"c": None, "b": "100", "a": "1"}, rules, before=ten, capacity=ten)
    assert [(flag.indicator, flag.severity) for flag in found] == [("c", E), ("b", W), ("b", H)]


def test_an_amount_in_another_unit_of_the_dimension_is_compared_in_the_wholes():
    tons = {"a": IndicatorSpec("a", factor=Decimal(10_000)), "b": IndicatorSpec("b", included_in="a")}
    assert flags({"a": "1", "b": "10000"}, only(Check.PARTS, E), tons) == []
    (flag,) = flags({"a": "1", "b": "10001"}, only(Check.PARTS, E), tons)
    assert flag.figures == {"value": 1, "total": Decimal("1.0001")}


def test_a_whole_that_is_not_typed_is_the_sum_of_its_parts():
    indicators = {
        "sum": IndicatorSpec("sum", parts=("x", "y")),
        "x": IndicatorSpec("x"),
        "y": IndicatorSpec("y"),
        "some": IndicatorSpec("some", included_in="sum"),
    }
    (flag,) = flags({"x": "1", "y": "2", "some": "4"}, only(Check.PARTS, E), indicators)
    assert (flag.indicator, flag.about, flag.figures["value"]) == ("some", "sum", 3)
    assert flags({"x": "1", "y": None, "some": "4"}, only(Check.PARTS, E), indicators) == []


def test_a_rate_stands_at_the_first_typed_part_of_its_numerator():
    indicators = {
        "rate": IndicatorSpec("rate", is_rate=True, numerator="sum", denominator="z"),
        "sum": IndicatorSpec("sum", parts=("x", "y")),
    }
    (flag,) = flags({"x": "6", "y": "5", "z": "10"}, only(Check.RATE, W, 0, 100), indicators)
    assert (flag.indicator, flag.about, flag.figures["rate"]) == ("x", "rate", 110)


def test_a_typed_rate_is_its_own_figure():
    typed = {"r": IndicatorSpec("r", is_rate=True)}
    (flag,) = flags({"r": "100.5"}, only(Check.RATE, W, 0, 100), typed)
    assert (flag.indicator, flag.about, flag.figures["rate"]) == ("r", "", Decimal("100.5"))


def test_a_stock_may_not_fall_but_an_amount_may():
    around = {"last_verified": {"a": Decimal(5), "d": Decimal(5)}}
    (flag,) = flags({"a": "1", "d": "1"}, only(Check.FALLING), **around)
    assert flag.indicator == "d"


def test_a_capacity_is_not_compared_with_a_count_to_date():
    assert flags({"d": "100"}, only(Check.CAPACITY), capacity={"d": Decimal(1)}) == []


@given(st.integers(1, 10**6), LOWS, HIGHS, st.data())
def test_a_value_within_its_bounds_is_never_flagged(base, low, high, data):
    percent = data.draw(st.integers(int(low), int(high)))
    value = Decimal(base) * (100 + percent) / 100
    assert checks.change(rule(low=low, high=high), "a", value, Decimal(base)) is None


def test_a_flag_can_be_kept_in_a_set():
    assert len({Flag(Check.MISSING, E, "a"), Flag(Check.MISSING, E, "a")}) == 1
