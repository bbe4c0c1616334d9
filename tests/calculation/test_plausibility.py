"""Values that are not plausible are flagged, each by its own rule and with what it was compared with."""

from datetime import date
from decimal import Decimal

import pytest

from tracker.calculation import plausibility
from tracker.calculation.checks import Check, CheckBounds, Severity
from tracker.calculation.sheet_checks import CheckedReturn, IndicatorSpec, Rules, check_sheet
from tracker.calculation.usual import Usual, median_of, usual_of

TEN = [Decimal(10)] * 6


def rule(check: Check, high: str | None = None) -> CheckBounds:
    return CheckBounds(check, Severity.WARNING, None, Decimal(high) if high else None)


def amounts(*texts: str) -> list[Decimal]:
    return [Decimal(text) for text in texts]


def test_fewer_than_six_values_say_nothing_about_what_is_usual():
    assert usual_of(amounts("1", "2", "3", "4", "5")) is None


def test_the_usual_value_is_the_median_and_an_outlier_does_not_move_its_range():
    usual = usual_of(amounts("10", "11", "9", "10", "12", "10"))
    assert (usual.median, usual.spread, usual.number) == (10, Decimal("1.20"), 6)
    spoilt = usual_of(amounts("10", "11", "9", "10", "12", "1000"))
    assert spoilt.median == Decimal("10.5")
    assert spoilt.spread < 3


def test_the_range_of_amounts_never_lies_below_zero_and_holds_what_was_there():
    usual = usual_of(amounts("10", "11", "9", "10", "12", "40"))
    assert usual.range(Decimal(20)) == (0, 10 + Decimal("0.5") + 20 * usual.spread)
    assert usual.range(Decimal(1))[1] == 40


def test_a_median_of_nothing_is_an_error():
    with pytest.raises(ValueError, match="no values"):
        median_of([])


@pytest.mark.parametrize(("value", "is_flagged"), [("48.5", True), ("2", False), ("2.000000", False), ("0", False)])
def test_a_part_of_a_whole_thing_is_flagged(value, is_flagged):
    flag = plausibility.whole_number(rule(Check.WHOLE_NUMBER), "firms", Decimal(value))
    assert (flag is not None) is is_flagged


@pytest.mark.parametrize(("value", "is_flagged"), [("3", False), ("4", True)])
def test_more_than_half_as_much_again_as_the_share_is_flagged(value, is_flagged):
    flag = plausibility.above_share(rule(Check.SHARE, "150"), "firms", Decimal(value), Decimal(2))
    assert (flag is not None) is is_flagged


def test_no_share_says_nothing():
    assert plausibility.above_share(rule(Check.SHARE, "150"), "firms", Decimal(4), None) is None
    assert plausibility.above_share(rule(Check.SHARE, "150"), "firms", Decimal(4), Decimal(0)) is None


def test_more_than_there_is_is_flagged():
    assert plausibility.above_whole(rule(Check.WHOLE), "firms", Decimal(28), Decimal(27)) is not None
    assert plausibility.above_whole(rule(Check.WHOLE), "firms", Decimal(27), Decimal(27)) is None


@pytest.mark.parametrize(
    ("value", "power", "likely"),
    [("60500", 4, "6.05"), ("0.00605", -3, "6.05"), ("60.5", 1, "6.05"), ("6.05", None, ""), ("25", None, "")],
)
def test_a_power_of_ten_times_the_usual_value_suggests_the_value_without_it(value, power, likely):
    flag = plausibility.unit_slip(rule(Check.UNIT_SLIP), "gangue", Decimal(value), Decimal(6))
    assert (flag and int(flag.figures["power"])) == power
    assert not flag or flag.figures["likely"] == Decimal(likely)


@pytest.mark.parametrize(
    ("ratio", "power"), [("1", 0), ("3", 0), ("4", 1), ("30", 1), ("40", 2), ("0.3", -1), ("0.4", 0), ("1e30", 8)]
)
def test_the_nearest_power_is_the_one_on_the_scale_of_logarithms(ratio, power):
    assert plausibility.nearest_power(Decimal(ratio)) == power


