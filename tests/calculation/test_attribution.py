"""Changes of figures taken apart by cause, and moves of level by one yardstick."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.calculation.attribution import Cause, by_the_yardstick_of, steps_between
from tracker.calculation.cells import Aggregate, Coverage
from tracker.calculation.figure_inputs import FigureInputs
from tracker.calculation.level_moves import Move, move
from tracker.calculation.levels import Bounds, Level
from tracker.calculation.pace import Pace
from tracker.calculation.place_figures import Span
from tracker.calculation.printed_figures import Figure, Grade
from tracker.calculation.progress import AggregationRule, Cells
from tracker.calculation.same_units import SameUnits
from tracker.calculation.targets.terms import Goal, Terms

MONTHS = tuple(Span(f"2020-{n:02d}", date(2020, n, 1), date(2020, n, 28)) for n in range(1, 13))
TOP, CITY, OTHER = "14", "1401", "1402"
PATHS = {TOP: "14/", CITY: "14/1401/", OTHER: "14/1402/"}


def inputs(
    amounts=None, *, goal="100", bounds=None, months=6, last_year=None, shares=None, paths=PATHS, rules=None, terms=None
) -> FigureInputs:
    """A plan of one target. Amounts by place and month; a cell without an amount is expected and missing."""
    leaves, before = _leaves(amounts), _leaves(last_year)
    return FigureInputs(
        starts_on=date(2020, 1, 1),
        ends_on=date(2020, 12, 31),
        top=TOP,
        paths=paths,
        periods=MONTHS[:months],
        codes_in_plan=tuple(span.code for span in MONTHS),
        bounds=bounds or Bounds(),
        cells=Cells({"i": AggregationRule(), **(rules or {})}, leaves),
        last_year=Cells({"i": AggregationRule()}, before),
        goals={
            ("i", place): [Goal(date(2020, 1, 1), Decimal(value))]
            for place, value in {TOP: goal, **(shares or {})}.items()
        },
        terms={"i": terms or Terms()},
    )


def _leaves(amounts):
    return {
        ("i", place, f"2020-{month:02d}"): Aggregate(
            None if value is None else Decimal(value), Coverage(int(value is not None), 1)
        )
        for (place, month), value in (amounts or {}).items()
    }


def parts(then, now, figure, place=TOP):
    found = steps_between(then, now).attributions("i", place)
    return next((dict(one.parts) for one in found if one.figure is figure), {})


def test_a_corrected_value_is_data():
    assert parts(inputs({(CITY, 6): "60"}), inputs({(CITY, 6): "66"}), Figure.CUMULATIVE) == {Cause.DATA: 6}


def test_a_value_that_came_is_coverage_and_so_is_one_that_went():
    then, now = inputs({(CITY, 6): "60", (OTHER, 6): None}), inputs({(CITY, 6): "60", (OTHER, 6): "5"})
    assert parts(then, now, Figure.CUMULATIVE) == {Cause.COVERAGE: 5}
    assert parts(now, then, Figure.CUMULATIVE) == {Cause.COVERAGE: -5}
    assert parts(then, now, Figure.CUMULATIVE, OTHER) == {Cause.COVERAGE: None}  # there was none


def test_a_new_place_is_coverage():
    few = inputs({(CITY, 6): "60"}, paths={TOP: "14/", CITY: "14/1401/"})
    assert parts(few, inputs({(CITY, 6): "60", (OTHER, 6): "1"}), Figure.CUMULATIVE) == {Cause.COVERAGE: 1}


def test_data_and_target_are_told_apart():
    """The example of the module: 60 of 100 becomes 66 of 120."""
    then, now = inputs({(CITY, 6): "60"}), inputs({(CITY, 6): "66"}, goal="120")
    assert parts(then, now, Figure.COMPLETION) == {Cause.DATA: 6, Cause.TARGET: -11}
    assert parts(then, now, Figure.TARGET) == {Cause.TARGET: 20}


def test_bounds_change_the_level_alone_and_a_schedule_the_gap():
    then = inputs({(CITY, 6): "45"})
    narrow = inputs({(CITY, 6): "45"}, bounds=Bounds(Decimal(0), Decimal(-2)))
    (found,) = steps_between(then, narrow).attributions("i", TOP)
    assert (found.figure, found.steps) == (Figure.LEVEL, {Cause.RULE: (Grade(Level.II), Grade(Level.I))})
    assert (found.change, found.parts) == (None, {Cause.RULE: None})
    in_full = replace(then, terms={"i": Terms(pace=Pace.IN_FULL)})
    assert set(parts(then, in_full, Figure.GAP)) == {Cause.RULE}


def steps(then, now, figure, place=TOP):
    found = steps_between(then, now, (CITY, OTHER)).attributions("i", place)
    return next((dict(one.steps) for one in found if one.figure is figure), {})


def test_the_need_per_month_is_taken_apart():
    """Six months are left: 40 of 100, after the correction 34, and to the new target 54."""
    then, now = inputs({(CITY, 6): "60"}), inputs({(CITY, 6): "66"}, goal="120")
    assert parts(then, now, Figure.NEED) == {Cause.DATA: -1, Cause.TARGET: Decimal(54) / 6 - Decimal(34) / 6}


def test_the_forecast_is_taken_apart():
    months = {(CITY, month): "10" for month in range(1, 7)}
    corrected = inputs(months | {(CITY, 6): "16"})
    assert parts(inputs(months), corrected, Figure.FORECAST) == {Cause.DATA: 12}
    season = inputs(months, terms=Terms(season=(*[Decimal(10)] * 8, *[Decimal(5)] * 4)))
    assert set(parts(inputs(months), season, Figure.FORECAST)) == {Cause.RULE}


def test_growth_is_taken_apart_in_both_years():
    """5 on 4 is 25 %, 6 on 4 is 50 %, and 6 on 3 is 100 %."""
    then = inputs({(CITY, 6): "5"}, last_year={(CITY, 6): "4"})
    assert parts(then, inputs({(CITY, 6): "6"}, last_year={(CITY, 6): "4"}), Figure.YEAR_ON_YEAR) == {Cause.DATA: 25}
    assert parts(then, inputs({(CITY, 6): "6"}, last_year={(CITY, 6): "3"}), Figure.YEAR_ON_YEAR) == {Cause.DATA: 75}
    more = {(CITY, 6): "4", (OTHER, 6): "1"}
    assert parts(then, inputs({(CITY, 6): "5"}, last_year=more), Figure.YEAR_ON_YEAR) == {Cause.COVERAGE: -25}
    assert steps(then, inputs({(CITY, 6): "5"}), Figure.YEAR_ON_YEAR) == {Cause.COVERAGE: (25, None)}


def test_growth_on_the_same_units_is_taken_apart():
    """5 on 4 is 25 %, 6 on 4 is 50 %; a second unit with 6 on 6 makes it 12 on 10."""

    def on_same_units(*pairs):
        found = {("i", place, "2020-06"): (Decimal(this), Decimal(last), 1) for place, this, last in pairs}
        return replace(inputs({(CITY, 6): "5"}), same_units=SameUnits(found))

    then, figure = on_same_units((CITY, 5, 4)), Figure.COMPARABLE_GROWTH
    assert parts(then, on_same_units((CITY, 6, 4)), figure) == {Cause.DATA: 25}
    assert parts(then, on_same_units((CITY, 5, 4), (OTHER, 6, 6)), figure) == {Cause.COVERAGE: -15}
    assert parts(then, on_same_units((CITY, 6, 4), (OTHER, 6, 6)), figure) == {Cause.DATA: 25, Cause.COVERAGE: -30}
    assert steps(then, on_same_units(), figure) == {Cause.COVERAGE: (25, None)}
    assert parts(on_same_units(), then, figure) == {}  # a document without such growth has none that changed


def test_both_ends_of_a_forecast_are_taken_apart():
    before = {(CITY, month): str(9 + month % 3) for month in range(1, 13)}
    months = {(CITY, month): "10" for month in range(1, 7)}
    then, now = inputs(months, last_year=before), inputs(months | {(CITY, 6): "16"}, last_year=before)
    for figure, end in ((Figure.FORECAST_LOW, "low"), (Figure.FORECAST_HIGH, "high")):
        ends = [getattr(one.forecast("i", TOP), end) for one in (then, now)]
        assert None not in ends and parts(then, now, figure) == {Cause.DATA: ends[1] - ends[0]}


def test_the_coverage_of_the_period_is_taken_apart():
    then, now = inputs({(CITY, 5): "1", (CITY, 6): None}), inputs({(CITY, 5): "1", (CITY, 6): "2"})
    assert steps(then, now, Figure.PERIOD_COVERAGE) == {Cause.COVERAGE: (Coverage(0, 1), Coverage(1, 1))}
    earlier = inputs({(CITY, 5): None, (CITY, 6): None})
    assert Figure.PERIOD_COVERAGE not in {one.figure for one in steps_between(then, earlier).attributions("i", TOP)}


def test_growth_on_the_month_before_is_taken_apart():
    then, now = inputs({(CITY, 5): "4", (CITY, 6): "5"}), inputs({(CITY, 5): "5", (CITY, 6): "5"})
    assert parts(then, now, Figure.MONTH_ON_MONTH) == {Cause.DATA: -25}


def test_a_rank_is_told_before_and_after_each_step():
    """Data bring the city from 2 to 1, and its higher share takes the place away again."""
    then = inputs({(CITY, 6): "10", (OTHER, 6): "20"}, shares={CITY: "50", OTHER: "50"})
    now = inputs({(CITY, 6): "30", (OTHER, 6): "20"}, shares={CITY: "100", OTHER: "50"})
    assert steps(then, now, Figure.RANK, CITY) == {Cause.DATA: (2, 1), Cause.TARGET: (1, 2)}
    assert steps(then, now, Figure.RANK, OTHER) == {Cause.DATA: (1, 2), Cause.TARGET: (2, 1)}
    assert steps(then, now, Figure.RANK) == {}  # the whole has no rank


def test_a_level_is_told_before_and_after_each_step():
    """60 of 100 by June is on schedule, 30 is far behind, and of 50 it is on schedule again."""
    then, now = inputs({(CITY, 6): "60"}), inputs({(CITY, 6): "30"}, goal="50")
    three, one = Grade(Level.III), Grade(Level.I)
    assert steps(then, now, Figure.LEVEL) == {Cause.DATA: (three, one), Cause.TARGET: (one, three)}


def test_a_coverage_and_the_provisional_level_that_follows_from_it_are_told():
    then = inputs({(CITY, 6): "60", (OTHER, 6): "1"})
    now = inputs({(CITY, 6): "60", (OTHER, 6): None})
    assert steps(then, now, Figure.COVERAGE) == {Cause.COVERAGE: (Coverage(2, 2), Coverage(1, 2))}
    assert steps(then, now, Figure.LEVEL)[Cause.COVERAGE][1].is_provisional


def test_causes_that_cancel_out_are_still_named():
    then, now = inputs({(CITY, 6): "60"}), inputs({(CITY, 6): "72"}, goal="120")
    assert parts(then, now, Figure.COMPLETION) == {Cause.DATA: 12, Cause.TARGET: -12}


def test_an_earlier_period_is_taken_apart_in_inputs_that_go_further():
    then, now = inputs({(CITY, 6): "60"}), inputs({(CITY, 6): "61", (CITY, 7): "9"}, months=7)
    assert parts(then, now, Figure.CUMULATIVE) == {Cause.DATA: 1}


amounts = st.dictionaries(
    st.tuples(st.sampled_from([CITY, OTHER]), st.integers(1, 6)),
    st.one_of(st.none(), st.decimals(0, 1000, places=2)),
    max_size=8,
)
worlds = st.builds(
    lambda found, last_year, share, goal, bound, paths: inputs(
        found,
        goal=str(goal),
        bounds=Bounds(Decimal(0), Decimal(bound)),
        paths=paths,
        last_year=last_year,
        shares={CITY: share, OTHER: 100},
    ),
    amounts,
    amounts,
    st.integers(1, 500),
    st.integers(1, 500),
    st.integers(-30, 0),
    st.just(PATHS),
)


@given(worlds, worlds)
def test_the_parts_add_up_to_the_change_and_nothing_else_is_named(then, now):
    for place in PATHS:
        for found in steps_between(then, now, (CITY, OTHER)).attributions("i", place):
            assert found.then == _figure(then, found.figure, place)
            assert found.now == _figure(now, found.figure, place)
            assert found.states[0] != found.states[-1] or len(found.steps) > 1
            if found.change is not None and None not in found.parts.values():
                assert abs(sum(found.parts.values()) - found.change) < Decimal("1e-15")


@given(worlds, worlds)
def test_what_is_not_named_did_not_change(then, now):
    for place in PATHS:
        named = {found.figure for found in steps_between(then, now, (CITY, OTHER)).attributions("i", place)}
        for figure in set(Figure) - named:
            assert _figure(then, figure, place) == _figure(now, figure, place)


@given(worlds)
def test_nothing_changed_has_no_cause(world):
    assert steps_between(world, replace(world)).attributions("i", TOP) == []


@given(worlds, worlds)
def test_the_old_yardstick_keeps_data_and_coverage(then, now):
    judged = by_the_yardstick_of(then, now)
    assert judged.standing("i", TOP).to_date == now.standing("i", TOP).to_date
    assert judged.standing("i", TOP).target == then.standing("i", TOP).target


def _figure(world, figure, place):
    progress, forecast = world.standing("i", place), world.forecast("i", place)
    comparable = world.comparable_growth("i", place, to_date=True)
    return {
        Figure.TARGET: progress.target,
        Figure.PERIOD: progress.this_period.value,
        Figure.MONTH_ON_MONTH: progress.month_on_month,
        Figure.CUMULATIVE: progress.to_date.value,
        Figure.YEAR_ON_YEAR: world.year_on_year("i", place, to_date=True),
        Figure.COMPARABLE_GROWTH: comparable and comparable.growth,
        Figure.COMPLETION: progress.completion,
        Figure.SCHEDULE: progress.schedule_rate,
        Figure.GAP: progress.gap,
        Figure.LEVEL: Grade(progress.level, progress.is_provisional),
        Figure.RANK: world.ranking("i", (CITY, OTHER), "completion").get(place),
        Figure.PERIOD_COVERAGE: progress.this_period.coverage,
        Figure.COVERAGE: progress.to_date.coverage,
        Figure.NEED: world.monthly_need("i", place),
        Figure.FORECAST: forecast and forecast.value,
        Figure.FORECAST_LOW: forecast and forecast.low,
        Figure.FORECAST_HIGH: forecast and forecast.high,
    }[figure]


@pytest.mark.parametrize(
    ("then", "now", "by_old", "expected"),
    [
        (Level.III, Level.I, Level.I, Move.WORSE),
        (Level.III, Level.I, Level.II, Move.WORSE),
        (Level.I, Level.II, Level.II, Move.BETTER),
        (Level.I, Level.II, Level.I, Move.YARDSTICK),
        (Level.II, Level.II, Level.I, Move.YARDSTICK),
        (Level.II, Level.III, Level.I, Move.YARDSTICK),
        (Level.II, Level.I, None, Move.YARDSTICK),
        (Level.II, Level.II, Level.II, None),
        (Level.II, Level.II, None, None),
        (Level.II, None, None, Move.UNGRADED),
        (None, Level.II, Level.II, Move.GRADED),
        (None, None, None, None),
    ],
)
def test_moves(then, now, by_old, expected):
    assert move(then, now, by_old) is expected
