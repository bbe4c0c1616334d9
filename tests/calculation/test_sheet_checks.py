"""Which figures of a return are compared with which, worked by hand."""

from decimal import Decimal

import pytest

from tracker.calculation.balance import TERMS
from tracker.calculation.checks import Check, CheckBounds, Severity
from tracker.calculation.sheet_checks import CheckedReturn, IndicatorSpec, Rules, check_sheet

E, W, H, OFF = Severity
SILENT = {(Check.MISSING, ""): CheckBounds(Check.MISSING, OFF), (Check.BALANCE, ""): CheckBounds(Check.BALANCE, OFF)}


def only(*rules: CheckBounds, **own: CheckBounds) -> Rules:
    """These rules for every indicator, and those under a code for that one; nothing else is checked."""
    return Rules(
        {**SILENT, **{(one.check, ""): one for one in rules}, **{(o.check, code): o for code, o in own.items()}}
    )


def flags(values, rules, indicators=None, **around):
    amounts = {code: None if text is None else Decimal(text) for code, text in values.items()}
    kept = {name: {code: Decimal(text) for code, text in of.items()} for name, of in around.items() if name != "months"}
    months = {"months": around["months"]} if "months" in around else {}
    return check_sheet(CheckedReturn(amounts, **kept, **months), rules, indicators or {})


def bounded(check, severity=W, low=-50, high=100):
    return CheckBounds(check, severity, Decimal(low), Decimal(high))


def test_an_indicators_own_rule_takes_the_place_of_the_general_one():
    rules = only(bounded(Check.MONTH_ON_MONTH), a=bounded(Check.MONTH_ON_MONTH, E, -10, 10))
    found = flags({"a": "12", "b": "12"}, rules, before={"a": "10", "b": "10"})
    assert [(flag.indicator, flag.severity) for flag in found] == [("a", E)]


def test_without_any_rule_an_empty_cell_stops_and_an_imbalance_shows():
    values = dict.fromkeys(TERMS.values(), "0") | {"waste_generated": "100", "other": None}
    found = flags(values, Rules())
    assert [(flag.kind, flag.indicator, flag.severity) for flag in found] == [
        (Check.BALANCE, "waste_generated", H),
        (Check.MISSING, "other", E),
    ]
    assert found[0].figures["difference"] == 100
    assert found[0].others == tuple(TERMS.values())[1:]


def test_the_gravest_of_a_row_stands_first_whichever_check_found_it():
    rules = only(CheckBounds(Check.CAPACITY, H), bounded(Check.MONTH_ON_MONTH, E))
    found = flags({"b": "100", "a": "100"}, rules, before={"a": "1", "b": "1"}, capacity={"a": "9", "b": "9"})
    assert [(flag.indicator, flag.severity) for flag in found] == [("b", E), ("b", H), ("a", E), ("a", H)]


@pytest.mark.parametrize(
    ("value", "months", "flagged"),
    [("100", {}, False), ("100.1", {}, True), ("300", {"months": 3}, False), ("300.1", {"months": 3}, True)],
)
def test_a_unit_can_do_its_capacity_in_each_month_and_one_month_is_meant(value, months, flagged):
    assert bool(flags({"a": value}, only(CheckBounds(Check.CAPACITY, W)), capacity={"a": "100"}, **months)) == flagged


@pytest.mark.parametrize(("check", "around"), [(Check.MONTH_ON_MONTH, "before"), (Check.YEAR_ON_YEAR, "last_year")])
def test_a_rate_that_is_typed_changes_in_points(check, around):
    """From 2 % to 5 % is three points: far less than the half of it that an amount may change by."""
    rates = {"r": IndicatorSpec("r", is_rate=True)}
    assert flags({"r": "5"}, only(bounded(check, low=-5, high=5)), rates, **{around: {"r": "2"}}) == []
    (flag,) = flags({"r": "8"}, only(bounded(check, low=-5, high=5)), rates, **{around: {"r": "2"}})
    assert (flag.kind, flag.figures["change"]) == (check, 6)


def test_a_ratio_that_is_no_percentage_has_no_rate_to_check():
    """Energy per output, say: above 100 it is not out of range."""
    ratio = {"x": IndicatorSpec("x", numerator="a", denominator="b")}
    assert flags({"a": "500", "b": "1"}, only(bounded(Check.RATE, low=0)), ratio) == []


@pytest.mark.parametrize(("part", "flagged"), [("1", False), ("1.5", True)])
def test_a_whole_of_unknown_unit_is_compared_as_it_stands(part, flagged):
    assert (
        bool(
            flags({"a": "1", "b": part}, only(CheckBounds(Check.PARTS, E)), {"b": IndicatorSpec("b", included_in="a")})
        )
        == flagged
    )


def test_a_part_that_is_missing_adds_nothing_in_any_unit():
    pieces = {code: IndicatorSpec(code, factor=Decimal(2), included_in="a") for code in ("b", "c")}
    (flag,) = flags(
        {"a": "3", "b": "2", "c": None}, only(CheckBounds(Check.PARTS, E)), {"a": IndicatorSpec("a"), **pieces}
    )
    assert flag.figures == {"value": 3, "total": 4}