def test_a_range_that_a_manager_set_comes_before_the_learned_one():
    usual = usual_of(TEN)
    learned = plausibility.out_of_range(rule(Check.RANGE, "6"), "gangue", Decimal(20), usual, None)
    assert learned.figures["number"] == 6
    assert (
        plausibility.out_of_range(rule(Check.RANGE, "6"), "gangue", Decimal(20), usual, (Decimal(5), Decimal(30)))
        is None
    )


def test_a_small_count_jumps_by_things_and_not_by_percentages():
    flagged = [plausibility.jump(rule(Check.JUMP, "3"), "firms", Decimal(now), Decimal(1)) for now in (0, 2, 4, 5)]
    assert [flag is not None for flag in flagged] == [False, False, False, True]
    assert plausibility.jump(rule(Check.JUMP, "3"), "firms", Decimal(110), Decimal(100)) is None


@pytest.mark.parametrize(("value", "is_flagged"), [("40", True), ("44", True), ("50", False), ("17", False)])
def test_the_years_total_entered_for_the_month_is_flagged(value, is_flagged):
    flag = plausibility.cumulative(
        rule(Check.CUMULATIVE), "gangue", Decimal(value), amounts("10", "11", "9"), Decimal(10)
    )
    assert (flag is not None) is is_flagged


def test_the_same_value_three_times_in_a_row_is_flagged_and_small_counts_are_not():
    three = rule(Check.REPEATED, "3")
    flag = plausibility.repeated(three, "gangue", Decimal("6.05"), amounts("6.05", "6.05", "6.05", "7"))
    assert flag.figures["number"] == 4
    assert plausibility.repeated(three, "gangue", Decimal("6.05"), amounts("6.05")) is None
    for round_one in ("1", "68", "60500"):
        assert plausibility.repeated(three, "firms", Decimal(round_one), amounts(*[round_one] * 3)) is None
    assert plausibility.repeated(three, "tonnes", Decimal(6051), amounts("6051", "6051", "6051"))


@pytest.mark.parametrize(
    ("value", "usual", "is_flagged"),
    [("0.852", None, True), ("0.852", "84", True), ("0.4", "0.5", False), ("85.2", None, False), ("0", None, False)],
)
def test_a_percentage_that_looks_like_a_fraction_is_questioned(value, usual, is_flagged):
    flag = plausibility.fraction(rule(Check.FRACTION), "rate", Decimal(value), usual and Decimal(usual))
    assert (flag is not None) is is_flagged


def test_another_value_in_another_plan_is_flagged():
    assert plausibility.other_plan(rule(Check.OTHER_PLAN), "gangue", Decimal(5), Decimal(6)) is not None
    assert plausibility.other_plan(rule(Check.OTHER_PLAN), "gangue", Decimal(5), Decimal("5.0")) is None


def sheet(value: str, history: list[Decimal], **more) -> CheckedReturn:
    days = {date(2020, at, 1): amount for at, amount in enumerate(history, start=1)}
    start = date(2020, len(history) + 1, 1)
    return CheckedReturn(values={"x": Decimal(value)}, starts_on=start, history={"x": days}, **more)


def kinds(checked: CheckedReturn, indicator: IndicatorSpec) -> list[Check]:
    rules = Rules({(check, ""): rule(check, "6") for check in (Check.UNIT_SLIP, Check.RANGE, Check.CUMULATIVE)})
    return [flag.kind for flag in check_sheet(checked, rules, {"x": indicator})]


def test_one_explanation_of_how_far_off_a_value_is_suffices():
    assert kinds(sheet("100000", TEN), IndicatorSpec("x")) == [Check.UNIT_SLIP]
    assert kinds(sheet("70", TEN), IndicatorSpec("x")) == [Check.CUMULATIVE]
    assert kinds(sheet("35", TEN), IndicatorSpec("x")) == [Check.RANGE]
    assert kinds(sheet("11", TEN), IndicatorSpec("x")) == []


def test_without_a_history_the_share_says_what_is_usual():
    assert kinds(sheet("1000", [], shares={"x": Decimal(120)}), IndicatorSpec("x")) == [Check.UNIT_SLIP]
    assert kinds(sheet("30", [], shares={"x": Decimal(120)}), IndicatorSpec("x")) == []


