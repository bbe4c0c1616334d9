"""Roll-ups beyond the sum, and ratios by their units, by hand."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.calculation.cells import Aggregate, Coverage
from tracker.calculation.progress import AggregationRule, Cells
from tracker.calculation.rollup import Rollup, over_periods, over_places, to_each_period

ONE, MISSING = Coverage(1, 1), Coverage(0, 1)


def tally(value: str | None, present: int = 1, expected: int = 1) -> Aggregate:
    return Aggregate(None if value is None else Decimal(value), Coverage(present if value is not None else 0, expected))


@pytest.mark.parametrize(
    ("rule", "values", "expected"),
    [
        (Rollup.MEAN, ["50", "80"], "65"),
        (Rollup.MAXIMUM, ["50", "80"], "80"),
        (Rollup.MINIMUM, ["50", "80"], "50"),
        (Rollup.OWN, ["50", "80"], "50"),
        (Rollup.MEAN, ["50", None], "50"),
        (Rollup.MAXIMUM, [None, None], None),
        (Rollup.OWN, [None, "80"], None),
    ],
)
def test_places_roll_up(rule, values, expected):
    assert over_places(rule, [tally(value) for value in values]).value == (expected and Decimal(expected))


@pytest.mark.parametrize(
    ("rule", "coverage"), [(Rollup.MAXIMUM, (3, 3)), (Rollup.MINIMUM, (3, 3)), (Rollup.WEIGHTED, (2, 2))]
)
def test_what_needs_single_figures_has_none_where_a_place_has_several_units(rule, coverage):
    places, weights = [tally("100", 2, 2), tally("80")], [tally("1"), tally("1")]
    assert over_places(rule, places, weights) == Aggregate(None, Coverage(*coverage))


def test_a_mean_over_places_is_that_of_all_units():
    assert over_places(Rollup.MEAN, [tally("100", 2, 2), tally("80")]) == Aggregate(Decimal(60), Coverage(3, 3))


@pytest.mark.parametrize(
    ("weights", "expected", "coverage"),
    [(["1", "3"], "72.5", "2/2"), (["1", None], "50", "1/2"), (["0", "0"], None, "2/2")],
)
def test_a_mean_is_weighted_by_another_indicator(weights, expected, coverage):
    found = over_places(Rollup.WEIGHTED, [tally("50"), tally("80")], [tally(weight) for weight in weights])
    assert (found.value, str(found.coverage)) == (expected and Decimal(expected), coverage)


@pytest.mark.parametrize(
    ("rule", "values", "expected"),
    [
        (Rollup.MEAN, ["10", "20"], "15"),
        (Rollup.MEAN, ["10", None], "10"),
        (Rollup.MAXIMUM, ["10", "20"], "20"),
        (Rollup.MINIMUM, ["10", "20"], "10"),
        (Rollup.SUM_IN_YEAR, ["10", "20"], "30"),
    ],
)
def test_periods_roll_up(rule, values, expected):
    assert over_periods(rule, [tally(value) for value in values]).value == Decimal(expected)


YEARS = {"2021": 0, "2022": 1, "2023": 2}
RULES = {
    "used": AggregationRule(),
    "made": AggregationRule(),
    "rate": AggregationRule(Rollup.RATIO, Rollup.RATIO, numerator="used", denominator="made", is_percent=True),
    "yearly": AggregationRule(Rollup.SUM_IN_YEAR),
    "land": AggregationRule(Rollup.RATIO, Rollup.RATIO, numerator="used", denominator="made", scale=Decimal(1)),
}


def cells(rows: dict[tuple[str, str], str], years=YEARS) -> Cells:
    return Cells(RULES, {(code, "14", period): tally(value) for (code, period), value in rows.items()}, years)


RETURNS = {("used", "2021"): "40", ("made", "2021"): "100", ("used", "2022"): "146", ("made", "2022"): "200"}


@pytest.mark.parametrize(("periods", "rate"), [(["2021"], "40"), (["2021", "2022"], "73")])
def test_a_rate_is_that_of_its_last_year_alone(periods, rate):
    assert cells(RETURNS).tally("rate", ["14"], periods).value == Decimal(rate)
    assert cells(RETURNS).to_each_period("rate", ["14"], periods)[-1].value == Decimal(rate)


def test_a_yearly_amount_starts_anew_each_year():
    rows = {("yearly", "2021"): "5", ("yearly", "2022"): "7"}
    assert cells(rows).tally("yearly", ["14"], ["2021", "2022"]).value == 7
    assert [one.value for one in cells(rows).to_each_period("yearly", ["14"], ["2021", "2022"])] == [5, 7]


def test_without_years_all_periods_are_one_year():
    assert cells(RETURNS, {}).tally("rate", ["14"], ["2021", "2022"]).value == Decimal(62)


def test_a_ratio_is_converted_by_its_own_factor():
    rows = {("used", "2021"): "2615040", ("made", "2021"): "10000"}
    assert cells(rows).tally("land", ["14"], ["2021"]).value == Decimal("261.504")


@pytest.mark.parametrize(
    ("rule", "is_intensive"),
    [
        (AggregationRule(), False),
        (AggregationRule(over_places=Rollup.NONE), False),
        (AggregationRule(over_places=Rollup.MEAN), True),
        (AggregationRule(is_percent=True), True),
        (RULES["land"], True),
    ],
)
def test_what_does_not_add_up_over_places_is_intensive(rule, is_intensive):
    assert Cells({"one": rule}).is_intensive("one") is is_intensive


def test_a_sum_of_rates_is_intensive():
    assert Cells({**RULES, "sum": AggregationRule(parts=("used", "rate"))}).is_intensive("sum")


def test_months_of_a_place_are_never_divided_by_the_stock_of_others():
    rules = {
        "output": AggregationRule(),
        "land": AggregationRule(over_periods=Rollup.LATEST),
        "yield": AggregationRule(numerator="output", denominator="land", scale=Decimal(1)),
    }
    leaves = {
        (code, place, month): Aggregate(None, Coverage(0, 1)) if (place, month) == ("b", "2") else tally("10")
        for code in ("output", "land")
        for place in ("a", "b")
        for month in ("1", "2")
    }
    cells = Cells(rules, leaves)
    found = cells.tally("yield", ["a", "b"], ["1", "2"])
    assert (found.value, found.coverage) == (2, Coverage(1, 2))
    assert [one.value for one in cells.ratio_terms("yield", ["a", "b"], ["1", "2"])] == [20, 10]
    assert [one.value for one in cells.to_each_period("yield", ["a", "b"], ["1", "2"])] == [1, 2]


PERIODS = st.lists(st.tuples(st.none() | st.integers(0, 50).map(Decimal), st.integers(1, 2)), min_size=1, max_size=6)


@given(
    rule=st.sampled_from([Rollup.SUM, Rollup.SUM_IN_YEAR, Rollup.LATEST, Rollup.MEAN, Rollup.MAXIMUM, Rollup.MINIMUM]),
    periods=PERIODS,
)
def test_each_beginning_of_the_periods_is_rolled_up_as_by_itself(rule, periods):
    tallies = [Aggregate(value, Coverage(0 if value is None else owed, owed)) for value, owed in periods]
    found = to_each_period(rule, tallies)
    assert found == [over_periods(rule, tallies[: number + 1]) for number in range(len(tallies))]
