"""Changes of figures taken apart by cause, and moves of level by one yardstick."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.calculation.attribution import Cause, Figure, by_the_yardstick_of, steps_between
from tracker.calculation.cells import Aggregate, Coverage
from tracker.calculation.figure_inputs import FigureInputs
from tracker.calculation.level_moves import Move, move
from tracker.calculation.levels import Bounds, Level
from tracker.calculation.pace import Pace
from tracker.calculation.place_figures import Span
from tracker.calculation.progress import AggregationRule, Cells
from tracker.calculation.targets.terms import Goal, Terms

MONTHS = tuple(Span(f"2020-{n:02d}", date(2020, n, 1), date(2020, n, 28)) for n in range(1, 13))
TOP, CITY, OTHER = "14", "1401", "1402"
PATHS = {TOP: "14/", CITY: "14/1401/", OTHER: "14/1402/"}


def inputs(
    amounts=None, *, goal="100", bounds=None, months=6, expected=None, paths=PATHS, rules=None, terms=None
) -> FigureInputs:
    """A plan of one target. Amounts by place and month; a cell without an amount is expected and missing."""
    leaves = {
        ("i", place, f"2020-{month:02d}"): Aggregate(
            None if value is None else Decimal(value), Coverage(int(value is not None), 1)
        )
        for (place, month), value in (amounts or {}).items()
    }
    return FigureInputs(
        starts_on=date(2020, 1, 1),
        ends_on=date(2020, 12, 31),
        top=TOP,
        paths=paths,
        periods=MONTHS[:months],
        codes_in_plan=tuple(span.code for span in MONTHS),
        bounds=bounds or Bounds(),
        cells=Cells({"i": AggregationRule(), **(rules or {})}, leaves),
        last_year=Cells({"i": AggregationRule()}),
        goals={("i", TOP): [Goal(date(2020, 1, 1), Decimal(goal))]},
        terms={"i": terms or Terms()},
    )


def parts(then, now, figure, place=TOP, period="2020-06"):
    found = steps_between(then, now).attributions("i", place, period)
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


def test_bounds_change_no_figure_and_a_schedule_changes_the_gap():
    then = inputs({(CITY, 6): "60"})
    assert (
        steps_between(then, inputs({(CITY, 6): "60"}, bounds=Bounds(Decimal(0), Decimal(-15)))).attributions(
            "i", TOP, "2020-06"
        )
        == []
    )
    in_full = replace(then, terms={"i": Terms(pace=Pace.IN_FULL)})
    assert set(parts(then, in_full, Figure.GAP)) == {Cause.RULE}


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
    lambda found, goal, bound, paths: inputs(
        found, goal=str(goal), bounds=Bounds(Decimal(0), Decimal(bound)), paths=paths
    ),
    amounts,
    st.integers(1, 500),
    st.integers(-30, 0),
    st.just(PATHS),
)


@given(worlds, worlds)
def test_the_parts_add_up_to_the_change_and_nothing_else_is_named(then, now):
    for place in PATHS:
        for found in steps_between(then, now).attributions("i", place, "2020-06"):
            assert found.then == _figure(then, found.figure, place)
            assert found.now == _figure(now, found.figure, place)
            if found.change is not None and None not in found.parts.values():
                assert abs(sum(found.parts.values()) - found.change) < Decimal("1e-15")


@given(worlds)
def test_nothing_changed_has_no_cause(world):
    assert steps_between(world, replace(world)).attributions("i", TOP, "2020-06") == []


@given(worlds, worlds)
def test_the_old_yardstick_keeps_data_and_coverage(then, now):
    judged = by_the_yardstick_of(then, now)
    assert judged.standing("i", TOP).to_date == now.standing("i", TOP).to_date
    assert judged.standing("i", TOP).target == then.standing("i", TOP).target


def _figure(world, figure, place):
    progress = world.standing("i", place)
    return {
        Figure.CUMULATIVE: progress.to_date.value,
        Figure.TARGET: progress.target,
        Figure.COMPLETION: progress.completion,
        Figure.GAP: progress.gap,
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