def test_half_a_thing_and_more_than_the_whole_stop_a_return_without_any_rule():
    checked = CheckedReturn(values={"x": Decimal("48.5")}, wholes={"x": Decimal(27)})
    flags = check_sheet(checked, Rules(), {"x": IndicatorSpec("x", is_whole=True)})
    assert {(flag.kind, flag.severity) for flag in flags} == {
        (Check.WHOLE_NUMBER, Severity.ERROR),
        (Check.WHOLE, Severity.ERROR),
    }


def test_the_periods_directly_before_end_at_the_first_gap():
    gapped = CheckedReturn(
        values={},
        starts_on=date(2020, 6, 1),
        history={"x": {date(2020, 5, 1): Decimal(1), date(2020, 4, 1): Decimal(2), date(2020, 2, 1): Decimal(3)}},
    )
    assert gapped.directly_before("x") == [1, 2]


def test_a_usual_range_that_is_steady_still_allows_for_some_change():
    assert usual_of(TEN) == Usual(Decimal(10), Decimal("1.20"), Decimal(10), Decimal(10), 6)


@pytest.mark.parametrize(("value", "usual"), [("0", "6"), ("-60000", "6"), ("60000", "-6"), ("60000", "0")])
def test_a_slip_of_the_unit_is_told_only_between_values_above_zero(value, usual):
    assert plausibility.unit_slip(rule(Check.UNIT_SLIP), "a", Decimal(value), Decimal(usual)) is None


@pytest.mark.parametrize(
    ("ratio", "power"),
    [
        ("1", 0),
        ("3", 0),
        ("3.1622", 0),
        ("3.1623", 1),
        ("30", 1),
        ("40", 2),
        ("0.3", -1),
        ("0.4", 0),
        ("1e20", 8),
        ("1e-20", -8),
    ],
)
def test_the_nearest_power_of_ten_is_nearest_by_the_logarithm(ratio, power):
    assert plausibility.nearest_power(Decimal(ratio)) == power


@pytest.mark.parametrize(
    ("value", "is_slip"), [("5.1", False), ("50", True), ("120", True), ("119", True), ("121", False)]
)
def test_a_slip_lies_within_a_factor_of_two_of_a_power(value, is_slip):
    assert bool(plausibility.unit_slip(rule(Check.UNIT_SLIP), "a", Decimal(value), Decimal(6))) is is_slip


def test_a_range_says_how_many_values_it_rests_on():
    found = plausibility.out_of_range(rule(Check.RANGE, "3"), "a", Decimal(99), usual_of(TEN), None)
    assert found is not None and found.figures["number"] == 6
    by_hand = plausibility.out_of_range(rule(Check.RANGE), "a", Decimal(99), None, (Decimal(1), Decimal(2)))
    assert by_hand is not None and by_hand.figures["number"] == 0


@pytest.mark.parametrize(("value", "is_flagged"), [("0.5", True), ("1", True), ("1.01", False), ("0", False)])
def test_a_percentage_of_at_most_one_is_a_fraction_where_usual_ones_are_larger(value, is_flagged):
    assert bool(plausibility.fraction(rule(Check.FRACTION), "a", Decimal(value), Decimal(85))) is is_flagged


def test_a_fraction_is_nothing_odd_where_such_values_are_usual():
    assert plausibility.fraction(rule(Check.FRACTION), "a", Decimal("0.5"), Decimal(1)) is None
    assert plausibility.fraction(rule(Check.FRACTION), "a", Decimal("0.5"), None) is not None


@pytest.mark.parametrize(
    ("this_year", "value", "is_flagged"), [("10 11", "31", True), ("10", "20", False), ("10 11", "18", False)]
)
def test_a_cumulative_value_needs_two_months_and_clearly_more_than_a_usual_one(this_year, value, is_flagged):
    found = plausibility.cumulative(
        rule(Check.CUMULATIVE), "a", Decimal(value), amounts(*this_year.split()), Decimal(10)
    )
    assert bool(found) is is_flagged
